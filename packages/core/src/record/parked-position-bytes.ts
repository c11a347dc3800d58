import type { KeyWriter } from '../codec/key-writer.ts';
import type { ValueReader } from '../codec/ordered-value.ts';
import type { ParkedPosition } from '../model/parked-position.ts';

/**
 * Ordered, so that rows under such a key lie in log order, partition by partition.
 * Layout: int32 partition, int32 epoch, int64 offset, int32 record, int32 entry.
 *
 *     e1-p0-1842-0-3: 2b80000000 2b80000001 2c8000000000000732 2b80000000 2b80000003
 */
export function writeParkedPosition(writer: KeyWriter, position: ParkedPosition): void {
  writer.writeInt32(position.partition);
  writer.writeInt32(position.epoch);
  writer.writeSafeInteger(position.offset);
  writer.writeInt32(position.record);
  writer.writeInt32(position.entry);
}

export function readParkedPosition(reader: ValueReader): ParkedPosition {
  const partition = reader.nextInt32();
  const epoch = reader.nextInt32();
  return { epoch, partition, offset: reader.nextSafeInteger(), record: reader.nextInt32(), entry: reader.nextInt32() };
}
