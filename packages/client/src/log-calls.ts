import { memberOf } from '@actionbase/core/wire/json-place';
import { ActionbaseError } from './actionbase-error.ts';
import type { HttpTransport } from './http-transport.ts';
import { type JsonMembers, plainJson } from './plain-json.ts';
import { backOffMs } from './retry-plan.ts';
import { errorOfLine, parseLine } from './stream-line.ts';

/** Which records of a stream, and from where on. */
export interface LogOptions {
  /** A position: what comes exactly after it. `first` when missing: the oldest record that is kept. `end`: what comes now. */
  readonly from?: string | undefined;
  /** "database.table", or an alias. */
  readonly table?: string | undefined;
  /** The id of a request. */
  readonly request?: string | undefined;
  /** Ends after this many records. */
  readonly limit?: number | undefined;
  /** Goes on with what comes, instead of ending where the log ends. */
  readonly follow?: boolean | undefined;
  /** Ends the reading; the iteration is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long to try again after the connection was lost, 60 s when missing; counted anew with every line that comes. */
  readonly patienceMs?: number | undefined;
}

/** One record of a stream. */
export interface LogLine {
  /** Given back as `from`, it goes on exactly after this record. */
  readonly position: string;
  /** The same for all records of one edge. */
  readonly key: string;
  /** As `docs/streams.md` says. */
  readonly record: JsonMembers;
  /** The line as the server wrote it. */
  readonly text: string;
}

/** The streams of the server's log. */
export class LogCalls {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  /** What was asked for: one record per mutation item, in the order of the log. */
  wal(options: LogOptions = {}): LogReader {
    return new LogReader(this.#transport, 'wal', options);
  }

  /** What took effect: one record per edge of a request, with the states before and after, in the order of the log. */
  cdc(options: LogOptions = {}): LogReader {
    return new LogReader(this.#transport, 'cdc', options);
  }
}

const PATIENCE_MS_DEFAULT = 60_000;
/** A stream that is silent for longer is lost: the server gives a sign of life every ten seconds. */
const SILENCE_MS_MAX = 30_000;

/**
 * Reads a stream, once. A lost connection is made again from the last position, so each record comes once, in order;
 * iterating ends with the stream, or throws `ActionbaseError` when the server refuses or does not come back.
 */
export class LogReader implements AsyncIterable<LogLine> {
  readonly #transport: HttpTransport;
  readonly #stream: string;
  readonly #options: LogOptions;
  #position: string | undefined;
  #left: number | undefined;

  constructor(transport: HttpTransport, stream: string, options: LogOptions) {
    this.#transport = transport;
    this.#stream = stream;
    this.#options = options;
    this.#position = options.from;
    this.#left = options.limit;
  }

  /** Up to where everything was read, records that were not wanted included; undefined before the first line. */
  get position(): string | undefined {
    return this.#position;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LogLine, undefined> {
    const { nowMs, random, sleep } = this.#transport.parts;
    const { signal, patienceMs = PATIENCE_MS_DEFAULT } = this.#options;
    // Undefined until the first line: a server that never answered is told at once.
    let lastMs: number | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        for await (const text of this.#lines()) {
          lastMs = nowMs();
          attempt = 1;
          const line = this.#take(text);
          if (line === undefined) continue;
          yield line;
          // What the reader did with the line took its own time.
          lastMs = nowMs();
        }
        if (this.#options.follow !== true || this.#left === 0) return undefined;
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof ActionbaseError) || error.retry === 'never') throw error;
        if (lastMs === undefined || nowMs() - lastMs >= patienceMs) throw error;
      }
      if (this.#left === 0) return undefined;
      await sleep(backOffMs(attempt, random()), signal);
    }
  }

  #lines(): AsyncIterable<string> {
    const { table, request, follow, signal } = this.#options;
    const query = {
      from: this.#position,
      table,
      request,
      limit: this.#left,
      follow: follow === true ? true : undefined,
    };
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as const],
    );
    const path = ['actionbase', 'v1', 'log', this.#stream];
    return this.#transport.readLines(
      { method: 'GET', path, query: given, repeatable: true, options: { signal } },
      SILENCE_MS_MAX,
    );
  }

  /** A record's line; undefined for one that only tells a position. Throws what an error line tells. */
  #take(text: string): LogLine | undefined {
    const line = parseLine(text);
    const error = memberOf(line, 'error');
    if (error !== undefined) throw errorOfLine(error);
    const position = memberOf(line, 'position');
    if (typeof position === 'string') this.#position = position;
    // Nothing was ever written: the end of such a log is its beginning.
    else if (position === null) this.#position = 'first';
    const key = memberOf(line, 'key');
    const record = plainJson(memberOf(line, 'record') ?? null);
    if (typeof position !== 'string' || typeof key !== 'string' || !isMembers(record)) return undefined;
    if (this.#left !== undefined) this.#left -= 1;
    return { position, key, record, text };
  }
}

function isMembers(value: ReturnType<typeof plainJson>): value is JsonMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
