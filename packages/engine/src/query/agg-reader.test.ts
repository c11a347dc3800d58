/**
 * Goal: an aggregation is the sum over the active edges, seen through the group's fields. Method: a shop in memory with
 * groups of text, of a number, and of both with a day; sums against those of a model.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import type { EdgeSchema, GroupSchema } from '@actionbase/core/model/schema';
import type { Value } from '@actionbase/core/model/value';
import { parsePredicates } from '@actionbase/core/query/predicate';
import fc from 'fast-check';
import { anItem, Model } from '../testing/model.ts';
import { programRequest, SKUS, USERS } from '../testing/programs.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { shopChanges, TEST_STAMP, wishSchema } from '../testing/wish-tables.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 1_750_000_000_000;

const group = (name: string, parts: Partial<GroupSchema>): GroupSchema => ({
  group: name,
  type: 'COUNT',
  fields: [],
  valueField: '-',
  comment: '',
  directionType: 'BOTH',
  ttl: 8 * DAY_MS,
  ...parts,
});
const day = { type: 'date', name: 'day', unit: 'MILLISECOND', timezone: 'UTC', format: 'yyyy-MM-dd' } as const;

const schema: EdgeSchema = {
  ...wishSchema,
  groups: [
    group('colors', { fields: [{ name: 'color', bucket: null }] }),
    group('numbers', { fields: [{ name: 'qty', bucket: null }] }),
    group('daily', {
      fields: [
        { name: 'color', bucket: null },
        { name: 'at', bucket: day },
      ],
    }),
    group('days', { fields: [{ name: 'at', bucket: day }], directionType: 'OUT' }),
  ],
};

async function aShop(limits = {}): Promise<TestInstance> {
  const instance = await TestInstance.open({ limits });
  for (const change of shopChanges) {
    const isWish = change.kind === 'create-table' && change.table === 'wish';
    await instance.engine.changeCatalog(isWish ? { ...change, schema } : change, TEST_STAMP);
  }
  return instance;
}

interface Asked {
  readonly table?: 'wish' | 'orders';
  readonly group: string;
  readonly ranges: string;
  readonly starts?: readonly Value[];
  readonly direction?: 'OUT' | 'IN';
  readonly nowMs?: number;
}

async function sumsOf(instance: TestInstance, asked: Asked) {
  const { group, starts = [7n], direction = 'OUT', nowMs = NOW_MS } = asked;
  const ranges = parsePredicates(asked.ranges, 'ranges');
  const query = { group, direction, starts, ranges, nowMs };
  const { sums } = await instance.engine.agg(instance.table(asked.table ?? 'wish'), query);
  return sums;
}

async function sumOf(instance: TestInstance, asked: Asked): Promise<bigint | undefined> {
  const [sum] = await sumsOf(instance, asked);
  return sum?.value;
}

/** User 7: three red wishes on three days, a blue one today, one without color. */
async function fiveWishes(limits = {}): Promise<TestInstance> {
  const instance = await aShop(limits);
  const wish = (target: string, daysAgo: number, color: string | null, qty: number) =>
    anItem({ source: 7, target, properties: { at: NOW_MS - daysAgo * DAY_MS, color, qty } });
  await instance.mutate('wish', [
    wish('a', 0, 'red', 9),
    wish('b', 1, 'red', 10),
    wish('c', 4, 'red', -1),
    wish('d', 0, 'blue', 10),
    wish('e', 0, null, 10),
  ]);
  return instance;
}

const ANSWERS: readonly [ranges: string, group: string, value: bigint | undefined][] = [
  ['color:eq:red', 'colors', 3n],
  ['color:bt:blue,red', 'colors', 4n],
  ['color:bt:red,blue', 'colors', undefined],
  ['color:eq:re', 'colors', undefined],
  ['qty:eq:10', 'numbers', 3n],
  ['qty:bt:9,10', 'numbers', 4n],
  ['qty:bt:-1,9', 'numbers', 2n],
  ['color:eq:red', 'daily', 3n],
  ['color:bt:blue,red', 'daily', 4n],
  ['color:eq:red;day:eq:now', 'daily', 1n],
  ['color:eq:red;day:bt:now-1d,now', 'daily', 2n],
  ['color:eq:red;day:bt:now-4d,now-4d', 'daily', 1n],
  ['color:eq:red;day:bt:2025-06-11,2025-06-14', 'daily', 2n],
  ['day:bt:now-9d,now', 'days', 5n],
  // The upper end counts from the next midnight, so it takes in today.
  ['color:eq:red;day:bt:now-9d,now-1d', 'daily', 3n],
];

for (const [ranges, name, value] of ANSWERS) {
  test(`${ranges} of the group ${name} is ${value ?? 'absent'}`, async () => {
    await using instance = await fiveWishes();
    assert.equal(await sumOf(instance, { group: name, ranges }), value);
  });
}

test('accumulators are the cells, the newest bucket first', async () => {
  await using instance = await fiveWishes();
  const [sum] = await sumsOf(instance, { group: 'daily', ranges: 'color:bt:blue,red' });
  assert.deepEqual(
    sum?.cells.map(({ groupValues, value }) => [...groupValues, value]),
    [
      ['red', '2025-06-15', 1n],
      ['red', '2025-06-14', 1n],
      ['red', '2025-06-11', 1n],
      ['blue', '2025-06-15', 1n],
    ],
  );
});

