import type { KeyWriter } from '../codec/key-writer.ts';
import type { ValueReader } from '../codec/ordered-value.ts';
import type { RequestStamp } from './log-record.ts';

/**
 * Layout: int64 time in milliseconds, request id, actor.
 *
 *     1737377177245, "r1", "-": 2c8000019483bfde9d 34723100 342d00
 */
export function writeStamp(writer: KeyWriter, stamp: RequestStamp): void {
  writer.writeSafeInteger(stamp.timeMs);
  writer.writeText(stamp.requestId);
  writer.writeText(stamp.actor);
}

export function readStamp(reader: ValueReader): RequestStamp {
  return { timeMs: reader.nextSafeInteger(), requestId: reader.nextText(), actor: reader.nextText() };
}
