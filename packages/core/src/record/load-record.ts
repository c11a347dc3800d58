// Hot: runs for every edge that is loaded. Benchmark: bulk.
import { KeyWriter } from '../codec/key-writer.ts';
import { MalformedBytes } from '../codec/malformed-bytes.ts';
import { ValueReader } from '../codec/ordered-value.ts';
import { CREATED_AT_CODE } from '../codec/row-value.ts';
import { invariant } from '../failure.ts';
import type { EdgeKey, Entry } from '../model/edge.ts';
import { type Table, tableId } from '../model/table.ts';
import { LOG_RECORD_CODE, writeMode } from './encode-log-record.ts';
import type {
  LoadHeader,
  LoadRecord,
  LoadRows,
  RawEntry,
  RawKey,
  RawProperty,
  RequestStamp,
  ResolvedMode,
  TypedValue,
} from './log-record.ts';
import { KEY_CODE } from './raw-entry-bytes.ts';
import { RECORD_FORMAT } from './record-format.ts';
import { writeStamp } from './request-stamp-bytes.ts';

// Space for one call; empty in meaning between calls, which are synchronous.
const writer = new KeyWriter();

/**
 * The edges of a load as bytes. Each entry holds one INSERT, and a value that it does not name is null: an INSERT makes no
 * difference between the two.
 */
export function encodeLoadRows(table: Table, entries: readonly Entry[]): LoadRows {
  writer.reset();
  const { fields } = table;
  for (const { key, events } of entries) {
    const [event] = events;
    invariant(event !== undefined && events.length === 1 && event.type === 'INSERT', 'a load inserts edge by edge');
    writeKey(table, key);
    writer.writeInt64(event.version);
    for (let place = 0; place < fields.length; place++) {
      const field = fields[place];
      invariant(field !== undefined, 'a place below the number of fields is a field');
      writer.writeValue(field.type, event.properties[place] ?? null);
    }
  }
  const codes = fields.map(({ code }) => code);
  return { kind: table.kind, codes, count: entries.length, bytes: writer.take() };
}

/**
 * The log's entry blob of a load. All parts but the first byte and the edges' length are ordered values.
 * Layout: format 01, int8 kind 8, stamp, mode, int32 table id, int32 schema revision, alias or null, the edges as
 * `writeLoadRows` has them.
 *
 *     01 2988  2c8000019483bfde9d 342d00 342d00  2981 05 05 35 2981  2b80000007 2b80000001  05     2981 2b80000001 …
 *     kind     time, request id, actor           mode                table      revision    alias  the edges
 */
export function encodeLoadRecord(header: LoadHeader, rows: LoadRows): Uint8Array {
  invariant(header.mode.effective === 'SYNC', 'a load takes effect at once');
  writer.reset();
  writer.writeByte(RECORD_FORMAT);
  writer.writeInt8(LOG_RECORD_CODE.load);
  writeStamp(writer, header.stamp);
  writeMode(writer, header.mode);
  writer.writeInt32(header.table);
  writer.writeInt32(header.schemaRevision);
  writer.writeValue('string', header.alias);
  writeLoadRows(writer, rows);
  return writer.take();
}

/** Reads what follows the mode. */
export function readLoad(reader: ValueReader, stamp: RequestStamp, mode: ResolvedMode): LoadRecord {
  const table = tableId(reader.nextInt32());
  const schemaRevision = reader.nextInt32();
  const alias = reader.nextTextOrNull();
  const start = reader.offset;
  const rows = readLoadRows(reader);
  reader.expectEnd();
  if (mode.effective !== 'SYNC') throw new MalformedBytes('a load has another mode than SYNC', start);
  return { kind: 'load', stamp, mode, table, schemaRevision, alias, rows, entries: readLoadEntries(rows) };
}

