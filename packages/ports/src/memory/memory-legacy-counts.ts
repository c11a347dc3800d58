import { Failure, invariant } from '@actionbase/core/failure';
import { portFailures } from '../failures.ts';
import type { CountDeltas, LegacyCounts } from '../legacy.ts';

/** Keys of a page of `scan`. */
const PAGE_KEYS = 100;

/** Counts in memory: what they hold outlives them when it is handed on to the next ones. */
export class MemoryLegacyCounts implements LegacyCounts {
  readonly #held: MemoryCountsHeld;
  #crashed = false;

  constructor(held: MemoryCountsHeld = { counts: new Map(), orders: new Map() }) {
    this.#held = held;
  }

  /** Ends these counts as if their server had died now, and gives what is found afterwards. */
  crash(): MemoryLegacyCounts {
    this.#crashed = true;
    return new MemoryLegacyCounts(this.#held);
  }

  async get(keys: readonly string[]): Promise<readonly (bigint | undefined)[]> {
    this.#checkAlive();
    return keys.map((key) => this.#held.counts.get(key));
  }

  async set(counts: ReadonlyMap<string, bigint>): Promise<void> {
    this.#checkAlive();
    for (const [key, count] of counts) this.#put(key, count);
  }

  async add({ name, order, deltas }: CountDeltas): Promise<void> {
    this.#checkAlive();
    invariant(order >= 0n, 'the order of a batch of counts is not negative');
    const before = this.#held.orders.get(name);
    if (before !== undefined && before >= order) return;
    for (const [key, delta] of deltas) this.#put(key, (this.#held.counts.get(key) ?? 0n) + delta);
    this.#held.orders.set(name, order);
  }

  async added(name: string): Promise<bigint | undefined> {
    this.#checkAlive();
    return this.#held.orders.get(name);
  }

  async *scan(): AsyncGenerator<ReadonlyMap<string, bigint>> {
    this.#checkAlive();
    const all = [...this.#held.counts];
    for (let start = 0; start < all.length; start += PAGE_KEYS) yield new Map(all.slice(start, start + PAGE_KEYS));
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #checkAlive(): void {
    if (this.#crashed) throw new Failure(portFailures['legacy-unavailable'], 'the memory counts are crashed');
  }

  #put(key: string, count: bigint): void {
    if (count === 0n) this.#held.counts.delete(key);
    else this.#held.counts.set(key, count);
  }
}

/** What is left of the counts when their process is gone. */
export interface MemoryCountsHeld {
  readonly counts: Map<string, bigint>;
  /** By the name of batches, the order of the last one. */
  readonly orders: Map<string, bigint>;
}
