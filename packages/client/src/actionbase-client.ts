import type { JsonObject } from '@actionbase/core/codec/json-value';
import { Aliases } from './aliases.ts';
import { type AuditOptions, AuditReader } from './audit-calls.ts';
import { Databases } from './databases.ts';
import {
  type BucketEdges,
  DigestCalls,
  type DigestFieldNames,
  type DigestOptions,
  type TableDigest,
} from './digest-calls.ts';
import type { QueryResult } from './edge-shapes.ts';
import { type CallOptions, HttpTransport } from './http-transport.ts';
import { LogCalls } from './log-calls.ts';
import type { QueryItem } from './query-item.ts';
import { QueueCalls } from './queue-calls.ts';
import { readAnswer } from './read-answer.ts';
import { readQueryResults } from './read-edges.ts';
import { ServerCalls } from './server-calls.ts';
import { TableHandle } from './table-handle.ts';
import { Tables } from './tables.ts';

export interface ClientOptions {
  /** Address of a server, for example `http://127.0.0.1:8080`. */
  readonly url: string;
  /** A token of the server, sent as `Authorization: Bearer TOKEN`. */
  readonly token?: string | undefined;
  /** Deadline of a call, all its attempts together; 30 s when missing. A call may name its own. */
  readonly timeoutMs?: number | undefined;
  /** How many attempts may follow the first one of a call; 5 when missing. */
  readonly retries?: number | undefined;
  /** Who acts: the server keeps it with changes of metadata and events. */
  readonly actor?: string | undefined;
  /** Stands in for the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

const TIMEOUT_MS_DEFAULT = 30_000;
const RETRIES_DEFAULT = 5;

/**
 * A client of one Actionbase server over HTTP. Keep one for the life of the program: its connections are reused.
 *
 * Calls that fail throw `ActionbaseError`. What may be sent again is sent again by itself, with growing waits, until the
 * call's deadline: when the server says so (503) or was not reached, and for what may be sent twice also when the outcome
 * is not known; `TableHandle` says what that means for writes. A 4xx is never sent again.
 *
 * Integers are 64 bits wide: calls take `number` or `bigint`, answers hold a number where it is exact (up to ±(2^53 − 1))
 * and a bigint beyond.
 */
export class ActionbaseClient {
  readonly databases: Databases;
  readonly tables: Tables;
  readonly aliases: Aliases;
  readonly server: ServerCalls;
  readonly log: LogCalls;
  readonly queue: QueueCalls;
  readonly #transport: HttpTransport;

  constructor(options: ClientOptions) {
    this.#transport = new HttpTransport({
      url: options.url,
      headers: headersOf(options),
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS_DEFAULT,
      retries: options.retries ?? RETRIES_DEFAULT,
      fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
      nowMs: Date.now,
      random: Math.random,
      sleep,
    });
    this.databases = new Databases(this.#transport);
    this.tables = new Tables(this.#transport);
    this.aliases = new Aliases(this.#transport);
    this.server = new ServerCalls(this.#transport);
    this.log = new LogCalls(this.#transport);
    this.queue = new QueueCalls(this.#transport);
  }

  /** The edges of a table or alias. Sends nothing yet: whether there is such a table shows at the first call. */
  table(database: string, table: string): TableHandle {
    return new TableHandle(this.#transport, database, table);
  }

  /**
   * Compares the derived rows of a table with its states while writes go on, and repairs them if asked to. The audit goes on
   * as its lines are read, and ends when the reading does.
   */
  audit(database: string, table: string, options?: AuditOptions): AuditReader {
    return new AuditReader(this.#transport, { database, table, ...options });
  }

  /**
   * Adds up digests of the table's active edges by buckets, as of one position of the log, while writes go on: to be compared
   * with the same digests of another store.
   */
  digest(
    database: string,
    table: string,
    options: DigestOptions & { readonly fields: DigestFieldNames },
  ): Promise<TableDigest> {
    return new DigestCalls(this.#transport).digest({ database, table, ...options });
  }

  /** Lists the active edges of one bucket, as of one position of the log. It reads the whole table. */
  bucketEdges(
    database: string,
    table: string,
    options: DigestOptions & { readonly fields: DigestFieldNames; readonly bucket: number },
  ): Promise<BucketEdges> {
    return new DigestCalls(this.#transport).bucketEdges({ database, table, ...options });
  }

  /**
   * Does several reads in one request, as of one moment, where an item may start from what an earlier one found. Those with
   * `include: true` are answered.
   */
  query(items: readonly QueryItem[], options?: CallOptions): Promise<readonly QueryResult[]> {
    return this.queryJson(items, options);
  }

  /** As `query`, for items that were not written in this program: the server alone checks them. */
  async queryJson(items: readonly JsonObject[], options?: CallOptions): Promise<readonly QueryResult[]> {
    const path = ['graph', 'v3', 'query'];
    const call = { method: 'POST', path, body: { query: items }, repeatable: true, options } as const;
    return readAnswer(await this.#transport.send(call), readQueryResults);
  }
}

function headersOf({ token, actor }: ClientOptions): Readonly<Record<string, string>> {
  return {
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(actor === undefined ? {} : { 'x-actor-id': actor }),
  };
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
