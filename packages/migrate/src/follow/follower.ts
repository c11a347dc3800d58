import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import type { LegacyPosition, LegacySource, LegacyTransaction } from '@actionbase/ports/legacy';
import type { Migration } from '../declare/migration.ts';
import { edgeVersionOf, RowMapping } from '../declare/row-mapping.ts';
import { migrateFailures } from '../failures.ts';
import { FOLLOW_BATCH_CHANGES_MAX, FOLLOW_QUEUE_CHANGES_MAX, IDLE_SAVE_MS, RETRY_MS } from '../limits.ts';
import type { Checkpoint } from '../send/checkpoint.ts';
import { type EdgeEvent, eventsOfTransaction } from '../send/edge-event.ts';
import type { EdgeSender } from '../send/edge-sender.ts';
import { followLog } from './follow-log.ts';
import { RankWaiters } from './rank-waiters.ts';
import { TransactionQueue } from './transaction-queue.ts';

export interface FollowerParts {
  readonly migration: Migration;
  readonly source: LegacySource;
  readonly sender: EdgeSender;
  /** Keeps the position up to which the new table has everything. */
  readonly checkpoint: Checkpoint;
  /** Where to begin when the checkpoint says nothing: a position from before the first row was copied. */
  readonly from: LegacyPosition;
  /** Changes below this version are left out; undefined brings all. */
  readonly versionMin?: bigint | undefined;
  readonly clock: Clock;
  /** Told when the old database is away and it tries again. */
  readonly onWaiting?: ((reason: string) => void) | undefined;
}

export interface FollowerLag {
  /** Transactions of the old log, foreign ones too, that the new table may lack. */
  readonly ranks: bigint;
  /** Milliseconds since the oldest change that was read and is not in the new table yet; 0 when there is none. */
  readonly ms: number;
}

/**
 * Brings every change of the old table to the new one, in the order of the old log: one event per key and transaction. The
 * position is written down after the new table has acknowledged everything up to it, so that a follower that dies brings the
 * last changes again, which is harmless.
 *
 * It waits for either side as long as that is away. It ends with a failure when the columns of the table changed, the log is
 * gone, or the new table refuses an edge: nothing is ever left out.
 */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #mapping: RowMapping;
  readonly #queue = new TransactionQueue(FOLLOW_QUEUE_CHANGES_MAX);
  readonly #waiters: RankWaiters;
  #position: LegacyPosition;
  #savedMs = 0;
  /** What is to be saved when the saving that is under way has ended. */
  #unsaved: LegacyPosition | undefined;
  #saving: Promise<void> | undefined;
  #pendingMs: number | undefined;
  #events = 0;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#mapping = new RowMapping(parts.migration.edge);
    this.#position = parts.from;
    this.#waiters = new RankWaiters(parts.source.rank(parts.from));
  }

  /** The new table has every change up to here. */
  get position(): LegacyPosition {
    return this.#position;
  }

  /** Events that the new table has acknowledged. */
  get events(): number {
    return this.#events;
  }

  /** How far behind it is; asks the old database for the end of its log. */
  async lag(): Promise<FollowerLag> {
    const { source, clock } = this.#parts;
    const end = source.rank(await source.position());
    const ranks = end - source.rank(this.#position);
    const oldestMs = this.#pendingMs ?? this.#queue.oldest?.committedMs;
    return { ranks: ranks > 0n ? ranks : 0n, ms: oldestMs === undefined ? 0 : Math.max(0, clock.nowMs() - oldestMs) };
  }

  /** Resolves when the new table has every change up to a position; rejects when the follower ended before. */
  caughtUpTo(position: LegacyPosition): Promise<void> {
    return this.#waiters.wait(this.#parts.source.rank(position));
  }

  /** Follows until the signal is aborted. It can be run once. */
  async run(signal: AbortSignal): Promise<void> {
    const saved = await this.#parts.checkpoint.load();
    if (saved !== undefined) this.#position = saved as LegacyPosition;
    const stop = new AbortController();
    const follow = AbortSignal.any([signal, stop.signal]);
    const reading = this.#read(follow);
    try {
      await this.#applyAll(signal);
      this.#waiters.end(
        new Failure(migrateFailures['follower-ended'], `the follower was stopped at ${this.#position}`),
      );
    } catch (error) {
      this.#waiters.end(error);
      if (!signal.aborted) throw error;
    } finally {
      stop.abort();
      this.#queue.end();
      await reading;
      await this.#saving;
    }
  }

  async #applyAll(signal: AbortSignal): Promise<void> {
    this.#reached();
    for (;;) {
      const transactions = await this.#queue.take(FOLLOW_BATCH_CHANGES_MAX);
      const last = transactions.at(-1);
      if (last === undefined || signal.aborted) return;
      const events = this.#fold(transactions);
      this.#pendingMs = events.size === 0 ? undefined : transactions[0]?.committedMs;
      await this.#parts.sender.send(events.values(), signal);
      this.#pendingMs = undefined;
      this.#events += events.size;
      this.#advance(last.position, events.size > 0);
    }
  }

  /** The events of several transactions: of each key the last one. */
  #fold(transactions: readonly LegacyTransaction[]): ReadonlyMap<string, EdgeEvent> {
    const { source, versionMin = 0n } = this.#parts;
    const events = new Map<string, EdgeEvent>();
    for (const transaction of transactions) {
      const rank = source.rank(transaction.position);
      for (const [key, event] of eventsOfTransaction(this.#mapping, transaction, rank)) {
        if (event.version >= edgeVersionOf(versionMin)) events.set(key, event);
      }
    }
    return events;
  }

  #advance(position: LegacyPosition, hasEvents: boolean): void {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#position = position;
    this.#reached();
    if (!hasEvents && nowMs - this.#savedMs < IDLE_SAVE_MS) return;
    this.#savedMs = nowMs;
    this.#unsaved = position;
    this.#saving ??= this.#save();
  }

  /** Saves beside the sending, one position at a time: whoever waits for a position waits for no disk. A failure ends the follower. */
  async #save(): Promise<void> {
    try {
      while (this.#unsaved !== undefined) {
        const position = this.#unsaved;
        this.#unsaved = undefined;
        await this.#parts.checkpoint.save(position);
      }
    } catch (error) {
      this.#queue.end(error);
    }
    this.#saving = undefined;
  }

  #reached(): void {
    this.#waiters.reach(this.#parts.source.rank(this.#position));
  }

  /** Reads the log into the queue. */
  async #read(signal: AbortSignal): Promise<void> {
    const { source, migration, clock, onWaiting } = this.#parts;
    try {
      await followLog({
        source,
        table: migration.from,
        from: this.#position,
        signal,
        onTransaction: (transaction) => this.#queue.put(transaction),
        pause: () => clock.sleep(RETRY_MS, signal).catch(() => undefined),
        onWaiting: (error) => onWaiting?.(`the old log: ${error.message}`),
      });
      this.#queue.end();
    } catch (error) {
      this.#queue.end(error);
    }
  }
}
