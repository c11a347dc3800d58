import { Failure } from '@actionbase/core/failure';
import type { LegacyPosition, LegacySource, LegacyTransaction } from '@actionbase/ports/legacy';

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
  readonly #running: Promise<void>;
  #position: LegacyPosition;
  #failure: unknown;
  #waiting: { readonly rank: bigint; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];

  constructor(parts: LegacyReaderParts) {
    this.#parts = parts;
    this.#position = parts.from;
    this.#running = this.#run();
  }

  /** How far everything has been read. */
  get position(): LegacyPosition {
    return this.#position;
  }

  /** Resolves when everything up to the rank has been read; rejects when the reading failed for good. */
  reached(rank: bigint): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#parts.source.rank(this.#position) >= rank) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ rank, resolve, reject }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#follow();
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof Failure) || error.kind.retry === 'never') {
          this.#fail(error);
          return;
        }
        await this.#parts.sleep(RETRY_MS);
      }
    }
    this.#fail(signal.reason);
  }

  async #follow(): Promise<void> {
    const { source, table, onTransaction } = this.#parts;
    const { signal } = this.#stop;
    for await (const transaction of source.follow({ tables: [table], from: this.#position, signal })) {
      const rank = source.rank(transaction.position);
      onTransaction(transaction, rank);
      this.#position = transaction.position;
      this.#wake(rank);
    }
  }

  #wake(rank: bigint): void {
    if (this.#waiting.length === 0) return;
    const ready = this.#waiting.filter((waiter) => waiter.rank <= rank);
    this.#waiting = this.#waiting.filter((waiter) => waiter.rank > rank);
    for (const { resolve } of ready) resolve();
  }

  #fail(error: unknown): void {
    this.#failure = error;
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting = [];
  }
}
