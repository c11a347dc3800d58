// Hot: looks at every byte of a file that is loaded.

/** One row of a file, not yet decoded. */
export interface RawRow {
  /** Number of the line on which it begins, from 1. */
  readonly line: number;
  /** Number of the line behind it. */
  readonly nextLine: number;
  /** Offset behind the row and its line break, in bytes from the beginning of the file. */
  readonly endOffset: number;
  /** Without the line break. Of a row with a problem: its first line, or the beginning of it. */
  readonly bytes: Uint8Array;
  readonly problem: RowProblemCode | null;
}

export type RowProblemCode = 'row-too-long' | 'quote-not-closed';

export interface SplitterStart {
  /** Whether a line break inside quotes belongs to the row, as in CSV. */
  readonly withQuotes: boolean;
  /** Where the bytes begin: in the file, and on which of its lines. */
  readonly offset: number;
  readonly line: number;
}

/** Longest row, in bytes: what a server takes as one edge is far below. */
export const ROW_BYTES_MAX = 1_048_576;
/** Bytes that are shown of a row that is too long. */
const SHOWN_BYTES_MAX = 1_000;

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MARK: readonly number[] = [0xef, 0xbb, 0xbf];
const NOTHING = new Uint8Array(0);

/**
 * Cuts a stream of bytes into rows and keeps their places. Blank lines are no rows. A row beyond `ROW_BYTES_MAX` is a row
 * with a problem; when it is a quote that was never closed, only its first line is, and the lines behind it are read anew.
 */
export class RowSplitter {
  readonly #withQuotes: boolean;
  /** Bytes from the beginning of the row that is being read. */
  #pending: Uint8Array = NOTHING;
  /** Place in the file of the first pending byte. */
  #offset: number;
  #line: number;
  #scan: Scan = startScan();
  /** The beginning of a row that is too long, while its rest is skipped. */
  #skipped: Uint8Array | null = null;

  constructor({ withQuotes, offset, line }: SplitterStart) {
    this.#withQuotes = withQuotes;
    this.#offset = offset;
    this.#line = line;
  }

  /** Takes the next bytes; answers the rows that they complete. */
  push(chunk: Uint8Array): RawRow[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const rows: RawRow[] = [];
    if (this.#dropMark()) this.#cutRows(rows, false);
    return rows;
  }

  /** Answers what is left at the end of the file. */
  end(): RawRow[] {
    const rows: RawRow[] = [];
    this.#cutRows(rows, true);
    return rows;
  }

  /** Takes away the mark that some programs put in front of UTF-8. False when it takes more bytes to know. */
  #dropMark(): boolean {
    if (this.#offset > 0 || this.#scan.at > 0) return true;
    if (this.#pending.length < MARK.length) return false;
    if (MARK.every((byte, place) => this.#pending[place] === byte)) {
      this.#pending = this.#pending.subarray(MARK.length);
      this.#offset = MARK.length;
    }
    return true;
  }

  #cutRows(rows: RawRow[], isEnd: boolean): void {
    for (;;) {
      if (this.#skipped !== null && !this.#skipLine(rows, this.#skipped, isEnd)) return;
      const end = findRowEnd(this.#pending, this.#scan, this.#withQuotes);
      if (end >= 0 && end <= ROW_BYTES_MAX) {
        this.#take(rows, end, end + 1, null);
      } else if (this.#pending.length > ROW_BYTES_MAX || end >= 0) {
        this.#refuse(rows);
      } else if (isEnd && this.#pending.length > 0) {
        if (this.#scan.isQuoted) this.#refuse(rows);
        else this.#take(rows, this.#pending.length, this.#pending.length, null);
      } else {
        return;
      }
    }
  }

  /** The row has no end within the limit: an open quote takes its first line with it, a long line is skipped to its end. */
  #refuse(rows: RawRow[]): void {
    const lineEnd = this.#pending.indexOf(LF);
    const end = lineEnd < 0 ? this.#pending.length : lineEnd;
    if (end <= ROW_BYTES_MAX) this.#take(rows, end, Math.min(end + 1, this.#pending.length), 'quote-not-closed');
    else this.#skipped = this.#pending.slice(0, SHOWN_BYTES_MAX);
  }

  /** False when the line goes on in the next chunk. */
  #skipLine(rows: RawRow[], bytes: Uint8Array, isEnd: boolean): boolean {
    const lineEnd = this.#pending.indexOf(LF);
    this.#drop(lineEnd < 0 ? this.#pending.length : lineEnd + 1);
    if (lineEnd < 0 && !isEnd) return false;
    this.#skipped = null;
    this.#line += 1;
    rows.push({
      line: this.#line - 1,
      nextLine: this.#line,
      endOffset: this.#offset,
      bytes,
      problem: 'row-too-long',
    });
    return true;
  }

  #take(rows: RawRow[], end: number, next: number, problem: RowProblemCode | null): void {
    const bytes = withoutReturn(this.#pending.subarray(0, end));
    const line = this.#line;
    this.#line += problem === null ? this.#scan.lines + 1 : 1;
    this.#drop(next);
    if (bytes.length > 0) rows.push({ line, nextLine: this.#line, endOffset: this.#offset, bytes, problem });
  }

  #drop(bytes: number): void {
    this.#pending = this.#pending.subarray(bytes);
    this.#offset += bytes;
    this.#scan = startScan();
  }
}

/** How far the pending bytes were looked at. */
interface Scan {
  at: number;
  /** Line breaks inside quotes so far. */
  lines: number;
  isQuoted: boolean;
  isFieldStart: boolean;
  /** Whether the byte before closed a quote: another one right behind it belongs to the text. */
  hasJustClosed: boolean;
}

function startScan(): Scan {
  return { at: 0, lines: 0, isQuoted: false, isFieldStart: true, hasJustClosed: false };
}

/** Place of the line break that ends the row; -1 when it is not there yet. */
function findRowEnd(bytes: Uint8Array, scan: Scan, withQuotes: boolean): number {
  if (!withQuotes) {
    const end = bytes.indexOf(LF, scan.at);
    scan.at = bytes.length;
    return end;
  }
  for (; scan.at < bytes.length; scan.at += 1) {
    const byte = bytes[scan.at];
    if (scan.isQuoted) {
      if (byte === LF) scan.lines += 1;
      scan.isQuoted = byte !== QUOTE;
      scan.hasJustClosed = byte === QUOTE;
    } else if (byte === LF) {
      return scan.at;
    } else {
      // Two quotes inside a field close and open it again, which comes to the same.
      scan.isQuoted = byte === QUOTE && (scan.isFieldStart || scan.hasJustClosed);
      scan.hasJustClosed = false;
    }
    scan.isFieldStart = byte === COMMA && !scan.isQuoted;
  }
  return -1;
}

function withoutReturn(bytes: Uint8Array): Uint8Array {
  return bytes[bytes.length - 1] === CR ? bytes.subarray(0, -1) : bytes;
}
