import { invariant } from '@actionbase/core/failure';
import type { Random } from '../random.ts';

/** Chance that is the same in every run with the same seed (xoshiro128**, filled from the seed by a splitmix step). */
export class SeededRandom implements Random {
  readonly #state: Uint32Array;

  constructor(seed: number) {
    this.#state = new Uint32Array(4);
    let fill = seed | 0;
    for (let i = 0; i < 4; i++) {
      fill = (fill + 0x9e3779b9) | 0;
      this.#state[i] = mix(fill);
    }
  }

  next(): number {
    const high = this.#draw() >>> 5;
    const low = this.#draw() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  bytes(target: Uint8Array): Uint8Array {
    for (let i = 0; i < target.length; i++) target[i] = this.#draw() >>> 24;
    return target;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    invariant(limit >= 1, 'a whole number is drawn from at least one');
    return Math.floor(this.next() * limit);
  }

  #draw(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const drawn = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const third = c ^ a;
    const fourth = d ^ b;
    state[0] = a ^ fourth;
    state[1] = b ^ third;
    state[2] = third ^ (b << 9);
    state[3] = rotate(fourth, 11);
    return drawn;
  }
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Spreads every bit of the input over all bits of the result. */
function mix(value: number): number {
  const first = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  const second = Math.imul(first ^ (first >>> 15), 0x735a2d97);
  return second ^ (second >>> 15);
}
