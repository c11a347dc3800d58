// Hot: prints every record of the CDC stream.
import { printValue } from '../codec/json-text.ts';
import { decodeStateValue } from '../codec/row-value.ts';
import type { EdgeState, EntryStatus, MutationRules } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { TypedValue } from '../record/log-record.ts';
import { type Deployment, printEventEdge, STREAM_VERSION, type StreamedEvent } from './event-json.ts';

/** What became of one entry: its last event, and the states around it. */
export interface CdcItem extends StreamedEvent {
  readonly status: EntryStatus;
  /** State cells, or states that no cell holds; null where there is none. */
  readonly before: Uint8Array | EdgeState | null;
  readonly after: Uint8Array | EdgeState | null;
  /** Why the status is ERROR. */
  readonly message: string | null;
}

/** Whether an outcome is published: not what was only queued, and what was refused only by v2's rules. IDLE is. */
export function isPublished({
  status,
  rules,
}: {
  readonly status: EntryStatus;
  readonly rules: MutationRules;
}): boolean {
  return status !== 'QUEUED' && (status !== 'ERROR' || rules === 'v2');
}

/**
 * Prints a CDC record: what one request did to one edge, in the reference's JSON, members in its order. `edge` and `op` are
 * those of the entry's last event, `before` and `after` whole states, `ts` the stamp of the frame that holds the entry. An
 * ERROR shows no state, and the table's own name as alias if the request named none, as the reference does.
 */
export function printCdcRecord(item: CdcItem, { phase, tenant }: Deployment): string {
  const { table, stamp, event, status } = item;
  const label = JSON.stringify(`${table.database}.${table.name}`);
  const isRefused = status === 'ERROR';
  const before = isRefused ? 'null' : printState(item, item.before);
  const after = isRefused ? 'null' : item.after === item.before ? before : printState(item, item.after);
  const alias = item.alias === null ? (isRefused ? label : 'null') : JSON.stringify(item.alias);
  return (
    `{"label":${label},"edge":${printEventEdge(item)},"op":"${event.type}",` +
    `"status":"${status}","before":${before},"after":${after},"acc":${countChange(item)},` +
    `"alias":${alias},"message":${item.message === null ? 'null' : JSON.stringify(item.message)},` +
    `"audit":{"actor":${JSON.stringify(stamp.actor)}},"requestId":${JSON.stringify(stamp.requestId)},` +
    `"ts":${item.place.stampMs},"version":"${STREAM_VERSION}","phase":${JSON.stringify(phase)},"tenant":${JSON.stringify(tenant)}}`
  );
}

/** What the entry has added to the counts. */
function countChange({ table, status, before }: CdcItem): -1 | 0 | 1 {
  if (status === 'CREATED') return 1;
  if (status === 'DELETED') return -1;
  return status === 'PURGED' && before !== null && stateOf(table, before).active ? -1 : 0;
}

/** A whole state; null where there is no row, and for a multi edge that lacks its source or target. */
function printState({ table, key }: CdcItem, cell: CdcItem['before']): string {
  if (cell === null) return 'null';
  const state = stateOf(table, cell);
  const source = key.kind === 'edge' ? key.source : endOf(table, state, 0);
  const target = key.kind === 'edge' ? key.target : endOf(table, state, 1);
  if (source.value === null || target.value === null) return 'null';
  return (
    `{"active":${state.active},"ts":${state.version},"src":${printValue(source.type, source.value)},` +
    `"tgt":${printValue(target.type, target.value)},"props":{${printStateProperties(table, state)}}}`
  );
}

function stateOf(table: Table, state: Uint8Array | EdgeState): EdgeState {
  return state instanceof Uint8Array ? decodeStateValue(table, state) : state;
}

/** A multi edge keeps its source and target as its first two fields. */
function endOf(table: Table, state: EdgeState, place: 0 | 1): TypedValue {
  const value = state.properties[place]?.value ?? null;
  return { type: place === 0 ? table.sourceType : table.targetType, value };
}

/** All properties that the state has, unset ones as null, in the order of the schema. */
export function printStateProperties(table: Table, state: EdgeState): string {
  let text = '';
  for (let place = 0; place < table.fields.length; place += 1) {
    const field = table.fields[place];
    const cell = state.properties[place];
    if (field === undefined || cell === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(field.name)}:${printValue(field.type, cell.value)}`;
  }
  return text;
}
