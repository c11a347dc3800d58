import type { CellAddress } from '@actionbase/core/codec/derived-row';
import { sameValues } from '@actionbase/core/derive/edge-view';
import type { Table } from '@actionbase/core/model/table';
import type { RowAddress, StoreReader } from '@actionbase/ports/store';
import type { Finding, RowContent } from './finding.ts';
import type { Findings } from './findings.ts';
import { hasCell } from './rederive-rows.ts';
import { readAddress, readIndexValue, readStateOf, type StoredState, stateKeyOf } from './stored-row.ts';

/** What one page of an audit reads, all of it in one snapshot. */
export interface PageToCheck {
  readonly reader: StoreReader;
  readonly table: Table;
  readonly findings: Findings;
  /** Addresses that one read of the store asks for. */
  readonly readRowsMax: number;
}

/** Forwards: every state's index rows and cache cells are there, with the state's version and values. */
export async function checkRowsOfStates(page: PageToCheck, states: readonly StoredState[]): Promise<number> {
  const wanted = states.flatMap((state) => state.rows.cells.map((address) => ({ address, state })));
  const found = await readAll(
    page,
    wanted.map(({ address }) => address),
  );
  wanted.forEach(({ address, state }, place) => {
    const bytes = found[place];
    const stored = bytes === undefined ? undefined : readIndexValue(page.table, bytes);
    const { version, values } = state.rows;
    if (stored?.version === version && sameValues(stored.values, values)) return;
    const expected: RowContent = { kind: 'edge', version, values };
    const problem = bytes === undefined ? 'missing' : 'wrong';
    page.findings.add({
      ...describe(page, address),
      address,
      problem,
      edge: state.edge,
      expected,
      found: contentOf(page, bytes),
    });
  });
  return wanted.length;
}

/** An index row or a cache cell as it is stored. */
export interface StoredCell {
  readonly address: CellAddress;
  readonly value: Uint8Array;
}

/** Backwards: every index row and every cache cell belongs to a state that has it. */
export async function checkOwnersOfCells(page: PageToCheck, cells: readonly StoredCell[]): Promise<void> {
  const { table, findings } = page;
  const owned = cells.map(({ address, value }) => {
    const owner = stateKeyOf(table, readAddress(table, address));
    return { address, value, owner };
  });
  const known = owned.flatMap(({ owner }) => (owner === undefined ? [] : [owner]));
  const states = await readAll(
    page,
    known.map(({ stateKey }) => ({ key: stateKey })),
  );
  let next = 0;
  for (const { address, value, owner } of owned) {
    const bytes = owner === undefined ? undefined : states[next++];
    const state = owner === undefined || bytes === undefined ? undefined : readStateOf(table, owner.edge, bytes);
    // The page of the state tells that it cannot be read.
    if (bytes !== undefined && state === undefined) continue;
    if (state !== undefined && hasCell(state.rows, address)) continue;
    const edge = owner?.edge ?? null;
    findings.add({
      ...describe(page, address),
      address,
      problem: 'orphan',
      edge,
      expected: null,
      found: contentOf(page, value),
    });
  }
}

/** Kind and parsed address of an index row or a cache cell. */
function describe({ table }: PageToCheck, address: CellAddress): Pick<Finding, 'kind' | 'row'> {
  const row = readAddress(table, address) ?? null;
  return { kind: row?.kind ?? (address.qualifier === undefined ? 'index' : 'cache'), row };
}

function contentOf({ table }: PageToCheck, bytes: Uint8Array | undefined): RowContent | null {
  if (bytes === undefined) return null;
  const stored = readIndexValue(table, bytes);
  return stored === undefined ? { kind: 'bytes', bytes } : { kind: 'edge', ...stored };
}

/** Values at the addresses, in their order. */
async function readAll(
  { reader, table, readRowsMax }: PageToCheck,
  addresses: readonly CellAddress[],
): Promise<readonly (Uint8Array | undefined)[]> {
  const values: (Uint8Array | undefined)[] = [];
  for (let start = 0; start < addresses.length; start += readRowsMax) {
    const some = addresses.slice(start, start + readRowsMax);
    const rows = some.map((address): RowAddress => ({ space: table.id, ...address }));
    values.push(...(await reader.getMany(rows)));
  }
  return values;
}
