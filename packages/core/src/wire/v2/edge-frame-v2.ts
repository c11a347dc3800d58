import { encodeEdgeId } from '../../codec/edge-id.ts';
import { vertexTypeOf } from '../../codec/row-key.ts';
import { Failure } from '../../failure.ts';
import { coreFailures } from '../../failures.ts';
import type { EdgeKey } from '../../model/edge.ts';
import type { Table } from '../../model/table.ts';
import type { Direction, Value } from '../../model/value.ts';
import type { EdgeRow } from '../../query/edge-row.ts';
import { type CellValue, type Column, printCell, type RowFrame } from '../../query/multi-hop/row-frame.ts';
import { printDataType } from './label-words.ts';

/** An edge that a v2 query found. */
export interface FoundEdge extends EdgeRow {
  readonly active: boolean;
  /** The cursor that goes on after this edge; only scans have one. */
  readonly cursor?: string | undefined;
}

/** Columns that an answer has behind the properties: none, the edge's id, id and whether it is active, or the cursor. */
export type ExtraColumns = 'none' | 'edgeId' | 'all' | 'offset';

export interface FoundPage {
  readonly rows: readonly FoundEdge[];
  readonly offset: string | null;
  readonly hasNext: boolean;
}

/** The first two fields of a multi edge's table are its hidden ends. */
const HIDDEN_FIELDS = 2;
const DIR: Column = { name: 'dir', type: 'string' };
const TS: Column = { name: 'ts', type: 'long' };
const EDGE_ID: Column = { name: 'edgeId', type: 'string' };
const ACTIVE: Column = { name: 'active', type: 'boolean' };
const OFFSET: Column = { name: 'offset', type: 'string' };
const COUNT: Column = { name: 'COUNT(1)', type: 'long' };

export interface EdgeColumns {
  readonly direction: Direction;
  readonly extra: ExtraColumns;
}

/**
 * Edges as v2 shows them: dir, ts, src, tgt, the properties (of a multi edge `_id` first), the extra columns. Seen from IN, src
 * is the vertex at which the scan began, as in the reference; the edge id is that of the edge itself.
 */
export function edgeFrame(table: Table, { direction, extra }: EdgeColumns, page: FoundPage): RowFrame {
  const isOut = direction === 'OUT';
  const columns: readonly Column[] = [
    DIR,
    TS,
    { name: 'src', type: isOut ? table.sourceType : table.targetType },
    { name: 'tgt', type: isOut ? table.targetType : table.sourceType },
    ...propertyColumns(table),
    ...extraColumns(extra),
  ];
  const rows = page.rows.map((row) => {
    const ends = isOut ? [row.source, row.target] : [row.target, row.source];
    return [direction, row.version, ...ends, ...propertyCells(table, row), ...extraCells(table, extra, row)];
  });
  return { columns, rows, offset: page.offset, hasNext: page.hasNext };
}

/** One count per vertex. */
export function vertexCountFrame(
  table: Table,
  direction: Direction,
  counts: readonly { readonly vertex: Value; readonly count: bigint }[],
): RowFrame {
  const columns: readonly Column[] = [{ name: 'src', type: vertexTypeOf(table, direction) }, COUNT, DIR];
  const rows = counts.map(({ vertex, count }) => [vertex, count, direction]);
  return { columns, rows, offset: null, hasNext: false };
}

/** The count of a table that holds nothing by definition (NIL): one row, whatever was asked. */
export const NIL_COUNT_FRAME: RowFrame = { columns: [COUNT], rows: [[0n]], offset: null, hasNext: false };

/** The named columns, in their order; `*` among them stands for all. Failure `invalid-query` for an unknown or doubled one. */
export function selectColumns(frame: RowFrame, names: readonly string[]): RowFrame {
  if (names.includes('*')) return frame;
  const known = frame.columns.map((column) => column.name);
  const places = names.map((name, place) => {
    const found = known.indexOf(name);
    if (found >= 0 && names.indexOf(name) === place) return found;
    const reason = found < 0 ? `does not exist. Available: ${known.join(', ')}` : 'is named twice';
    throw new Failure(coreFailures['invalid-query'], `select: ${name} ${reason}`, { field: 'select', value: name });
  });
  return {
    ...frame,
    columns: places.flatMap((place) => frame.columns[place] ?? []),
    rows: frame.rows.map((row) => places.map((place) => row[place] ?? null)),
  };
}

/** One of the numbers that an answer carries besides its rows. */
export interface FrameStat {
  readonly name: string;
  readonly value: bigint;
}

/** Prints a frame as objects (`default`), or as arrays behind a member `meta` that names the columns (`jsoncompact`). */
export function printFrame(
  frame: RowFrame,
  stats: readonly FrameStat[],
  format: 'default' | 'jsoncompact' = 'default',
): string {
  const { columns, rows } = frame;
  const isCompact = format === 'jsoncompact';
  const names = columns.map(({ name }) => (isCompact ? '' : `${JSON.stringify(name)}:`));
  const [open, close] = isCompact ? ['[', ']'] : ['{', '}'];
  const data = rows.map(
    (row) => `${open}${columns.map((column, place) => names[place] + cellText(column, row[place])).join(',')}${close}`,
  );
  const meta = isCompact ? `"meta":[${columns.map(printColumn).join(',')}],` : '';
  const numbers = stats.map(({ name, value }) => `{"name":"${name}","value":${value}}`).join(',');
  const offset = frame.offset === null ? 'null' : JSON.stringify(frame.offset);
  return `{${meta}"data":[${data.join(',')}],"rows":${rows.length},"stats":[${numbers}],"offset":${offset},"hasNext":${frame.hasNext}}`;
}

function cellText({ type }: Column, value: CellValue | undefined): string {
  return printCell(type, value ?? null);
}

function printColumn({ name, type }: Column): string {
  return `{"name":${JSON.stringify(name)},"type":"${type === 'json' ? 'JSON' : printDataType(type)}"}`;
}

function propertyColumns(table: Table): readonly Column[] {
  if (table.idType === null) return table.fields;
  return [{ name: '_id', type: table.idType }, ...table.fields.slice(HIDDEN_FIELDS)];
}

function propertyCells(table: Table, row: EdgeRow): CellValue[] {
  const values = table.fields.map((_, place) => row.values[place] ?? null);
  return table.idType === null ? values : [row.id ?? null, ...values.slice(HIDDEN_FIELDS)];
}

function extraColumns(extra: ExtraColumns): readonly Column[] {
  const columns = { none: [], edgeId: [EDGE_ID], all: [EDGE_ID, ACTIVE], offset: [OFFSET] };
  return columns[extra];
}

function extraCells(table: Table, extra: ExtraColumns, row: FoundEdge): CellValue[] {
  if (extra === 'none') return [];
  if (extra === 'offset') return [row.cursor ?? null];
  const edgeId = encodeEdgeId(table, keyOf(row));
  return extra === 'all' ? [edgeId, row.active] : [edgeId];
}

function keyOf({ id, source, target }: EdgeRow): EdgeKey {
  return id === undefined ? { kind: 'edge', source, target } : { kind: 'multiEdge', id };
}
