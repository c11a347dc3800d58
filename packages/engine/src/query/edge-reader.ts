// Hot: once per row of an answer. Benchmark: embedded.
import { encodeCursor } from '@actionbase/core/codec/cursor';
import { decodeIndexKey, encodeCountKey, encodeStateKey } from '@actionbase/core/codec/row-key';
import { decodeCount, decodeIndexValue, decodeStateValue } from '@actionbase/core/codec/row-value';
import { Failure, invariant } from '@actionbase/core/failure';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table, TableIndex } from '@actionbase/core/model/table';
import type { Direction, Value } from '@actionbase/core/model/value';
import { justAfter } from '@actionbase/core/query/byte-order';
import { type EdgeRow, rowOfIndex, rowOfState } from '@actionbase/core/query/edge-row';
import { compileFilters, matchesRow } from '@actionbase/core/query/filter';
import type { Predicate } from '@actionbase/core/query/predicate';
import { type KeyScan, planScan, type ScanPlan } from '@actionbase/core/query/scan-plan';
import type { Row, RowAddress, StoreReader } from '@actionbase/ports/store';
import { requireIndexed } from '../catalog/table-layout.ts';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { requireReady } from './require-ready.ts';
import type { ReadSource } from './timed-reads.ts';

/** Edges of one answer. */
export interface EdgeFrame {
  readonly rows: readonly EdgeRow[];
  /** Number of rows; for a scan the vertex' count when it was asked for, else -1. */
  readonly total: bigint;
  /** Cursor of the next page; null when there is none. */
  readonly offset: string | null;
  readonly hasNext: boolean;
  /** Of a scan that asks for them: the cursor that goes on after each row. */
  readonly cursors?: readonly string[] | undefined;
}

export interface ScanQuery {
  readonly index: string;
  readonly direction: Direction;
  readonly start: Value;
  readonly limit: number;
  readonly offset: string | undefined;
  readonly ranges: readonly Predicate[];
  readonly filters: readonly Predicate[];
  readonly withTotal: boolean;
  readonly withCursors?: boolean | undefined;
}

/** What a NIL table answers. */
export const NOTHING: EdgeFrame = { rows: [], total: 0n, offset: null, hasNext: false };

/** Edges to read by their keys. */
export interface GetQuery {
  readonly keys: readonly EdgeKey[];
  readonly filters: readonly Predicate[];
}

/** Reads the active edges of the keys, in the order of the keys. Failure `answer-too-large`. */
export async function readEdges(
  reader: StoreReader,
  table: Table,
  { keys, filters }: GetQuery,
  limits: EngineLimits,
): Promise<EdgeFrame> {
  const filter = compileFilters(table, filters);
  if (table.layout === 'NIL') return NOTHING;
  const addresses = keys.map((key) => ({ space: table.id, key: encodeStateKey(table, key) }));
  const cells = await readCells(reader, addresses);
  requireAnswerSize(cells, limits.answerBytesMax);
  const rows: EdgeRow[] = [];
  for (let place = 0; place < keys.length; place++) {
    const cell = cells[place];
    const key = keys[place];
    if (cell === undefined || key === undefined) continue;
    const state = decodeStateValue(table, cell);
    if (!state.active) continue;
    const row = rowOfState(table, key, state);
    if (matchesRow(filter, row)) rows.push(row);
  }
  return { rows, total: BigInt(rows.length), offset: null, hasNext: false };
}

export function requireAnswerSize(cells: readonly (Uint8Array | undefined)[], max: number): void {
  const bytes = cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
  if (bytes <= max) return;
  const message = `the edges asked for have ${bytes} bytes together, ${max} are allowed in one answer; ask for fewer`;
  throw new Failure(engineFailures['answer-too-large'], message, { bytes, max });
}

/** Vertices whose edges are counted. */
export interface CountQuery {
  readonly direction: Direction;
  readonly vertices: readonly Value[];
}

/** The number of active edges of each vertex, in the order of the vertices. Failure `not-indexed`. */
export async function readCounts(
  reader: StoreReader,
  table: Table,
  { direction, vertices }: CountQuery,
): Promise<bigint[]> {
  requireIndexed(table);
  if (table.layout === 'NIL') return vertices.map(() => 0n);
  const addresses = vertices.map((vertex) => ({ space: table.id, key: encodeCountKey(table, direction, vertex) }));
  const cells = await readCells(reader, addresses);
  return cells.map((cell) => (cell === undefined ? 0n : decodeCount(cell)));
}

/** Reads rows in the order of their addresses. A key that is longer than a row's may be has no row. */
export async function readCells(
  reader: StoreReader,
  addresses: readonly RowAddress[],
): Promise<readonly (Uint8Array | undefined)[]> {
  const { keyBytesMax } = reader;
  if (addresses.every((address) => address.key.length <= keyBytesMax)) return reader.getMany(addresses);
  const possible = addresses.filter((address) => address.key.length <= keyBytesMax);
  const found = await reader.getMany(possible);
  let place = 0;
  return addresses.map((address) => (address.key.length <= keyBytesMax ? found[place++] : undefined));
}

