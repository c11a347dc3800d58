import assert from 'node:assert/strict';
import test from 'node:test';
import { ActionbaseClient } from './actionbase-client.ts';
import { printConditions } from './conditions.ts';
import type { QueryItem } from './query-item.ts';
import { type ScriptedAnswer, ScriptedFetch } from './testing/scripted-fetch.ts';

const TABLE = 'http://db.test/graph/v3/databases/shop/tables/wish';

function open(...answers: readonly (string | ScriptedAnswer)[]) {
  const script = new ScriptedFetch(
    ...answers.map((answer) => (typeof answer === 'string' ? { status: 200, body: answer } : answer)),
  );
  const client = new ActionbaseClient({ url: 'http://db.test', fetch: script.fetch, actor: 'tester', retries: 0 });
  return { client, script, table: client.table('shop', 'wish') };
}

test('one edge gives one result, many give the list of the server', async () => {
  const result = '{"source":7,"target":"a","status":"CREATED","count":1}';
  const { table, script } = open(`{"results":[${result}]}`);
  const edge = { version: 2n ** 60n, source: 7, target: 'a', properties: { at: 1, gone: null, big: 2n ** 61n } };
  assert.deepEqual(await table.insert(edge), { source: 7, target: 'a', status: 'CREATED', count: 1 });
  assert.deepEqual(await table.insert([edge]), [{ source: 7, target: 'a', status: 'CREATED', count: 1 }]);
  const [sent] = script.sent;
  assert.equal(sent?.url, `${TABLE}/edges`);
  assert.equal(
    sent.body,
    '{"mutations":[{"type":"INSERT","edge":{"version":1152921504606846976,"source":7,"target":"a",' +
      '"properties":{"at":1,"gone":null,"big":2305843009213693952}}}]}',
  );
  assert.equal(sent.headers.get('x-actor-id'), 'tester');
});

test('edges with an id are multi edges; sync and force choose the path', async () => {
  const { table, script } = open('{"results":[{"id":5,"status":"ERROR","count":0,"code":"c","message":"m"}]}');
  const result = await table.delete({ version: 1, id: 5 }, { sync: true, force: true });
  assert.deepEqual(result, { id: 5, status: 'ERROR', count: 0, code: 'c', message: 'm' });
  assert.equal(script.sent[0]?.url, `${TABLE}/multi-edges/sync?force=true`);
  assert.equal(script.sent[0]?.body, '{"mutations":[{"type":"DELETE","edge":{"version":1,"id":5}}]}');
});

test('ends and ids beyond 64 bits go out as text, so that none becomes another vertex', async () => {
  const { table, script } = open(
    '{"results":[]}',
    '{"results":[]}',
    '{"edges":[],"count":0,"total":0,"offset":null,"hasNext":false}',
  );
  const beyond = 2n ** 64n + 1n;
  await table.mutate([
    { type: 'INSERT', edge: { version: 1, source: beyond, target: 2n ** 63n - 1n } },
    { type: 'DELETE', edge: { version: 1, source: -(2n ** 63n), target: 2 ** 64 } },
  ]);
  await table.mutate([{ type: 'DELETE', edge: { version: 1, id: beyond } }]);
  await table.ids([beyond, 7, true]);
  assert.deepEqual(
    script.sent.map(({ body }) => body),
    [
      '{"mutations":[{"type":"INSERT","edge":{"version":1,"source":"18446744073709551617","target":9223372036854775807}},' +
        '{"type":"DELETE","edge":{"version":1,"source":-9223372036854775808,"target":"18446744073709551616"}}]}',
      '{"mutations":[{"type":"DELETE","edge":{"version":1,"id":"18446744073709551617"}}]}',
      '{"ids":["18446744073709551617",7,true]}',
    ],
  );
});

test('a request of both kinds of edges is refused before it is sent', async () => {
  const { table, script } = open('{"results":[]}');
  const mixed = [
    { type: 'INSERT', edge: { version: 1, id: 5, source: 1, target: 2 } },
    { type: 'INSERT', edge: { version: 1, source: 1, target: 2 } },
  ] as const;
  await assert.rejects(table.mutate(mixed), { code: 'bad-argument' });
  assert.equal(script.sent.length, 0);
});

