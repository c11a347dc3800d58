import { type RowLimits, stateRefusal } from '@actionbase/core/derive/row-limits';
import { Failure, invariant } from '@actionbase/core/failure';
import type { MutationMode } from '@actionbase/core/model/catalog';
import type { Entry, MutationRules } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { directionsOf, type Value } from '@actionbase/core/model/value';
import { encodeMutateRecord } from '@actionbase/core/record/encode-log-record';
import type { MutateRecord, Origin, RequestStamp } from '@actionbase/core/record/log-record';
import { admitItems, groupByKey, type MutationItem } from '@actionbase/core/wire/mutation-json';
import { type Catalog, type ResolvedTable, resolveTable } from '../catalog/catalog.ts';
import { requireIndexed } from '../catalog/table-layout.ts';
import { engineFailures } from '../failures.ts';
import { ORIGIN_NAME_LENGTH_MAX, STAMP_TEXT_LENGTH_MAX } from '../limits.ts';
import { resolveMode } from './resolve-mode.ts';

/** The queue's name in the inbox; no foreign log may have it. */
export const QUEUE_ORIGIN = 'queue';

/** A mutation as a caller asks for it, before anything is cast. */
export interface MutateRequest {
  readonly database: string;
  /** A table or an alias. */
  readonly table: string;
  readonly kind: Table['kind'];
  /** By 'v2' each item is an entry of its own, in their order, and may be a PURGE. By 'v3' items of one key are one entry. */
  readonly rules: MutationRules;
  readonly items: readonly MutationItem[];
  readonly stamp: RequestStamp;
  /** The mode that the call asks for; null leaves it to the table. */
  readonly mode: MutationMode | null;
  readonly force: boolean;
  /** Set by readers of a foreign log. */
  readonly origin: Origin | null;
  /** Until when it may begin, as `Clock.monotonicMs` counts; it is in no log. */
  readonly deadlineMs?: number;
}

export type RecordHeader = Omit<MutateRecord, 'kind' | 'entries'>;

/** A request that was cast and checked as a whole: nothing in it can fail for its shape any more. */
export interface AdmittedMutation {
  readonly kind: 'mutate';
  readonly header: RecordHeader;
  readonly table: Table;
  readonly entries: readonly Entry[];
  /** The log record. */
  readonly bytes: Uint8Array;
}

export interface AdmitRules {
  readonly systemMode: MutationMode | null;
  readonly keyBytesMax: number;
  readonly valueBytesMax: number;
  readonly recordBytesMax: number;
  readonly derivedRowsMax: number;
}

/** Casts and checks a whole request under one catalog. A failure means that nothing of it is written anywhere. */
export function admitMutation(catalog: Catalog, request: MutateRequest, rules: AdmitRules): AdmittedMutation {
  const resolved = resolveTable(catalog, request.database, request.table);
  const { table } = resolved;
  requireForeign(request.origin);
  if (request.rules === 'v3') requireIndexed(table);
  requireKind(table, request.kind);
  const mode = resolveMode({
    table: resolved.definition.mode,
    request: request.mode,
    system: rules.systemMode,
    force: request.force,
  });
  const entries = entriesOf(table, request);
  requireRowCount(table, entries.length, rules.derivedRowsMax);
  for (const entry of entries) requireSizes(table, entry, rules);
  const header = headerOf(request, resolved, mode);
  const bytes = encodeMutateRecord(header, table, entries);
  requireRecordSize(bytes.length, rules.recordBytesMax);
  return { kind: 'mutate', header, table, entries, bytes };
}

function entriesOf(table: Table, { rules, items }: MutateRequest): Entry[] {
  const admitted = admitItems(table, items);
  if (rules === 'v2') return admitted.map(({ key, event }) => ({ key, events: [event] }));
  for (const { event } of admitted) invariant(event.type !== 'PURGE', 'a PURGE is an item of a v2 call');
  return groupByKey(table, admitted);
}

function requireForeign(origin: Origin | null): void {
  if (origin === null) return;
  const { name, position } = origin;
  invariant(name !== QUEUE_ORIGIN, 'a foreign log is not called as the queue is');
  invariant(
    name.length >= 1 && name.length <= ORIGIN_NAME_LENGTH_MAX,
    'the name of a foreign log has 1 to 64 characters',
  );
  invariant(position >= 0n, 'positions of a foreign log are 0 or more');
}

/** A small body may ask for a great many rows: every index and cache of a table adds one per direction and edge. */
export function requireRowCount(table: Table, edges: number, max: number): void {
  const rowsPerEdge = rowsOfEdge(table);
  if (edges * rowsPerEdge <= max) return;
  const message = `mutations: ${edges} edges of ${rowsPerEdge} rows each, ${max} rows are allowed in one request; send at most ${Math.floor(max / rowsPerEdge)} edges at a time`;
  throw new Failure(engineFailures['request-too-large'], message, { field: 'mutations', edges, rowsPerEdge, max });
}

