import { invariant } from '../failure.ts';
import { type ParkedPosition, printParkedPosition } from '../model/parked-position.ts';
import type { Table } from '../model/table.ts';
import type { MutateRecord } from '../record/log-record.ts';
import type { ParkedMutation } from '../record/parked-mutation.ts';
import { printEventEdge } from './event-json.ts';

/** A parked mutation with all that its printing needs. */
export interface ParkedItem {
  readonly position: ParkedPosition;
  readonly mutation: ParkedMutation;
  /** The record in `mutation`, which holds one entry. */
  readonly record: MutateRecord;
  /** The schema by which it was admitted. */
  readonly table: Table;
}

/**
 * Prints a parked mutation: why it was refused, who asked for it and when, and its edge and last event as in the WAL, with
 * the trace id of the event that was refused. `events` is how many its request has for this edge.
 */
export function printParked({ position, mutation, record, table }: ParkedItem): string {
  const [entry] = record.entries;
  const event = entry?.events.at(-1);
  invariant(entry !== undefined && event !== undefined, 'a parked mutation holds one entry with its events');
  const { stamp, alias } = record;
  const place = { ...position, stampMs: mutation.parkedMs, event: entry.events.length - 1 };
  const edge = printEventEdge({ table, place, stamp, alias, key: entry.key, event });
  const head = {
    id: printParkedPosition(position),
    table: `${mutation.database}.${mutation.table}`,
    code: mutation.code,
    message: mutation.message,
    tries: mutation.tries,
    parkedMs: mutation.parkedMs,
    timeMs: stamp.timeMs,
    requestId: stamp.requestId,
    actor: stamp.actor,
    alias,
    op: event.type,
    events: entry.events.length,
  };
  return `${JSON.stringify(head).slice(0, -1)},"edge":${edge}}`;
}
