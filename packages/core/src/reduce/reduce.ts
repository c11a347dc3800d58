// Hot: runs once per event. No closures, no maps; arrays aligned with the table's fields.
import { unreachable } from '../failure.ts';
import type { EdgeEvent, EdgeState, PropertyCell } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { Value } from '../model/value.ts';

/**
 * The state after one event: the transition of the reference, event by event (spec 3.4). Pure; it never refuses.
 * Whether the result may stand is asked by `missingProperty`. Events of distinct versions give one state in any order,
 * as long as none of them is refused; of equal versions the later one wins.
 *
 * Whether an edge is active follows from its times, but for one that a v2 call created again at the version of its DELETE:
 * there both times are equal and the edge is active. Only a DELETE that is not older ends it, as it ends every edge.
 */
export function reduce(table: Table, state: EdgeState, event: EdgeEvent): EdgeState {
  const { type, version } = event;
  const isOverride = version === state.version;
  let { createdAt, deletedAt } = state;
  let isEnded = false;
  if (type === 'INSERT' && (createdAt === null || version >= createdAt)) {
    createdAt = version;
    if (isOverride && createdAt === deletedAt) deletedAt = null;
  } else if (type === 'DELETE' && (deletedAt === null || version >= deletedAt)) {
    deletedAt = version;
    isEnded = true;
    if (isOverride && deletedAt === createdAt) createdAt = null;
  }
  const count = table.fields.length;
  const properties = new Array<PropertyCell | undefined>(count);
  for (let place = 0; place < count; place++) {
    properties[place] = nextCell(event, state.properties[place], event.properties[place]);
  }
  return {
    active: (state.active && !isEnded) || (createdAt !== null && (deletedAt === null || createdAt > deletedAt)),
    version: version > state.version ? version : state.version,
    createdAt,
    deletedAt,
    properties,
  };
}

/** The first field that an active state must have and lacks; undefined when the state may stand. */
export function missingProperty(table: Table, state: EdgeState): string | undefined {
  if (!state.active) return undefined;
  const { fields } = table;
  for (let place = 0; place < fields.length; place++) {
    const field = fields[place];
    if (field === undefined || field.nullable) continue;
    const cell = state.properties[place];
    if (cell === undefined || cell.value === null) return field.name;
  }
  return undefined;
}

function nextCell(
  event: EdgeEvent,
  cell: PropertyCell | undefined,
  value: Value | undefined,
): PropertyCell | undefined {
  const { type, version } = event;
  if (cell !== undefined && version < cell.version) return cell;
  switch (type) {
    case 'INSERT':
      // An INSERT replaces everything, except that one of the same version adds to what is there.
      if (
        (value === undefined || value === null) &&
        cell !== undefined &&
        version === cell.version &&
        cell.value !== null
      )
        return cell;
      return newCell(version, value);
    case 'UPDATE':
      return value === undefined ? cell : newCell(version, value);
    case 'DELETE':
    case 'PURGE':
      return newCell(version, null);
    default:
      return unreachable(type);
  }
}

/**
 * The reference marks an unset value by one of two texts in its memory and stores null for it, so a client's text that
 * equals one of them is null in its rows, and here.
 */
function newCell(version: bigint, value: Value | undefined): PropertyCell {
  if (value === undefined || value === '__UNSET__' || value === '__DELETED__') return { version, value: null };
  return { version, value };
}
