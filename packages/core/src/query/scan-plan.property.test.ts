import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aTable } from '../../fixtures/shop.ts';
import { encodeCursor } from '../codec/cursor.ts';
import { decodeIndexKey, encodeIndexKey } from '../codec/row-key.ts';
import { invariant } from '../failure.ts';
import type { Table, TableIndex, TableOrderedField } from '../model/table.ts';
import type { Direction, Value } from '../model/value.ts';
import { type EdgeRow, rowOfIndex } from './edge-row.ts';
import { matchesRow } from './filter.ts';
import type { Operator, Predicate } from './predicate.ts';
import { planScan, type ScanOptions } from './scan-plan.ts';

/*
 * Goal: a planned scan finds what a naive filter finds, in the order of the index, whatever the ranges, and its pages
 * joined are the whole.
 * Method: random edges of two sources become encoded keys in one sorted list, as a store keeps them. Each plan is run
 * against the list. The naive side knows nothing of bytes: it sorts and filters the edges themselves. Values come from
 * small domains, so that bounds are met exactly.
 */

const DOMAINS: Readonly<Record<string, readonly Value[]>> = {
  l: [-(2n ** 63n), -1n, 0n, 255n, 256n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, null],
  i: [-(2 ** 31), -1, 0, 1, 255, 256, 2 ** 31 - 1, null],
  d: [-1e300, -2.5, 0, 0.1, 2.5, Infinity, null],
  s: ['', 'a', 'a\u0001', 'ab', 'b', 'é', '\uffff', '😀', 'red:x;y,z\\', null],
  b: [true, false, null],
  version: [-5n, 0n, 1n, 2n ** 62n],
  target: ['', 'a', 'a\u0001', 'ab', 'b'],
};

const RANGE_OPERATORS = ['eq', 'gt', 'gte', 'lt', 'lte', 'bt'] as const;
const FILTER_OPERATORS = [...RANGE_OPERATORS, 'in'] as const;

const field = fc.record({ field: fc.constantFrom(...Object.keys(DOMAINS)), order: fc.constantFrom('ASC', 'DESC') });
const fields = fc.uniqueArray(field, { minLength: 1, maxLength: 4, selector: (each) => each.field });

const edge: fc.Arbitrary<EdgeRow> = fc
  .tuple(fc.constantFrom(1n, 2n), domainOf('target'), domainOf('version'), ...['l', 'i', 'd', 's', 'b'].map(domainOf))
  .map(([source, target, version, ...values]) => {
    assert(typeof version === 'bigint');
    return { source, target, version, id: undefined, values };
  });

/** A unique edge has one row per source and target. */
const edges = fc.uniqueArray(edge, { maxLength: 30, selector: (row) => `${row.source} ${row.target}` });

/** How far into the index's fields the ranges reach, and what each asks. */
const asked = fc.array(fc.record({ op: fc.constantFrom(...RANGE_OPERATORS), picks: fc.tuple(fc.nat(), fc.nat()) }), {
  maxLength: 3,
});

const filter = fc
  .tuple(fc.constantFrom(...Object.keys(DOMAINS)), fc.constantFrom(...FILTER_OPERATORS), fc.tuple(fc.nat(), fc.nat()))
  .map(([name, op, picks]) => aPredicate(name, op, picks));

const scenario = fc.record({
  fields,
  edges,
  asked,
  filters: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(filter, { maxLength: 2 }) },
  ),
  direction: fc.constantFrom<Direction>('OUT', 'IN'),
});

