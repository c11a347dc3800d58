import type { RowWrite } from '@actionbase/ports/store';
import { ENGINE_SPACE } from '../catalog/catalog-rows.ts';

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
  return Number(new DataView(value.buffer, value.byteOffset).getBigUint64(0));
}
