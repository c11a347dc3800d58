import { keyOwner, recordTypeOf } from '@actionbase/core/codec/record-type';
import { decodeStateKey } from '@actionbase/core/codec/row-key';
import {
  decodeCount,
  decodeGroupCell,
  decodeIndexValue,
  decodeStateValue,
  encodeCount,
  encodeIndexValue,
} from '@actionbase/core/codec/row-value';
import { hashText } from '@actionbase/core/codec/xxhash32';
import { deriveRows } from '@actionbase/core/derive/derive-rows';
import { invariant } from '@actionbase/core/failure';
import { INITIAL_STATE } from '@actionbase/core/model/edge';
import type { Rework } from '@actionbase/core/model/rework';
import type { Table } from '@actionbase/core/model/table';
import type { Row, StoreReader } from '@actionbase/ports/store';
import type { ApplyRules } from '../apply/apply-frame.ts';
import type { CatalogTable } from '../catalog/catalog.ts';
import { tableOfState } from '../rework/table-reworks.ts';
import { cellsOfSpace, rowsOfSpace } from '../space-rows.ts';
import { hexText } from './hex-text.ts';

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

/**
 * Recounts a table: derives every index, count, group and cache row again from the state rows and compares with what is
 * stored (law L3). Of names whose rows are still being built, exactly those of the states that were passed are expected;
 * rows of names that were dropped and are being cleaned up, or that failed, are left out of it. Needs memory for the whole
 * table and a reader that shows one position.
 */
export async function recountTable(
  reader: StoreReader,
  { table, reworks }: CatalogTable,
  rules: ApplyRules,
): Promise<Recount> {
  const isLeftOut = abandonedRows(table, reworks?.list ?? []);
  const expected = new Map<string, string>();
  const sums = new Map<string, bigint>();
  const found = new Map<string, string>();
  let states = 0;
  let activeEdges = 0;
  for await (const row of rowsOf(reader, table)) {
    if (recordTypeOf(row.key, table.saltBytes) !== 'state') {
      if (!isLeftOut(row.key)) found.set(hexText(row.key), canonical(row, table));
      continue;
    }
    states++;
    const after = decodeStateValue(table, row.value);
    if (!after.active) continue;
    activeEdges++;
    const derivedBy = reworks === undefined ? table : tableOfState(reworks, row.key);
    const derived = deriveRows(derivedBy, decodeStateKey(table, row.key), { before: INITIAL_STATE, after }, rules);
    invariant(derived.kind === 'rows', 'an active state was derived before');
    for (const put of derived.puts) expected.set(hexText(put.key) + hexText(put.qualifier), hexText(put.value));
    for (const count of derived.counts) addTo(sums, hexText(count.key), BigInt(count.delta));
    for (const group of derived.groups) addTo(sums, hexText(group.key) + hexText(group.qualifier), group.delta);
  }
  for (const [key, sum] of sums) if (sum !== 0n) expected.set(key, hexText(encodeCount(sum)));
  return { states, activeEdges, rows: found.size, differences: compare(expected, found) };
}

/** Tells the rows of names that were dropped or failed. */
function abandonedRows(table: Table, reworks: readonly Rework[]): (key: Uint8Array) => boolean {
  if (reworks.length === 0) return () => false;
  const names = reworks.flatMap(({ removes, failed }) => [...removes, ...failed]);
  const abandoned = new Set(names.map(({ kind, name }) => `${kind} ${hashText(name)}`));
  return (key) => {
    const { type, code } = keyOwner(key, table.saltBytes);
    return abandoned.has(`${type} ${code}`);
  };
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
      return hexText(encodeCount(decodeGroupCell(row.value).sum));
    case 'count':
      return hexText(encodeCount(decodeCount(row.value)));
    case 'index':
    case 'cache': {
      const { version, values } = decodeIndexValue(table, row.value);
      return hexText(encodeIndexValue(table, version, values));
    }
    default:
      return hexText(row.value);
  }
}

/** Plain rows, then the cells of wide rows under their key and qualifier. */
async function* rowsOf(reader: StoreReader, table: Table): AsyncGenerator<Row> {
  yield* rowsOfSpace(reader, table.id);
  yield* cellsOfSpace(reader, table.id);
}

function addTo(sums: Map<string, bigint>, key: string, delta: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + delta);
}
