import type { CountDeltas, LegacyCounts } from '@actionbase/ports/legacy';

/** Counts in memory, for tests. */
export class SmallCounts implements LegacyCounts {
  counts = new Map<string, bigint>();
  orders = new Map<string, bigint>();

  async get(keys: readonly string[]): Promise<readonly (bigint | undefined)[]> {
    return keys.map((key) => this.counts.get(key));
  }

  async set(counts: ReadonlyMap<string, bigint>): Promise<void> {
    for (const [key, count] of counts) {
      if (count === 0n) this.counts.delete(key);
      else this.counts.set(key, count);
    }
  }

  async add({ name, order, deltas }: CountDeltas): Promise<void> {
    if (order <= (this.orders.get(name) ?? -1n)) return;
    this.orders.set(name, order);
    const sums = [...deltas].map(([key, delta]) => [key, (this.counts.get(key) ?? 0n) + delta] as const);
    await this.set(new Map(sums));
  }

  async added(name: string): Promise<bigint | undefined> {
    return this.orders.get(name);
  }

  async *scan(): AsyncGenerator<ReadonlyMap<string, bigint>> {
    yield this.counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
