/** HASH and NIL tables, and sys.nil, as the v3 calls show them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { layoutChanges, shopChanges, TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import { get, post } from './testing/send.ts';
import { startTestServer, TEST_STORES, type TestServer } from './testing/test-server.ts';

const V3 = '/graph/v3/databases';
const LINKS = `${V3}/shop/tables/links`;
const VOID = `${V3}/shop/tables/void`;
const NIL = `${V3}/sys/tables/nil`;
const EMPTY = '{"edges":[],"count":0,"total":0,"offset":null,"hasNext":false,"context":{}}';

async function startShop(store: (typeof TEST_STORES)[number] = 'memory'): Promise<TestServer> {
  const server = await startTestServer({}, { store });
  const { engine } = server.instance;
  for (const change of [...shopChanges, ...layoutChanges]) await engine.changeCatalog(change, TEST_STAMP);
  return server;
}

function insertion(source: string): string {
  const edge = `{"version":1,"source":${source},"target":"b","properties":{"at":1}}`;
  return `{"mutations":[{"type":"INSERT","edge":${edge}}]}`;
}

for (const store of TEST_STORES) {
  test(`a NIL table takes what it is sent and answers every read as empty (${store})`, async () => {
    await using server = await startShop(store);
    for (const [table, source, shown] of [
      [NIL, '"7"', '"7"'],
      [VOID, '7', '7'],
    ] as const) {
      const written = await post(server, `${table}/edges`, insertion(source));
      assert.equal(written.text, `{"results":[{"source":${shown},"target":"b","status":"IDLE","count":1}]}`);
      const answers: readonly [string, string][] = [
        ['edges/get?source=7&target=b', EMPTY],
        ['edges/scan/any?start=7&direction=OUT', EMPTY],
        ['edges/scan/any?start=7&direction=OUT&features=total', EMPTY],
        ['edges/seek/any?start=7&direction=OUT', EMPTY],
        ['edges/count?start=7&direction=OUT', '{"start":"","direction":"OUT","count":0,"context":{}}'],
        ['edges/counts?start=7,8&direction=IN', '{"counts":[],"count":0,"context":{}}'],
        ['edges/agg/any?start=7&direction=OUT&ranges=a:eq:1', '{"groups":[],"count":0,"context":{}}'],
      ];
      for (const [call, expected] of answers)
        assert.equal((await get(server, `${table}/${call}`)).text, expected, call);
    }
  });
}

test('a NIL table is none of multi edges', async () => {
  await using server = await startShop();
  const edge = '{"version":1,"id":"1","source":"a","target":"b"}';
  const written = await post(server, `${NIL}/multi-edges`, `{"mutations":[{"type":"INSERT","edge":${edge}}]}`);
  const read = await get(server, `${NIL}/multi-edges/ids?ids=1`);
  assert.deepEqual([written.status, read.status], [400, 400]);
  assert.match(written.text, /Expected ModelSchema\.MultiEdge, but got Edge/);
  assert.match(read.text, /get query with ids is only supported for multi-edge tables/);
});

test('a HASH table refuses the data calls of v3', async () => {
  await using server = await startShop();
  const reads = [
    'edges/get?source=7&target=b',
    'edges/scan/newest?start=7&direction=OUT',
    'edges/seek/top?start=7&direction=OUT',
    'edges/count?start=7&direction=OUT',
    'edges/counts?start=7&direction=OUT',
    'edges/agg/colors?start=7&direction=OUT&ranges=color:eq:red',
    'multi-edges/ids?ids=1',
  ].map((call) => get(server, `${LINKS}/${call}`));
  const writes = ['edges', 'edges/sync'].map((call) => post(server, `${LINKS}/${call}`, insertion('7')));
  for (const { status, text } of await Promise.all([...reads, ...writes])) {
    const { code, message } = JSON.parse(text);
    assert.deepEqual([status, code], [400, 'not-indexed']);
    assert.equal(message, 'This Label (shop.links, HASH) is not indexed or not supported for edge mutation');
  }
});

test('sys.nil is listed under its database', async () => {
  await using server = await startShop();
  const tables: { readonly table: string }[] = JSON.parse((await get(server, `${V3}/sys/tables`)).text);
  assert.deepEqual(
    tables.map((one) => one.table),
    ['nil'],
  );
  const { database, table, active, storage } = JSON.parse((await get(server, NIL)).text);
  assert.deepEqual([database, table, active, storage], ['sys', 'nil', true, 'datastore://sys/nil']);
});
