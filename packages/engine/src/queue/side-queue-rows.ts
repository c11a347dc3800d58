import { invariant } from '@actionbase/core/failure';
import { TABLE_ID_MAX } from '@actionbase/core/model/table';
import type { RowWrite } from '@actionbase/ports/store';
import { ENGINE_SPACE } from '../catalog/catalog-rows.ts';

/** The space of the parked mutations: next to the largest, and never a table's. Keys and values: `core/record/parked-mutation`. */
export const SIDE_QUEUE_SPACE = TABLE_ID_MAX + 1;

/** The row that holds how many mutations are parked, so that nobody has to count them. */
export const PARKED_COUNT = { space: ENGINE_SPACE, key: new TextEncoder().encode('queue/parked') };

/** Value: the number as 8 bytes, big-endian. */
export function parkedCountRow(count: number): RowWrite {
  const value = new Uint8Array(8);
  new DataView(value.buffer).setBigUint64(0, BigInt(count));
  return { ...PARKED_COUNT, value };
}

/** The number in a `parkedCountRow`; 0 where there is no such row. */
export function readParkedCount(value: Uint8Array | undefined): number {
  if (value === undefined) return 0;
  invariant(value.length === 8, `the number of parked mutations has 8 bytes, not ${value.length}`);
  return Number(new DataView(value.buffer, value.byteOffset).getBigUint64(0));
}