test('edges are read with exact integers and plain fractions', async () => {
  const edge =
    '{"version":9007199254740993,"source":7,"target":"a","properties":{"p":1.5,"q":null,"o":{"x":[2.0]}},"context":{}}';
  const { table, script } = open(`{"edges":[${edge}],"count":1,"total":1,"offset":null,"hasNext":false,"context":{}}`);
  const found = await table.get(7, 'a');
  assert.deepEqual(found, {
    version: 9007199254740993n,
    source: 7,
    target: 'a',
    properties: { p: 1.5, q: null, o: { x: [2] } },
  });
  assert.equal(script.sent[0]?.body, '{"source":["7"],"target":["a"]}');
});

test('scanAll reads page after page until nothing follows', async () => {
  const page = (target: string, offset: string | null): string =>
    `{"edges":[{"version":1,"source":7,"target":"${target}","properties":{}}],"count":1,"total":-1,` +
    `"offset":${JSON.stringify(offset)},"hasNext":${offset !== null}}`;
  const { table, script } = open(page('a', 'x'), page('b', null));
  const ranges = [{ field: 'at', op: 'gte', value: 10 }] as const;
  const targets: unknown[] = [];
  for await (const edge of table.scanAll('newest', { start: 7, direction: 'OUT', pageSize: 1, ranges })) {
    targets.push(edge.target);
  }
  assert.deepEqual(targets, ['a', 'b']);
  assert.deepEqual(
    script.sent.map(({ url }) => url),
    [
      `${TABLE}/edges/scan/newest?start=7&direction=OUT&limit=1&ranges=at%3Agte%3A10`,
      `${TABLE}/edges/scan/newest?start=7&direction=OUT&limit=1&offset=x&ranges=at%3Agte%3A10`,
    ],
  );
});

test('a seek names its cache and goes on at an offset', async () => {
  const { table, script } = open('{"edges":[],"count":0,"total":0,"offset":"x","hasNext":true,"context":{}}');
  const page = await table.seek('top', { start: 7, direction: 'IN', limit: 2, offset: 'w' });
  assert.deepEqual(page, { edges: [], offset: 'x', hasNext: true, total: 0 });
  assert.equal(script.sent[0]?.url, `${TABLE}/edges/seek/top?start=7&direction=IN&limit=2&offset=w`);
});

test('an aggregation asks for each start once, and one start with a comma is not split', async () => {
  const group =
    '{"start":"a,b","direction":"IN","value":9007199254740993,"context":{"accumulators":[{"groupValues":["red",null],"value":1}]}}';
  const { table, script } = open(`{"groups":[${group}],"count":1,"context":{}}`);
  const ranges = [{ field: 'color', op: 'eq', value: 'red' }] as const;
  const sums = await table.agg('colors', { starts: ['a,b', 'a,b'], direction: 'IN', ranges, accumulators: true });
  const accumulators = [{ groupValues: ['red', null], value: 1 }];
  assert.deepEqual(sums, [{ start: 'a,b', direction: 'IN', value: 9007199254740993n, accumulators }]);
  const query = 'start=a%2Cb&start=a%2Cb&direction=IN&ranges=color%3Aeq%3Ared&features=accumulators';
  assert.equal(script.sent[0]?.url, `${TABLE}/edges/agg/colors?${query}`);
});

