// Hot: several times per state that an audit reads.
import type { CellAddress } from '@actionbase/core/codec/derived-row';
import { invariant } from '@actionbase/core/failure';
import { addressOfName, rowName, spreadOf } from './row-name.ts';

/** A share of all counters: those whose spread ends with these bits. */
export interface Bucket {
  readonly bits: number;
  readonly value: number;
}

/** All counters. */
export const EVERY_COUNTER: Bucket = { bits: 0, value: 0 };

const BITS_MAX = 31;

/**
 * Sums of the counters of one bucket. When they are too many for the memory, the half of them is put off: the bucket gets
 * smaller, and the rest is one for a later pass.
 */
export class CounterSums {
  readonly #max: number;
  readonly #putOff: Bucket[] = [];
  readonly #sums = new Map<string, bigint>();
  #bucket: Bucket;
  #isClosed = false;

  constructor(bucket: Bucket, max: number) {
    invariant(max > 0, 'there is room for a counter');
    this.#bucket = bucket;
    this.#max = max;
  }

  /** Buckets that a later pass has to take. */
  get putOff(): readonly Bucket[] {
    return this.#putOff;
  }

  /** Names of the counters, as `rowName` makes them. */
  get names(): readonly string[] {
    return [...this.#sums.keys()];
  }

  /** A sum, wrapped to 64 bits as it is stored. */
  sumOf(name: string): bigint {
    return BigInt.asIntN(64, this.#sums.get(name) ?? 0n);
  }

  /** Adds a share to a counter. */
  add(address: CellAddress, amount: bigint): void {
    if (!this.#takes(address)) return;
    const name = rowName(address);
    const sum = this.#sums.get(name);
    if (sum === undefined && this.#isClosed) return;
    this.#sums.set(name, (sum ?? 0n) + amount);
    if (sum === undefined) this.#bound();
  }

  /** Takes note of a counter that is stored, whatever its sum will be. */
  note(address: CellAddress): void {
    if (this.#takes(address)) this.add(address, 0n);
  }

  /** From now on no counter is new: what comes into being while the sums are compared is left to the next audit. */
  close(): void {
    this.#isClosed = true;
  }

  #takes(address: CellAddress): boolean {
    const { bits, value } = this.#bucket;
    return bits === 0 || (spreadOf(address) & (2 ** bits - 1)) === value;
  }

  #bound(): void {
    while (this.#sums.size > this.#max && this.#bucket.bits < BITS_MAX) {
      const { bits, value } = this.#bucket;
      this.#bucket = { bits: bits + 1, value };
      this.#putOff.push({ bits: bits + 1, value: value + 2 ** bits });
      for (const name of this.#sums.keys()) if (!this.#takes(addressOfName(name))) this.#sums.delete(name);
    }
  }
}
