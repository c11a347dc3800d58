import type { CellAddress, DerivedRow } from '@actionbase/core/codec/derived-row';
import { encodeStatePrefix, plusOne } from '@actionbase/core/codec/row-key';
import { decodeGroupCell, encodeCount, encodeGroupCell, indexValueOfState } from '@actionbase/core/codec/row-value';
import { sameValues } from '@actionbase/core/derive/edge-view';
import type { StateRows } from '@actionbase/core/derive/rows-of-state';
import type { Table } from '@actionbase/core/model/table';
import type { Value } from '@actionbase/core/model/value';
import type { RederiveRecord } from '@actionbase/core/record/log-record';
import type { StoreReader } from '@actionbase/ports/store';
import type { FrameOverlay } from '../apply/frame-overlay.ts';
import { rowsOfSpace } from '../space-rows.ts';
import { rowName } from './row-name.ts';
import {
  readAddress,
  readCounter,
  readIndexValue,
  readStateOf,
  readStoredState,
  readType,
  stateKeyOf,
} from './stored-row.ts';

export interface RederiveInput {
  readonly reader: StoreReader;
  readonly overlay: FrameOverlay;
  readonly table: Table;
  /** Whether a row is under rework: then it is left alone. */
  readonly isLeftOut: (key: Uint8Array) => boolean;
  readonly record: RederiveRecord;
  /** Time of the frame: what a group cell that is missing gets as the time of its last entry. */
  readonly stampMs: number;
}

/**
 * Makes the rows at the record's addresses what the states say, and answers how many had to be changed. An index row or a
 * cache cell goes by its one state; counters by all states of the vertex, which for targets and multi edges takes one scan
 * of the table's states for all counters of the record. A function of the rows alone.
 */
export async function rederiveRows(input: RederiveInput): Promise<number> {
  const { table, record } = input;
  const counters = new Map<string, WantedCounter>();
  let changed = 0;
  for (const address of record.addresses) {
    const type = readType(table, address.key);
    if (type === undefined || type === 'state' || type === 'lock' || input.isLeftOut(address.key)) continue;
    const row = readAddress(table, address);
    if (row?.kind === 'count' || row?.kind === 'group') counters.set(rowName(address), { address, row, sum: 0n });
    else changed += (await rederiveCell(input, address, row)) ? 1 : 0;
  }
  // Where a state cannot be read, nobody can tell what a counter should say.
  if (!(await sumUp(input, counters))) return changed;
  for (const counter of counters.values()) changed += (await rederiveCounter(input, counter)) ? 1 : 0;
  return changed;
}

interface WantedCounter {
  readonly address: CellAddress;
  readonly row: DerivedRow;
  sum: bigint;
}

/** Writes an index row or a cache cell anew, or deletes it: also what is no row of this table at all. */
async function rederiveCell(
  { reader, overlay, table }: RederiveInput,
  address: CellAddress,
  row: DerivedRow | undefined,
): Promise<boolean> {
  const space = table.id;
  const [found] = await reader.getMany([{ space, ...address }]);
  const owner = stateKeyOf(table, row);
  const bytes = owner === undefined ? undefined : await reader.get(space, owner.stateKey);
  const state = owner === undefined || bytes === undefined ? undefined : readStateOf(table, owner.edge, bytes);
  // A state that cannot be read says nothing about its rows.
  if (bytes !== undefined && state === undefined) return false;
  if (state === undefined || !hasCell(state.rows, address)) {
    if (found === undefined) return false;
    overlay.putRow({ space, ...address, value: undefined });
    return true;
  }
  const stored = found === undefined ? undefined : readIndexValue(table, found);
  if (stored?.version === state.rows.version && sameValues(stored.values, state.rows.values)) return false;
  overlay.putRow({ space, ...address, value: indexValueOfState(state.bytes) });
  return true;
}

/** Whether a state has an index row or a cache cell at this address. */
export function hasCell({ cells }: StateRows, address: CellAddress): boolean {
  const name = rowName(address);
  return cells.some((cell) => rowName(cell) === name);
}

/** Adds up the states that the counters are about; false when one of them cannot be read. */
async function sumUp({ reader, table }: RederiveInput, counters: Map<string, WantedCounter>): Promise<boolean> {
  const sources = new Set<Value>();
  let needsAll = false;
  for (const { row } of counters.values()) {
    if (table.idType === null && row.direction === 'OUT') sources.add(row.vertex);
    else needsAll = true;
  }
  let isWhole = true;
  const add = (key: Uint8Array, bytes: Uint8Array): void => {
    if (readType(table, key) !== 'state') return;
    const state = readStoredState(table, key, bytes);
    if (state === undefined) isWhole = false;
    for (const { amount, ...address } of state?.rows.shares ?? []) {
      const counter = counters.get(rowName(address));
      if (counter !== undefined) counter.sum += amount;
    }
  };
  if (needsAll) {
    for await (const { key, value } of rowsOfSpace(reader, table.id)) add(key, value);
    return isWhole;
  }
  for (const source of sources) {
    const start = encodeStatePrefix(table, source);
    const bounds = { start, end: plusOne(start) };
    for await (const { key, value } of rowsOfSpace(reader, table.id, bounds)) add(key, value);
  }
  return isWhole;
}

/** Keeps the time of a group cell's last entry where there is one: only its sum can be recounted. */
async function rederiveCounter(
  { reader, overlay, table, stampMs }: RederiveInput,
  { address, sum: total }: WantedCounter,
): Promise<boolean> {
  const space = table.id;
  const [found] = await reader.getMany([{ space, ...address }]);
  const stored = found === undefined ? undefined : readCounter(address, found);
  const sum = BigInt.asIntN(64, total);
  if (sum === 0n) {
    if (found === undefined) return false;
    overlay.putRow({ space, ...address, value: undefined });
    return true;
  }
  if (stored === sum) return false;
  if (address.qualifier === undefined) {
    overlay.putRow({ space, ...address, value: encodeCount(sum) });
  } else {
    const lastMs = found === undefined || stored === undefined ? stampMs : decodeGroupCell(found).lastMs;
    overlay.putRow({ space, ...address, value: encodeGroupCell({ sum, lastMs }) });
  }
  return true;
}