function rowsOfEdge(table: Table): number {
  if (table.layout !== 'INDEXED') return table.layout === 'HASH' ? 1 : 0;
  const directions = directionsOf(table.direction).length;
  const groups = table.groups.reduce((sum, group) => sum + directionsOf(group.directionType).length, 0);
  return 1 + directions * (1 + table.indexes.length + table.caches.length) + groups;
}

export function requireRecordSize(bytes: number, max: number): void {
  if (bytes <= max) return;
  const message = `mutations: ${bytes} bytes in the log, ${max} are allowed in one request; send fewer items at a time`;
  throw new Failure(engineFailures['request-too-large'], message, { field: 'mutations', bytes, max });
}

/** Failure `request-too-large` when a change of metadata takes more bytes than one may. */
export function requireChangeSize(bytes: number, max: number): void {
  if (bytes <= max) return;
  const message = `the change takes ${bytes} bytes in the log, ${max} are allowed; shorten its descriptions and names`;
  throw new Failure(engineFailures['request-too-large'], message, { bytes, max });
}

/** Failure `wrong-edge-kind` when a call for one kind of edges names a table of the other. */
export function requireKind(table: Table, kind: Table['kind']): void {
  if (table.kind === kind) return;
  const names = { edge: 'Edge', multiEdge: 'MultiEdge' };
  const message = `Expected ModelSchema.${names[kind]}, but got ${names[table.kind]}`;
  throw new Failure(engineFailures['wrong-edge-kind'], message, { table: `${table.database}.${table.name}` });
}

/**
 * A foreign record is never asynchronous: the inbox drops what comes again where it stands in the log, so that is where it
 * must take effect. The queue would append a dropped one all the same.
 */
function headerOf(request: MutateRequest, resolved: ResolvedTable, mode: RecordHeader['mode']): RecordHeader {
  const isForeign = request.origin !== null;
  return {
    rules: request.rules,
    stamp: boundedStamp(request.stamp),
    mode: isForeign && mode.effective === 'ASYNC' ? { ...mode, effective: 'SYNC' } : mode,
    table: resolved.table.id,
    schemaRevision: resolved.table.revision,
    alias: resolved.alias,
    origin: request.origin,
  };
}

/** The stamp as log and feed keep it. The feed repeats it with every entry: long headers would be written ten thousand times. */
export function boundedStamp(stamp: RequestStamp): RequestStamp {
  const { timeMs, requestId, actor } = stamp;
  return { timeMs, requestId: cut(requestId), actor: cut(actor) };
}

function cut(text: string): string {
  return text.length <= STAMP_TEXT_LENGTH_MAX ? text : text.slice(0, STAMP_TEXT_LENGTH_MAX).toWellFormed();
}

/** What a single event shows to be too large is refused here; what only the merged state shows, when it is reduced. */
export function requireSizes(table: Table, { key, events }: Entry, limits: RowLimits): void {
  for (const { version, properties } of events) {
    if (!mayBeTooLong(key, properties, limits)) continue;
    const cells = properties.map((value) => (value === undefined ? undefined : { version, value }));
    const state = { active: true, version, createdAt: null, deletedAt: null, properties: cells };
    const refusal = stateRefusal(table, { key, state }, limits);
    if (refusal !== undefined) throw new Failure(refusal.failure, refusal.message, { field: refusal.field });
  }
}

/** Bytes of a key besides its texts: salt, table code, record type, headers, terminators, numbers. */
const KEY_BYTES_AROUND = 64;
/** Bytes of a state cell besides its properties. */
const STATE_BYTES_AROUND = 64;
/** Bytes that a property takes in a state cell besides the UTF-8 of a text: code, header, terminator, version, and a number. */
const PROPERTY_BYTES_AROUND = 32;
const UTF8_BYTES_PER_UNIT_MAX = 3;

/** False when the edge certainly fits, so that the usual small one is not measured. */
function mayBeTooLong(
  key: Entry['key'],
  properties: Entry['events'][number]['properties'],
  limits: RowLimits,
): boolean {
  const ends = key.kind === 'edge' ? unitsOf(key.source) + unitsOf(key.target) : 2 * unitsOf(key.id);
  if (KEY_BYTES_AROUND + ends * UTF8_BYTES_PER_UNIT_MAX > limits.keyBytesMax) return true;
  let bytes = STATE_BYTES_AROUND;
  for (const value of properties) {
    bytes += PROPERTY_BYTES_AROUND + (value === undefined ? 0 : unitsOf(value)) * UTF8_BYTES_PER_UNIT_MAX;
  }
  return bytes > limits.valueBytesMax;
}

function unitsOf(value: Value): number {
  return typeof value === 'string' ? value.length : 0;
}
