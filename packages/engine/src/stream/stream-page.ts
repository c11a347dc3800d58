import { Failure } from '@actionbase/core/failure';
import type { LogPosition } from '@actionbase/core/model/position';
import { printStreamPosition, type StreamPosition } from '@actionbase/core/model/stream-position';
import type { Table } from '@actionbase/core/model/table';
import { portFailures } from '@actionbase/ports/failures';
import { engineFailures } from '../failures.ts';

/** Where a reader begins: exactly after a position, with the first record that is kept, or with what comes next. */
export type StreamStart = StreamPosition | 'first' | 'end';

/** Which records a reader wants; an undefined member wants all. */
export interface StreamFilter {
  /** "database.table": the table, or the alias by which it was named. */
  readonly table?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface StreamedRecord<R> {
  readonly position: StreamPosition;
  readonly record: R;
}

/** Records in order, none left out between the start and `reached` but those that the filter does not want. */
export interface StreamPage<R> {
  readonly records: readonly StreamedRecord<R>[];
  /** Where the next page begins; null as long as the log is empty. */
  readonly reached: StreamPosition | null;
  /** Whether everything that was applied is read. */
  readonly atEnd: boolean;
}

/** The next item to read. */
export interface StreamPlace {
  readonly offset: number;
  readonly item: number;
}

/** What a reader reads from: the first frame that is kept, and the last that is applied. */
export interface StreamBounds {
  readonly epoch: number;
  readonly start: number;
  readonly applied: LogPosition | null;
}

/** The place at which a start begins. Failures: `unknown-position`, `log-trimmed`. */
export function placeOfStart(from: StreamStart, bounds: StreamBounds): StreamPlace {
  const last = bounds.applied?.offset ?? -1;
  if (from === 'first') return { offset: bounds.start, item: 0 };
  if (from === 'end') return { offset: last + 1, item: 0 };
  const text = printStreamPosition(from);
  if (from.partition !== 0) throw unknownPosition(text, 'this log has partition 0 only');
  if (from.epoch !== bounds.epoch) throw unknownPosition(text, `the log is of epoch ${bounds.epoch}`);
  if (from.offset > last) {
    throw unknownPosition(text, last < 0 ? 'the log is empty' : `the log ends with e${bounds.epoch}-p0-${last}`);
  }
  const place =
    from.item === null ? { offset: from.offset + 1, item: 0 } : { offset: from.offset, item: from.item + 1 };
  if (place.offset < bounds.start) throw trimmed(text, bounds);
  return place;
}

/** The failure of a position that this log never gave. */
export function unknownPosition(position: string, reason: string): Failure {
  const message = `from is ${position}, which is no position of this log: ${reason}`;
  return new Failure(engineFailures['unknown-position'], message, { from: position });
}

/** The failure of a position whose records are gone. */
export function trimmed(position: string, { epoch, start }: StreamBounds): Failure {
  const first = `e${epoch}-p0-${start}`;
  const message = `from is ${position}; log and feed are kept from ${first} on. What was before is gone: begin with from=first`;
  return new Failure(portFailures['log-trimmed'], message, { from: position, first });
}

/** Whether the filter wants a record of this table. */
export function isWanted(filter: StreamFilter, table: Table, request: { alias: string | null; id: string }): boolean {
  if (filter.requestId !== undefined && filter.requestId !== request.id) return false;
  if (filter.table === undefined || filter.table === request.alias) return true;
  return filter.table === `${table.database}.${table.name}`;
}
