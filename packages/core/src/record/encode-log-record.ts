// Hot: runs for every admitted request. Benchmark: codec.
import { KeyWriter } from '../codec/key-writer.ts';
import { invariant } from '../failure.ts';
import type { MutationMode } from '../model/catalog.ts';
import type { EdgeEvent, EdgeKey, Entry } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { CatalogRecord, MutateRecord, Origin, RawEntry, ResolvedMode } from './log-record.ts';
import { KEY_CODE, writeEventType, writeRawEvent, writeRawKey } from './raw-entry-bytes.ts';
import { codeOfWord, RECORD_FORMAT } from './record-format.ts';
import { writeStamp } from './request-stamp-bytes.ts';

/** Codes of the kinds of log records. A mutation under v2's rules is a kind of its own, of the same layout. */
export const LOG_RECORD_CODE = {
  mutate: 1,
  catalog: 2,
  mutateV2: 3,
  rework: 4,
  retry: 5,
  drop: 6,
  rederive: 7,
  load: 8,
} as const;

/** Modes in the order of their codes. */
export const MODES: readonly MutationMode[] = ['SYNC', 'ASYNC', 'DROP'];

// Space for one call; empty in meaning between calls, which are synchronous.
const writer = new KeyWriter();

/**
 * The log's entry blob of a mutation request. All parts but the first byte are ordered values (see `KeyWriter`), ascending.
 * Layout: format 01, int8 kind 1 (by v2's rules 3), stamp, mode, int32 table id, int32 schema revision, alias or null, origin (name, int64
 * position) or null, int32 number of entries; per entry its key, int32 number of events, its events.
 *
 *     01 2981  2c8000019483bfde9d 34723100 342d00  2981 05 05 35 2981   2b80000007 2b80000001  05     05      2b80000001
 *     kind     time, request id, actor             mode (see writeMode) table      revision    alias  origin  entries
 *     2981 34416c69636500 3450686f6e6500  2b80000001  2981 2c8000000000000001 2b80000001 2bd5673825 2c8000000000000005
 *     key Alice -> Phone                  events      INSERT, version, properties: created_at = 5
 */
export function encodeMutateRecord(
  header: Omit<MutateRecord, 'entries' | 'kind'>,
  table: Table,
  entries: readonly Entry[],
): Uint8Array {
  beginMutation(header, entries.length);
  for (const entry of entries) {
    writeKey(table, entry.key);
    writer.writeInt32(entry.events.length);
    for (const event of entry.events) writeEvent(table, event);
  }
  return writer.take();
}

/** As `encodeMutateRecord`, for entries as a log record holds them: no table is needed. */
export function encodeRawMutateRecord(
  header: Omit<MutateRecord, 'entries' | 'kind'>,
  entries: readonly RawEntry[],
): Uint8Array {
  beginMutation(header, entries.length);
  for (const entry of entries) {
    writeRawKey(writer, entry.key);
    writer.writeInt32(entry.events.length);
    for (const event of entry.events) writeRawEvent(writer, event);
  }
  return writer.take();
}

/** Everything up to the first entry. */
function beginMutation(header: Omit<MutateRecord, 'entries' | 'kind'>, entryCount: number): void {
  writer.reset();
  writer.writeByte(RECORD_FORMAT);
  writer.writeInt8(header.rules === 'v2' ? LOG_RECORD_CODE.mutateV2 : LOG_RECORD_CODE.mutate);
  writeStamp(writer, header.stamp);
  writeMode(writer, header.mode);
  writer.writeInt32(header.table);
  writer.writeInt32(header.schemaRevision);
  writer.writeValue('string', header.alias);
  writeOrigin(header.origin);
  writer.writeInt32(entryCount);
}

/**
 * The log's entry blob of a metadata change.
 * Layout: format 01, int8 kind 2, stamp, the change as JSON text.
 *
 *     01 2982  2c8000019483bfde9d 34723100 342d00  32 {"kind":"delete-database","database":"likes"} 00
 */
export function encodeCatalogRecord(record: CatalogRecord): Uint8Array {
  writer.reset();
  writer.writeByte(RECORD_FORMAT);
  writer.writeInt8(LOG_RECORD_CODE.catalog);
  writeStamp(writer, record.stamp);
  writer.writeJson(JSON.stringify(record.change));
  return writer.take();
}

/**
 * Layout: int8 mode of the table, of the request or null, of the system or null, force, int8 effective mode; 1 SYNC,
 * 2 ASYNC, 3 DROP.
 *
 *     table SYNC, nothing else, effective SYNC: 2981 05 05 35 2981
 */
export function writeMode(writer: KeyWriter, mode: ResolvedMode): void {
  writer.writeInt8(codeOfWord(MODES, mode.table));
  writeModeOrNull(writer, mode.request);
  writeModeOrNull(writer, mode.system);
  writer.writeBoolean(mode.force);
  writer.writeInt8(codeOfWord(MODES, mode.effective));
}

function writeModeOrNull(writer: KeyWriter, mode: MutationMode | null): void {
  if (mode === null) {
    writer.writeNull();
  } else {
    writer.writeInt8(codeOfWord(MODES, mode));
  }
}

function writeOrigin(origin: Origin | null): void {
  if (origin === null) {
    writer.writeNull();
  } else {
    writer.writeText(origin.name);
    writer.writeInt64(origin.position);
  }
}

/** The bytes of `writeRawKey`, without making a `RawKey`. */
function writeKey(table: Table, key: EdgeKey): void {
  writer.writeInt8(KEY_CODE[key.kind]);
  if (key.kind === 'edge') {
    writer.writeValue(table.sourceType, key.source);
    writer.writeValue(table.targetType, key.target);
  } else {
    writer.writeValue(table.idType, key.id);
  }
}

/** The bytes of `writeRawEvent`, without making a `RawEvent`. */
function writeEvent(table: Table, event: EdgeEvent): void {
  writeEventType(writer, event.type);
  writer.writeInt64(event.version);
  const { properties } = event;
  let named = 0;
  for (let i = 0; i < properties.length; i++) {
    if (properties[i] !== undefined) named++;
  }
  writer.writeInt32(named);
  for (let i = 0; i < properties.length; i++) {
    const value = properties[i];
    if (value === undefined) continue;
    const field = table.fields[i];
    invariant(field !== undefined, 'an event has at most one property per field');
    writer.writeInt32(field.code);
    writer.writeValue(field.type, value);
  }
}
