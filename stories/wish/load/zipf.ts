import type { Random } from '@actionbase/ports/random';

/** Ranks from 0 on, where rank r is drawn about 1 / (r + 1) as often as rank 0: few are hot, most are rare. */
export class Zipf {
  readonly #sums: Float64Array;

  constructor(ranks: number, exponent = 1) {
    if (ranks < 1) throw new RangeError(`ranks: ${ranks} should be at least 1`);
    this.#sums = new Float64Array(ranks);
    let sum = 0;
    for (let rank = 0; rank < ranks; rank++) {
      sum += 1 / (rank + 1) ** exponent;
      this.#sums[rank] = sum;
    }
  }

  draw(random: Random): number {
    const sums = this.#sums;
    const wanted = random.next() * (sums[sums.length - 1] ?? 0);
    let start = 0;
    let limit = sums.length - 1;
    while (start < limit) {
      const middle = (start + limit) >>> 1;
      if ((sums[middle] ?? 0) > wanted) limit = middle;
      else start = middle + 1;
    }
    return start;
  }
}
