import { decodeBase64Url } from '@actionbase/core/codec/base64url';
import { invariant } from '@actionbase/core/failure';
import { hasSteps, type Rework, type ReworkName } from '@actionbase/core/model/rework';
import type { Building, Table } from '@actionbase/core/model/table';
import { compareBytes } from '@actionbase/core/query/byte-order';

/** The reworks of a table, and what they mean for deriving rows. There is at least one. */
export interface TableReworks {
  /** In the order in which they are done. */
  readonly list: readonly Rework[];
  /** The one that the next step belongs to; undefined when all that is left are names that failed. */
  readonly current: Rework | undefined;
  /** Key of the last row that `current` has passed; no bytes before the first. */
  readonly cursor: Uint8Array;
  /** The table as far as states up to the cursor have rows: without names that failed or whose turn is yet to come. */
  readonly passed: Table;
  /** The table as far as states beyond the cursor have rows: also without the names that are being built. */
  readonly ahead: Table;
}

/** Works out what the reworks of a table mean; undefined when there are none. */
export function compileReworks(table: Table, list: readonly Rework[]): TableReworks | undefined {
  if (list.length === 0) return undefined;
  const current = list.find(hasSteps);
  const building = current?.builds ?? [];
  const unfinished = list.flatMap((rework) => [...rework.builds, ...rework.failed]);
  const waiting = unfinished.filter((name) => !building.some((other) => isSameName(name, other)));
  return {
    list,
    current,
    cursor: cursorOf(current),
    passed: withoutNames(table, waiting),
    ahead: withoutNames(table, unfinished),
  };
}

/** The table by which the rows of one state are derived, its indexes, groups and caches being those that the state has rows of. */
export function tableOfState({ cursor, passed, ahead }: TableReworks, stateKey: Uint8Array): Table {
  return compareBytes(stateKey, cursor) <= 0 ? passed : ahead;
}

/** The same table, whose unfinished indexes, groups and caches say how far they are. */
export function markBuilding(table: Table, list: readonly Rework[]): Table {
  if (list.length === 0) return table;
  const buildings = new Map<string, Building>();
  for (const { builds, failed, states } of list) {
    for (const name of builds) buildings.set(textOf(name), { states, failure: null });
    for (const failure of failed) {
      buildings.set(textOf(failure), { states, failure: `${failure.edge}: ${failure.reason}` });
    }
  }
  const mark = <T extends { readonly name: string }>(kind: ReworkName['kind'], all: readonly T[]): readonly T[] =>
    all.map((one) => {
      const building = buildings.get(textOf({ kind, name: one.name }));
      return building === undefined ? one : { ...one, building };
    });
  return {
    ...table,
    indexes: mark('index', table.indexes),
    groups: mark('group', table.groups),
    caches: mark('cache', table.caches),
  };
}

/** The same table with no other indexes, groups and caches than these. */
export function onlyNames(table: Table, names: readonly ReworkName[]): Table {
  return restrict(table, (name) => names.some((other) => isSameName(name, other)));
}

export function isSameName(a: ReworkName, b: ReworkName): boolean {
  return a.kind === b.kind && a.name === b.name;
}

function withoutNames(table: Table, names: readonly ReworkName[]): Table {
  return restrict(table, (name) => !names.some((other) => isSameName(name, other)));
}

function restrict(table: Table, keeps: (name: ReworkName) => boolean): Table {
  return {
    ...table,
    indexes: table.indexes.filter(({ name }) => keeps({ kind: 'index', name })),
    groups: table.groups.filter(({ name }) => keeps({ kind: 'group', name })),
    caches: table.caches.filter(({ name }) => keeps({ kind: 'cache', name })),
  };
}

function textOf({ kind, name }: ReworkName): string {
  return `${kind}/${name}`;
}

function cursorOf(rework: Rework | undefined): Uint8Array {
  const bytes = decodeBase64Url(rework?.cursor ?? '');
  invariant(bytes !== undefined, 'the cursor of a rework is base64url');
  return bytes;
}
