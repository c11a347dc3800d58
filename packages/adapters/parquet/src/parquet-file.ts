import { Failure, invariant } from '@actionbase/core/failure';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { parquetFailures } from './failures.ts';
import type { ParquetValue } from './parquet-column.ts';

/** Rows that one page holds at most; a group of rows of the file is read in several if it is larger. */
export const PARQUET_PAGE_ROWS_MAX = 50_000;

export type ParquetRow = Readonly<Record<string, ParquetValue>>;

/** A Parquet file that is read in pages. Failure: `parquet-unreadable`. */
export class ParquetFile {
  readonly rowCount: number;
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** What the file says about itself. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly #path: string;
  readonly #file: AsyncBuffer;
  readonly #footer: FileMetaData;

  static async open(path: string): Promise<ParquetFile> {
    const file = await asyncBufferFromFile(path);
    return new ParquetFile(path, file, await translating(path, () => parquetMetadataAsync(file)));
  }

  private constructor(path: string, file: AsyncBuffer, footer: FileMetaData) {
    this.#path = path;
    this.#file = file;
    this.#footer = footer;
    this.rowCount = Number(footer.num_rows);
    this.columns = footer.schema.slice(1).map(({ name }) => name);
    this.metadata = new Map((footer.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']));
  }

  /** Rows from number `start` on, a page at a time. */
  async *pages(start = 0): AsyncGenerator<readonly ParquetRow[]> {
    let groupStart = 0;
    for (const { num_rows } of this.#footer.row_groups) {
      const groupEnd = groupStart + Number(num_rows);
      for (let from = Math.max(start, groupStart); from < groupEnd; from += PARQUET_PAGE_ROWS_MAX) {
        yield this.#read(from, Math.min(groupEnd, from + PARQUET_PAGE_ROWS_MAX));
      }
      groupStart = groupEnd;
    }
  }

  async #read(rowStart: number, rowEnd: number): Promise<ParquetRow[]> {
    const options = { file: this.#file, metadata: this.#footer, rowStart, rowEnd, parsers: PARSERS };
    const rows = await translating(this.#path, () => parquetReadObjects(options));
    invariant(rows.length === rowEnd - rowStart, 'a page has the rows that were asked for');
    return rows.map((row) => this.#plain(row));
  }

  #plain(row: Readonly<Record<string, unknown>>): ParquetRow {
    const plain: Record<string, ParquetValue> = {};
    for (const column of this.columns) {
      const value = row[column] ?? null;
      if (!isPlain(value)) throw unreadable(this.#path, `its column "${column}" holds lists, trees or bytes`);
      Object.defineProperty(plain, column, { value, enumerable: true });
    }
    return plain;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** JSON stays text: reading it here would spoil its large integers. Times stay numbers, in the unit of the file. */
const PARSERS = {
  stringFromBytes: (bytes: Uint8Array) => bytes && decoder.decode(bytes),
  jsonFromBytes: (bytes: Uint8Array) => bytes && decoder.decode(bytes),
  timestampFromMilliseconds: (time: bigint) => time,
  timestampFromMicroseconds: (time: bigint) => time,
  timestampFromNanoseconds: (time: bigint) => time,
  dateFromDays: (days: number) => days,
};

function isPlain(value: unknown): value is ParquetValue {
  return value === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof value);
}

/** The library's errors have no codes; whatever it says is about the file. */
async function translating<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && 'syscall' in cause) throw cause;
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function unreadable(path: string, why: string, cause?: unknown): Failure {
  return new Failure(
    parquetFailures['parquet-unreadable'],
    `${path} cannot be read as Parquet: ${why}`,
    { path },
    cause,
  );
}
