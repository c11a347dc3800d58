import type { CellAddress } from '../codec/derived-row.ts';
import { KeyWriter } from '../codec/key-writer.ts';
import type { ValueReader } from '../codec/ordered-value.ts';
import { tableId } from '../model/table.ts';
import { LOG_RECORD_CODE } from './encode-log-record.ts';
import type { RederiveRecord, RequestStamp } from './log-record.ts';
import { RECORD_FORMAT } from './record-format.ts';
import { writeStamp } from './request-stamp-bytes.ts';

// Space for one call; empty in meaning between calls, which are synchronous.
const writer = new KeyWriter();

/**
 * The log's entry blob that has derived rows made again.
 * Layout: format 01, int8 kind 7, stamp, int32 table id, int32 number of addresses; per address int32 length of its key, the
 * key, then null or int32 length of its qualifier, the qualifier.
 *
 *     01 2987  2c8000019483bfde9d 34723100 342d00  2b80000007  2b80000001  2b80000010 34416c69636500 2b8c5a4378 297e 2982  05
 *     kind     time, request id, actor             table       addresses   count row of Alice, OUT                         no qualifier
 */
export function encodeRederiveRecord({ stamp, table, addresses }: Omit<RederiveRecord, 'kind'>): Uint8Array {
  writer.reset();
  writer.writeByte(RECORD_FORMAT);
  writer.writeInt8(LOG_RECORD_CODE.rederive);
  writeStamp(writer, stamp);
  writer.writeInt32(table);
  writer.writeInt32(addresses.length);
  for (const { key, qualifier } of addresses) {
    writer.writeInt32(key.length);
    writer.writeBytes(key);
    if (qualifier === undefined) {
      writer.writeNull();
    } else {
      writer.writeInt32(qualifier.length);
      writer.writeBytes(qualifier);
    }
  }
  return writer.take();
}

/** What follows the stamp, to the end of the bytes. */
export function readRederive(reader: ValueReader, stamp: RequestStamp): RederiveRecord {
  const table = tableId(reader.nextInt32());
  const count = reader.nextInt32();
  const addresses: CellAddress[] = [];
  // Each turn reads at least one byte or throws, so a count that is too large ends where the bytes end.
  for (let i = 0; i < count; i++) {
    const key = reader.nextBytes(reader.nextInt32());
    if (reader.nextIsNull()) addresses.push({ key });
    else addresses.push({ key, qualifier: reader.nextBytes(reader.nextInt32()) });
  }
  reader.expectEnd();
  return { kind: 'rederive', stamp, table, addresses };
}
