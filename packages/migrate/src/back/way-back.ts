import { ActionbaseError } from '@actionbase/client';
import { Failure } from '@actionbase/core/failure';
import { printStreamOrder } from '@actionbase/core/model/stream-order';
import type { Clock } from '@actionbase/ports/clock';
import type { LegacyCounts, LegacyStore } from '@actionbase/ports/legacy';
import type { Migration } from '../declare/migration.ts';
import { RowMapping } from '../declare/row-mapping.ts';
import { DIRECT_LIMITS } from '../direct/limits.ts';
import { Wake } from '../direct/wake.ts';
import { RankWaiters } from '../follow/rank-waiters.ts';
import { rowsOf } from './back-batch.ts';
import { CountCaches } from './count-caches.ts';
import { type FeedRecord, orderOfPosition, readFeedRecord } from './feed-record.ts';
import type { NewFeed } from './new-feed.ts';

export interface WayBackParts {
  readonly migration: Migration;
  readonly legacy: LegacyStore;
  /** Caches of counts that the old side serves, by the names of the declaration. */
  readonly counts: ReadonlyMap<string, LegacyCounts>;
  readonly feed: NewFeed;
  readonly clock: Clock;
  /** Where to begin when nothing was brought back yet: a position from before the first move. The beginning when missing. */
  readonly from?: string | undefined;
}

/** How far the way back is. */
export interface WayBackStatus {
  /** The old table has everything up to here; undefined before the first batch. */
  readonly position: string | undefined;
  /** The counts have everything up to here. */
  readonly countsPosition: string | undefined;
  /** Records that were read and not brought back yet; those behind them are in the new side's log. */
  readonly waiting: number;
  /** When the oldest of them was written, milliseconds since then; 0 when none waits. */
  readonly lagMs: number;
  readonly rows: number;
  /** Why the last try failed; null when it did not. */
  readonly failing: string | null;
  /** Set when it can't go on by itself. */
  readonly ended: string | null;
  /** How often a cache of counts had lost what it was given: all its counts must be set anew (`recount`). */
  readonly countsLost: number;
}

/**
 * Keeps the old side right while the new one decides: reads the new side's change feed and brings the rows that directors
 * wrote there to the old table, in order and exactly once (the position is kept in the same transaction), and sets the old
 * side's counts from the new side's, which hold the edges of both truths. While the old side is down it waits; the new
 * side's log is the backlog.
 *
 * Which record goes back says its alias: a director writes under the alias of a map's revision only what the new side
 * decides. Echoes of the old side (dual writes, debts, the follower) name the table itself.
 */
export class WayBack implements AsyncDisposable {
  readonly #parts: WayBackParts;
  readonly #mapping: RowMapping;
  readonly #counts: CountCaches | undefined;
  readonly #stopping = new AbortController();
  readonly #wake = new Wake();
  readonly #room = new Wake();
  #buffer: { readonly record: FeedRecord; readonly writtenMs: number }[] = [];
  /** The old table has everything up to here. */
  #legacyOrder: bigint;
  /** When both were told last how far the feed was read, although nothing had changed for them. */
  #keptMs = Number.NEGATIVE_INFINITY;
  #rows = 0;
  #failing: string | null = null;
  #ended: string | null = null;
  readonly #waiters: RankWaiters;
  #restart: AbortController | undefined;
  readonly #running: readonly Promise<void>[];

  private constructor(parts: WayBackParts, legacyOrder: bigint, counts: CountCaches | undefined) {
    this.#parts = parts;
    this.#mapping = new RowMapping(parts.migration.edge);
    this.#counts = counts;
    this.#legacyOrder = legacyOrder;
    this.#waiters = new RankWaiters(this.#reachedOrder());
    this.#running = [this.#read(), this.#apply()];
  }

  /** Goes on where the last one ended. Failure `legacy-unavailable`. */
  static async open(parts: WayBackParts): Promise<WayBack> {
    const backedUp = await parts.legacy.backedUp(parts.migration.name);
    const legacyOrder = backedUp === undefined ? -1n : orderOfPosition(backedUp);
    return new WayBack(parts, legacyOrder, await CountCaches.open(parts));
  }

