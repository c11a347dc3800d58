import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import type { RawRow } from './row-splitter.ts';
import { RowSplitter } from './row-splitter.ts';

/** A row of the file as text, or what is wrong with it. */
export interface TextRow {
  readonly line: number;
  readonly nextLine: number;
  readonly endOffset: number;
  /** Of a row with a problem: as much as can be shown. */
  readonly text: string;
  readonly problem: { readonly code: string; readonly message: string } | null;
}

export interface ReadStart {
  /** Undefined for standard input. */
  readonly path: string | undefined;
  readonly withQuotes: boolean;
  readonly offset: number;
  readonly line: number;
  readonly signal: AbortSignal;
}

const CHUNK_BYTES = 262_144;

/** Reads rows from a place in the file on, a chunk at a time. Throws an `AbortError` when the signal is aborted. */
export async function* readRows({ path, withQuotes, offset, line, signal }: ReadStart): AsyncGenerator<TextRow[]> {
  const splitter = new RowSplitter({ withQuotes, offset, line });
  const stream =
    path === undefined ? process.stdin : createReadStream(path, { start: offset, highWaterMark: CHUNK_BYTES });
  for await (const chunk of addAbortSignal(signal, stream)) yield splitter.push(chunk).map(decodeRow);
  yield splitter.end().map(decodeRow);
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true });
const lenientDecoder = new TextDecoder('utf-8');

const MESSAGES = {
  'row-too-long': 'the row is longer than 1 MiB',
  'quote-not-closed': 'a quote is opened and not closed within 1 MiB',
  'not-utf-8': 'the row is not UTF-8',
} as const;

function decodeRow({ bytes, problem, ...place }: RawRow): TextRow {
  const text = problem === null ? decodeStrictly(bytes) : undefined;
  if (text !== undefined) return { ...place, text, problem: null };
  const code = problem ?? 'not-utf-8';
  return { ...place, text: lenientDecoder.decode(bytes), problem: { code, message: MESSAGES[code] } };
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}
