// Hot: once for every change that either side's log tells. Benchmark: `npm run story -- wish`, its cost of proof per write.

import { BUCKETS } from '@actionbase/core/digest/row-digest';
import type { DigestSum } from '@actionbase/ports/legacy';

/** What one change does to a bucket's digest: rows that come or go, and hashes that come or go, modulo 2^64. */
export interface DigestChange {
  readonly bucket: number;
  /** The number of the change's position in its log; rises. */
  readonly order: bigint;
  readonly rows: number;
  readonly sum: bigint;
}

/**
 * One side's digest per bucket, kept up from the side's log. Since sums are additive, a change costs the same for a table of any
 * size. While history is kept, the sums as of any order since then can be told.
 */
export class DigestSums {
  readonly #rows = new Float64Array(BUCKETS);
  readonly #sums = new BigUint64Array(BUCKETS);
  #history: DigestChange[] | undefined;

  apply(change: DigestChange): void {
    this.#history?.push(change);
    this.#add(change, 1);
  }

  /** The digest of a bucket as of now. */
  at(bucket: number): DigestSum {
    return { rows: this.#rows[bucket] ?? 0, sum: this.#sums[bucket] ?? 0n };
  }

  /** From now on, keeps what is applied; replaces what was kept before. */
  keepHistory(): void {
    this.#history = [];
  }

  forgetHistory(): void {
    this.#history = undefined;
  }

  /** How many changes are kept. */
  get historyLength(): number {
    return this.#history?.length ?? 0;
  }

  /** The digests as of an order, which must not lie before the history. */
  sumsAt(order: bigint): DigestSum[] {
    const rows = this.#rows.slice();
    const sums = this.#sums.slice();
    for (const change of this.#history ?? []) {
      if (change.order <= order) continue;
      rows[change.bucket] = (rows[change.bucket] ?? 0) - change.rows;
      sums[change.bucket] = (sums[change.bucket] ?? 0n) - change.sum;
    }
    return Array.from(sums, (sum, bucket) => ({ rows: rows[bucket] ?? 0, sum }));
  }

  /** Takes digests of stored rows as of an order for the truth: what was applied after it stays on top. */
  rebase(order: bigint, stored: readonly DigestSum[]): void {
    for (const [bucket, { rows, sum }] of stored.entries()) {
      this.#rows[bucket] = rows;
      this.#sums[bucket] = sum;
    }
    for (const change of this.#history ?? []) if (change.order > order) this.#add(change, 1);
  }

  #add({ bucket, rows, sum }: DigestChange, sign: 1 | -1): void {
    this.#rows[bucket] = (this.#rows[bucket] ?? 0) + sign * rows;
    // An unsigned array wraps around at 2^64 by itself.
    this.#sums[bucket] = (this.#sums[bucket] ?? 0n) + BigInt(sign) * sum;
  }
}

/** Whether two digests are of the same rows. */
export function sameDigest(a: DigestSum, b: DigestSum): boolean {
  return a.rows === b.rows && a.sum === b.sum;
}
