import { KeyWriter } from '../codec/key-writer.ts';
import type { ParkedPosition } from '../model/parked-position.ts';
import { LOG_RECORD_CODE } from './encode-log-record.ts';
import type { DropRecord, RequestStamp } from './log-record.ts';
import { writeParkedPosition } from './parked-position-bytes.ts';
import { RECORD_FORMAT } from './record-format.ts';
import { writeStamp } from './request-stamp-bytes.ts';

// Space for one call; empty in meaning between calls, which are synchronous.
const writer = new KeyWriter();

/** What a retry record is made of. */
export interface RetryParts {
  readonly stamp: RequestStamp;
  readonly parked: ParkedPosition;
  /** The record of the parked mutation, as its row holds it. */
  readonly mutation: Uint8Array;
}

/**
 * The log's entry blob that has a parked mutation applied again.
 * Layout: format 01, int8 kind 5, stamp, position, the record of the parked mutation as its row holds it.
 *
 *     01 2985  2c8000019483bfde9d 34723100 342d00  2b80000000 2b80000001 2c8000000000000732 2b80000000 2b80000003  01 2981 …
 */
export function encodeRetryRecord({ stamp, parked, mutation }: RetryParts): Uint8Array {
  begin(LOG_RECORD_CODE.retry, stamp, parked);
  writer.writeBytes(mutation);
  return writer.take();
}

/**
 * The log's entry blob that forgets a parked mutation.
 * Layout: format 01, int8 kind 6, stamp, position.
 *
 *     01 2986  2c8000019483bfde9d 34723100 342d00  2b80000000 2b80000001 2c8000000000000732 2b80000000 2b80000003
 */
export function encodeDropRecord({ stamp, parked }: Omit<DropRecord, 'kind'>): Uint8Array {
  begin(LOG_RECORD_CODE.drop, stamp, parked);
  return writer.take();
}

function begin(code: number, stamp: RequestStamp, parked: ParkedPosition): void {
  writer.reset();
  writer.writeByte(RECORD_FORMAT);
  writer.writeInt8(code);
  writeStamp(writer, stamp);
  writeParkedPosition(writer, parked);
}
