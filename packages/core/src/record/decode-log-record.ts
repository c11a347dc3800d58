// Hot: runs for every applied request. Benchmark: codec.
import { MalformedBytes } from '../codec/malformed-bytes.ts';
import { ValueReader } from '../codec/ordered-value.ts';
import type { MutationMode } from '../model/catalog.ts';
import type { MutationRules } from '../model/edge.ts';
import { tableId } from '../model/table.ts';
import { LOG_RECORD_CODE, MODES } from './encode-log-record.ts';
import { readLoad } from './load-record.ts';
import type { LogRecord, MutateRecord, Origin, RawEntry, RawEvent, RequestStamp, ResolvedMode } from './log-record.ts';
import { readParkedPosition } from './parked-position-bytes.ts';
import { readRawEvent, readRawKey } from './raw-entry-bytes.ts';
import { readCatalogChange } from './read-catalog-change.ts';
import { RECORD_FORMAT, wordOfCode } from './record-format.ts';
import { readRederive } from './rederive-record.ts';
import { readStamp } from './request-stamp-bytes.ts';
import { readRework } from './rework-record.ts';

/**
 * The record of a log entry blob; see `encodeMutateRecord`, `encodeCatalogRecord`, `encodeReworkRecord`, `encodeRetryRecord`,
 * `encodeDropRecord` and `encodeLoadRecord` for the layouts. Any bytes give a record or `MalformedBytes`; what is made is never larger than the
 * bytes warrant, whatever lengths they claim.
 */
export function decodeLogRecord(bytes: Uint8Array): LogRecord {
  const reader = begin(bytes, 0);
  const kind = reader.nextInt8();
  const stamp = readStamp(reader);
  if (kind === LOG_RECORD_CODE.mutate) return readMutation(reader, stamp, 'v3');
  if (kind === LOG_RECORD_CODE.mutateV2) return readMutation(reader, stamp, 'v2');
  if (kind === LOG_RECORD_CODE.catalog) {
    const change = readCatalogChange(reader);
    reader.expectEnd();
    return { kind: 'catalog', stamp, change };
  }
  if (kind === LOG_RECORD_CODE.retry) {
    return { kind: 'retry', stamp, parked: readParkedPosition(reader), mutation: readRetried(bytes, reader.offset) };
  }
  if (kind === LOG_RECORD_CODE.drop) {
    const parked = readParkedPosition(reader);
    reader.expectEnd();
    return { kind: 'drop', stamp, parked };
  }
  if (kind === LOG_RECORD_CODE.load) {
    return readLoad(reader, stamp, readMode(reader));
  }
  if (kind === LOG_RECORD_CODE.rework) return readRework(reader, stamp);
  if (kind === LOG_RECORD_CODE.rederive) return readRederive(reader, stamp);
  throw new MalformedBytes(`${kind} is no kind of log record`, 1);
}

/** The record of a mutation, from `start` to the end of the bytes. */
function readRetried(bytes: Uint8Array, start: number): MutateRecord {
  const reader = begin(bytes, start);
  const kind = reader.nextInt8();
  const stamp = readStamp(reader);
  if (kind === LOG_RECORD_CODE.mutate) return readMutation(reader, stamp, 'v3');
  if (kind === LOG_RECORD_CODE.mutateV2) return readMutation(reader, stamp, 'v2');
  throw new MalformedBytes(`${kind} is no kind of mutation`, start + 1);
}

function begin(bytes: Uint8Array, start: number): ValueReader {
  const format = bytes[start];
  if (format !== RECORD_FORMAT) throw new MalformedBytes(`log record format ${format} is not known`, start);
  return new ValueReader(bytes, start + 1);
}

function readMutation(reader: ValueReader, stamp: RequestStamp, rules: MutationRules): MutateRecord {
  const mode = readMode(reader);
  const table = tableId(reader.nextInt32());
  const schemaRevision = reader.nextInt32();
  const alias = reader.nextTextOrNull();
  const origin = readOrigin(reader);
  const entries: RawEntry[] = [];
  const count = reader.nextInt32();
  // Each turn reads at least one byte or throws, so a count that is too large ends where the bytes end.
  for (let i = 0; i < count; i++) entries.push(readEntry(reader));
  reader.expectEnd();
  return { kind: 'mutate', rules, stamp, mode, table, schemaRevision, alias, origin, entries };
}

function readEntry(reader: ValueReader): RawEntry {
  const key = readRawKey(reader);
  const events: RawEvent[] = [];
  const count = reader.nextInt32();
  for (let i = 0; i < count; i++) events.push(readRawEvent(reader));
  return { key, events };
}

function readMode(reader: ValueReader): ResolvedMode {
  return {
    table: readOneMode(reader),
    request: reader.nextIsNull() ? null : readOneMode(reader),
    system: reader.nextIsNull() ? null : readOneMode(reader),
    force: reader.nextBoolean(),
    effective: readOneMode(reader),
  };
}

function readOneMode(reader: ValueReader): MutationMode {
  const start = reader.offset;
  return wordOfCode(MODES, reader.nextInt8(), start);
}

function readOrigin(reader: ValueReader): Origin | null {
  return reader.nextIsNull() ? null : { name: reader.nextText(), position: reader.nextInt64() };
}
