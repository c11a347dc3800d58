import type { CatalogChange } from '@actionbase/core/model/catalog';
import type { ReworkName } from '@actionbase/core/model/rework';
import type { CacheSchema, GroupSchema, IndexSchema, PropertyField, TableSchema } from '@actionbase/core/model/schema';
import fc from 'fast-check';
import { type ProgramLoad, programLoad } from './load-programs.ts';
import { mixedRequest, type ProgramRequest } from './programs.ts';
import { orderSchema, wishSchema } from './wish-tables.ts';

/** Something of a schema that a program adds when it is not there, and drops when it is. */
export type Toggle = { readonly table: 'wish' | 'orders' } & (
  | { readonly kind: 'index'; readonly schema: IndexSchema }
  | { readonly kind: 'group'; readonly schema: GroupSchema }
  | { readonly kind: 'cache'; readonly schema: CacheSchema }
  | { readonly kind: 'property'; readonly schema: PropertyField }
);

/** One step of a program of mutations and changes of schemas. */
export type SchemaStep =
  /** Requests and changes that are sent in this order without waiting for answers, maybe beside a step of a rework. */
  | {
      readonly kind: 'send';
      readonly withStep: boolean;
      readonly all: readonly (ProgramRequest | ProgramLoad | Toggle)[];
    }
  /** Lets so many steps of reworks be taken. */
  | { readonly kind: 'rework'; readonly steps: number }
  /** Loses this share of what the store has not flushed, from its end on, and starts again. */
  | { readonly kind: 'crash'; readonly lost: number };

const index = (name: string, field: string, order: 'ASC' | 'DESC'): IndexSchema => ({
  index: name,
  fields: [{ field, order }],
  comment: '',
});

const cache = (name: string, field: string, order: 'ASC' | 'DESC'): CacheSchema => ({
  cache: name,
  fields: [{ field, order }],
  limit: 1_000,
  comment: '',
});

const group = (name: string, field: string, sums: string | null): GroupSchema => ({
  group: name,
  type: sums === null ? 'COUNT' : 'SUM',
  fields: [{ name: field, bucket: null }],
  valueField: sums ?? '-',
  comment: '',
  directionType: 'BOTH',
  ttl: 691_200_000,
});

/** `quantity` fails at an edge without qty; the properties are those that no index, group or cache uses. */
export const TOGGLES: readonly Toggle[] = [
  ...wishSchema.indexes.map((schema) => ({ table: 'wish', kind: 'index', schema }) as const),
  ...wishSchema.groups.map((schema) => ({ table: 'wish', kind: 'group', schema }) as const),
  ...wishSchema.caches.map((schema) => ({ table: 'wish', kind: 'cache', schema }) as const),
  { table: 'wish', kind: 'index', schema: index('by_qty', 'qty', 'ASC') },
  { table: 'wish', kind: 'index', schema: index('by_version', 'version', 'DESC') },
  { table: 'wish', kind: 'group', schema: group('quantity', 'color', 'qty') },
  { table: 'wish', kind: 'group', schema: group('times', 'at', null) },
  { table: 'wish', kind: 'cache', schema: cache('bottom', 'at', 'ASC') },
  ...[...wishSchema.properties]
    .filter(({ name }) => name === 'note' || name === 'qty')
    .map((schema) => ({ table: 'wish', kind: 'property', schema }) as const),
  { table: 'wish', kind: 'property', schema: { name: 'qty', type: 'string', comment: '', nullable: true } },
  { table: 'wish', kind: 'group', schema: group('qtys', 'qty', null) },
  { table: 'wish', kind: 'cache', schema: cache('most', 'qty', 'DESC') },
  ...orderSchema.indexes.map((schema) => ({ table: 'orders', kind: 'index', schema }) as const),
  ...orderSchema.groups.map((schema) => ({ table: 'orders', kind: 'group', schema }) as const),
  ...orderSchema.caches.map((schema) => ({ table: 'orders', kind: 'cache', schema }) as const),
  { table: 'orders', kind: 'index', schema: index('by_amount', 'amount', 'DESC') },
  { table: 'orders', kind: 'group', schema: group('amounts', 'amount', null) },
  { table: 'orders', kind: 'cache', schema: cache('biggest', 'amount', 'DESC') },
];

const sent: fc.Arbitrary<ProgramRequest | ProgramLoad | Toggle> = fc.oneof(
  { weight: 3, arbitrary: mixedRequest },
  { weight: 1, arbitrary: programLoad },
  { weight: 1, arbitrary: fc.constantFrom(...TOGGLES) },
);

const step: fc.Arbitrary<SchemaStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      withStep: fc.boolean(),
      all: fc.array(sent, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('rework' as const), steps: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('crash' as const), lost: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
);

/** Programs over few keys, few names and small steps, so that changes meet reworks of changes before. */
export const schemaProgram: fc.Arbitrary<readonly SchemaStep[]> = fc.array(step, { minLength: 4, maxLength: 24 });

/** The change that adds what a toggle names, or drops it. */
export function toggleChange(before: TableSchema, toggle: Toggle): CatalogChange {
  return { kind: 'update-table', database: 'shop', table: toggle.table, schema: toggled(before, toggle) };
}

/** Drops some names. */
export function dropChange(table: Toggle['table'], before: TableSchema, names: readonly ReworkName[]): CatalogChange {
  const stays = (kind: ReworkName['kind'], name: string): boolean =>
    !names.some((dropped) => dropped.kind === kind && dropped.name === name);
  const schema = {
    ...before,
    indexes: before.indexes.filter((one) => stays('index', one.index)),
    groups: before.groups.filter((one) => stays('group', one.group)),
    caches: before.caches.filter((one) => stays('cache', one.cache)),
  };
  return { kind: 'update-table', database: 'shop', table, schema };
}

function toggled(before: TableSchema, toggle: Toggle): TableSchema {
  switch (toggle.kind) {
    case 'index':
      return { ...before, indexes: toggleIn(before.indexes, toggle.schema, (one) => one.index) };
    case 'group':
      return { ...before, groups: toggleIn(before.groups, toggle.schema, (one) => one.group) };
    case 'cache':
      return { ...before, caches: toggleIn(before.caches, toggle.schema, (one) => one.cache) };
    case 'property':
      return { ...before, properties: toggleIn(before.properties, toggle.schema, (one) => one.name) };
  }
}

function toggleIn<T>(all: readonly T[], one: T, nameOf: (one: T) => string): readonly T[] {
  const without = all.filter((other) => nameOf(other) !== nameOf(one));
  return without.length === all.length ? [...all, one] : without;
}
