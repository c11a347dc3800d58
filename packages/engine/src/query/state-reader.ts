import { encodeCursor } from '@actionbase/core/codec/cursor';
import { decodeStateKey, encodeStateKey } from '@actionbase/core/codec/row-key';
import { decodeStateValue } from '@actionbase/core/codec/row-value';
import { Failure } from '@actionbase/core/failure';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { Value } from '@actionbase/core/model/value';
import { justAfter } from '@actionbase/core/query/byte-order';
import { type EdgeRow, rowOfState } from '@actionbase/core/query/edge-row';
import { planStateScan } from '@actionbase/core/query/state-scan-plan';
import type { StoreReader } from '@actionbase/ports/store';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { readCells, requireAnswerSize } from './edge-reader.ts';
import type { VertexPage } from './joined-pages.ts';

/** An edge as its state has it, whether it is active or only remembered. */
export interface StateRow extends EdgeRow {
  readonly active: boolean;
}

/** Reads all that have a state among the keys, in the order of the keys. Failure `answer-too-large`. */
export async function readStates(
  reader: StoreReader,
  table: Table,
  keys: readonly EdgeKey[],
  limits: EngineLimits,
): Promise<StateRow[]> {
  const addresses = keys.map((key) => ({ space: table.id, key: encodeStateKey(table, key) }));
  const cells = await readCells(reader, addresses);
  requireAnswerSize(cells, limits.answerBytesMax);
  return keys.flatMap((key, place) => {
    const cell = cells[place];
    return cell === undefined ? [] : stateRow(table, key, cell);
  });
}

/** A page of the edges of one source, by their targets. */
export interface StateScanQuery {
  readonly source: Value;
  readonly limit: number;
  readonly offset: string | undefined;
  /** Whether edges that are not active are wanted too. */
  readonly withInactive: boolean;
}

/**
 * Reads the states of one source until the limit is reached, the source has no more, or the budget of rows or bytes is spent:
 * then the page may be short, even empty, and its cursor goes on after the last row read.
 */
export async function scanStates(
  reader: StoreReader,
  table: Table,
  query: StateScanQuery,
  limits: EngineLimits,
): Promise<VertexPage<StateRow>> {
  const plan = planStateScan(table, query.source, query.offset);
  const cursorOf = (key: Uint8Array): string => encodeCursor(key.subarray(plan.prefixLength));
  const rows: StateRow[] = [];
  const cursors: string[] = [];
  let { start } = plan;
  let rowsRead = 0;
  let bytes = 0;
  while (query.limit > 0) {
    const wanted = rowsRead === 0 ? query.limit + 1 : limits.pageRowsMax;
    const limit = Math.min(wanted, limits.pageRowsMax, limits.scanRowsMax - rowsRead);
    const page = await reader.scan({ space: table.id, start, end: plan.end, limit });
    rowsRead += page.rows.length;
    for (const { key, value } of page.rows) {
      const row = stateRow(table, decodeStateKey(table, key), value);
      if (!row.active && !query.withInactive) continue;
      const isFull = rows.length === query.limit || (rows.length > 0 && bytes + value.length > limits.answerBytesMax);
      if (isFull) return { rows, cursors, offset: cursors.at(-1) ?? null, hasNext: true, rowsRead, bytes };
      bytes += value.length;
      rows.push(row);
      cursors.push(cursorOf(key));
    }
    const last = page.rows.at(-1);
    if (!page.more || last === undefined) break;
    if (rowsRead >= limits.scanRowsMax) {
      return { rows, cursors, offset: cursorOf(last.key), hasNext: true, rowsRead, bytes };
    }
    start = justAfter(last.key);
  }
  return { rows, cursors, offset: null, hasNext: false, rowsRead, bytes };
}

/**
 * The number of active edges of each source, counted row by row: for tables that keep no counts. Together at most `scanRowsMax`
 * rows are read; more are refused with `limit-out-of-range`.
 */
export async function countStates(
  reader: StoreReader,
  table: Table,
  sources: readonly Value[],
  limits: EngineLimits,
): Promise<bigint[]> {
  const counts: bigint[] = [];
  let left = limits.scanRowsMax;
  for (const source of sources) {
    const plan = planStateScan(table, source, undefined);
    let count = 0n;
    for (let start: Uint8Array | undefined = plan.start; start !== undefined; ) {
      const page = await reader.scan({ space: table.id, start, end: plan.end, limit: limits.pageRowsMax });
      for (const { value } of page.rows) if (decodeStateValue(table, value).active) count += 1n;
      left -= page.rows.length;
      const last = page.rows.at(-1);
      start = page.more && last !== undefined ? justAfter(last.key) : undefined;
      if (left < 0 || (left === 0 && start !== undefined)) throw tooManyStates(table, limits);
    }
    counts.push(count);
  }
  return counts;
}

function tooManyStates({ database, name }: Table, { scanRowsMax }: EngineLimits): Failure {
  const message = `${database}.${name} keeps no counts, and to count these vertices more than ${scanRowsMax} rows would be read; ask for fewer`;
  return new Failure(engineFailures['limit-out-of-range'], message, { max: scanRowsMax });
}

function stateRow(table: Table, key: EdgeKey, cell: Uint8Array): StateRow {
  const state = decodeStateValue(table, cell);
  return { ...rowOfState(table, key, state), active: state.active };
}
