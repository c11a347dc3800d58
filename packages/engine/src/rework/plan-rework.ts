import { hashText } from '@actionbase/core/codec/xxhash32';
import type { Rework, ReworkName } from '@actionbase/core/model/rework';
import type { TableSchema } from '@actionbase/core/model/schema';
import { isSameName } from './table-reworks.ts';

/** Reworks that one table may have at a time; a change of its schema that would need one more is refused. */
export const TABLE_REWORKS_MAX = 16;

/** A change of a table's schema, and whether the table holds any row. */
export interface SchemaStep {
  readonly before: TableSchema;
  readonly after: TableSchema;
  readonly hasRows: boolean;
}

/**
 * The reworks of a table after a change of its schema. New and dropped indexes, groups and caches become one rework at the
 * end of the list, so a name that comes back while its old rows are still being removed is built after that. What was
 * dropped is built no further, and needs no removing where its building had not begun. A table without rows has nothing to
 * do, unless rows of dropped or failed names may be left.
 */
export function planReworks(list: readonly Rework[], { before, after, hasRows }: SchemaStep): readonly Rework[] {
  const old = namesOf(before);
  const now = namesOf(after);
  const builds = now.filter((name) => !has(old, name));
  const dropped = old.filter((name) => !has(now, name));
  if (builds.length + dropped.length === 0 || (!hasRows && list.length === 0)) return list;
  const left = list.map((rework) => withoutDropped(rework, dropped)).filter(isNeeded);
  const untouched = list.filter(({ rows }) => rows === 0).flatMap((rework) => rework.builds);
  const removes = dropped.filter((name) => !has(untouched, name));
  if (builds.length + removes.length === 0) return left;
  // Rows of a new name that has the code of a dropped one could not be told apart from those to be removed.
  const collides = builds.some((name) => removes.some((other) => hasSameCode(name, other)));
  return collides
    ? [...left, beginRework([], removes), beginRework(builds, [])]
    : [...left, beginRework(builds, removes)];
}

function hasSameCode(a: ReworkName, b: ReworkName): boolean {
  return a.kind === b.kind && hashText(a.name) === hashText(b.name);
}

/** Whether a rework still has something to do, or to tell. */
export function isNeeded({ builds, removes, failed }: Rework): boolean {
  return builds.length + removes.length + failed.length > 0;
}

function beginRework(builds: readonly ReworkName[], removes: readonly ReworkName[]): Rework {
  const needsRows = builds.length > 0 || removes.some(({ kind }) => kind === 'index');
  return { builds, removes, failed: [], phase: needsRows ? 'rows' : 'cells', cursor: '', rows: 0, states: 0 };
}

function withoutDropped(rework: Rework, dropped: readonly ReworkName[]): Rework {
  return {
    ...rework,
    builds: rework.builds.filter((name) => !has(dropped, name)),
    failed: rework.failed.filter((name) => !has(dropped, name)),
  };
}

function namesOf(schema: TableSchema): readonly ReworkName[] {
  return [
    ...schema.indexes.map(({ index }) => ({ kind: 'index' as const, name: index })),
    ...schema.groups.map(({ group }) => ({ kind: 'group' as const, name: group })),
    ...schema.caches.map(({ cache }) => ({ kind: 'cache' as const, name: cache })),
  ];
}

function has(names: readonly ReworkName[], name: ReworkName): boolean {
  return names.some((other) => isSameName(name, other));
}
