// Hot: one call per row of an answer.
import type { EdgeKey, EdgeState } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { Direction, Value } from '../model/value.ts';

/**
 * An edge as queries show it, whichever row it was read from: source and target are the real ones. `values` is aligned
 * with the table's `fields`; undefined or null: unset. `id` is set for multi edges only.
 */
export interface EdgeRow {
  readonly version: bigint;
  readonly source: Value;
  readonly target: Value;
  readonly id?: Value | undefined;
  readonly values: readonly (Value | undefined)[];
}

/** What the value of an index row or cache cell holds. */
export interface IndexedEdge {
  readonly version: bigint;
  readonly values: readonly (Value | undefined)[];
}

/** The row of an edge that was read by its key. */
export function rowOfState(table: Table, key: EdgeKey, state: EdgeState): EdgeRow {
  const values: (Value | undefined)[] = new Array(table.fields.length);
  for (let place = 0; place < values.length; place += 1) values[place] = state.properties[place]?.value;
  if (key.kind === 'edge') {
    return { version: state.version, source: key.source, target: key.target, id: undefined, values };
  }
  // A multi edge's table begins with the fields `_source` and `_target`.
  return { version: state.version, source: values[0] ?? null, target: values[1] ?? null, id: key.id, values };
}

/**
 * The row of an edge that was read from an index or a cache of `vertex`. `far` is the directed target: the other end, or a
 * multi edge's id. Seen from IN, source and target are turned back.
 */
export function rowOfIndex(
  table: Table,
  direction: Direction,
  vertex: Value,
  far: Value,
  indexed: IndexedEdge,
): EdgeRow {
  const { version, values } = indexed;
  const isOut = direction === 'OUT';
  if (table.kind === 'edge') {
    return { version, source: isOut ? vertex : far, target: isOut ? far : vertex, id: undefined, values };
  }
  const source = values[0] ?? (isOut ? vertex : null);
  const target = values[1] ?? (isOut ? null : vertex);
  return { version, source, target, id: far, values };
}