describe('a planned scan', () => {
  it('finds what a naive filter finds, in the order of the index', () => {
    fc.assert(
      fc.property(scenario, (world) => {
        const { table, index, store, options } = build(world);
        for (const vertex of verticesOf(world)) {
          const found = runPage({ table, index, store }, { ...options, vertex, limit: 1_000 });
          assert.deepEqual(found.rows, naiveScan(world, { table, index, options: { ...options, vertex } }));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives pages that joined are the whole', () => {
    fc.assert(
      fc.property(scenario, fc.integer({ min: 1, max: 4 }), (world, limit) => {
        const { table, index, store, options } = build(world);
        const [vertex = 1n] = verticesOf(world);
        const whole = runPage({ table, index, store }, { ...options, vertex, limit: 1_000 }).rows;
        const joined: EdgeRow[] = [];
        let offset: string | undefined;
        for (let pages = 0; pages <= whole.length; pages += 1) {
          const page = runPage({ table, index, store }, { ...options, vertex, limit, offset });
          joined.push(...page.rows);
          offset = page.offset;
          if (page.rows.length < limit) break;
        }
        assert.deepEqual(joined, whole);
      }),
      { numRuns: 200 },
    );
  });

  it('never leaves the ranges, whatever bytes the cursor holds', () => {
    fc.assert(
      fc.property(scenario, fc.uint8Array({ maxLength: 12 }), (world, cursor) => {
        const { table, index, store, options } = build(world);
        const [vertex = 1n] = verticesOf(world);
        const whole = runPage({ table, index, store }, { ...options, vertex, limit: 1_000 }).rows;
        const tail = runPage(
          { table, index, store },
          { ...options, vertex, limit: 1_000, offset: encodeCursor(cursor) },
        );
        assert.deepEqual(tail.rows, whole.slice(whole.length - tail.rows.length));
      }),
      { numRuns: 200 },
    );
  });
});

type World = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

interface StoredEdge {
  readonly key: Uint8Array;
  readonly row: EdgeRow;
}

interface Built {
  readonly table: Table;
  readonly index: TableIndex;
  readonly store: readonly StoredEdge[];
  readonly options: Omit<ScanOptions, 'vertex' | 'limit'>;
}

function build(world: World): Built {
  const types = { l: 'long', i: 'int', d: 'double', s: 'string', b: 'boolean' };
  const properties = Object.entries(types).map(([name, type]) => ({ name, type, comment: '', nullable: true }));
  const table = aTable(
    JSON.stringify({
      type: 'edge',
      source: { type: 'long', comment: '' },
      target: { type: 'string', comment: '' },
      properties,
      direction: 'BOTH',
      indexes: [
        { index: 'x', fields: world.fields },
        { index: 'y', fields: [] },
      ],
    }),
  );
  const [index] = table.indexes;
  invariant(index !== undefined, 'the table has an index');
  const ranges = world.asked
    .slice(0, index.fields.length)
    .map(({ op, picks }, place) => aPredicate(index.fields[place]?.name ?? '', op, picks));
  const options = { direction: world.direction, ranges, filters: world.filters };
  return { table, index, store: storeOf(table, world.edges), options };
}

/** Every row of every index and direction, sorted as a store sorts them. */
function storeOf(table: Table, rows: readonly EdgeRow[]): readonly StoredEdge[] {
  const stored = table.indexes.flatMap((index) =>
    rows.flatMap((row) =>
      (['OUT', 'IN'] as const).map((direction) => {
        const [vertex, far] = direction === 'OUT' ? [row.source, row.target] : [row.target, row.source];
        const values = index.fields.map((each) => indexedValue(row, each));
        return { key: encodeIndexKey(table, index, { direction, vertex, values, far }), row };
      }),
    ),
  );
  return stored.sort((a, b) => Buffer.compare(a.key, b.key));
}

function runPage(
  built: Pick<Built, 'table' | 'index' | 'store'>,
  options: ScanOptions,
): { rows: EdgeRow[]; offset?: string } {
  const { table, index, store } = built;
  const plan = planScan(table, index, options);
  if (plan.kind === 'empty') return { rows: [] };
  const { start, end, prefixLength } = plan;
  const rows: EdgeRow[] = [];
  let last: Uint8Array | undefined;
  for (const { key, row } of store) {
    if (Buffer.compare(key, start) < 0 || (end !== undefined && Buffer.compare(key, end) >= 0)) continue;
    const { far } = decodeIndexKey(table, index, options.direction, key);
    const found = rowOfIndex(table, options.direction, options.vertex, far, row);
    if (rows.length === plan.limit || !matchesRow(plan.filter, found)) continue;
    rows.push(found);
    last = key;
  }
  return last === undefined ? { rows } : { rows, offset: encodeCursor(last.slice(prefixLength)) };
}

function naiveScan(
  world: World,
  { table, index, options }: { table: Table; index: TableIndex; options: Omit<ScanOptions, 'limit'> },
): EdgeRow[] {
  const { vertex, direction, ranges, filters } = options;
  const near = direction === 'OUT' ? 'source' : 'target';
  const far = direction === 'OUT' ? 'target' : 'source';
  return world.edges
    .filter((row) => row[near] === vertex)
    .filter((row) => ranges.every((predicate) => holds(predicate, memberOf(table, row, predicate.field), true)))
    .filter((row) => filters.every((predicate) => holds(predicate, memberOf(table, row, predicate.field), false)))
    .sort((a, b) => {
      for (const each of index.fields) {
        const order = compare(indexedValue(a, each), indexedValue(b, each));
        if (order !== 0) return each.order === 'ASC' ? order : -order;
      }
      return compare(a[far], b[far]);
    });
}

/** What an operator means. In ranges an unset value is below every other; in filters it never matches. */
function holds(predicate: Predicate, value: Value, isRange: boolean): boolean {
  if (value === null) return isRange && (predicate.op === 'lt' || predicate.op === 'lte');
  const [first = null, second = null] = predicate.values.map((text) => parseLike(value, text));
  const order = compare(value, first);
  switch (predicate.op) {
    case 'eq':
      return order === 0;
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
    case 'bt':
      return order >= 0 && compare(value, second) <= 0;
    case 'in':
      return order === 0 || compare(value, second) === 0;
  }
}

function parseLike(value: Value, text: string): Value {
  if (typeof value === 'bigint') return BigInt(text);
  if (typeof value === 'number') return Number(text);
  return typeof value === 'boolean' ? text === 'true' : text;
}

function compare(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

function indexedValue(row: EdgeRow, { from }: TableOrderedField): Value {
  return from.kind === 'property' ? (row.values[from.place] ?? null) : row[from.kind];
}

function memberOf(table: Table, row: EdgeRow, name: string): Value {
  if (name === 'version' || name === 'target') return row[name];
  return row.values[table.fieldIndexByName.get(name) ?? -1] ?? null;
}

function verticesOf(world: World): readonly Value[] {
  return world.direction === 'OUT' ? [1n, 2n] : (DOMAINS.target ?? []);
}

function domainOf(name: string): fc.Arbitrary<Value> {
  return fc.constantFrom(...(DOMAINS[name] ?? []));
}

function aPredicate(name: string, op: Operator, picks: readonly [number, number]): Predicate {
  const domain = (DOMAINS[name] ?? []).filter((value) => value !== null);
  const values = picks.map((pick) => String(domain[pick % domain.length]));
  return { field: name, op, values: op === 'bt' || op === 'in' ? values : values.slice(0, 1) };
}
