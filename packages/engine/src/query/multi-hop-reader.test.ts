/**
 * Goal: a multi-hop query gives what its reads would give one by one, as of one position. Method: a shop in memory where
 * users are friends of users and wish for products.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '@actionbase/core/codec/json-text';
import { Failure } from '@actionbase/core/failure';
import { parseMultiHop, printMultiHop } from '@actionbase/core/wire/multi-hop-json';
import type { EngineOptions } from '../engine.ts';
import { anItem } from '../testing/model.ts';
import { override } from '../testing/override.ts';
import { TestInstance, type TestInstanceOptions } from '../testing/test-instance.ts';
import { TEST_STAMP, wishSchema } from '../testing/wish-tables.ts';

const base = { database: 'shop', table: 'wish' };
const value = (...values: unknown[]) => ({ type: 'VALUE', value: values });
const scan = (parts: object) => ({ type: 'SCAN', ...base, direction: 'OUT', index: 'newest', include: true, ...parts });

interface Answer {
  readonly name: string;
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly rows: number;
  readonly offset: string | null;
  readonly hasNext: boolean;
}

async function ask({ engine }: TestInstance, ...items: readonly object[]): Promise<Answer[]> {
  const { queryItemsMax, queryStepsMax, answerEdgesMax } = engine.limits;
  let names = 0;
  const makeName = () => `made-${names++}`;
  const rules = { itemsMax: queryItemsMax, stepsMax: queryStepsMax, limitMax: answerEdgesMax, makeName };
  const parsed = parseMultiHop(parseJson(JSON.stringify({ query: items })), rules);
  return JSON.parse(printMultiHop(await engine.query(parsed))).items;
}

const column = (answer: Answer | undefined, name: string) => answer?.data.map((row) => row[name]);

/** User 7 wishes a, b, c (the newest), user 8 wishes a, user 9 nothing. */
async function aShop(limits: EngineOptions['limits'] = {}, options: TestInstanceOptions = {}): Promise<TestInstance> {
  const instance = await TestInstance.open({ ...options, limits });
  await instance.createShop();
  const wish = (source: number, target: string, at: number) =>
    anItem({ source, target, properties: { at, color: 'red,blue' } });
  await instance.mutate('wish', [wish(7, 'a', 1), wish(7, 'b', 2), wish(7, 'c', 3), wish(8, 'a', 9)]);
  return instance;
}

test('what did my hundred friends wish for, each one newest first, is one request over one snapshot', async () => {
  let snapshots = 0;
  const instance = await aShop(
    {},
    {
      wrapStore: (store) =>
        override(store, 'snapshot', () => {
          snapshots += 1;
          return store.snapshot();
        }),
    },
  );
  await using _ = instance;
  const create = {
    kind: 'create-table',
    database: 'shop',
    table: 'friend',
    mode: 'SYNC',
    storage: 'datastore://shop/friend',
  } as const;
  const schema = { ...wishSchema, target: { type: 'long', comment: '' }, groups: [] } as const;
  await instance.engine.changeCatalog({ ...create, schema, comment: '' }, TEST_STAMP);
  const friends = Array.from({ length: 100 }, (_, place) => 1_000 + place);
  const follow = friends.map((target) => anItem({ source: 7, target, properties: { at: target } }));
  await instance.mutate('wish', follow, { table: 'friend' });
  const wishes = friends.flatMap((source) =>
    [1, 2, 3].map((nth) => anItem({ source, target: `${source}-${nth}`, properties: { at: nth * 10 } })),
  );
  await instance.mutate('wish', wishes);
  snapshots = 0;
  const [answer] = await ask(
    instance,
    scan({ name: 'friends', table: 'friend', source: value(7), limit: 100, include: false }),
    scan({ name: 'wishes', source: { type: 'REF', ref: 'friends', field: 'target' }, limit: 2 }),
  );
  const expected = friends.toReversed().flatMap((friend) => [`${friend}-3`, `${friend}-2`]);
  assert.deepEqual(column(answer, 'target'), expected);
  assert.deepEqual([answer?.rows, answer?.offset, answer?.hasNext], [200, null, false]);
  assert.equal(snapshots, 1);
});

