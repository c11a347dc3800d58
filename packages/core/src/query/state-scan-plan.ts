import { encodeStatePrefix, plusOne } from '../codec/row-key.ts';
import type { Table } from '../model/table.ts';
import type { Value } from '../model/value.ts';
import { afterCursor } from './scan-plan.ts';

/** State rows with start <= key < end, by their targets. What follows the first `prefixLength` bytes of a key is its cursor. */
export interface StateScan {
  readonly start: Uint8Array;
  readonly end: Uint8Array | undefined;
  readonly prefixLength: number;
}

/** Plans a scan of the states of one source: how the edges of a HASH table are listed, which has no index. */
export function planStateScan(table: Table, source: Value, offset: string | undefined): StateScan {
  const prefix = encodeStatePrefix(table, source);
  const start = offset ? afterCursor(prefix, offset) : prefix;
  return { start, end: plusOne(prefix), prefixLength: prefix.length };
}
