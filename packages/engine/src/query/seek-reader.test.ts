/**
 * Goal: a seek gives a vertex' edges in the order of a cache, and reaches exactly as many as the cache allows.
 * Method: a shop in memory; pages of every size, joined, against the sorted edges of a model.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EdgeSchema } from '@actionbase/core/model/schema';
import type { Table } from '@actionbase/core/model/table';
import type { Direction, Value } from '@actionbase/core/model/value';
import type { EdgeRow } from '@actionbase/core/query/edge-row';
import fc from 'fast-check';
import type { EngineOptions } from '../engine.ts';
import { anItem, Model } from '../testing/model.ts';
import { programRequest, SKUS, USERS } from '../testing/programs.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { TEST_STAMP, wishSchema } from '../testing/wish-tables.ts';

const twoOrders: EdgeSchema = {
  ...wishSchema,
  groups: [],
  caches: [
    { cache: 'by_qty', fields: [{ field: 'qty', order: 'ASC' }], limit: 5, comment: '' },
    { cache: 'five', fields: [{ field: 'at', order: 'DESC' }], limit: 5, comment: '' },
    { cache: 'many', fields: [{ field: 'at', order: 'DESC' }], limit: 1_000_000, comment: '' },
  ],
};

async function aShop(options: EngineOptions = {}): Promise<TestInstance> {
  const instance = await TestInstance.open(options);
  await instance.createShop();
  return instance;
}

/** A table whose user 7 wishes for t0 to t7, the newest last. */
async function eightWishes(options: EngineOptions = {}): Promise<{ instance: TestInstance; table: Table }> {
  const instance = await aShop(options);
  const change = { kind: 'update-table', database: 'shop', table: 'wish', schema: twoOrders } as const;
  await instance.engine.changeCatalog(change, TEST_STAMP);
  const items = Array.from({ length: 8 }, (_, place) =>
    anItem({ source: 7, target: `t${place}`, properties: { at: place, qty: place === 3 ? null : 10 - place } }),
  );
  await instance.mutate('wish', items);
  return { instance, table: instance.table('wish') };
}

interface Pages {
  readonly cache: string;
  readonly direction: Direction;
  readonly start: Value;
  readonly limit: number;
}

async function seekAll({ engine }: TestInstance, table: Table, pages: Pages): Promise<EdgeRow[]> {
  const rows: EdgeRow[] = [];
  for (let offset: string | undefined; ; ) {
    assert.ok(rows.length < 100, 'pages come to an end');
    const page = await engine.seek(table, { ...pages, offset });
    assert.equal(page.total, BigInt(page.rows.length));
    assert.equal(page.hasNext, page.offset !== null);
    assert.ok(!page.hasNext || page.rows.length === pages.limit, 'only the last page is short');
    rows.push(...page.rows);
    if (page.offset === null) return rows;
    offset = page.offset;
  }
}

const targets = (rows: readonly EdgeRow[]): Value[] => rows.map((row) => row.target);

test("a cache's limit bounds what a seek reaches, by one page or by many, and the last page has no next one", async () => {
  const { instance, table } = await eightWishes();
  await using _ = instance;
  for (const limit of [1, 2, 3, 4, 5, 6, 100]) {
    const rows = await seekAll(instance, table, { cache: 'five', direction: 'OUT', start: 7n, limit });
    assert.deepEqual(targets(rows), ['t7', 't6', 't5', 't4', 't3'], `pages of ${limit}`);
  }
});

test('entries that leave the front of a row let later ones come within reach', async () => {
  const { instance, table } = await eightWishes();
  await using _ = instance;
  await instance.mutate('wish', [anItem({ type: 'DELETE', version: 2n, source: 7, target: 't7' })]);
  const rows = await seekAll(instance, table, { cache: 'five', direction: 'OUT', start: 7n, limit: 2 });
  assert.deepEqual(targets(rows), ['t6', 't5', 't4', 't3', 't2']);
});

test('an ascending cache begins with unset values', async () => {
  const { instance, table } = await eightWishes();
  await using _ = instance;
  const rows = await seekAll(instance, table, { cache: 'by_qty', direction: 'OUT', start: 7n, limit: 2 });
  assert.deepEqual(targets(rows), ['t3', 't7', 't6', 't5', 't4']);
});

test('a row that needs several reads of the store gives the same pages, up to the reach of all seeks', async () => {
  const { instance, table } = await eightWishes({ limits: { pageRowsMax: 2, seekEntriesMax: 7 } });
  await using _ = instance;
  for (const limit of [1, 3, 7, 8]) {
    const rows = await seekAll(instance, table, { cache: 'many', direction: 'OUT', start: 7n, limit });
    assert.deepEqual(targets(rows), ['t7', 't6', 't5', 't4', 't3', 't2', 't1']);
  }
});

test('a limit of 0 asks for nothing, and a vertex without edges has none', async () => {
  await using instance = await aShop();
  await instance.mutate('wish', [anItem({ source: 7, target: 'a', properties: { at: 1 } })]);
  const query = { cache: 'top', direction: 'OUT', start: 7n, limit: 0, offset: undefined } as const;
  const nothing = { rows: [], total: 0n, offset: null, hasNext: false };
  assert.deepEqual(await instance.engine.seek(instance.table('wish'), query), nothing);
  assert.deepEqual(await instance.engine.seek(instance.table('wish'), { ...query, limit: 9, start: 8n }), nothing);
});

test('a multi edge shows its real ends and its id from both directions', async () => {
  await using instance = await aShop();
  await instance.mutate('orders', [anItem({ id: 100, source: 1, target: 5, properties: { paidAt: 9, amount: 2 } })]);
  for (const [direction, start] of [['OUT', 1n] as const, ['IN', 5n] as const]) {
    const query = { cache: 'latest', direction, start, limit: 10, offset: undefined };
    const { rows } = await instance.engine.seek(instance.table('orders'), query);
    assert.deepEqual(
      rows.map(({ source, target, id }) => ({ source, target, id })),
      [{ source: 1n, target: 5n, id: 100n }],
    );
  }
});

test("seeks of any program's edges are the model's edges in the cache's order", async () => {
  const program = fc.array(programRequest, { minLength: 1, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(program, fc.integer({ min: 1, max: 4 }), async (requests, limit) => {
      await using instance = await aShop();
      const model = new Model();
      for (const { table, items } of requests) {
        await instance.mutate(table, items);
        model.mutate(instance.table(table), items);
      }
      const table = instance.table('wish');
      const at = table.fieldIndexByName.get('at') ?? -1;
      const vertices = [
        ...USERS.map((start) => ['OUT', start] as const),
        ...SKUS.map((start) => ['IN', start] as const),
      ];
      for (const [direction, start] of vertices) {
        const rows = await seekAll(instance, table, { cache: 'top', direction, start, limit });
        const expected = model
          .from(table, direction, start)
          .toSorted(
            (a, b) =>
              order(b.properties[at], a.properties[at]) ||
              (direction === 'OUT' ? order(a.target, b.target) : order(a.source, b.source)),
          );
        assert.deepEqual(
          rows.map(({ version, source, target }) => ({ version, source, target })),
          expected.map(({ version, source, target }) => ({ version, source, target })),
        );
      }
    }),
    { numRuns: 100 },
  );
});

function order(a: Value | undefined, b: Value | undefined): number {
  if (a === null || a === undefined || b === null || b === undefined) return Number(a != null) - Number(b != null);
  return a < b ? -1 : a > b ? 1 : 0;
}
