import {
  encodeCacheKey,
  encodeCacheQualifier,
  encodeCountKey,
  encodeGroupKey,
  encodeGroupQualifier,
  encodeIndexKey,
} from '@actionbase/core/codec/row-key';
import { encodeGroupCell, encodeIndexValue } from '@actionbase/core/codec/row-value';
import { invariant } from '@actionbase/core/failure';
import type { Table } from '@actionbase/core/model/table';
import type { Direction, Value } from '@actionbase/core/model/value';
import type { RowAddress } from '@actionbase/ports/store';

/** Address of a row of the first index: vertex, the value of its field, far end. */
export function indexKey(
  table: Table,
  direction: Direction,
  [vertex, at, far]: readonly [Value, Value, Value],
): RowAddress {
  const [index] = table.indexes;
  invariant(index !== undefined, 'the table has an index');
  return { space: table.id, key: encodeIndexKey(table, index, { direction, vertex, values: [at], far }) };
}

/** Address of a cell of the first cache, as of an index row. */
export function cacheCell(
  table: Table,
  direction: Direction,
  [vertex, at, far]: readonly [Value, Value, Value],
): RowAddress {
  const [cache] = table.caches;
  invariant(cache !== undefined, 'the table has a cache');
  const qualifier = encodeCacheQualifier(table, cache, { values: [at], far });
  return { space: table.id, key: encodeCacheKey(table, cache, direction, vertex), qualifier };
}

/** Address of a count row. */
export function countRow(table: Table, direction: Direction, vertex: Value): RowAddress {
  return { space: table.id, key: encodeCountKey(table, direction, vertex) };
}

/** Address of a cell of the first group. */
export function groupCell(table: Table, direction: Direction, [vertex, value]: readonly [Value, Value]): RowAddress {
  const [group] = table.groups;
  invariant(group !== undefined, 'the table has a group');
  const key = encodeGroupKey(table, group, direction, vertex);
  return { space: table.id, key, qualifier: encodeGroupQualifier(group, [value]) };
}

/** Value of an index row that names nothing but the time. */
export function edgeValue(table: Table, version: bigint, at: bigint): Uint8Array {
  return encodeIndexValue(table, version, [at]);
}

/** A group cell that is old. */
export const sumCell = (sum: bigint): Uint8Array => encodeGroupCell({ sum, lastMs: 1 });
