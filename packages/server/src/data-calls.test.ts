/** Reads and writes over HTTP beyond the documented exchange: large integers, lists of values, multi edges. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { exchangeBody } from './testing/exchange.ts';
import { get, post } from './testing/send.ts';
import { startTestServer, TEST_STORES, type TestServer } from './testing/test-server.ts';

const TABLES = '/graph/v3/databases/shop/tables';
const WISH = `${TABLES}/wish`;
const PAY = `${TABLES}/pay`;

const PAY_TABLE = JSON.stringify({
  table: 'pay',
  schema: {
    type: 'MULTI_EDGE',
    id: { type: 'long', comment: '' },
    source: { type: 'long', comment: '' },
    target: { type: 'long', comment: '' },
    direction: 'BOTH',
    properties: [{ name: 'at', type: 'long', comment: '', nullable: false }],
    indexes: [{ index: 'newest', fields: [{ field: 'at', order: 'DESC' }] }],
  },
  storage: 'datastore://shop/pay',
  comment: '',
});

async function startShop(store: (typeof TEST_STORES)[number] = 'memory'): Promise<TestServer> {
  const server = await startTestServer({}, { store });
  await post(server, '/graph/v3/databases', exchangeBody(1));
  await post(server, TABLES, exchangeBody(2));
  await post(server, TABLES, PAY_TABLE);
  await post(server, `${WISH}/edges`, exchangeBody(3));
  return server;
}

for (const store of TEST_STORES) {
  test(`integers above 2^53 survive a write, a get and a scan (${store})`, async () => {
    await using server = await startShop(store);
    const big = '9007199254740993';
    const edge = `{"version":${big},"source":${big},"target":"a","properties":{"at":${big}}}`;
    const written = await post(server, `${WISH}/edges`, `{"mutations":[{"type":"INSERT","edge":${edge}}]}`);
    assert.equal(written.text, `{"results":[{"source":${big},"target":"a","status":"CREATED","count":1}]}`);
    const expected = `"edges":[{"version":${big},"source":${big},"target":"a","properties":{"at":${big},"color":null,"qty":null},"context":{}}]`;
    for (const call of [
      `edges/get?source=${big}&target=a`,
      `edges/scan/newest?start=${big}&direction=OUT`,
      'edges/scan/newest?start=a&direction=IN',
      `edges/scan/newest?start=${big}&direction=OUT&ranges=at:eq:${big}`,
      `edges/get?source=${big}&target=a&filters=at:gte:${big}`,
    ]) {
      assert.ok((await get(server, `${WISH}/${call}`)).text.includes(expected), call);
    }
    const posted = await post(server, `${WISH}/edges/get`, `{"source":[${big}],"target":["a"]}`);
    assert.ok(posted.text.includes(expected), posted.text);
    const count = await get(server, `${WISH}/edges/count?start=${big}&direction=OUT`);
    assert.equal(count.text, `{"start":${big},"direction":"OUT","count":1,"context":{}}`);
    const below = await get(server, `${WISH}/edges/get?source=${big}&target=a&filters=at:lt:${big}`);
    assert.match(below.text, /"count":0/);
  });
}

const SHORT = '"count":0,"total":0,"offset":null,"hasNext":false,"context":{}}';

test('a list comes split at commas or as repeated parameters, and an empty one finds nothing', async () => {
  await using server = await startShop();
  const pairs = async (query: string) => {
    const { status, text } = await get(server, `${WISH}/edges/get?${query}`);
    assert.equal(status, 200, text);
    const found: { source: number; target: string }[] = JSON.parse(text).edges;
    return found.map(({ source, target }) => `${source}-${target}`);
  };
  assert.deepEqual(await pairs('source=7,8&target=sku-a,%20sku-b'), ['7-sku-a', '7-sku-b', '8-sku-a']);
  assert.deepEqual(await pairs('source=8&source=7&target=sku-a'), ['8-sku-a', '7-sku-a']);
  assert.deepEqual(await pairs('source=7,7&target=sku-a,sku-a'), ['7-sku-a']);
  assert.deepEqual(
    await pairs('source=7&target=sku-a,sku-b&target=sku-c'),
    ['7-sku-c'],
    'repeated values are not split',
  );
  assert.equal((await get(server, `${WISH}/edges/get?source=&target=sku-a`)).text, `{"edges":[],${SHORT}`);
  assert.equal(
    (await get(server, `${WISH}/edges/counts?start=&direction=OUT`)).text,
    '{"counts":[],"count":0,"context":{}}',
  );
  assert.equal(
    (await get(server, `${WISH}/edges/counts?start=8,7,8&direction=OUT`)).text,
    '{"counts":[{"start":8,"direction":"OUT","count":1,"context":{}},{"start":7,"direction":"OUT","count":3,"context":{}}],"count":2,"context":{}}',
  );
});

test('a scan takes a limit of 0, an empty cursor and empty features', async () => {
  await using server = await startShop();
  const none = await get(server, `${WISH}/edges/scan/newest?start=7&direction=OUT&limit=0`);
  assert.equal(none.text, '{"edges":[],"count":0,"total":-1,"offset":null,"hasNext":false,"context":{}}');
  const all = await get(server, `${WISH}/edges/scan/newest?start=7&direction=OUT&offset=&features=`);
  assert.match(all.text, /"count":3,"total":-1,"offset":null,"hasNext":false/);
});

test('pages joined by their cursors are the whole, with filters too', async () => {
  await using server = await startShop();
  const targets: string[] = [];
  let offset = '';
  for (let page = 0; page < 5; page++) {
    const query = `start=7&direction=OUT&limit=1&filters=color:in:red,blue&offset=${offset}`;
    const frame = JSON.parse((await get(server, `${WISH}/edges/scan/newest?${query}`)).text);
    targets.push(...frame.edges.map((edge: { target: string }) => edge.target));
    if (!frame.hasNext) break;
    offset = frame.offset;
  }
  assert.deepEqual(targets, ['sku-c', 'sku-b', 'sku-a']);
});

test('multi edges are written, moved, read by id, scanned and counted', async () => {
  await using server = await startShop();
  const insert = (id: number, source: number, target: number, at: number) =>
    `{"type":"INSERT","edge":{"version":1,"id":${id},"source":${source},"target":${target},"properties":{"at":${at}}}}`;
  const items = [insert(9, 1, 2, 10), insert(10, 1, 2, 10), insert(11, 1, 0, 12), insert(12, 0, 0, 13)];
  const written = await post(server, `${PAY}/multi-edges`, `{"mutations":[${items.join(',')}]}`);
  assert.equal(
    written.text,
    `{"results":[${[10, 11, 12, 9].map((id) => `{"id":${id},"status":"CREATED","count":1}`).join(',')}]}`,
  );
  const count = async (start: number, direction: string) =>
    JSON.parse((await get(server, `${PAY}/edges/count?start=${start}&direction=${direction}`)).text).count;
  assert.deepEqual([await count(1, 'OUT'), await count(2, 'IN')], [3, 2]);

  const changes =
    '{"mutations":[{"type":"DELETE","edge":{"version":2,"id":10}},{"type":"UPDATE","edge":{"version":2,"id":12,"source":1,"target":3}},' +
    '{"type":"DELETE","edge":{"version":2,"id":900}},{"type":"INSERT","edge":{"version":2,"id":13,"properties":{"at":1}}}]}';
  const changed = JSON.parse((await post(server, `${PAY}/multi-edges/sync`, changes)).text).results;
  assert.deepEqual(
    changed.map(({ id, status, code }: Record<string, unknown>) => [id, status, code]),
    [
      [10, 'DELETED', undefined],
      [12, 'UPDATED', undefined],
      [13, 'ERROR', 'missing-property'],
      [900, 'IDLE', undefined],
    ],
  );
  assert.deepEqual([await count(1, 'OUT'), await count(2, 'IN'), await count(3, 'IN')], [3, 1, 1]);
  const scan = await get(server, `${PAY}/edges/scan/newest?start=1&direction=OUT`);
  assert.equal(
    scan.text,
    '{"edges":[{"version":2,"source":1,"target":3,"properties":{"_id":12,"at":13},"context":{}},' +
      '{"version":1,"source":1,"target":0,"properties":{"_id":11,"at":12},"context":{}},' +
      '{"version":1,"source":1,"target":2,"properties":{"_id":9,"at":10},"context":{}}],' +
      '"count":3,"total":-1,"offset":null,"hasNext":false,"context":{}}',
  );
  const twelve =
    '{"edges":[{"version":2,"source":1,"target":3,"properties":{"_id":12,"at":13},"context":{}}],"count":1,"total":1,"offset":null,"hasNext":false,"context":{}}';
  assert.equal((await get(server, `${PAY}/multi-edges/ids?ids=12,10,12`)).text, twelve);
  assert.equal((await post(server, `${PAY}/multi-edges/ids`, '{"ids":[12,"10",12]}')).text, twelve);
  assert.equal(
    (await get(server, `${PAY}/edges/get?source=12,9&target=12`)).text,
    twelve,
    'an id stands for both ends',
  );
  assert.equal((await post(server, `${PAY}/multi-edges/ids`, '{"ids":[9,12],"filters":"at:gt:10"}')).text, twelve);
});

test('an empty list of mutations has no results and is not written to the log', async () => {
  await using server = await startShop();
  const { log } = server.instance;
  const before = log.bounds(0).end;
  assert.equal((await post(server, `${WISH}/edges`, '{"mutations":[]}')).text, '{"results":[]}');
  assert.equal(log.bounds(0).end, before);
});
