import { decodeBase64Url } from '../codec/base64url.ts';
import { KeyWriter } from '../codec/key-writer.ts';
import { MalformedBytes } from '../codec/malformed-bytes.ts';
import type { ValueReader } from '../codec/ordered-value.ts';
import { invariant } from '../failure.ts';
import type { Rework } from '../model/rework.ts';
import { tableId } from '../model/table.ts';
import { LOG_RECORD_CODE } from './encode-log-record.ts';
import type { RequestStamp, ReworkRecord } from './log-record.ts';
import { codeOfWord, RECORD_FORMAT, wordOfCode } from './record-format.ts';
import { writeStamp } from './request-stamp-bytes.ts';

/** Phases in the order of their codes. */
const PHASES: readonly Rework['phase'][] = ['rows', 'cells'];

// Space for one call; empty in meaning between calls, which are synchronous.
const writer = new KeyWriter();

/**
 * The log's entry blob of one step of a rework.
 * Layout: format 01, int8 kind 4, stamp, int32 table id, int8 phase (rows 1, cells 2), cursor as base64url, int32 rows,
 * int32 bytes.
 *
 *     01 2984  2c8000019483bfde9d 342d00 342d00  2b80000007 2981   344c34443400  2b800003e8 2b80100000
 *     kind     time, request id, actor           table      phase  cursor          rows 1000  bytes 1 MiB
 */
export function encodeReworkRecord(record: ReworkRecord): Uint8Array {
  const { rowsMax, bytesMax } = record;
  invariant(rowsMax > 0 && bytesMax > 0, 'a step passes at least one row');
  writer.reset();
  writer.writeByte(RECORD_FORMAT);
  writer.writeInt8(LOG_RECORD_CODE.rework);
  writeStamp(writer, record.stamp);
  writer.writeInt32(record.table);
  writer.writeInt8(codeOfWord(PHASES, record.phase));
  writer.writeText(record.cursor);
  writer.writeInt32(rowsMax);
  writer.writeInt32(bytesMax);
  return writer.take();
}

/** Reads what follows the stamp. */
export function readRework(reader: ValueReader, stamp: RequestStamp): ReworkRecord {
  const table = tableId(reader.nextInt32());
  const start = reader.offset;
  const phase = wordOfCode(PHASES, reader.nextInt8(), start);
  const cursor = reader.nextText();
  const rowsMax = reader.nextInt32();
  const bytesMax = reader.nextInt32();
  reader.expectEnd();
  if (rowsMax <= 0 || bytesMax <= 0) throw new MalformedBytes('a step of a rework passes no row', start);
  if (decodeBase64Url(cursor) === undefined) throw new MalformedBytes('the cursor of a rework is no base64url', start);
  return { kind: 'rework', stamp, table, phase, cursor, rowsMax, bytesMax };
}