test('columns come in the documented order; a scan from IN is not turned round, a cache is', async () => {
  await using instance = await aShop();
  const cache = { type: 'CACHE', ...base, direction: 'IN', cache: 'top', source: value('a'), limit: 1, include: true };
  const items = [
    scan({ direction: 'IN', source: value('a') }),
    cache,
    { type: 'COUNT', ...base, direction: 'OUT', source: value(9, '7'), include: true },
  ];
  const [scanned, sought, counted] = await ask(instance, ...items);
  assert.deepEqual(scanned?.data[0], {
    direction: 'IN',
    version: 1,
    source: 'a',
    target: 8,
    at: 9,
    color: 'red,blue',
    qty: null,
    note: null,
  });
  assert.deepEqual(Object.keys(scanned?.data[0] ?? {}).slice(0, 5), ['direction', 'version', 'source', 'target', 'at']);
  assert.deepEqual(Object.keys(sought?.data[0] ?? {}).slice(0, 4), ['version', 'source', 'target', 'at']);
  assert.deepEqual([sought?.data[0]?.source, sought?.data[0]?.target, sought?.hasNext], [8, 'a', true]);
  assert.deepEqual(counted?.data, [
    { source: 9, 'COUNT(1)': 0, direction: 'OUT' },
    { source: 7, 'COUNT(1)': 3, direction: 'OUT' },
  ]);
});

test('SELF reads the edge of a vertex with itself, and a multi edge by its id, with its real ends', async () => {
  await using instance = await aShop();
  await instance.mutate('wish', [anItem({ source: 5, target: '5', properties: { at: 1 } })]);
  await instance.mutate('orders', [anItem({ id: 100, source: 1, target: 2, properties: { paidAt: 9, amount: 3 } })]);
  const [self, order] = await ask(
    instance,
    { type: 'SELF', ...base, source: value(5, 7), include: true },
    { type: 'SELF', database: 'shop', table: 'orders', source: value(100), include: true },
  );
  assert.deepEqual(column(self, 'target'), ['5']);
  assert.deepEqual(order?.data, [
    { direction: 'OUT', version: 1, source: 1, target: 2, _id: 100, paidAt: 9, amount: 3 },
  ]);
});

test('a single vertex keeps its cursor and goes on by it; a step stands inside an item; pieces are counted', async () => {
  await using instance = await aShop();
  const [first] = await ask(instance, scan({ source: value(7), limit: 2 }));
  assert.equal(first?.hasNext, true);
  const [second] = await ask(instance, scan({ source: value(7), limit: 2, offset: first?.offset }));
  assert.deepEqual([column(second, 'target'), second?.offset], [['a'], null]);
  const step = { type: 'STEP', step: scan({ source: value(7), limit: 1 }), field: 'target' };
  const post = [{ type: 'SPLIT_EXPLODE', field: 'color', regex: ',', alias: 'color', dataType: 'STRING' }];
  const aggregators = [{ type: 'COUNT', field: 'color', order: 'DESC', limit: 1 }];
  const [stepped, aggregated] = await ask(
    instance,
    { type: 'COUNT', ...base, direction: 'IN', source: step, include: true },
    scan({ source: value(7), post, aggregators }),
  );
  assert.deepEqual(stepped?.data, [{ source: 'c', 'COUNT(1)': 1, direction: 'IN' }]);
  assert.deepEqual(aggregated?.data, [{ color: 'red', count: 3 }]);
});

test('1 and "1" are two vertices, 1 and 1 are one; an unknown item or column gives no vertices', async () => {
  await using instance = await aShop();
  const [twice, unknown, noColumn] = await ask(
    instance,
    scan({ name: 'twice', source: value(8, 8, '8') }),
    scan({ source: { type: 'REF', ref: 'nobody', field: 'target' } }),
    scan({ source: { type: 'REF', ref: 'twice', field: 'nothing' } }),
  );
  assert.deepEqual([twice?.rows, unknown?.rows, noColumn?.rows], [2, 0, 0]);
});

