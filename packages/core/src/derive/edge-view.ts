// Hot: runs several times per row. What an edge looks like to the rows derived from it.
import { invariant, unreachable } from '../failure.ts';
import type { EdgeKey, EdgeState } from '../model/edge.ts';
import type { FieldSource, Table, TableOrderedField } from '../model/table.ts';
import type { Direction, Value } from '../model/value.ts';

/** Places of a multi edge's hidden source and target in its table's fields. */
export const MULTI_EDGE_SOURCE_PLACE = 0;
export const MULTI_EDGE_TARGET_PLACE = 1;

/** The vertex under which a row of this direction lies. A multi edge's vertices are properties, so they may move. */
export function vertexOf(key: EdgeKey, state: EdgeState, direction: Direction): Value {
  if (key.kind === 'edge') return direction === 'OUT' ? key.source : key.target;
  const vertex = propertyValue(state, direction === 'OUT' ? MULTI_EDGE_SOURCE_PLACE : MULTI_EDGE_TARGET_PLACE);
  invariant(vertex !== null, 'an active multi edge has a source and a target');
  return vertex;
}

/** What ends a row key of this direction: the vertex at the other end, or a multi edge's id. */
export function farOf(key: EdgeKey, direction: Direction): Value {
  if (key.kind === 'multiEdge') return key.id;
  return direction === 'OUT' ? key.target : key.source;
}

/** The name of the vertex under which a row of this direction lies, for messages. */
export function vertexName(key: EdgeKey, direction: Direction): string {
  if (key.kind === 'multiEdge') return direction === 'OUT' ? '_source' : '_target';
  return direction === 'OUT' ? 'source' : 'target';
}

/** The name of what `farOf` answers, for messages. */
export function farName(key: EdgeKey, direction: Direction): string {
  if (key.kind === 'multiEdge') return 'id';
  return direction === 'OUT' ? 'target' : 'source';
}

/** The value of one field of an index, group or cache; null when it is not set. */
export function fieldValue(from: FieldSource, key: EdgeKey, state: EdgeState): Value {
  switch (from.kind) {
    case 'property':
      return propertyValue(state, from.place);
    case 'version':
      return state.version;
    case 'source':
      return key.kind === 'edge' ? key.source : key.id;
    case 'target':
      return key.kind === 'edge' ? key.target : key.id;
    default:
      return unreachable(from);
  }
}

/** The values of an index's or cache's fields, in order. */
export function orderedValues(fields: readonly TableOrderedField[], key: EdgeKey, state: EdgeState): readonly Value[] {
  const values = new Array<Value>(fields.length);
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    values[i] = field === undefined ? null : fieldValue(field.from, key, state);
  }
  return values;
}

/** The property values of a state, aligned with the table's fields; undefined: never seen. */
export function rowValues(table: Table, state: EdgeState): readonly (Value | undefined)[] {
  const count = table.fields.length;
  const values = new Array<Value | undefined>(count);
  for (let place = 0; place < count; place++) values[place] = state.properties[place]?.value;
  return values;
}

/** Whether two aligned lists would be encoded to the same bytes: -0.0 differs from 0.0, NaN equals itself. */
export function sameValues(a: readonly (Value | undefined)[], b: readonly (Value | undefined)[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** The value of the property at a place; null when it is unset or was never seen. */
export function propertyValue(state: EdgeState, place: number): Value {
  const cell = state.properties[place];
  return cell === undefined ? null : cell.value;
}
