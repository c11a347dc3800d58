// Hot: once per edge that is loaded. Benchmark: bulk.
import { encodeStateKey } from '@actionbase/core/codec/row-key';
import { encodeStateValue } from '@actionbase/core/codec/row-value';
import { type DerivedRows, deriveRows } from '@actionbase/core/derive/derive-rows';
import type { RowLimits } from '@actionbase/core/derive/row-limits';
import { type Entry, INITIAL_STATE } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { Value } from '@actionbase/core/model/value';
import { foldEntry } from '@actionbase/core/reduce/fold-entry';

/** An edge of a load with what it becomes if there is no state before it. */
export interface PreparedEdge {
  readonly stateKey: Uint8Array;
  /** Null where it would be refused, or changes nothing: then it goes the long way. */
  readonly fresh: FreshEdge | null;
}

/** The rows of an edge that was created from nothing. */
export interface FreshEdge {
  readonly cell: Uint8Array;
  readonly rows: DerivedRows;
}

/**
 * Reduces and derives every edge as if there were no state before it, which is so for nearly all edges of a load. It asks
 * nothing of the store, so it is done before the load stands in the log, while the store writes the load before it.
 */
export function prepareLoad(table: Table, entries: readonly Entry[], limits: RowLimits): PreparedEdge[] {
  return entries.map((entry) => prepareEdge(table, entry, limits));
}

/** As `prepareLoad`, for one edge. */
export function prepareEdge(table: Table, entry: Entry, limits: RowLimits): PreparedEdge {
  return { stateKey: encodeStateKey(table, entry.key), fresh: freshEdge(table, entry, limits) };
}

function freshEdge(table: Table, entry: Entry, limits: RowLimits): FreshEdge | null {
  if (entry.events.some(({ properties }) => properties.some(isUnsetText))) return null;
  const folded = foldEntry(table, INITIAL_STATE, entry);
  if (folded.kind === 'refused' || folded.status !== 'CREATED') return null;
  const rows = deriveRows(table, entry.key, { before: INITIAL_STATE, after: folded.after }, limits);
  if (rows.kind === 'refused') return null;
  return { cell: encodeStateValue(table, folded.after), rows };
}

/** Two texts stand for an unset value (see `reduce`): the cell of such an edge is not made of the values that it names. */
function isUnsetText(value: Value | undefined): boolean {
  return value === '__UNSET__' || value === '__DELETED__';
}