test('of two items of one name the later stands in the place of the first, once, if one of them is included', async () => {
  await using instance = await aShop();
  const answers = await ask(
    instance,
    scan({ name: 'x', source: value(7) }),
    scan({ source: value(9) }),
    scan({ name: 'x', source: value(8), include: false }),
  );
  assert.deepEqual(
    answers.map(({ name, rows }) => [name, rows]),
    [
      ['x', 1],
      ['made-0', 0],
    ],
  );
});

const REFUSALS: readonly [title: string, code: string, item: object, limits?: EngineOptions['limits']][] = [
  ['an unknown table', 'unknown-table', scan({ table: 'none', source: value(7) })],
  ['an unknown index', 'unknown-index', scan({ index: 'none', source: value(7) })],
  ['a vertex of another type', 'cast-failed', scan({ source: value('seven') })],
  ['an unknown type', 'malformed-json', scan({ type: 'TOPK', source: value(7) })],
  ['a null vertex', 'malformed-json', scan({ source: value(null) })],
  [
    'a cache without limit',
    'malformed-json',
    { type: 'CACHE', ...base, direction: 'IN', cache: 'top', source: value('a') },
  ],
  [
    'a regex with a group',
    'malformed-json',
    scan({
      source: value(7),
      post: [{ type: 'SPLIT_EXPLODE', field: 'color', regex: '(a+)+', alias: 'x', dataType: 'STRING' }],
    }),
  ],
  [
    'a type that cannot be',
    'malformed-json',
    scan({
      source: value(7),
      post: [{ type: 'SPLIT_EXPLODE', field: 'color', regex: ',', alias: 'x', dataType: 'DECIMAL' }],
    }),
  ],
  [
    'an aggregator of an unknown field',
    'invalid-query',
    scan({ source: value(7), aggregators: [{ type: 'COUNT', field: 'x', order: 'ASC', limit: 1 }] }),
  ],
  ['ranges out of order', 'invalid-ranges', scan({ source: value(7), ranges: 'color:eq:red' })],
  [
    'too many items inside others',
    'too-many-items',
    scan({ source: { type: 'STEP', step: scan({ source: value(7) }), field: 'x' } }),
    { queryItemsMax: 1 },
  ],
  ['too many vertices', 'limit-out-of-range', scan({ source: value(7, 8, 9) }), { queryVerticesMax: 2 }],
  ['too many rows', 'limit-out-of-range', scan({ source: value(7, 8) }), { queryRowsMax: 3 }],
  [
    'too many pairs',
    'limit-out-of-range',
    { type: 'GET', ...base, source: value(7, 8), target: value('a', 'b') },
    { getPairsMax: 3 },
  ],
  [
    'scans that look at too many rows',
    'limit-out-of-range',
    scan({ index: 'by_color', ranges: 'color:gt:a;at:eq:1', limit: 1, source: value(7, 8) }),
    { scanRowsMax: 2 },
  ],
  [
    'scans of one vertex in many spellings that look at too many rows',
    'limit-out-of-range',
    scan({ index: 'by_color', ranges: 'color:gt:a;at:eq:1', limit: 100, source: value(7, '7', '07', '007') }),
    { scanRowsMax: 8 },
  ],
  [
    'too many paths',
    'too-many-items',
    scan({
      source: value(7),
      post: [
        {
          type: 'JSON_OBJECT',
          field: 'color',
          paths: ['a', 'b'].map((path) => ({ path, alias: path, dataType: 'INT' })),
        },
      ],
    }),
    { queryStepsMax: 2 },
  ],
];

for (const [title, code, item, limits] of REFUSALS) {
  test(`${title} is refused with ${code}`, async () => {
    await using instance = await aShop(limits);
    await assert.rejects(ask(instance, item), (error) => error instanceof Failure && error.code === code);
  });
}
