import { type CellAddress, type DerivedRow, edgeOfRow, readDerivedRow } from '@actionbase/core/codec/derived-row';
import { MalformedBytes } from '@actionbase/core/codec/malformed-bytes';
import { type RecordType, recordTypeOf } from '@actionbase/core/codec/record-type';
import { decodeStateKey, encodeStateKey } from '@actionbase/core/codec/row-key';
import {
  decodeCount,
  decodeGroupCell,
  decodeIndexValue,
  decodeStateValue,
  type IndexValue,
} from '@actionbase/core/codec/row-value';
import { isDerivable, rowsOfState, type StateRows } from '@actionbase/core/derive/rows-of-state';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';

/** A state that is stored, and what it means for the rows derived from it. */
export interface StoredState {
  readonly edge: EdgeKey;
  readonly active: boolean;
  /** The state cell. */
  readonly bytes: Uint8Array;
  readonly rows: StateRows;
}

/** Reads a state row; undefined when its bytes are none of this table, so that nobody can tell what it stands for. */
export function readStoredState(table: Table, key: Uint8Array, bytes: Uint8Array): StoredState | undefined {
  return unlessMalformed(() => stateOf(table, decodeStateKey(table, key), bytes));
}

/** As `readStoredState`, for a cell whose edge is known. */
export function readStateOf(table: Table, edge: EdgeKey, bytes: Uint8Array): StoredState | undefined {
  return unlessMalformed(() => stateOf(table, edge, bytes));
}

/** The kind of row that a key says it is; undefined when it says nothing of the sort. */
export function readType(table: Table, key: Uint8Array): RecordType | undefined {
  return unlessMalformed(() => recordTypeOf(key, table.saltBytes));
}

/** What an address says; undefined when it is none of this table's derived rows. */
export function readAddress(table: Table, address: CellAddress): DerivedRow | undefined {
  return unlessMalformed(() => readDerivedRow(table, address));
}

/** Key of the state that an index row or a cache cell belongs to; undefined for other rows. */
export function stateKeyOf(
  table: Table,
  row: DerivedRow | undefined,
): { edge: EdgeKey; stateKey: Uint8Array } | undefined {
  if (row?.kind !== 'index' && row?.kind !== 'cache') return undefined;
  const edge = edgeOfRow(table, row);
  return { edge, stateKey: encodeStateKey(table, edge) };
}

/** The value of an index row or a cache cell; undefined when the bytes are none. */
export function readIndexValue(table: Table, bytes: Uint8Array): IndexValue | undefined {
  return unlessMalformed(() => decodeIndexValue(table, bytes));
}

/** The number that a count row or a group cell holds; undefined when the bytes are none. */
export function readCounter(address: CellAddress, bytes: Uint8Array): bigint | undefined {
  return unlessMalformed(() => (address.qualifier === undefined ? decodeCount(bytes) : decodeGroupCell(bytes).sum));
}

function stateOf(table: Table, edge: EdgeKey, bytes: Uint8Array): StoredState | undefined {
  const state = decodeStateValue(table, bytes);
  if (!isDerivable(edge, state)) return undefined;
  return { edge, active: state.active, bytes, rows: rowsOfState(table, edge, state) };
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedBytes) return undefined;
    throw error;
  }
}
