import { randomInt } from 'node:crypto';
import { setInterval as every } from 'node:timers';
import type { Failure } from '@actionbase/core/failure';
import type { LegacyTransaction } from '@actionbase/ports/legacy';
import ZongJi, { type AnyBinlogEvent } from '@vlasky/zongji';
import { QUEUE_BYTES_MAX, SILENCE_MS_MAX } from '../limits.ts';
import { toLegacyFailure, unavailable } from '../mysql-failure.ts';
import { connectionOptions } from '../mysql-session.ts';
import type { MysqlSettings } from '../mysql-settings.ts';
import { READ_EVENTS, readLogEvent } from './read-log-event.ts';
import { type BuiltTransaction, TransactionBuilder, type TransactionBuilderOptions } from './transaction-builder.ts';

const SERVER_IDS = { from: 0x4000_0000, to: 0x7fff_ffff } as const;
/** Small things count too, so that a queue of empty ones ends. */
const BYTES_AT_LEAST = 256;
const HEARTBEAT_NS = 1_000_000_000;
const WRITE_TIMEOUT_S = 3_600;

/**
 * One connection to the log of a server, as a replica has. Transactions wait in a queue until they are taken; when that is
 * full, the connection is not read, so the server waits. It ends with the first failure, after the transactions before it.
 */
export class LogConnection implements Disposable {
  readonly #zongji: ZongJi;
  readonly #builder: TransactionBuilder;
  readonly #watch: NodeJS.Timeout;
  readonly #queue: BuiltTransaction[] = [];
  #queuedBytes = 0;
  #isPaused = false;
  #failure: Failure | undefined;
  #heardMs = performance.now();
  #wake: (() => void) | undefined;
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.#wake?.();

  constructor(settings: MysqlSettings, options: TransactionBuilderOptions & { readonly signal: AbortSignal }) {
    this.#signal = options.signal;
    this.#signal.addEventListener('abort', this.#onAbort);
    this.#builder = new TransactionBuilder(options);
    this.#zongji = new ZongJi(connectionOptions(settings));
    this.#zongji.on('error', (error) => this.#end(toLegacyFailure(error, 'following the log')));
    this.#zongji.on('ready', () => this.#setUp());
    this.#zongji.on('binlog', (event) => this.#take(event));
    this.#watch = every(() => this.#listen(), SILENCE_MS_MAX / 4).unref();
    this.#zongji.start({
      serverId: randomInt(SERVER_IDS.from, SERVER_IDS.to),
      gtidSet: options.from.print(),
      includeEvents: [...READ_EVENTS],
      includeSchema: { [options.schema]: [...options.tables] },
    });
  }

  /** The next transaction, as soon as there is one; undefined once the signal is aborted. */
  async next(): Promise<LegacyTransaction | undefined> {
    for (;;) {
      if (this.#signal.aborted) return undefined;
      const next = this.#queue.shift();
      if (next !== undefined) return this.#given(next);
      if (this.#failure !== undefined) throw this.#failure;
      await this.#change();
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#watch);
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#zongji.stop();
    this.#wake?.();
  }

  /** Said before the log is asked for: the server proves every second that it lives, and waits long for a reader that pauses. */
  #setUp(): void {
    this.#zongji.connection?.query(
      `SET @master_heartbeat_period = ${HEARTBEAT_NS}, SESSION net_write_timeout = ${WRITE_TIMEOUT_S}`,
    );
  }

  #take(event: AnyBinlogEvent): void {
    this.#heardMs = performance.now();
    if (this.#failure !== undefined) return;
    try {
      const read = readLogEvent(event, this.#zongji);
      const built = read === undefined ? undefined : this.#builder.take(read);
      if (built !== undefined) this.#put(built);
    } catch (error) {
      this.#end(toLegacyFailure(error, 'following the log'));
    }
  }

  #put(built: BuiltTransaction): void {
    const last = this.#queue.at(-1);
    const isEmpty = built.transaction.changes.length === 0;
    if (isEmpty && last?.transaction.changes.length === 0) this.#queue.pop();
    else this.#queuedBytes += costOf(built);
    this.#queue.push(built);
    if (this.#queuedBytes > QUEUE_BYTES_MAX && !this.#isPaused) {
      this.#isPaused = true;
      this.#zongji.connection?.pause();
    }
    this.#wake?.();
  }

  #given(built: BuiltTransaction): LegacyTransaction {
    this.#queuedBytes -= costOf(built);
    if (this.#isPaused && this.#queuedBytes < QUEUE_BYTES_MAX / 2) {
      this.#isPaused = false;
      this.#heardMs = performance.now();
      this.#zongji.connection?.resume();
    }
    return built.transaction;
  }

  #listen(): void {
    const silentMs = performance.now() - this.#heardMs;
    if (!this.#isPaused && silentMs > SILENCE_MS_MAX) {
      this.#end(unavailable(`following the log: the server said nothing for ${Math.round(silentMs)} ms`));
    }
  }

  #end(failure: Failure): void {
    this.#failure ??= failure;
    this.#wake?.();
  }

  /** Resolves when something was put, the log ended, or the signal was aborted. */
  async #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
  }
}

function costOf({ transaction, bytes }: BuiltTransaction): number {
  return bytes + BYTES_AT_LEAST * (transaction.changes.length + 1);
}
