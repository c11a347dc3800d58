/** Indexes, groups and caches of a table with edges come and go over HTTP. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { exchangeBody } from './testing/exchange.ts';
import { get, post, put } from './testing/send.ts';
import { startTestServer, TEST_STORES, type TestServer } from './testing/test-server.ts';

const V3 = '/graph/v3/databases';
const TABLE = `${V3}/shop/tables/wish`;
/** More than a change of a schema waits for. */
const MANY = 12_000;
const REQUEST_ITEMS = 6_000;

const { schema } = JSON.parse(exchangeBody(2));
const byQty = { index: 'by_qty', fields: [{ field: 'qty', order: 'ASC' }], comment: '' };
const withIndex = { ...schema, indexes: [...schema.indexes, byQty] };
const spent = { group: 'spent', type: 'SUM', valueField: 'qty', fields: [{ name: 'color' }] };

async function startShop(store: (typeof TEST_STORES)[number]): Promise<TestServer> {
  const server = await startTestServer({}, { store });
  assert.equal((await post(server, V3, exchangeBody(1))).status, 200);
  assert.equal((await post(server, `${V3}/shop/tables`, exchangeBody(2))).status, 200);
  return server;
}

async function insert(server: TestServer, targets: readonly number[], version = 1): Promise<void> {
  const mutations = targets.map((place) => {
    const properties = { at: place, color: 'red', qty: MANY - place };
    return { type: 'INSERT', edge: { version, source: 7, target: `sku-${place}`, properties } };
  });
  const { status, text } = await post(server, `${TABLE}/edges`, JSON.stringify({ mutations }));
  assert.equal(status, 200, text);
}

function change(server: TestServer, changed: object) {
  return put(server, TABLE, JSON.stringify({ schema: changed }));
}

async function scannedTargets(server: TestServer, index: string, limit: number): Promise<unknown[]> {
  const { status, text } = await get(server, `${TABLE}/edges/scan/${index}?start=7&direction=OUT&limit=${limit}`);
  assert.equal(status, 200, text);
  return JSON.parse(text).edges.map((edge: { target: unknown }) => edge.target);
}

for (const store of TEST_STORES) {
  test(`an index that is added to a table with edges answers as soon as the PUT does (${store})`, async () => {
    await using server = await startShop(store);
    await insert(server, [1, 2, 3]);
    const changed = await change(server, withIndex);
    assert.equal(changed.status, 200);
    assert.doesNotMatch(changed.text, /reworks/);
    assert.deepEqual(await scannedTargets(server, 'by_qty', 10), ['sku-3', 'sku-2', 'sku-1']);
    await insert(server, [4]);
    assert.deepEqual(await scannedTargets(server, 'by_qty', 10), ['sku-4', 'sku-3', 'sku-2', 'sku-1']);
  });

  test(`an index that is dropped and added again has no row of its first life (${store})`, async () => {
    await using server = await startShop(store);
    await insert(server, [1, 2, 3]);
    await change(server, withIndex);
    assert.equal((await change(server, schema)).status, 200);
    assert.equal((await get(server, `${TABLE}/edges/scan/by_qty?start=7&direction=OUT`)).status, 400);
    await post(
      server,
      `${TABLE}/edges`,
      '{"mutations":[{"type":"DELETE","edge":{"version":9,"source":7,"target":"sku-2"}}]}',
    );
    assert.equal((await change(server, withIndex)).status, 200);
    assert.deepEqual(await scannedTargets(server, 'by_qty', 10), ['sku-3', 'sku-1']);
  });
}

test('an index of a large table is not ready, then is, while edges are written on', async () => {
  await using server = await startShop('embedded');
  for (let from = 0; from < MANY; from += REQUEST_ITEMS) {
    const targets = Array.from({ length: REQUEST_ITEMS }, (_, place) => from + place);
    await insert(server, targets);
  }
  const changed = await change(server, withIndex);
  assert.equal(changed.status, 200);
  const { reworks } = JSON.parse(changed.text);
  assert.deepEqual([reworks[0].builds, reworks[0].removes, reworks[0].failed], [['index by_qty'], [], []]);
  assert.ok(reworks[0].states >= 10_000 && reworks[0].states < MANY, changed.text);
  const early = await get(server, `${TABLE}/edges/scan/by_qty?start=7&direction=OUT`);
  assert.equal(early.status, 400);
  const refusal = JSON.parse(early.text);
  assert.deepEqual([refusal.code, refusal.retry], ['not-ready', 'later'], early.text);
  assert.match(refusal.message, /index `by_qty` of `shop\.wish` is still being built: the rows of 1\d{4} edges/);
  assert.match((await get(server, '/actuator/prometheus')).text, /^actionbase_reworks 1$/m);
  for (let place = MANY; JSON.parse((await get(server, TABLE)).text).reworks !== undefined; place++) {
    await insert(server, [place, place % 100], place);
  }
  const { text } = await get(server, `${TABLE}/edges/count?start=7&direction=OUT`);
  const targets = await scannedTargets(server, 'by_qty', MANY * 2);
  assert.equal(targets.length, JSON.parse(text).count, text);
  assert.equal(new Set(targets).size, targets.length);
  assert.match((await get(server, '/actuator/prometheus')).text, /^actionbase_reworks 0$/m);
});

test('a group that an edge cannot be added to says which, and others of its change are ready', async () => {
  await using server = await startShop('memory');
  await insert(server, [1]);
  const mutation = { type: 'INSERT', edge: { version: 1, source: 7, target: 'sku-x', properties: { at: 1 } } };
  await post(server, `${TABLE}/edges`, JSON.stringify({ mutations: [mutation] }));
  const changed = await change(server, { ...withIndex, groups: [spent] });
  const [left] = JSON.parse(changed.text).reworks;
  const reason = 'qty must be provided: the group "spent" sums it up';
  assert.deepEqual(left.failed, [{ name: 'group spent', edge: '7 -> sku-x', reason }]);
  const refused = await get(server, `${TABLE}/edges/agg/spent?start=7&direction=OUT&ranges=color:eq:red`);
  assert.match(refused.text, /could not be built at 7 -> sku-x: qty must be provided/);
  assert.equal((await scannedTargets(server, 'by_qty', 10)).length, 2);
  assert.match((await get(server, '/actuator/prometheus')).text, /^actionbase_rework_failures 1$/m);
  assert.doesNotMatch((await change(server, withIndex)).text, /reworks/);
  const item = { type: 'SCAN', name: 'a', database: 'shop', table: 'wish', index: 'by_qty', direction: 'OUT' };
  const query = { ...item, source: { type: 'VALUE', value: [7] }, limit: 5, include: true };
  assert.match((await post(server, '/graph/v3/query', JSON.stringify({ query: [query] }))).text, /sku-x/);
});