  get status(): WayBackStatus {
    const [oldest] = this.#buffer;
    return {
      position: positionOf(this.#legacyOrder),
      countsPosition: this.#counts === undefined ? undefined : positionOf(this.#counts.order),
      waiting: this.#buffer.length,
      lagMs: oldest === undefined ? 0 : Math.max(0, this.#parts.clock.nowMs() - oldest.writtenMs),
      rows: this.#rows,
      failing: this.#failing,
      ended: this.#ended,
      countsLost: this.#counts?.losses ?? 0,
    };
  }

  /** Resolves when the old table and its counts have everything up to a position of the new side's change feed. */
  async caughtUpTo(position: string): Promise<void> {
    const reached = this.#waiters.wait(orderOrNone(position));
    this.#wake.call();
    await reached;
  }

  /**
   * Sets the counts of these vertices from the new side, in turn with what the feed brings. Before the first move the
   * coordinator has all of them set once, after the old side's batch was switched off.
   */
  async recount(of: 'source' | 'target', starts: readonly string[]): Promise<void> {
    this.#counts?.mark(of, starts);
    while (this.#counts !== undefined && starts.some((start) => this.#counts?.isMarked(of, start))) {
      this.#wake.call();
      await this.#parts.clock.sleep(DIRECT_LIMITS.truthPollMovingMs, this.#stopping.signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new TypeError('the way back was closed');
    this.#stopping.abort(closed);
    this.#waiters.end(closed);
    this.#restart?.abort();
    this.#wake.call();
    this.#room.call();
    await Promise.all(this.#running);
  }

  /** Reads the feed into the buffer, as far as there is room. */
  async #read(): Promise<void> {
    const { feed, clock, migration } = this.#parts;
    for (let failures = 0; !this.#stopping.signal.aborted; ) {
      this.#restart = new AbortController();
      const signal = AbortSignal.any([this.#stopping.signal, this.#restart.signal]);
      this.#buffer = [];
      try {
        const reader = feed.follow(this.#from(), signal);
        for await (const line of reader) {
          signal.throwIfAborted();
          failures = 0;
          this.#buffer.push({ record: readFeedRecord(line, migration.to), writtenMs: Number(line.record.ts) });
          this.#wake.call();
          while (this.#buffer.length >= DIRECT_LIMITS.backBatchMax * 4 && !signal.aborted) await this.#room.wait();
        }
      } catch (error) {
        if (signal.aborted) continue;
        if (!(error instanceof ActionbaseError) || error.retry === 'never') return this.#end(error);
        this.#failing = error.message;
        failures += 1;
        await clock.sleep(pauseMs(failures), this.#stopping.signal).catch(() => undefined);
      }
    }
  }

  /** Behind this position nothing was brought back, or the counts lack something. */
  #from(): string | undefined {
    return positionOf(this.#reachedOrder()) ?? this.#parts.from;
  }

  async #apply(): Promise<void> {
    const { clock } = this.#parts;
    for (let failures = 0; !this.#stopping.signal.aborted; ) {
      const isIdle = this.#buffer.length === 0 && (this.#counts?.marks ?? 0) === 0;
      if (isIdle) await this.#wake.waitAtMost(clock, this.#waiters.areAny ? DIRECT_LIMITS.truthPollMovingMs : 1_000);
      if (this.#stopping.signal.aborted || this.#ended !== null) return;
      try {
        await this.#applyOnce();
        failures = 0;
        this.#failing = null;
      } catch (error) {
        if (!(error instanceof Failure) && !(error instanceof ActionbaseError)) return this.#end(error);
        if (error instanceof Failure && error.kind.retry === 'never') return this.#end(error);
        this.#failing = error.message;
        failures += 1;
        await clock.sleep(pauseMs(failures), this.#stopping.signal).catch(() => undefined);
      }
    }
  }

  /**
   * Brings back what is in the buffer, or just how far the feed was read without finding anything. Where nothing has to be brought
   * back, table and cache are told how far it was read only now and then, and the first time: the next start begins there.
   */
  async #applyOnce(): Promise<void> {
    const { clock } = this.#parts;
    const quiet = await this.#quietOrder();
    const records = this.#buffer.slice(0, DIRECT_LIMITS.backBatchMax).map(({ record }) => record);
    const restart = this.#restart;
    const order = records.at(-1)?.order ?? quiet;
    const isProgress = order > this.#reachedOrder();
    const isKept = clock.monotonicMs() - this.#keptMs >= DIRECT_LIMITS.backKeepMs;
    this.#counts?.markChanged(records);
    // Rows and counts do not need one another. Both have ended before either is tried again.
    const [rows, counts] = await Promise.allSettled([
      this.#bringBack({ records, order, isKept }),
      this.#counts?.set({ order, isKept }),
    ]);
    const isRewound = counts.status === 'fulfilled' && counts.value === 'rewound';
    if (isRewound) this.#rewind();
    if (rows.status === 'rejected') throw rows.reason;
    // What is marked will be set: a cache that is away keeps nothing else back, as long as there is room for its marks.
    const hasRoom = counts.status === 'fulfilled' || (this.#counts?.marks ?? 0) < DIRECT_LIMITS.countMarksMax;
    if (hasRoom && !isRewound && restart === this.#restart) this.#buffer.splice(0, records.length);
    this.#room.call();
    this.#waiters.reach(this.#reachedOrder());
    if (counts.status === 'rejected') throw counts.reason;
    if (isKept && isProgress) this.#keptMs = clock.monotonicMs();
  }

  /** Has the feed read again from where the last one is. What is in the buffer would be taken for all that comes behind there. */
  #rewind(): void {
    this.#restart?.abort();
    this.#buffer = [];
    this.#room.call();
  }

  /** Brings the old table what it lacks of these records, which are all up to an order. */
  async #bringBack({ records, order, isKept }: Brought): Promise<void> {
    if (order <= this.#legacyOrder) return;
    const { migration, legacy } = this.#parts;
    const rows = rowsOf(records, this.#mapping, this.#legacyOrder);
    if (rows.length > 0 || isKept) {
      const position = printStreamOrder(order);
      const { version } = migration.edge;
      const versionColumn = version.kind === 'column' ? version.column : '';
      await legacy.backUp({ migration: migration.name, table: migration.from, versionColumn, position, order, rows });
    }
    this.#legacyOrder = order;
    this.#rows += rows.length;
  }

  /** The old table and the counts have everything up to here. */
  #reachedOrder(): bigint {
    const counts = this.#counts?.order ?? this.#legacyOrder;
    return counts < this.#legacyOrder ? counts : this.#legacyOrder;
  }

  /**
   * The order up to which the feed holds nothing that was not applied. It is asked for: behind the last record that the filter
   * lets through, a followed stream may say nothing for seconds.
   */
  async #quietOrder(): Promise<bigint> {
    if (this.#buffer.length > 0) return -1n;
    const restart = this.#restart;
    const position = await this.#parts.feed.quietEnd(this.#from());
    return this.#buffer.length > 0 || restart !== this.#restart ? -1n : orderOrNone(position);
  }

  #end(error: unknown): void {
    this.#ended = error instanceof Error ? error.message : String(error);
    this.#waiters.end(new TypeError(`the way back has ended: ${this.#ended}`));
    this.#wake.call();
  }
}

interface Brought {
  readonly records: readonly FeedRecord[];
  readonly order: bigint;
  /** Whether the order is kept although nothing changes. */
  readonly isKept: boolean;
}

function positionOf(order: bigint): string | undefined {
  return order < 0n ? undefined : printStreamOrder(order);
}

/** `first`, or nothing, before the first record. */
function orderOrNone(position: string | undefined): bigint {
  return position?.startsWith('e') === true ? orderOfPosition(position) : -1n;
}

function pauseMs(failures: number): number {
  return Math.min(DIRECT_LIMITS.drainPauseMsFirst * 2 ** Math.min(failures - 1, 20), DIRECT_LIMITS.backPauseMsMax);
}