test('a multi-hop query sends its items and reads the rows of those included', async () => {
  const item =
    '{"name":"a","data":[{"source":9007199254740993,"COUNT(1)":2}],"rows":1,"stats":[],"offset":null,"hasNext":false}';
  const { client, script } = open(`{"items":[${item}]}`);
  const step = {
    type: 'SELF',
    database: 'shop',
    table: 'wish',
    source: { type: 'VALUE', value: [2n ** 60n] },
  } as const;
  const count: QueryItem = {
    type: 'COUNT',
    name: 'a',
    include: true,
    database: 'shop',
    table: 'wish',
    direction: 'OUT',
    source: { type: 'STEP', step, field: 'source' },
  };
  const data = [{ source: 9007199254740993n, 'COUNT(1)': 2 }];
  assert.deepEqual(await client.query([count]), [{ name: 'a', data, offset: null, hasNext: false }]);
  assert.equal(script.sent[0]?.url, 'http://db.test/graph/v3/query');
  const table = '"database":"shop","table":"wish"';
  const self = `{"type":"SELF",${table},"source":{"type":"VALUE","value":[1152921504606846976]}}`;
  const source = `{"type":"STEP","step":${self},"field":"source"}`;
  const body = `{"query":[{"type":"COUNT","name":"a","include":true,${table},"direction":"OUT","source":${source}}]}`;
  assert.equal(script.sent[0]?.body, body);
  await client.queryJson([{ type: 'ODD' }]);
  assert.equal(script.sent[1]?.body, '{"query":[{"type":"ODD"}]}');
});

test('one start with a comma is not split, and many starts are asked in requests of bounded length', async () => {
  const one = open('{"start":"a,b","direction":"IN","count":3,"context":{}}');
  assert.deepEqual(await one.table.counts(['a,b'], 'IN'), [{ start: 'a,b', direction: 'IN', count: 3 }]);
  assert.equal(one.script.sent[0]?.url, `${TABLE}/edges/count?start=a%2Cb&direction=IN`);
  const many = open('{"counts":[],"count":0,"context":{}}');
  await many.table.counts(
    Array.from({ length: 1_000 }, (_, place) => `start-${place}`),
    'OUT',
  );
  assert.ok(many.script.sent.length > 1);
  assert.ok(many.script.sent.every(({ url }) => url.length < 7_000));
  const asked = many.script.sent.flatMap(({ url }) => new URL(url).searchParams.getAll('start'));
  assert.deepEqual(
    asked,
    Array.from({ length: 1_000 }, (_, place) => `start-${place}`),
  );
});

test('conditions are printed as the API reads them, special characters escaped', () => {
  assert.equal(printConditions('at:gt:1'), 'at:gt:1');
  const conditions = [
    { field: 'url', op: 'eq', value: 'a:b;c,d\\e' },
    { field: 'at', op: 'bt', from: 1, to: 9n },
    { field: 'color', op: 'in', values: ['red', 'blue'] },
  ] as const;
  assert.equal(printConditions(conditions), 'url:eq:a\\:b\\;c\\,d\\\\e;at:bt:1,9;color:in:red,blue');
});

test('a table is declared in short and sent with everything that the server requires', async () => {
  const { client, script } = open({ status: 400, body: '{"code":"x","message":"y"}' });
  const schema = {
    source: 'long',
    target: { type: 'string', comment: 'sku' },
    properties: [{ name: 'at', type: 'long', nullable: true }],
    indexes: [{ index: 'newest', fields: [{ field: 'at', order: 'DESC' }] }],
  } as const;
  await assert.rejects(client.tables.create('My-shop2', { table: 'a-b', schema }), { code: 'x' });
  assert.equal(
    script.sent[0]?.body,
    '{"table":"a-b","schema":{"type":"EDGE","source":{"type":"long","comment":""},"target":{"type":"string","comment":"sku"},' +
      '"properties":[{"name":"at","type":"long","comment":"","nullable":true}],"direction":"BOTH",' +
      '"indexes":[{"index":"newest","fields":[{"field":"at","order":"DESC"}]}],"groups":[],"caches":[]},' +
      '"storage":"datastore://my_shop_/a_b","comment":""}',
  );
});

test('an answer of another shape is the error malformed-answer that names the member', async () => {
  const { client } = open('[{"tenant":"t"}]');
  await assert.rejects(client.databases.list(), { code: 'malformed-answer', message: /\[0\]\.database is missing/ });
});

test('a property called __proto__ is read as plain data', async () => {
  const edge = '{"version":1,"source":7,"target":"a","properties":{"__proto__":5},"context":{}}';
  const { table } = open(`{"edges":[${edge}],"count":1,"total":1,"offset":null,"hasNext":false,"context":{}}`);
  const found = await table.get(7, 'a');
  assert.deepEqual(Object.entries(found?.properties ?? {}), [['__proto__', 5]]);
});
