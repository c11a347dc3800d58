import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import { ParquetWriter } from '@actionbase/adapter-parquet/parquet-writer';
import { recordTypeOf } from '@actionbase/core/codec/record-type';
import { decodeStateKey } from '@actionbase/core/codec/row-key';
import { decodeStateValue } from '@actionbase/core/codec/row-value';
import { Failure } from '@actionbase/core/failure';
import { printPosition } from '@actionbase/core/model/position';
import type { Table } from '@actionbase/core/model/table';
import { printTableSchema } from '@actionbase/core/wire/schema-json';
import type { Catalog, CatalogTable } from '@actionbase/engine/catalog/catalog';
import { readCatalog } from '@actionbase/engine/catalog/catalog-rows';
import { rowsOfSpace } from '@actionbase/engine/space-rows';
import type { StoreReader } from '@actionbase/ports/store';
import { UsageError } from '../arguments/usage-error.ts';
import { commandFailures } from '../failures.ts';
import { isMissing } from '../is-missing.ts';
import { COLUMNS_NAME, planColumns, printColumns } from './export-columns.ts';
import { type ExportHead, type ExportKind, HEAD_NAME, printHead } from './export-head.ts';
import { type ExportedEdge, printEdgeLine, printStateLine } from './export-line.ts';

export interface ExportRequest {
  /** A folder with a `store`: a backup, or a data directory, whether or not a server runs on it. */
  readonly directory: string;
  /** "database.table", of a table or an alias. */
  readonly table: string;
  readonly kind: ExportKind;
  readonly output: ExportOutput;
  /** Told how many rows are written, now and then. */
  readonly onRows: (rows: number) => void;
}

/** Where an export goes: to a new file, or as lines of JSON to a function. */
export type ExportOutput =
  | { readonly format: 'parquet'; readonly path: string }
  | { readonly format: 'jsonl'; readonly path: string }
  | { readonly format: 'jsonl'; readonly path: undefined; readonly print: (text: string) => Promise<void> };

/** What was exported. */
export interface Exported {
  readonly head: ExportHead;
  readonly rows: number;
}

/** Characters of lines that are written together. */
const PIECE_CHARACTERS = 65_536;
const SALT_BYTES = 0;
/** Rows between two signs of progress. */
const STEP_ROWS = 10_000;

/**
 * Exports a table as of one position: everything is read from one snapshot of the store. Of a store that is written to, the
 * snapshot keeps the pages from being used again as long as it takes. A file gets its name when it is whole.
 */
export async function exportTable(request: ExportRequest): Promise<Exported> {
  await using store = await LmdbStore.open({ directory: join(request.directory, 'store'), readOnly: true });
  using snapshot = store.snapshot();
  const { table, definition } = findTable(await readCatalog(snapshot, SALT_BYTES), request.table);
  const progress = await snapshot.progress(0);
  const head: ExportHead = {
    kind: request.kind,
    table: `${table.database}.${table.name}`,
    position: progress === undefined ? null : printPosition({ ...progress, partition: 0 }),
    time: progress === undefined ? null : new Date(progress.stampMs).toISOString(),
    schema: printTableSchema(definition.schema),
  };
  const edges = edgesOf(snapshot, table, request);
  const { output } = request;
  if (output.path === undefined) return { head, rows: await printLines(output.print, { head, table, edges }) };
  const { path } = output;
  const write = output.format === 'parquet' ? writeParquet : writeLines;
  return { head, rows: await asWholeFile(path, (draft) => write(draft, { head, table, edges })) };
}

interface Contents {
  readonly head: ExportHead;
  readonly table: Table;
  readonly edges: AsyncIterable<ExportedEdge>;
}

function findTable(catalog: Catalog, name: string): CatalogTable {
  const alias = catalog.aliases.get(name);
  const found = catalog.tables.get(alias === undefined ? name : `${alias.tableDatabase}.${alias.table}`);
  if (found !== undefined) return found;
  const known = [...catalog.tables.keys(), ...catalog.aliases.keys()].sort().join(', ');
  const message = `there is no table or alias "${name}"; there are: ${known === '' ? 'none' : known}`;
  throw new Failure(commandFailures['no-such-table'], message, { table: name });
}

async function* edgesOf(reader: StoreReader, table: Table, request: ExportRequest): AsyncGenerator<ExportedEdge> {
  let rows = 0;
  for await (const { key, value } of rowsOfSpace(reader, table.id)) {
    if (recordTypeOf(key, SALT_BYTES) !== 'state') continue;
    const state = decodeStateValue(table, value);
    if (request.kind === 'edges' && !state.active) continue;
    yield { key: decodeStateKey(table, key), state };
    rows += 1;
    if (rows % STEP_ROWS === 0) request.onRows(rows);
  }
}

/**
 * Prints the head, a line per edge, and a last line without which the export was cut off.
 *
 *     {"export":{"format":1,"kind":"edges",…}}
 *     {"source":7,"target":"sku-a","version":12,"properties":{"at":1000}}
 *     {"end":{"rows":1}}
 */
async function printLines(print: (text: string) => Promise<void>, { head, table, edges }: Contents): Promise<number> {
  const printLine = head.kind === 'edges' ? printEdgeLine : printStateLine;
  let text = `{"export":${printHead(head)}}\n`;
  let rows = 0;
  for await (const edge of edges) {
    text += printLine(table, edge);
    rows += 1;
    if (text.length < PIECE_CHARACTERS) continue;
    await print(text);
    text = '';
  }
  await print(`${text}{"end":{"rows":${rows}}}\n`);
  return rows;
}

async function writeLines(path: string, contents: Contents): Promise<number> {
  await using file = await open(path, 'wx');
  const rows = await printLines((text) => file.appendFile(text), contents);
  await file.sync();
  return rows;
}

async function writeParquet(path: string, { head, table, edges }: Contents): Promise<number> {
  const columns = planColumns(table, head.kind);
  const metadata = { [HEAD_NAME]: printHead(head), [COLUMNS_NAME]: printColumns(columns) };
  await using writer = await ParquetWriter.create(path, { columns: columns.map(({ column }) => column), metadata });
  let rows = 0;
  for await (const edge of edges) {
    await writer.write(columns.map(({ readValue }) => readValue(edge)));
    rows += 1;
  }
  await writer.finish();
  return rows;
}

async function asWholeFile(path: string, write: (draft: string) => Promise<number>): Promise<number> {
  if (await isThere(path))
    throw new UsageError(`--to is "${path}", which is there already; remove it, or choose another name.`);
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  try {
    const rows = await write(draft);
    await rename(draft, path);
    return rows;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
