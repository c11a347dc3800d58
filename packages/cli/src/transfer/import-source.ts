import { open } from 'node:fs/promises';
import { ParquetFile } from '@actionbase/adapter-parquet/parquet-file';
import type { TableSchema } from '@actionbase/core/model/schema';
import { openToRead } from '../load/load-files.ts';
import { type MappedRow, mapJsonRow } from '../load/map-row.ts';
import { readRows, type TextRow } from '../load/read-rows.ts';
import type { RowSource } from '../load/row-source.ts';
import { COLUMNS_NAME, type ColumnPart, type KnownColumn, lineOfRow, parseColumns } from './export-columns.ts';
import { type ExportKind, HEAD_NAME, parseHead, unreadable } from './export-head.ts';
import { mapStateRow } from './map-state-row.ts';

export type ImportFormat = 'jsonl' | 'parquet';

/** A file to import: what it holds, and its rows. */
export interface ImportSource {
  readonly kind: ExportKind;
  readonly rows: RowSource;
}

/** Longest head, the schema included. */
const HEAD_BYTES_MAX = 4_194_304;
/** Bytes at the end of a file that its last line is looked for in. */
const TAIL_BYTES = 100;

/** Opens an export, after a look at its beginning and its end. Failures: `export-unreadable`, `parquet-unreadable`. */
export async function openImportSource(path: string, format: ImportFormat, schema: TableSchema): Promise<ImportSource> {
  await using _ = await openToRead(path);
  return format === 'parquet' ? openParquet(path, schema) : openLines(path, schema);
}

async function openLines(path: string, schema: TableSchema): Promise<ImportSource> {
  const { kind, rowCount, sizeBytes } = await readEnds(path);
  const read = async function* (start: {
    offset: number;
    line: number;
    signal: AbortSignal;
  }): AsyncGenerator<TextRow[]> {
    for await (const rows of readRows({ path, withQuotes: false, ...start })) {
      yield rows.filter(({ text, line }) => line !== 1 && !text.startsWith('{"end":'));
    }
  };
  if (rowCount === undefined) {
    throw unreadable(
      path,
      'its last line, which tells how many rows there are, is missing: it was cut off. Export again',
    );
  }
  return { kind, rows: { size: sizeBytes, read, map: mapperOf(kind, schema) } };
}

async function readEnds(path: string): Promise<{ kind: ExportKind; rowCount: number | undefined; sizeBytes: number }> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const head = await file.read(Buffer.alloc(Math.min(size, HEAD_BYTES_MAX)), 0, undefined, 0);
  const firstEnd = head.buffer.indexOf('\n');
  const first = head.buffer.subarray(0, Math.max(0, firstEnd)).toString('utf8');
  const [, text] = /^\{"export":(.*)\}$/.exec(first) ?? [];
  if (text === undefined) {
    throw unreadable(
      path,
      'its first line is not the head of one; plain lines of edges are loaded with `actionbase load`',
    );
  }
  const { kind } = parseHead(text, path);
  const tailBytes = Math.min(TAIL_BYTES, size);
  const tail = await file.read(Buffer.alloc(tailBytes), 0, tailBytes, size - tailBytes);
  const [, rows] = /\n\{"end":\{"rows":(\d+)\}\}\n$/.exec(tail.buffer.toString('utf8')) ?? [];
  return { kind, rowCount: rows === undefined ? undefined : Number(rows), sizeBytes: size };
}

async function openParquet(path: string, schema: TableSchema): Promise<ImportSource> {
  const file = await ParquetFile.open(path);
  const head = file.metadata.get(HEAD_NAME);
  const kind = head === undefined ? 'edges' : parseHead(head, path).kind;
  const columns = columnsOf(file, path, schema);
  const read = async function* ({ offset }: { offset: number }): AsyncGenerator<TextRow[]> {
    let at = offset;
    for await (const page of file.pages(offset)) {
      const rows: TextRow[] = [];
      for (const row of page) {
        at += 1;
        // Rows have numbers instead of lines, and these are their places in the file.
        rows.push({ line: at, nextLine: at + 1, endOffset: at, text: lineOfRow(columns, kind, row), problem: null });
      }
      yield rows;
    }
  };
  return { kind, rows: { size: file.rowCount, read, map: mapperOf(kind, schema) } };
}

/** What the columns are: as the file says, or of a file of somebody else by their names. */
function columnsOf(file: ParquetFile, path: string, schema: TableSchema): readonly KnownColumn[] {
  const text = file.metadata.get(COLUMNS_NAME);
  if (text !== undefined) {
    const known = parseColumns(text);
    if (known !== undefined) return known;
    throw unreadable(path, `what it says of its columns (${COLUMNS_NAME}) cannot be read`);
  }
  const objects = new Set(schema.properties.filter(({ type }) => type === 'object').map(({ name }) => name));
  return file.columns.map((column) => ({ column, part: partOfName(column), isJson: objects.has(column) }));
}

function partOfName(name: string): ColumnPart {
  if (name === 'source' || name === 'target' || name === 'id' || name === 'version') return { part: name };
  return { part: 'property', property: name };
}

function mapperOf(kind: ExportKind, schema: TableSchema): (row: TextRow) => MappedRow {
  if (kind === 'states') return ({ text }) => mapStateRow(text, schema);
  const mapping = { schema, map: null, type: 'INSERT', version: { kind: 'row' } } as const;
  return ({ text, line }) => mapJsonRow(text, line, mapping);
}
