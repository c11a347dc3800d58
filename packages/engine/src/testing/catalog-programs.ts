import { invariant } from '@actionbase/core/failure';
import type { CatalogChange, MutationMode } from '@actionbase/core/model/catalog';
import type { TableLayout } from '@actionbase/core/model/schema';
import fc from 'fast-check';
import { mixedRequest, type ProgramRequest } from './programs.ts';
import type { TestTable } from './test-instance.ts';
import { layoutChanges, shopChanges } from './wish-tables.ts';

/** A request that names its table, or the alias `far` of another database, and maybe a mode. */
export interface NamedRequest extends ProgramRequest {
  readonly isFar: boolean;
  readonly mode: MutationMode | null;
}

/** One step of a program of mutations and changes of metadata. */
export type CatalogStep =
  /**
   * Requests and changes that are sent in this order without waiting for answers, so that they meet in frames. Between two
   * of them, so many rounds of promise callbacks run.
   */
  | { readonly kind: 'send'; readonly rounds: number; readonly all: readonly (NamedRequest | CatalogChange)[] }
  /** Loses this share of what the store has not flushed, from its end on, and starts again. */
  | { readonly kind: 'crash'; readonly lost: number };

const TABLES: readonly TestTable[] = ['wish', 'orders', 'links', 'void'];

const table = fc.constantFrom(...TABLES);
const rounds = fc.integer({ min: 0, max: 5 });
const active = fc.constantFrom(true, true, false);

function updateTable(parts: fc.Arbitrary<object>): fc.Arbitrary<CatalogChange> {
  return fc
    .tuple(table, parts)
    .map(([name, some]) => ({ kind: 'update-table', database: 'shop', table: name, ...some }));
}

/** Takes a table away: what is active is not deleted. */
function removal(name: TestTable): readonly CatalogChange[] {
  return [
    { kind: 'update-table', database: 'shop', table: name, active: false },
    { kind: 'delete-table', database: 'shop', table: name },
  ];
}

function creation(name: TestTable): CatalogChange {
  const found = [...shopChanges, ...layoutChanges].find((one) => one.kind === 'create-table' && one.table === name);
  invariant(found !== undefined, `the shop declares ${name}`);
  return found;
}

const far = { database: 'other', alias: 'far' } as const;

const change: fc.Arbitrary<readonly CatalogChange[]> = fc.oneof(
  updateTable(fc.record({ layout: fc.constantFrom<TableLayout>('INDEXED', 'HASH', 'NIL') })).map((one) => [one]),
  updateTable(fc.record({ mode: fc.constantFrom<MutationMode>('SYNC', 'SYNC', 'ASYNC', 'DROP') })).map((one) => [one]),
  updateTable(fc.record({ active })).map((one) => [one]),
  updateTable(fc.record({ comment: fc.constantFrom('a', 'b'), readOnly: fc.boolean() })).map((one) => [one]),
  table.map(removal),
  table.map((name) => [...removal(name), creation(name)]),
  table.map((name) => [creation(name)]),
  table.map((name): CatalogChange[] => [
    { kind: 'create-database', database: 'other', comment: '' },
    { kind: 'create-alias', ...far, tableDatabase: 'shop', table: name, comment: '' },
  ]),
  fc
    .tuple(table, active)
    .map(([name, isActive]): CatalogChange[] => [
      { kind: 'update-alias', ...far, tableDatabase: 'shop', table: name, active: isActive },
    ]),
  fc.constant<readonly CatalogChange[]>([
    { kind: 'update-alias', ...far, active: false },
    { kind: 'delete-alias', ...far },
  ]),
  fc.constant<readonly CatalogChange[]>([
    { kind: 'update-database', database: 'other', active: false },
    { kind: 'delete-database', database: 'other' },
  ]),
  fc.constantFrom('shop.wish', 'nothing').map((text): CatalogChange[] => [
    { kind: 'create-query', database: 'shop', query: 'q', text, stats: [], comment: '' },
    { kind: 'update-query', database: 'shop', query: 'q', text, active: text === 'shop.wish' },
  ]),
);

const request: fc.Arbitrary<NamedRequest> = fc
  .tuple(mixedRequest, fc.boolean(), fc.constantFrom<MutationMode | null>(null, null, 'SYNC', 'ASYNC', 'DROP'))
  .map(([asked, isFar, mode]) => ({ ...asked, isFar, mode }));

type Sent = Extract<CatalogStep, { kind: 'send' }>;

/** The first row of a new table and a change of its layout, in one frame: the first request keeps the log busy. */
const race: fc.Arbitrary<readonly Sent[]> = fc
  .tuple(request, request, fc.constantFrom<TableLayout>('INDEXED', 'HASH', 'NIL'), fc.boolean(), rounds)
  .map(([busy, asked, layout, isFirst, count]) => {
    const name = asked.table;
    const first: NamedRequest = { ...asked, isFar: false, mode: null };
    const turned: CatalogChange = { kind: 'update-table', database: 'shop', table: name, layout };
    return [
      { kind: 'send', rounds: count, all: [...removal(name), creation(name)] },
      { kind: 'send', rounds: count, all: [busy, ...(isFirst ? [first, turned] : [turned, first])] },
    ];
  });

const sent = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: request.map((one): readonly (NamedRequest | CatalogChange)[] => [one]) },
      { weight: 2, arbitrary: change },
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((lists) => lists.flat());

const step: fc.Arbitrary<readonly CatalogStep[]> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(sent, rounds).map(([all, count]): Sent[] => [{ kind: 'send', rounds: count, all }]),
  },
  { weight: 1, arbitrary: race },
  {
    weight: 1,
    arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((lost): CatalogStep[] => [{ kind: 'crash', lost }]),
  },
);

/** Programs over few names and keys, so that mutations meet changes of the tables that they name. */
export const catalogProgram: fc.Arbitrary<readonly CatalogStep[]> = fc
  .array(step, { minLength: 3, maxLength: 20 })
  .map((steps) => steps.flat());