/** One page of an index, from one vertex, all of it as of one position. Failures: `not-indexed`, `unknown-index`. */
export async function readScan(
  store: ReadSource,
  table: Table,
  query: ScanQuery,
  limits: EngineLimits,
): Promise<EdgeFrame> {
  if (table.layout === 'NIL') return NOTHING;
  const index = requireIndex(table, query.index);
  const { direction, start: vertex, limit, offset, ranges, filters } = query;
  const plan = planScan(table, index, { direction, vertex, ranges, filters, offset, limit });
  if (isOneRead(plan, query, limits))
    return { ...(await scanPage({ reader: store, table, index, plan, query, limits })), total: -1n };
  using reader = store.snapshot();
  const total = query.withTotal ? ((await readCounts(reader, table, { direction, vertices: [vertex] }))[0] ?? 0n) : -1n;
  if (plan.kind === 'empty') return { rows: [], total, offset: null, hasNext: false };
  return { ...(await scanPage({ reader, table, index, plan, query, limits })), total };
}

/** A page with what was read for it: rows, those that did not match included, and the stored bytes of those that did. */
export type ScannedPage = Omit<EdgeFrame, 'total'> & { readonly rowsRead: number; readonly bytes: number };

/** As `readScan` without a total, by a reader that stands at one position already. */
export async function scanIn(
  reader: StoreReader,
  table: Table,
  query: ScanQuery,
  limits: EngineLimits,
): Promise<ScannedPage> {
  if (table.layout === 'NIL') return { rows: [], offset: null, hasNext: false, rowsRead: 0, bytes: 0 };
  const index = requireIndex(table, query.index);
  const plan = planScan(table, index, { ...query, vertex: query.start });
  if (plan.kind === 'empty') return { rows: [], offset: null, hasNext: false, rowsRead: 0, bytes: 0 };
  return scanPage({ reader, table, index, plan, query, limits });
}

/** Whether one read of the store answers the scan: then it needs no snapshot, which costs more than the read. */
function isOneRead(plan: ScanPlan, query: ScanQuery, limits: EngineLimits): plan is KeyScan {
  return plan.kind === 'scan' && plan.filter.checks.length === 0 && plan.limit < limits.pageRowsMax && !query.withTotal;
}

interface PageInput {
  readonly reader: StoreReader;
  readonly table: Table;
  readonly index: TableIndex;
  readonly plan: KeyScan;
  readonly query: ScanQuery;
  readonly limits: EngineLimits;
}

/**
 * Reads until one match more than the limit is found (then there is a next page), until the range ends, or until the
 * budget of rows is spent: then the page may be short, even empty, and its cursor goes on after the last row read. Edges
 * that are large together end a page early as well.
 */
async function scanPage(input: PageInput): Promise<ScannedPage> {
  const { reader, table, plan, limits } = input;
  const rows: EdgeRow[] = [];
  const cursors: string[] | undefined = input.query.withCursors ? [] : undefined;
  let lastMatch: Uint8Array | undefined;
  let start = plan.start;
  let rowsRead = 0;
  let bytes = 0;
  for (let budget = limits.scanRowsMax; ; ) {
    const wanted = plan.filter.checks.length === 0 ? plan.limit + 1 - rows.length : limits.pageRowsMax;
    const limit = Math.min(wanted, limits.pageRowsMax, budget);
    const page = await reader.scan({ space: table.id, start, end: plan.end, limit });
    rowsRead += page.rows.length;
    for (const stored of page.rows) {
      const row = readIndexRow(input, stored);
      if (!matchesRow(plan.filter, row)) continue;
      const isFull =
        rows.length === plan.limit || (rows.length > 0 && bytes + stored.value.length > limits.answerBytesMax);
      if (isFull) return { rows, cursors, offset: cursorOf(plan, lastMatch), hasNext: true, rowsRead, bytes };
      bytes += stored.value.length;
      rows.push(row);
      cursors?.push(cursorOf(plan, stored.key));
      lastMatch = stored.key;
    }
    const last = page.rows.at(-1);
    if (!page.more || last === undefined) return { rows, cursors, offset: null, hasNext: false, rowsRead, bytes };
    budget -= page.rows.length;
    if (budget <= 0) return { rows, cursors, offset: cursorOf(plan, last.key), hasNext: true, rowsRead, bytes };
    start = justAfter(last.key);
  }
}

function readIndexRow(input: PageInput, stored: Row): EdgeRow {
  const { table, index, query } = input;
  const { far } = decodeIndexKey(table, index, query.direction, stored.key);
  return rowOfIndex(table, query.direction, query.start, far, decodeIndexValue(table, stored.value));
}

function requireIndex(table: Table, name: string): TableIndex {
  requireIndexed(table);
  const index = table.indexes.find((one) => one.name === name);
  if (index !== undefined) {
    requireReady(table, 'index', index);
    return index;
  }
  const known = table.indexes.map((one) => one.name).join(', ') || 'none';
  const message = `index \`${name}\` is not found in label \`${table.database}.${table.name}\`. It has: ${known}.`;
  throw new Failure(engineFailures['unknown-index'], message, { index: name });
}

function cursorOf(plan: KeyScan, key: Uint8Array | undefined): string {
  invariant(key !== undefined, 'a next page follows a row');
  return encodeCursor(key.subarray(plan.prefixLength));
}
