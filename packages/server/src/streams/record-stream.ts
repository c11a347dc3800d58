// Hot: prints every line of every stream.
import { setImmediate } from 'node:timers/promises';
import { Failure } from '@actionbase/core/failure';
import { printStreamPosition, type StreamPosition } from '@actionbase/core/model/stream-position';
import type { StreamedRecord, StreamPage, StreamStart } from '@actionbase/engine/stream/stream-page';
import type { Clock } from '@actionbase/ports/clock';
import type { ReplyStream } from '../http/reply.ts';
import { SERVER_LIMITS } from '../limits.ts';

/** Where the records of a stream come from, and how they are printed. */
export interface RecordSource<R> {
  /** One page from a place on, with at most this many records. */
  readonly read: (from: StreamStart, recordsMax: number | undefined) => Promise<StreamPage<R>>;
  /** The members `"key":…,"record":…` of a line. */
  readonly print: (record: R) => string;
  /** Resolves when a frame is applied. */
  readonly waitFor: (offset: number, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
}

export interface RecordStreamOptions {
  readonly from: StreamStart;
  /** Ends after this many records. */
  readonly limit: number | undefined;
  /** Goes on with what comes, instead of ending where the log ends. */
  readonly follow: boolean;
  /** Called once, when nothing of the stream is needed any more. */
  readonly onClose: () => void;
}

/**
 * A stream of records as lines of JSON, read page by page as its reader takes them. Three kinds of lines: a record with its
 * position; a position alone, up to which there was nothing (more) to show; and at the end, if something failed, an error.
 */
export class RecordStream<R> implements ReplyStream {
  readonly #source: RecordSource<R>;
  readonly #options: RecordStreamOptions;
  #page: StreamPage<R>;
  /** Records of the page that are printed. */
  #printed = 0;
  #left: number;
  #from: StreamStart;
  /** Whether the page's end has to be told, since none of its records tells how far it went. */
  #owesMark: boolean;
  #ended = false;

  private constructor(source: RecordSource<R>, options: RecordStreamOptions, first: StreamPage<R>) {
    this.#source = source;
    this.#options = options;
    this.#left = options.limit ?? Number.POSITIVE_INFINITY;
    // The end of an empty log is where its first frame comes.
    this.#from = first.reached ?? 'first';
    this.#page = first;
    this.#owesMark = first.records.length === 0;
  }

  /** Reads the first page, so that a start that is refused is an answer of its own and not a line of the stream. */
  static async open<R>(source: RecordSource<R>, options: RecordStreamOptions): Promise<RecordStream<R>> {
    return new RecordStream(source, options, await source.read(options.from, options.limit));
  }

  async next(signal: AbortSignal): Promise<string | null> {
    if (this.#ended) return null;
    try {
      return await this.#nextLines(signal);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#ended = true;
      return printStreamError(error);
    }
  }

  close(): void {
    this.#options.onClose();
  }

  async #nextLines(signal: AbortSignal): Promise<string | null> {
    for (;;) {
      signal.throwIfAborted();
      const lines = this.#printSome();
      if (lines !== '') return lines;
      if (this.#left === 0) return this.#end('');
      if (this.#page.atEnd && !this.#options.follow) return this.#end(this.#mark());
      if (this.#owesMark) return this.#mark();
      if (!this.#page.atEnd) await this.#readOn();
      else if (!(await this.#somethingApplied(signal))) return this.#mark();
      else await this.#readOn();
    }
  }

  /** Lines of the page that are not printed yet, as many as go into one piece. */
  #printSome(): string {
    const { records } = this.#page;
    let lines = '';
    while (this.#printed < records.length && lines.length < SERVER_LIMITS.streamPieceCharactersMax) {
      const record = records[this.#printed];
      if (record === undefined) break;
      lines += this.#printLine(record);
      this.#printed += 1;
      this.#left -= 1;
    }
    return lines;
  }

  #printLine({ position, record }: StreamedRecord<R>): string {
    return `{"position":"${printStreamPosition(position)}",${this.#source.print(record)}}\n`;
  }

  async #readOn(): Promise<void> {
    // Other requests get their turn between two pages, also where the store reads without waiting.
    await setImmediate();
    const left = Number.isFinite(this.#left) ? this.#left : undefined;
    this.#page = await this.#source.read(this.#from, left);
    this.#printed = 0;
    this.#from = this.#page.reached ?? this.#from;
    this.#owesMark = this.#page.records.length === 0;
  }

  /** Waits until a frame follows what is read; false when the time for a sign of life comes first. */
  async #somethingApplied(signal: AbortSignal): Promise<boolean> {
    const { waitFor, clock } = this.#source;
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const offset = (this.#page.reached?.offset ?? -1) + 1;
    const applied = waitFor(offset, either).then(() => true);
    const silent = clock.sleep(SERVER_LIMITS.streamHeartbeatMs, either).then(() => false);
    try {
      return await Promise.race([applied, silent]);
    } finally {
      over.abort();
      await Promise.allSettled([applied, silent]);
    }
  }

  /** The line that tells how far the stream has come. */
  #mark(): string {
    this.#owesMark = false;
    return printMark(this.#page.reached);
  }

  /** Ends the stream with these lines. */
  #end(lines: string): string | null {
    this.#ended = true;
    return lines === '' ? null : lines;
  }
}

/** `null`: nothing was ever written to the log. */
function printMark(reached: StreamPosition | null): string {
  return `{"position":${reached === null ? 'null' : `"${printStreamPosition(reached)}"`}}\n`;
}

/** The line that ends a stream when something failed. */
export function printStreamError({ kind, message }: Failure): string {
  const { status, code, retry } = kind;
  return `${JSON.stringify({ error: { status, code, message, retry } })}\n`;
}
