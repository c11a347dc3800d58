import type { LegacyCounts } from '@actionbase/ports/legacy';
import type { CountsMapping } from '../declare/migration.ts';
import { DIRECT_LIMITS } from '../direct/limits.ts';
import type { NewFeed } from './new-feed.ts';

/** A count that has to be read and set. */
export interface CountKey {
  readonly of: CountsMapping['of'];
  /** The vertex' text. */
  readonly start: string;
  /** The key of the cache. */
  readonly key: string;
}

export interface CountKeeperParts {
  /** Names the mark in the cache that tells how far its counts are. */
  readonly name: string;
  readonly counts: LegacyCounts;
  readonly feed: NewFeed;
}

/**
 * Keeps the counts of the old side's cache equal to the new side's: each count that a record has changed is read from the new
 * side and set. A count is always that of a moment at or after the record, and one loop alone sets them, so the last setting
 * of a count is right; a setting that is repeated after a crash does no harm, and one wrong count does not stay wrong. The cache
 * keeps beside them up to which order they are; if it forgets (a restart without its last second), the feed is read again.
 */
export class CountKeeper {
  readonly #parts: CountKeeperParts;
  readonly #marked = new Map<string, CountKey>();
  #order: bigint;
  /** What the cache says, which may be less: it is not told of each order where no count has changed. */
  #kept: bigint;
  /** Everything up to here was marked: ahead of what is set while the cache is away. */
  #markedOrder = -1n;
  #losses = 0;

  private constructor(parts: CountKeeperParts, order: bigint) {
    this.#parts = parts;
    this.#order = order;
    this.#kept = order;
  }

  static async open(parts: CountKeeperParts): Promise<CountKeeper> {
    return new CountKeeper(parts, (await parts.counts.added(parts.name)) ?? -1n);
  }

  /** All changes of counts up to this order are set; below 0 before the first. */
  get order(): bigint {
    return this.#order;
  }

  /** How often the cache had lost everything. */
  get losses(): number {
    return this.#losses;
  }

  /** How many counts wait to be set. */
  get marks(): number {
    return this.#marked.size;
  }

  isMarked(of: CountKey['of'], start: string): boolean {
    return this.#marked.has(`${of} ${start}`);
  }

  /** Has these counts set the next time. */
  mark(keys: readonly CountKey[]): void {
    for (const key of keys) this.#marked.set(`${key.of} ${key.start}`, key);
  }

  /**
   * Sets what is marked, which is everything up to `order`, also where an earlier setting of it has failed. The cache is told the order with counts that have changed, and where
   * `isKept` asks for it. `rewound`: the cache has less than it had; `order` is lower now.
   */
  async set({ order, isKept }: { readonly order: bigint; readonly isKept: boolean }): Promise<'set' | 'rewound'> {
    const { counts, name } = this.#parts;
    if (order > this.#markedOrder) this.#markedOrder = order;
    if (this.marks === 0 && !isKept && this.#kept >= 0n) {
      if (this.#markedOrder > this.#order) this.#order = this.#markedOrder;
      return 'set';
    }
    const there = (await counts.added(name)) ?? -1n;
    if (there < this.#kept) {
      if (there < 0n) this.#losses += 1;
      this.#order = there;
      this.#kept = there;
      this.#markedOrder = there;
      return 'rewound';
    }
    while (this.marks > 0) await this.#setSome();
    const marked = this.#markedOrder;
    if (marked <= this.#order) return 'set';
    await counts.add({ name, order: marked, deltas: new Map() });
    this.#kept = marked;
    this.#order = marked;
    return 'set';
  }

  async #setSome(): Promise<void> {
    const { counts, feed } = this.#parts;
    const [first] = this.#marked.values();
    if (first === undefined) return;
    const keys = [...this.#marked.values()].filter(({ of }) => of === first.of).slice(0, DIRECT_LIMITS.countKeysMax);
    const starts = keys.map(({ start }) => start);
    const now = await feed.counts(first.of, starts);
    await counts.set(new Map(keys.map(({ key }, place) => [key, now[place] ?? 0n])));
    for (const { of, start } of keys) this.#marked.delete(`${of} ${start}`);
  }
}
