import { recordTypeOf } from '@actionbase/core/codec/record-type';
import { decodeStateKey } from '@actionbase/core/codec/row-key';
import {
  decodeCount,
  decodeGroupCell,
  decodeIndexValue,
  decodeStateValue,
  encodeCount,
  encodeIndexValue,
} from '@actionbase/core/codec/row-value';
import { deriveRows } from '@actionbase/core/derive/derive-rows';
import { invariant } from '@actionbase/core/failure';
import { INITIAL_STATE } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { RowPage, StoreReader } from '@actionbase/ports/store';
import type { ApplyRules } from '../apply/apply-frame.ts';

/** A row that is not what the states say. Keys and values are hexadecimal; null: no such row. */
export interface Difference {
  readonly key: string;
  readonly expected: string | null;
  readonly found: string | null;
}

export interface Recount {
  /** State rows read, and how many of them are active edges. */
  readonly states: number;
  readonly activeEdges: number;
  /** Derived rows compared. */
  readonly rows: number;
  readonly differences: readonly Difference[];
}

const PAGE_ROWS = 1000;

/**
 * Recounts a table: derives every index, count, group and cache row again from the state rows and compares with what is
 * stored (law L3). Needs memory for the whole table and a reader that shows one position.
 */
export async function recountTable(reader: StoreReader, table: Table, rules: ApplyRules): Promise<Recount> {
  const expected = new Map<string, string>();
  const sums = new Map<string, bigint>();
  const found = new Map<string, string>();
  let states = 0;
  let activeEdges = 0;
  for await (const row of rowsOf(reader, table)) {
    if (recordTypeOf(row.key, table.saltBytes) !== 'state') {
      found.set(hex(row.key), canonical(row, table));
      continue;
    }
    states++;
    const after = decodeStateValue(table, row.value);
    if (!after.active) continue;
    activeEdges++;
    const derived = deriveRows(table, decodeStateKey(table, row.key), { before: INITIAL_STATE, after }, rules);
    invariant(derived.kind === 'rows', 'an active state was derived before');
    for (const put of derived.puts) expected.set(hex(put.key) + hex(put.qualifier), hex(put.value));
    for (const count of derived.counts) addTo(sums, hex(count.key), BigInt(count.delta));
    for (const group of derived.groups) addTo(sums, hex(group.key) + hex(group.qualifier), group.delta);
  }
  for (const [key, sum] of sums) if (sum !== 0n) expected.set(key, hex(encodeCount(sum)));
  return { states, activeEdges, rows: found.size, differences: compare(expected, found) };
}

function compare(expected: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): Difference[] {
  const differences: Difference[] = [];
  for (const [key, value] of expected) {
    const other = found.get(key) ?? null;
    if (other !== value) differences.push({ key, expected: value, found: other });
  }
  for (const [key, value] of found) if (!expected.has(key)) differences.push({ key, expected: null, found: value });
  return differences;
}

/**
 * Group cells keep the time of their last entry as well; only their sum can be recounted. Index rows and cache cells that
 * were written under an earlier schema are compared as the current one reads them.
 */
function canonical(row: { readonly key: Uint8Array; readonly value: Uint8Array }, table: Table): string {
  switch (recordTypeOf(row.key, table.saltBytes)) {
    case 'group':
      return hex(encodeCount(decodeGroupCell(row.value).sum));
    case 'count':
      return hex(encodeCount(decodeCount(row.value)));
    case 'index':
    case 'cache': {
      const { version, values } = decodeIndexValue(table, row.value);
      return hex(encodeIndexValue(table, version, values));
    }
    default:
      return hex(row.value);
  }
}

interface KeyedValue {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Plain rows, then the cells of wide rows under their key and qualifier. */
async function* rowsOf(reader: StoreReader, table: Table): AsyncGenerator<KeyedValue> {
  yield* pages(async (start) => reader.scan({ space: table.id, start, limit: PAGE_ROWS }));
  yield* pages(async (start) => {
    const page = await reader.scanCells({ space: table.id, key: EVERY_ROW, start, limit: PAGE_ROWS });
    return { rows: page.cells.map(({ qualifier, value }) => ({ key: qualifier, value })), more: page.more };
  });
}

const EVERY_ROW = new Uint8Array(0);

async function* pages(read: (start: Uint8Array | undefined) => Promise<RowPage>): AsyncGenerator<KeyedValue> {
  let start: Uint8Array | undefined;
  for (;;) {
    const page = await read(start);
    yield* page.rows;
    const last = page.rows.at(-1);
    if (!page.more || last === undefined) return;
    start = new Uint8Array(last.key.length + 1);
    start.set(last.key);
  }
}

function addTo(sums: Map<string, bigint>, key: string, delta: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + delta);
}

function hex(bytes: Uint8Array | undefined): string {
  let text = '';
  for (const byte of bytes ?? []) text += byte.toString(16).padStart(2, '0');
  return text;
}
