import type { LegacyCounts } from '@actionbase/ports/legacy';
import type { CountsMapping, Migration } from '../declare/migration.ts';
import { CountKeeper } from './count-keeper.ts';
import type { FeedRecord } from './feed-record.ts';
import type { NewFeed } from './new-feed.ts';

export interface CountCachesParts {
  readonly migration: Pick<Migration, 'name' | 'counts'>;
  /** By the names of the declaration; several may lie in one. A declared one that is not here is not kept. */
  readonly counts: ReadonlyMap<string, LegacyCounts>;
  readonly feed: NewFeed;
}

interface KeptCounts {
  readonly declared: CountsMapping;
  readonly keeper: CountKeeper;
}

/**
 * The caches of all counts that a migration declares, each kept by a keeper of its own, which knows its own order: one that is
 * away or forgets is behind, and the others are not. The feed is read from where the last of them is; what the others see of it a
 * second time does no harm, since a count is set to what it is at that moment.
 */
export class CountCaches {
  readonly #kept: readonly KeptCounts[];

  private constructor(kept: readonly KeptCounts[]) {
    this.#kept = kept;
  }

  /** Undefined where there is nothing to keep. */
  static async open({ migration, counts, feed }: CountCachesParts): Promise<CountCaches | undefined> {
    const kept: KeptCounts[] = [];
    for (const declared of migration.counts) {
      const cache = counts.get(declared.name);
      if (cache === undefined) continue;
      const name = `migrate:${migration.name}:${declared.name}`;
      kept.push({ declared, keeper: await CountKeeper.open({ name, counts: cache, feed }) });
    }
    return kept.length === 0 ? undefined : new CountCaches(kept);
  }

  /** All changes of all counts up to this order are set; below 0 before the first. */
  get order(): bigint {
    return this.#kept.map(({ keeper }) => keeper.order).reduce((a, b) => (a < b ? a : b));
  }

  /** How often caches had lost everything. */
  get losses(): number {
    return this.#kept.reduce((sum, { keeper }) => sum + keeper.losses, 0);
  }

  /** How many counts wait to be set. */
  get marks(): number {
    return this.#kept.reduce((sum, { keeper }) => sum + keeper.marks, 0);
  }

  isMarked(of: CountsMapping['of'], start: string): boolean {
    return this.#kept.some(({ keeper }) => keeper.isMarked(of, start));
  }

  /** Has the counts that records have changed set the next time, whoever wrote them: all edges count, on whichever side their truth is. */
  markChanged(records: readonly FeedRecord[]): void {
    const counted = records.filter(({ isCounted }) => isCounted);
    this.mark(
      'source',
      counted.map(({ source }) => String(source)),
    );
    this.mark(
      'target',
      counted.map(({ target }) => String(target)),
    );
  }

  /** Has the counts of these vertices set the next time. */
  mark(of: CountsMapping['of'], starts: readonly string[]): void {
    for (const { declared, keeper } of this.#kept) {
      if (declared.of === of) keeper.mark(starts.map((start) => ({ of, start, key: declared.prefix + start })));
    }
  }

  /**
   * Sets what is marked, in all caches, as a keeper does; one that fails keeps none of the others from it. `rewound`, whatever
   * the others said, when a cache has less than it had: then the feed has to be read again.
   */
  async set(...asked: Parameters<CountKeeper['set']>): Promise<'set' | 'rewound'> {
    const outcomes = await Promise.allSettled(this.#kept.map(({ keeper }) => keeper.set(...asked)));
    if (outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value === 'rewound')) return 'rewound';
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return 'set';
  }
}
