import type { LegacyPosition, LegacySource, LegacyTransaction } from '@actionbase/ports/legacy';
import { followLog } from '../follow/follow-log.ts';
import { RankWaiters } from '../follow/rank-waiters.ts';

export interface LegacyReaderParts {
  readonly source: LegacySource;
  readonly table: string;
  readonly from: LegacyPosition;
  /** Gets every transaction, in order, once. */
  readonly onTransaction: (transaction: LegacyTransaction, rank: bigint) => void;
  readonly sleep: (ms: number) => Promise<void>;
}

const RETRY_MS = 500;

/** Follows the old database's log until it is closed; goes on by itself when the database was away. */
export class LegacyReader implements AsyncDisposable {
  readonly #parts: LegacyReaderParts;
  readonly #stop = new AbortController();
  readonly #waiters: RankWaiters;
  readonly #running: Promise<void>;
  #position: LegacyPosition;

  constructor(parts: LegacyReaderParts) {
    this.#parts = parts;
    this.#position = parts.from;
    this.#waiters = new RankWaiters(parts.source.rank(parts.from));
    this.#running = this.#run();
  }

  /** How far everything has been read. */
  get position(): LegacyPosition {
    return this.#position;
  }

  /** Resolves when everything up to the rank has been read; rejects when the reading failed for good. */
  reached(rank: bigint): Promise<void> {
    return this.#waiters.wait(rank);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { source, table, from, sleep } = this.#parts;
    const { signal } = this.#stop;
    try {
      const onTransaction = (transaction: LegacyTransaction): void => this.#take(transaction);
      await followLog({ source, table, from, signal, onTransaction, pause: () => sleep(RETRY_MS) });
      this.#waiters.end(signal.reason);
    } catch (error) {
      this.#waiters.end(error);
    }
  }

  #take(transaction: LegacyTransaction): void {
    const rank = this.#parts.source.rank(transaction.position);
    this.#parts.onTransaction(transaction, rank);
    this.#position = transaction.position;
    this.#waiters.reach(rank);
  }
}
