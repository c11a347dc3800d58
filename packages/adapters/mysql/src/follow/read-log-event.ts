import type { LegacyRow } from '@actionbase/ports/legacy';
import type ZongJi from '@vlasky/zongji';
import type { AnyBinlogEvent, RowsEvent } from '@vlasky/zongji';
import { kindOfType, toLegacyValue } from '../column-kind.ts';
import { refused } from '../mysql-failure.ts';
import type { LogEvent, LoggedColumn, LoggedRow } from './log-event.ts';

/** The kinds of events that the driver must pass on. */
export const READ_EVENTS: readonly string[] = [
  'mariadbgtid',
  'query',
  'tablemap',
  'writerows',
  'updaterows',
  'deleterows',
  'xid',
  'xaprepare',
  'heartbeat',
];

/** What an event of the driver means; undefined for one that says nothing of transactions. */
export function readLogEvent(event: AnyBinlogEvent, zongji: ZongJi): LogEvent | undefined {
  const name = event.getEventName();
  if (name === 'mariadbgtid' && 'standalone' in event) {
    return { kind: 'begin', gtid: event.gtid, atMs: event.timestamp, isAlone: event.standalone };
  }
  if (name === 'query' && 'query' in event) return { kind: 'statement', text: event.query, schema: event.schema };
  if (name === 'xid') return { kind: 'commit' };
  if (name === 'xaprepare') return { kind: 'prepared' };
  if (name === 'tablemap' && 'tableName' in event) {
    return { kind: 'table', table: event.tableName, columns: loggedColumns(zongji, event.tableId) };
  }
  if ('rows' in event) return readRows(event, zongji);
  return undefined;
}

function readRows(event: RowsEvent & { readonly rows: readonly unknown[] }, zongji: ZongJi): LogEvent {
  const table = zongji.tableMap[event.tableId]?.tableName ?? '';
  if (!hasAllColumns(event)) {
    throw refused(`the log has only parts of the rows of ${table}: some program sets binlog_row_image for itself`);
  }
  const columns = loggedColumns(zongji, event.tableId);
  const name = event.getEventName();
  const rows = event.rows.map((row): LoggedRow => {
    if (name === 'writerows') return { before: undefined, after: rowOf(row, columns) };
    if (name === 'deleterows') return { before: rowOf(row, columns), after: undefined };
    return { before: rowOf(member(row, 'before'), columns), after: rowOf(member(row, 'after'), columns) };
  });
  return { kind: 'rows', table, bytes: event.size, rows };
}

function rowOf(row: unknown, columns: readonly LoggedColumn[]): LegacyRow {
  return Object.fromEntries(columns.map((column) => [column.name, toLegacyValue(member(row, column.name), column)]));
}

function loggedColumns(zongji: ZongJi, tableId: number): readonly LoggedColumn[] {
  const schemas = zongji.tableMap[tableId]?.columnSchemas ?? [];
  return schemas.map(({ COLUMN_NAME: name, COLUMN_TYPE: type }) => ({
    name,
    type,
    kind: kindOfType(type) ?? 'binary',
  }));
}

/** One bit per column says whether the row images have it; an update has one such map for each of its two images. */
function hasAllColumns(event: RowsEvent): boolean {
  const maps = [member(event, 'columns_present_bitmap'), member(event, 'columns_present_bitmap2')];
  return maps.every((map) => !(map instanceof Uint8Array) || hasBits(map, event.numberOfColumns));
}

function hasBits(map: Uint8Array, bits: number): boolean {
  for (let bit = 0; bit < bits; bit++) if (((map[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
  return true;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
