// Hot: runs for every applied entry. Benchmark: codec.
import { convertStored } from '../codec/convert-stored.ts';
import { invariant } from '../failure.ts';
import type { EdgeEvent, EdgeKey, Entry } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { Value } from '../model/value.ts';
import type { RawEntry, RawEvent, RawKey, RawProperty } from './log-record.ts';

/**
 * An entry of the log seen through a table as it is at the entry's position: properties find their places by code, those
 * that the table does not know (any more) are left out, and a value of another type is converted by `convertStored`.
 * Undefined when the key cannot be one of this table: another kind of edge, or another type of vertex or id.
 */
export function bindEntry(table: Table, raw: RawEntry): Entry | undefined {
  const key = bindKey(table, raw.key);
  if (key === undefined) return undefined;
  const events: EdgeEvent[] = [];
  for (const event of raw.events) events.push(bindEvent(table, event));
  return { key, events };
}

/** A key with the types that its table declares. */
export function rawKey(table: Table, key: EdgeKey): RawKey {
  if (key.kind === 'multiEdge') return { kind: 'multiEdge', id: { type: table.idType, value: key.id } };
  return {
    kind: 'edge',
    source: { type: table.sourceType, value: key.source },
    target: { type: table.targetType, value: key.target },
  };
}

/** An event with codes and types instead of places; only what the request named. */
export function rawEvent(table: Table, event: EdgeEvent): RawEvent {
  const properties: RawProperty[] = [];
  for (let i = 0; i < event.properties.length; i++) {
    const value = event.properties[i];
    if (value === undefined) continue;
    const field = table.fields[i];
    invariant(field !== undefined, 'an event has at most one property per field');
    properties.push({ code: field.code, type: value === null ? null : field.type, value });
  }
  return { type: event.type, version: event.version, properties };
}

function bindKey(table: Table, key: RawKey): EdgeKey | undefined {
  if (key.kind === 'multiEdge') {
    return key.id.type === table.idType && key.id.value !== null ? { kind: 'multiEdge', id: key.id.value } : undefined;
  }
  const fits = table.idType === null && key.source.type === table.sourceType && key.target.type === table.targetType;
  return fits ? { kind: 'edge', source: key.source.value, target: key.target.value } : undefined;
}

function bindEvent(table: Table, event: RawEvent): EdgeEvent {
  const properties: (Value | undefined)[] = new Array(table.fields.length).fill(undefined);
  for (const property of event.properties) {
    const place = table.fieldIndexByCode.get(property.code);
    if (place === undefined) continue;
    const field = table.fields[place];
    invariant(field !== undefined, 'a code leads to a field of its table');
    properties[place] = convertStored(field.type, property);
  }
  return { type: event.type, version: event.version, properties };
}
