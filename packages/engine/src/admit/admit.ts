import { encodeStateKey } from '@actionbase/core/codec/row-key';
import { encodeStateValue } from '@actionbase/core/codec/row-value';
import { Failure } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import type { MutationMode } from '@actionbase/core/model/catalog';
import type { Entry } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { encodeMutateRecord } from '@actionbase/core/record/encode-log-record';
import type { MutateRecord, Origin, RequestStamp } from '@actionbase/core/record/log-record';
import { admitItems, groupByKey, type MutationItem } from '@actionbase/core/wire/mutation-json';
import { type Catalog, type ResolvedTable, resolveTable } from '../catalog/catalog.ts';
import { engineFailures } from '../failures.ts';
import { resolveMode } from './resolve-mode.ts';

/** A mutation as a caller asks for it, before anything is cast. */
export interface MutateRequest {
  readonly database: string;
  /** A table or an alias. */
  readonly table: string;
  readonly kind: Table['kind'];
  readonly items: readonly MutationItem[];
  readonly stamp: RequestStamp;
  /** The mode that the call asks for; null leaves it to the table. */
  readonly mode: MutationMode | null;
  readonly force: boolean;
  /** Set by readers of a foreign log. */
  readonly origin: Origin | null;
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
}

/** Casts and checks a whole request under one catalog. A failure means that nothing of it is written anywhere. */
export function admitMutation(catalog: Catalog, request: MutateRequest, rules: AdmitRules): AdmittedMutation {
  const resolved = resolveTable(catalog, request.database, request.table);
  const { table } = resolved;
  requireKind(table, request.kind);
  const mode = resolveMode({
    table: resolved.definition.mode,
    request: request.mode,
    system: rules.systemMode,
    force: request.force,
  });
  const entries = groupByKey(table, admitItems(table, request.items));
  for (const entry of entries) requireSizes(table, entry, rules);
  const header = headerOf(request, resolved, mode);
  const bytes = encodeMutateRecord(header, table, entries);
  requireRecordSize(bytes.length, rules.recordBytesMax);
  return { kind: 'mutate', header, table, entries, bytes };
}

function requireRecordSize(bytes: number, max: number): void {
  if (bytes <= max) return;
  const message = `mutations: ${bytes} bytes in the log, ${max} are allowed in one request; send fewer items at a time`;
  throw new Failure(engineFailures['request-too-large'], message, { field: 'mutations', bytes, max });
}

/** Failure `wrong-edge-kind` when a call for one kind of edges names a table of the other. */
export function requireKind(table: Table, kind: Table['kind']): void {
  if (table.kind === kind) return;
  const names = { edge: 'Edge', multiEdge: 'MultiEdge' };
  const message = `Expected ModelSchema.${names[kind]}, but got ${names[table.kind]}`;
  throw new Failure(engineFailures['wrong-edge-kind'], message, { table: `${table.database}.${table.name}` });
}

function headerOf(request: MutateRequest, resolved: ResolvedTable, mode: RecordHeader['mode']): RecordHeader {
  return {
    stamp: request.stamp,
    mode,
    table: resolved.table.id,
    schemaRevision: resolved.table.revision,
    alias: resolved.alias,
    origin: request.origin,
  };
}

/** What a single event shows to be too large is refused here; what only the merged state shows, when it is reduced. */
function requireSizes(table: Table, entry: Entry, rules: AdmitRules): void {
  const keyBytes = encodeStateKey(table, entry.key).length;
  if (keyBytes > rules.keyBytesMax) {
    const field = entry.key.kind === 'edge' ? 'source and target' : 'id';
    const message = `${field}: the encoded key has ${keyBytes} bytes, ${rules.keyBytesMax} are allowed`;
    throw new Failure(coreFailures['key-too-long'], message, { field, bytes: keyBytes, max: rules.keyBytesMax });
  }
  for (const event of entry.events) {
    if (!mayBeTooLong(event.properties, rules.valueBytesMax)) continue;
    const properties = event.properties.map((value) =>
      value === undefined ? undefined : { version: event.version, value },
    );
    const state = { active: true, version: event.version, createdAt: null, deletedAt: null, properties };
    const bytes = encodeStateValue(table, state).length;
    if (bytes <= rules.valueBytesMax) continue;
    const message = `properties: ${bytes} bytes when encoded, ${rules.valueBytesMax} are allowed`;
    throw new Failure(coreFailures['value-too-long'], message, {
      field: 'properties',
      bytes,
      max: rules.valueBytesMax,
    });
  }
}

/** Bytes that a property takes in a state cell besides the UTF-8 of a text: code, header, terminator, version, and a number. */
const PROPERTY_BYTES_AROUND = 32;
const UTF8_BYTES_PER_UNIT_MAX = 3;

/** False when the properties certainly fit, so that the usual small edge is not encoded twice. */
function mayBeTooLong(properties: Entry['events'][number]['properties'], max: number): boolean {
  let bytes = 64;
  for (const value of properties) {
    bytes += PROPERTY_BYTES_AROUND;
    if (typeof value === 'string') bytes += value.length * UTF8_BYTES_PER_UNIT_MAX;
  }
  return bytes > max;
}
