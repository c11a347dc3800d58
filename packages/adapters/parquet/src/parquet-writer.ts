import { type FileHandle, open } from 'node:fs/promises';
import { invariant } from '@actionbase/core/failure';
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter as LibraryWriter } from 'hyparquet-writer';
import type { ParquetColumn, ParquetType, ParquetValue } from './parquet-column.ts';

/** Rows of one group: readers skip groups, and hold one in memory. */
export const PARQUET_GROUP_ROWS_DEFAULT = 20_000;

/** Characters of text after which a group is written, however few its rows are. */
export const PARQUET_GROUP_CHARACTERS_MAX = 16_777_216;

export interface ParquetWriterOptions {
  readonly columns: readonly ParquetColumn[];
  /** Texts that the file says about itself, by their names. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly groupRows?: number;
}

/**
 * Writes a Parquet file, a group of rows at a time. Without `finish` the file has no footer, and nobody takes it for whole.
 */
export class ParquetWriter implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #library: LibraryWriter;
  readonly #columns: readonly ParquetColumn[];
  readonly #groupRows: number;
  #group: ParquetValue[][];
  #characters = 0;

  /** Creates the file; one that is there is an error. */
  static async create(path: string, options: ParquetWriterOptions): Promise<ParquetWriter> {
    return new ParquetWriter(await open(path, 'wx'), options);
  }

  private constructor(file: FileHandle, { columns, metadata, groupRows }: ParquetWriterOptions) {
    this.#file = file;
    this.#columns = columns;
    this.#groupRows = groupRows ?? PARQUET_GROUP_ROWS_DEFAULT;
    this.#group = columns.map(() => []);
    this.#library = new LibraryWriter({
      writer: writingTo(file),
      schema: schemaOf(columns),
      kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      createdBy: 'actionbase',
    });
  }

  /** Takes a row, a value per column. */
  async write(row: readonly ParquetValue[]): Promise<void> {
    invariant(row.length === this.#columns.length, 'a row has a value per column');
    for (const [place, values] of this.#group.entries()) {
      const value = row[place] ?? null;
      values.push(value);
      if (typeof value === 'string') this.#characters += value.length;
    }
    const isFull = (this.#group[0]?.length ?? 0) >= this.#groupRows || this.#characters >= PARQUET_GROUP_CHARACTERS_MAX;
    if (isFull) await this.#writeGroup();
  }

  /** Writes what is left and the footer, and makes the file durable. */
  async finish(): Promise<void> {
    if ((this.#group[0]?.length ?? 0) > 0) await this.#writeGroup();
    await this.#library.finish();
    await this.#file.sync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #writeGroup(): Promise<void> {
    const columnData = this.#columns.map(({ name, type }, place) => ({
      name,
      data: this.#group[place] ?? [],
      // Not by a dictionary, which would take -0 for 0.
      ...(type === 'float' || type === 'double' ? { encoding: 'PLAIN' as const } : {}),
    }));
    this.#group = this.#columns.map(() => []);
    this.#characters = 0;
    await this.#library.write({ columnData, rowGroupSize: this.#groupRows });
  }
}

/** A writer of the library whose bytes go to a file after each group. */
function writingTo(file: FileHandle): ByteWriter {
  const writer = new ByteWriter();
  const flush = async (): Promise<void> => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    for (let written = 0; written < bytes.length; ) {
      written += (await file.write(bytes, written)).bytesWritten;
    }
  };
  return Object.assign(writer, { flush, finish: flush });
}

const TYPES = {
  boolean: { type: 'BOOLEAN' },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  float: { type: 'FLOAT' },
  double: { type: 'DOUBLE' },
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
} as const satisfies Record<ParquetType, Pick<SchemaElement, 'type' | 'converted_type'>>;

function schemaOf(columns: readonly ParquetColumn[]): SchemaElement[] {
  const elements = columns.map(
    ({ name, type, nullable }): SchemaElement => ({
      name,
      ...TYPES[type],
      repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED',
    }),
  );
  return [{ name: 'root', num_children: columns.length }, ...elements];
}
