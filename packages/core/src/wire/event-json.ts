// Hot: prints the edge of every record of the streams.
import { printValue } from '../codec/json-text.ts';
import { invariant } from '../failure.ts';
import type { Table } from '../model/table.ts';
import type { RawEvent, RawKey, RequestStamp, TypedValue } from '../record/log-record.ts';
import { type EventPlace, printTraceId } from './trace-id.ts';

/** Version of the record shapes: the reference's v2 shapes, also for v3 requests. */
export const STREAM_VERSION = '2';

/** Which server a record comes from, as its readers tell them apart: both are settings. */
export interface Deployment {
  /** The stage: local, test, production. */
  readonly phase: string;
  readonly tenant: string;
}

/** An end that a multi edge's event or state does not name. */
export const MISSING_END = '"0"';

/** One event of a mutation, seen through the schema by which its values are named. */
export interface StreamedEvent {
  readonly table: Table;
  readonly place: EventPlace;
  readonly stamp: RequestStamp;
  /** The alias by which the request named the table, "database.alias", or null. */
  readonly alias: string | null;
  readonly key: RawKey;
  readonly event: RawEvent;
}

/**
 * The key under which a record is published: "source:target", of a multi edge the id, so that all records of one edge
 * have one key. (The reference takes source and target of the event there, which a DELETE need not name.)
 */
export function recordKey(key: RawKey): string {
  return key.kind === 'edge' ? `${plainText(key.source)}:${plainText(key.target)}` : plainText(key.id);
}

/**
 * Prints the edge of an event: what the request named, cast. A multi edge's properties end with `_id`; its ends are "0"
 * where the event does not name them.
 */
export function printEventEdge({ table, place, key, event }: StreamedEvent): string {
  let source = MISSING_END;
  let target = MISSING_END;
  let properties = '';
  for (const property of event.properties) {
    const name = nameOf(table, property.code);
    const text = printValue(property.type, property.value);
    if (table.kind === 'multiEdge' && name === '_source') source = endOrMissing(text);
    else if (table.kind === 'multiEdge' && name === '_target') target = endOrMissing(text);
    else if (name !== undefined) properties += `${properties === '' ? '' : ','}${JSON.stringify(name)}:${text}`;
  }
  if (key.kind === 'edge') {
    source = printTyped(key.source);
    target = printTyped(key.target);
  } else {
    properties += `${properties === '' ? '' : ','}"_id":${printTyped(key.id)}`;
  }
  const traceId = printTraceId(place);
  return `{"ts":${event.version},"src":${source},"tgt":${target},"props":{${properties}},"traceId":"${traceId}"}`;
}

/** Undefined for a property that this revision of the table does not have. */
function nameOf(table: Table, code: number): string | undefined {
  const place = table.fieldIndexByCode.get(code);
  if (place === undefined) return undefined;
  const field = table.fields[place];
  invariant(field !== undefined, 'a code leads to a field of its table');
  return field.name;
}

function endOrMissing(text: string): string {
  return text === 'null' ? MISSING_END : text;
}

function printTyped({ type, value }: TypedValue): string {
  return printValue(type, value);
}

function plainText({ type, value }: TypedValue): string {
  return typeof value === 'string' ? value : printValue(type, value);
}
