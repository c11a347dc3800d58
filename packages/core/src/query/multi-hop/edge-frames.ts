import { farTypeOf, vertexTypeOf } from '../../codec/row-key.ts';
import type { Table } from '../../model/table.ts';
import type { Direction, Value } from '../../model/value.ts';
import type { EdgeRow } from '../edge-row.ts';
import type { CellValue, Column, RowFrame } from './row-frame.ts';

const DIRECTION: Column = { name: 'direction', type: 'string' };
const VERSION: Column = { name: 'version', type: 'long' };
/** The first two fields of a multi edge's table are its hidden ends. */
const HIDDEN_FIELDS = 2;

export type EdgePage = Pick<RowFrame, 'offset' | 'hasNext'> & { readonly rows: readonly EdgeRow[] };

/** Edges that were read by their keys or by a scan. A scan from IN shows the vertex it started at as source, as the reference does. */
export function directedFrame(table: Table, direction: Direction, page: EdgePage): RowFrame {
  const isOut = direction === 'OUT';
  const columns = [
    DIRECTION,
    VERSION,
    { name: 'source', type: isOut ? table.sourceType : table.targetType },
    { name: 'target', type: isOut ? table.targetType : table.sourceType },
    ...propertyColumns(table),
  ];
  const rows = page.rows.map((row) => {
    const ends = isOut ? [row.source, row.target] : [row.target, row.source];
    return [direction, row.version, ...ends, ...propertyCells(table, row)];
  });
  return { columns, rows, offset: page.offset, hasNext: page.hasNext };
}

/** Edges of a cache, with their real ends. */
export function cacheFrame(table: Table, page: EdgePage): RowFrame {
  const columns = [
    VERSION,
    { name: 'source', type: table.sourceType },
    { name: 'target', type: table.targetType },
    ...propertyColumns(table),
  ];
  const rows = page.rows.map((row) => [row.version, row.source, row.target, ...propertyCells(table, row)]);
  return { columns, rows, offset: page.offset, hasNext: page.hasNext };
}

/** One count per vertex. */
export function countFrame(
  table: Table,
  direction: Direction,
  { vertices, counts }: { readonly vertices: readonly Value[]; readonly counts: readonly bigint[] },
): RowFrame {
  const columns: Column[] = [
    { name: 'source', type: vertexTypeOf(table, direction) },
    { name: 'COUNT(1)', type: 'long' },
    DIRECTION,
  ];
  const rows = vertices.map((vertex, place) => [vertex, counts[place] ?? 0n, direction]);
  return { columns, rows, offset: null, hasNext: false };
}

function propertyColumns(table: Table): readonly Column[] {
  if (table.idType === null) return table.fields;
  return [{ name: '_id', type: farTypeOf(table, 'OUT') }, ...table.fields.slice(HIDDEN_FIELDS)];
}

function propertyCells(table: Table, row: EdgeRow): CellValue[] {
  const values = table.fields.map((_, place) => row.values[place] ?? null);
  return table.idType === null ? values : [row.id ?? null, ...values.slice(HIDDEN_FIELDS)];
}
