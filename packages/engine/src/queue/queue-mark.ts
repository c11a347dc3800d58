import { invariant } from '@actionbase/core/failure';
import type { RowWrite, StoreReader } from '@actionbase/ports/store';
import { QUEUE_ORIGIN } from '../admit/admit.ts';
import { ENGINE_SPACE } from '../catalog/catalog-rows.ts';
import { PARTITION } from '../partition.ts';
import { placeAfter } from './queued-mutations.ts';

const KEY = new TextEncoder().encode('queue/last');

/** The row that remembers the last frame with asynchronous mutations, so that a start knows whether any may be waiting. */
export function queueMark(offset: number): RowWrite {
  const value = new Uint8Array(8);
  new DataView(value.buffer).setBigUint64(0, BigInt(offset));
  return { space: ENGINE_SPACE, key: KEY, value };
}

export const QUEUE_MARK = { space: ENGINE_SPACE, key: KEY };

/** The offset in a `queueMark` row. */
export function readQueueMark(value: Uint8Array): number {
  invariant(value.length === 8, `the mark of the queue has 8 bytes, not ${value.length}`);
  return Number(new DataView(value.buffer, value.byteOffset).getBigUint64(0));
}

/**
 * The first frame that the queue may have to read again once the store is opened; undefined when nothing waits. A copy of
 * the log that belongs to this store must reach back to it.
 */
export async function firstQueued(reader: StoreReader): Promise<number | undefined> {
  const mark = await reader.get(QUEUE_MARK.space, QUEUE_MARK.key);
  const progress = await reader.progress(PARTITION);
  if (mark === undefined || progress === undefined) return undefined;
  const { offset } = placeAfter(progress.inbox.get(QUEUE_ORIGIN));
  return offset > readQueueMark(mark) ? undefined : offset;
}