test('starts come in their order, those without data are absent, and IN counts from the other end', async () => {
  await using instance = await fiveWishes();
  const sums = await sumsOf(instance, {
    group: 'colors',
    ranges: 'color:eq:red',
    starts: ['z', 'b', 'a'],
    direction: 'IN',
  });
  assert.deepEqual(
    sums.map(({ start, value }) => [start, value]),
    [
      ['b', 1n],
      ['a', 1n],
    ],
  );
  const none = await sumsOf(instance, { group: 'days', ranges: 'day:eq:now', starts: ['a'], direction: 'IN' });
  assert.deepEqual(none, [], 'the group is kept for OUT alone');
});

test("a cell is hidden once its last entry is older than the group's ttl, not before", async () => {
  await using instance = await fiveWishes();
  const ranges = 'color:bt:blue,red';
  const lastMs = (await instance.store.progress(0))?.stampMs ?? 0;
  const atLimit = await sumOf(instance, { group: 'colors', ranges, nowMs: lastMs + 8 * DAY_MS });
  assert.equal(atLimit, 4n);
  const beyond = await sumOf(instance, { group: 'colors', ranges, nowMs: lastMs + 8 * DAY_MS + 1 });
  assert.equal(beyond, undefined);
  const sooner = await sumOf(instance, { group: 'colors', ranges, nowMs: lastMs - DAY_MS });
  assert.equal(sooner, 4n, 'a clock that is behind hides nothing');
});

test('the ranges must follow the fields, with eq before the last one and eq or bt there', async () => {
  await using instance = await fiveWishes();
  const refusals: readonly [string, string, RegExp][] = [
    ['daily', 'day:eq:now', /valid `ranges` order for the index `daily` is \[color, day\]\. input was: \[day\]/],
    ['daily', 'color:eq:red;at:eq:1', /\[color, day\]\. input was: \[color, at\]/],
    ['colors', 'color:eq:red;color:eq:red', /input was: \[color, color\]/],
    ['daily', 'color:bt:a,b;day:eq:now', /all but the last predicate must be eq/],
    ['colors', 'color:gt:a', /the last predicate must be eq or bt/],
    ['colors', 'color:in:a,b', /the last predicate must be eq or bt/],
    ['numbers', 'qty:eq:many', /"many" of the field `qty` is not of type int/],
    ['none', 'color:eq:a', /group `none` is not found in label `shop\.wish`\. It has: colors, numbers, daily, days\./],
  ];
  for (const [name, ranges, message] of refusals) {
    await assert.rejects(sumsOf(instance, { group: name, ranges }), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(error.message, message);
      return true;
    });
  }
});

test('reads are paged, and too many cells are refused', async () => {
  await using paged = await fiveWishes({ pageRowsMax: 1 });
  assert.equal(await sumOf(paged, { group: 'daily', ranges: 'color:bt:blue,red' }), 4n);
  await using bounded = await fiveWishes({ aggCellsMax: 3 });
  assert.equal(await sumOf(bounded, { group: 'daily', ranges: 'color:eq:red' }), 3n);
  await assert.rejects(
    sumsOf(bounded, { group: 'daily', ranges: 'color:bt:blue,red' }),
    (error) => error instanceof Failure && error.code === 'limit-out-of-range',
  );
});

test('after any program a sum is the sum over the active edges of the model', async () => {
  const program = fc.array(programRequest, { minLength: 1, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(program, async (requests) => {
      await using instance = await aShop();
      const model = new Model();
      for (const { table, items } of requests) {
        await instance.mutate(table, items);
        model.mutate(instance.table(table), items);
      }
      for (const [direction, starts] of [['OUT', USERS] as const, ['IN', SKUS] as const]) {
        for (const start of starts) await assertWishSums(instance, model, { direction, start });
      }
      for (const start of USERS) await assertSpent(instance, model, start);
    }),
    { numRuns: 100 },
  );
});

async function assertWishSums(
  instance: TestInstance,
  model: Model,
  { direction, start }: { direction: 'OUT' | 'IN'; start: Value },
): Promise<void> {
  const table = instance.table('wish');
  const edges = model.from(table, direction, start);
  const [color = -1, qty = -1] = ['color', 'qty'].map((name) => table.fieldIndexByName.get(name) ?? -1);
  const ask = async (name: string, ranges: string) =>
    (await sumOf(instance, { group: name, ranges, starts: [start], direction })) ?? 0n;
  for (const text of ['red', 'blue', '']) {
    const expected = BigInt(edges.filter((edge) => edge.properties[color] === text).length);
    assert.equal(await ask('colors', `color:eq:${text}`), expected);
    assert.equal(await ask('daily', `color:eq:${text}`), expected, 'a prefix sums everything below it');
  }
  const among = edges.filter(
    ({ properties }) => Number(properties[qty] ?? 99) >= -2 && Number(properties[qty] ?? 99) <= 1,
  );
  assert.equal(await ask('numbers', 'qty:bt:-2,1'), BigInt(among.length));
}

async function assertSpent(instance: TestInstance, model: Model, start: Value): Promise<void> {
  const amounts = model.from(instance.table('orders'), 'OUT', start).map((edge) => BigInt(Number(edge.properties[3])));
  const asked = { table: 'orders', group: 'spent', ranges: 'day:bt:1970-01-01,2025-12-31', starts: [start] } as const;
  assert.equal(
    (await sumOf(instance, asked)) ?? 0n,
    amounts.reduce((sum, amount) => sum + amount, 0n),
  );
}
