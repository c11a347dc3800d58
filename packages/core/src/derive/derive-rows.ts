// Hot: runs once per changed state.
import { encodeCacheKey, encodeCacheQualifier, encodeCountKey, encodeIndexKey } from '../codec/row-key.ts';
import { encodeIndexValue } from '../codec/row-value.ts';
import type { EdgeKey, EdgeState } from '../model/edge.ts';
import type { Table, TableCache, TableIndex, TableOrderedField } from '../model/table.ts';
import { type Direction, directionsOf, type Value } from '../model/value.ts';
import { deriveGroup } from './derive-group.ts';
import type { Derivation, Derived, StateChange } from './derived.ts';
import { farName, farOf, orderedValues, rowValues, sameValues, vertexName, vertexOf } from './edge-view.ts';
import { type DeriveRefusal, keyTooLong, type NamedValue, type RowLimits, stateRefusal } from './row-limits.ts';

export type { CellDelete, CellPut, CountDelta, Derived, DerivedRows, GroupDelta, StateChange } from './derived.ts';
export type { DeriveRefusal, RowLimits } from './row-limits.ts';

/**
 * What a change of one state changes in the rows derived from it: index rows, cache cells, counts and group sums. The
 * rows of a table always equal what its states give, so from the initial state this is a recount. The state row itself
 * is not part of it. Cells whose bytes stay the same are not named. `limits` bind what is put, the state row included,
 * never what is deleted. A table of another layout than INDEXED has no derived rows.
 */
export function deriveRows(table: Table, key: EdgeKey, change: StateChange, limits: RowLimits): Derived {
  const refusal = stateRefusal(table, { key, state: change.after }, limits);
  if (refusal !== undefined) return refusal;
  const derivation: Derivation = {
    table,
    key,
    before: change.before.active ? change.before : undefined,
    after: change.after.active ? change.after : undefined,
    isRealigned: change.isRealigned ?? false,
    limits,
    rows: { kind: 'rows', puts: [], deletes: [], counts: [], groups: [] },
    refusal: undefined,
  };
  if (table.layout !== 'INDEXED') return derivation.rows;
  if (derivation.before === undefined && derivation.after === undefined) return derivation.rows;
  if (table.indexes.length + table.caches.length > 0) deriveOrderedRows(derivation);
  for (const direction of directionsOf(table.direction)) deriveCounts(derivation, direction);
  for (const group of table.groups) {
    for (const direction of directionsOf(group.directionType)) deriveGroup(derivation, group, direction);
  }
  return derivation.refusal ?? derivation.rows;
}

/** Index rows and cache cells share one value: the edge's version and all its properties. */
function deriveOrderedRows(derivation: Derivation): void {
  const { table, before, after, isRealigned } = derivation;
  let value: Uint8Array | undefined;
  if (after !== undefined) {
    const values = rowValues(table, after);
    // What orders a row is part of its value, so an equal value lies under an equal key.
    const isSame = before?.version === after.version && sameValues(rowValues(table, before), values);
    if (isSame && !isRealigned) return;
    value = encodeIndexValue(table, after.version, values);
  }
  for (const direction of directionsOf(table.direction)) {
    for (const index of table.indexes) deriveIndexRow(derivation, index, { direction, value });
    for (const cache of table.caches) deriveCacheCell(derivation, cache, { direction, value });
  }
}

/** The side of an edge that a row is for, and the value it gets; undefined when the edge has no row any more. */
interface Side {
  readonly direction: Direction;
  readonly value: Uint8Array | undefined;
}

function deriveIndexRow(derivation: Derivation, index: TableIndex, { direction, value }: Side): void {
  const { table, rows, limits } = derivation;
  const was = placeOf(derivation, derivation.before, { fields: index.fields, direction });
  const is = placeOf(derivation, derivation.after, { fields: index.fields, direction });
  if (was !== undefined && (is === undefined || !samePlace(was, is))) {
    rows.deletes.push({ key: encodeIndexKey(table, index, was) });
  }
  if (is === undefined || value === undefined) return;
  const key = encodeIndexKey(table, index, is);
  if (key.length > limits.keyBytesMax) {
    derivation.refusal ??= placeTooLong(derivation, `index "${index.name}"`, {
      fields: index.fields,
      is,
      size: key.length,
    });
  }
  rows.puts.push({ key, value });
}

function deriveCacheCell(derivation: Derivation, cache: TableCache, { direction, value }: Side): void {
  const { table, rows, limits } = derivation;
  const was = placeOf(derivation, derivation.before, { fields: cache.fields, direction });
  const is = placeOf(derivation, derivation.after, { fields: cache.fields, direction });
  if (was !== undefined && (is === undefined || !samePlace(was, is))) {
    const key = encodeCacheKey(table, cache, direction, was.vertex);
    rows.deletes.push({ key, qualifier: encodeCacheQualifier(table, cache, was) });
  }
  if (is === undefined || value === undefined) return;
  const key = encodeCacheKey(table, cache, direction, is.vertex);
  const qualifier = encodeCacheQualifier(table, cache, is);
  const size = key.length + qualifier.length;
  if (size > limits.keyBytesMax) {
    derivation.refusal ??= placeTooLong(derivation, `cache "${cache.name}"`, { fields: cache.fields, is, size });
  }
  rows.puts.push({ key, qualifier, value });
}

/** One count row per direction and vertex. An edge that moves leaves one vertex and joins another. */
function deriveCounts(derivation: Derivation, direction: Direction): void {
  const { table, key, before, after, rows, limits } = derivation;
  const was = before === undefined ? undefined : vertexOf(key, before, direction);
  const is = after === undefined ? undefined : vertexOf(key, after, direction);
  if (was === is) return;
  if (was !== undefined) rows.counts.push({ key: encodeCountKey(table, direction, was), delta: -1 });
  if (is === undefined) return;
  const countKey = encodeCountKey(table, direction, is);
  if (countKey.length > limits.keyBytesMax) {
    const parts = [{ name: vertexName(key, direction), value: is }];
    derivation.refusal ??= keyTooLong('the count row', countKey.length, { limits, parts });
  }
  rows.counts.push({ key: countKey, delta: 1 });
}

/** Where an edge's index row or cache cell lies. */
interface OrderedPlace {
  readonly direction: Direction;
  readonly vertex: Value;
  readonly values: readonly Value[];
  readonly far: Value;
}

function placeOf(
  { key }: Derivation,
  state: EdgeState | undefined,
  { fields, direction }: { readonly fields: readonly TableOrderedField[]; readonly direction: Direction },
): OrderedPlace | undefined {
  if (state === undefined) return undefined;
  const vertex = vertexOf(key, state, direction);
  return { direction, vertex, values: orderedValues(fields, key, state), far: farOf(key, direction) };
}

/** Whether two places of one edge, row and direction are the same: the far end of an edge never changes. */
function samePlace(a: OrderedPlace, b: OrderedPlace): boolean {
  return a.vertex === b.vertex && sameValues(a.values, b.values);
}

function placeTooLong(
  { key, limits }: Derivation,
  row: string,
  cause: { readonly fields: readonly TableOrderedField[]; readonly is: OrderedPlace; readonly size: number },
): DeriveRefusal {
  const { fields, is, size } = cause;
  const parts: NamedValue[] = fields.map(({ name }, i) => ({ name, value: is.values[i] ?? null }));
  parts.push(
    { name: vertexName(key, is.direction), value: is.vertex },
    { name: farName(key, is.direction), value: is.far },
  );
  return keyTooLong(row, size, { limits, parts });
}
