// Hot: once per state that an audit reads.

import { invariant } from '../failure.ts';
import type { EdgeKey, EdgeState } from '../model/edge.ts';
import { INITIAL_STATE } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { Value } from '../model/value.ts';
import { deriveRows } from './derive-rows.ts';
import type { CellDelete } from './derived.ts';
import { MULTI_EDGE_SOURCE_PLACE, MULTI_EDGE_TARGET_PLACE, propertyValue, rowValues } from './edge-view.ts';

/** The derived rows that one state has, or has a share in. A state of an inactive edge has none. */
export interface StateRows {
  /** Where its index rows and cache cells lie. All of them hold the state's version and `values`. */
  readonly cells: readonly CellDelete[];
  readonly version: bigint;
  /** Aligned with the table's fields; undefined: never seen. */
  readonly values: readonly (Value | undefined)[];
  /** What it adds to count rows and group cells. */
  readonly shares: readonly CounterShare[];
}

/** What one state adds to a count row (no qualifier) or to a group cell; never 0. */
export interface CounterShare {
  readonly key: Uint8Array;
  readonly qualifier?: Uint8Array;
  readonly amount: bigint;
}

const WITHOUT_LIMITS = { keyBytesMax: Number.MAX_SAFE_INTEGER, valueBytesMax: Number.MAX_SAFE_INTEGER };

/**
 * The rows of one state as they ought to be stored: what deriving would take away if the edge vanished. So a state that could
 * not be written today (a longer key, a missing value of a sum) still has exactly the rows that it has been given.
 */
export function rowsOfState(table: Table, key: EdgeKey, state: EdgeState): StateRows {
  const derived = deriveRows(table, key, { before: state, after: INITIAL_STATE }, WITHOUT_LIMITS);
  invariant(derived.kind === 'rows', 'what is taken away is never refused');
  const shares: CounterShare[] = derived.counts.map((count) => ({ key: count.key, amount: BigInt(-count.delta) }));
  for (const { key: row, qualifier, delta } of derived.groups) {
    shares.push({ key: row, qualifier, amount: BigInt.asIntN(64, -delta) });
  }
  return { cells: derived.deletes, version: state.version, values: rowValues(table, state), shares };
}

/** Whether rows can be derived from a stored state: an active multi edge needs its two ends. */
export function isDerivable(key: EdgeKey, state: EdgeState): boolean {
  if (key.kind === 'edge' || !state.active) return true;
  return (
    propertyValue(state, MULTI_EDGE_SOURCE_PLACE) !== null && propertyValue(state, MULTI_EDGE_TARGET_PLACE) !== null
  );
}