/**
 * Layout: int8 kind of the keys (1 unique edges, 2 multi edges), int32 number of fields, their int32 codes, int32 number of
 * edges, int32 length of the edges in bytes, the edges. An edge is its source and target, or its id; its int64 version; and
 * the value of each field.
 *
 *     2981 2b80000001 2bd5673825  2b80000001 2b80000020  34416c69636500 3450686f6e6500 2c8000000000000001 2c8000000000000005
 *     kind fields     created_at  edges      bytes       Alice          Phone          version 1          created_at 5
 */
export function writeLoadRows(target: KeyWriter, { kind, codes, count, bytes }: LoadRows): void {
  target.writeInt8(KEY_CODE[kind]);
  target.writeInt32(codes.length);
  for (const code of codes) target.writeInt32(code);
  target.writeInt32(count);
  target.writeInt32(bytes.length);
  target.writeBytes(bytes);
}

/** Reads what `writeLoadRows` wrote; the bytes of the edges are a copy, and not looked at. */
export function readLoadRows(reader: ValueReader): LoadRows {
  const start = reader.offset;
  const kind = kindOf(reader.nextInt8(), start);
  const codes: number[] = [];
  const fields = reader.nextInt32();
  // Each turn reads at least one byte or throws, so a count that is too large ends where the bytes end.
  for (let i = 0; i < fields; i++) codes.push(reader.nextInt32());
  const count = reader.nextInt32();
  return { kind, codes, count, bytes: reader.nextBytes(reader.nextInt32()) };
}

/** The edges of a load as entries of the log. `MalformedBytes` when the bytes are no such edges. */
export function readLoadEntries({ kind, codes, count, bytes }: LoadRows): RawEntry[] {
  const reader = new ValueReader(bytes);
  const entries: RawEntry[] = [];
  for (let i = 0; i < count; i++) {
    const key = readKey(reader, kind);
    const version = reader.nextInt64();
    const properties: RawProperty[] = [];
    for (const code of codes) {
      reader.next();
      properties.push({ code, type: reader.type, value: reader.value });
    }
    entries.push({ key, events: [{ type: 'INSERT', version, properties }] });
  }
  reader.expectEnd();
  return entries;
}

/**
 * The state cells that the edges have where there was no state before them: what `encodeStateValue` gives for a state after
 * one INSERT that names every field, made of the edges' own bytes. Not so for the two texts that `reduce` takes for unset.
 */
export function freshCellsOf({ kind, codes, count, bytes }: LoadRows): Uint8Array[] {
  const reader = new ValueReader(bytes);
  const cells: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    reader.skip();
    if (kind === 'edge') reader.skip();
    const versionAt = reader.offset;
    reader.skip();
    const version = bytes.subarray(versionAt, reader.offset);
    writer.reset();
    writer.writeInt8(1);
    writer.writeBytes(version);
    for (const code of codes) {
      const start = reader.offset;
      reader.skip();
      writer.writeInt32(code);
      writer.writeBytes(bytes.subarray(start, reader.offset));
      writer.writeBytes(version);
    }
    writer.writeInt32(CREATED_AT_CODE);
    writer.writeBytes(version);
    writer.writeBytes(version);
    cells.push(writer.take());
  }
  return cells;
}

function writeKey(table: Table, key: EdgeKey): void {
  if (key.kind === 'edge') {
    writer.writeValue(table.sourceType, key.source);
    writer.writeValue(table.targetType, key.target);
  } else {
    writer.writeValue(table.idType, key.id);
  }
}

function readKey(reader: ValueReader, kind: RawKey['kind']): RawKey {
  if (kind === 'multiEdge') return { kind, id: readTyped(reader) };
  return { kind, source: readTyped(reader), target: readTyped(reader) };
}

function readTyped(reader: ValueReader): TypedValue {
  reader.next();
  return { type: reader.type, value: reader.value };
}

function kindOf(code: number, offset: number): RawKey['kind'] {
  if (code === KEY_CODE.edge) return 'edge';
  if (code === KEY_CODE.multiEdge) return 'multiEdge';
  throw new MalformedBytes(`${code} is no kind of key`, offset);
}
