/**
 * Goal: bad input gives the documented status, code and a message that names what is wrong, and changes nothing.
 * Method: a table of requests against one server; afterwards log, rows, feed and catalog are what they were before.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { dumpStore } from '@actionbase/engine/testing/instance-state';
import { BULK_REFUSALS } from './testing/bulk-refusals.ts';
import { EDGE_ID_REFUSALS_V2, EDGE_QUERY_REFUSALS_V2, EDGE_REFUSALS_V2 } from './testing/edge-refusals-v2.ts';
import { exchangeBody } from './testing/exchange.ts';
import { METADATA_REFUSALS } from './testing/metadata-refusals.ts';
import { MUTATION_REFUSALS } from './testing/mutation-refusals.ts';
import { GET_REFUSALS, QUERY_REFUSALS } from './testing/read-refusals.ts';
import { REFUSAL_LIMITS, V3, WISH } from './testing/refusal.ts';
import { BODY_REFUSALS, PATH_REFUSALS } from './testing/request-refusals.ts';
import { post, put, send } from './testing/send.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';
import { V2_METADATA_REFUSALS } from './testing/v2-metadata-refusals.ts';

const REFUSALS = [
  ...PATH_REFUSALS,
  ...BODY_REFUSALS,
  ...MUTATION_REFUSALS,
  ...BULK_REFUSALS,
  ...QUERY_REFUSALS,
  ...GET_REFUSALS,
  ...METADATA_REFUSALS,
  ...V2_METADATA_REFUSALS,
  ...EDGE_REFUSALS_V2,
  ...EDGE_QUERY_REFUSALS_V2,
  ...EDGE_ID_REFUSALS_V2,
];

const GIFT_TABLE = JSON.stringify({
  table: 'gift',
  schema: {
    type: 'MULTI_EDGE',
    id: { type: 'long', comment: '' },
    source: { type: 'string', comment: '' },
    target: { type: 'long', comment: '' },
    direction: 'BOTH',
    properties: [{ name: 'at', type: 'long', comment: '', nullable: false }],
    indexes: [{ index: 'newest', fields: [{ field: 'at', order: 'DESC' }] }],
  },
  storage: 'datastore://shop/gift',
  comment: '',
});

async function startShop(): Promise<TestServer> {
  const server = await startTestServer({
    'limits.bodyBytes': REFUSAL_LIMITS.bodyBytes,
    'limits.answerEdges': REFUSAL_LIMITS.answerEdges,
    'limits.mutationItems': REFUSAL_LIMITS.mutationItems,
  });
  assert.equal((await post(server, V3, exchangeBody(1))).status, 200);
  assert.equal((await post(server, `${V3}/shop/tables`, exchangeBody(2))).status, 200);
  assert.equal((await post(server, `${V3}/shop/tables`, GIFT_TABLE)).status, 200);
  assert.equal((await post(server, `${WISH}/edges`, exchangeBody(3))).status, 200);
  return server;
}

function memberOf(text: string, name: string): unknown {
  const json: unknown = JSON.parse(text);
  return typeof json === 'object' && json !== null ? new Map(Object.entries(json)).get(name) : undefined;
}

test('L8 refused requests say why and change nothing: neither log nor rows nor feed nor catalog', async (t) => {
  await using server = await startShop();
  const { engine, log, store } = server.instance;
  const before = { rows: await dumpStore(store), log: log.bounds(0), catalog: engine.catalog, at: engine.position };
  for (const refusal of REFUSALS) {
    await t.test(refusal.name, async () => {
      const { status, text } = await send(server, refusal);
      assert.equal(memberOf(text, 'code'), refusal.code, text);
      assert.equal(status, refusal.status);
      assert.equal(memberOf(text, 'status'), refusal.status);
      const message = memberOf(text, 'message');
      if (refusal.part === undefined) assert.equal(message, undefined, 'a default body has no message');
      else assert.match(String(message), refusal.part);
    });
  }
  const after = { rows: await dumpStore(store), log: log.bounds(0), catalog: engine.catalog, at: engine.position };
  assert.deepEqual(after, before);
  assert.deepEqual(server.notices, [], 'no refusal is a mistake of the server');
});

test('an update of a missing entity is 404 without a body and leaves nothing behind', async () => {
  await using server = await startShop();
  const before = await dumpStore(server.instance.store);
  for (const path of [`${V3}/none`, `${V3}/shop/tables/none`, `${V3}/shop/aliases/none`]) {
    const { status, text } = await put(server, path, '{"comment":"x"}');
    assert.deepEqual([status, text], [404, '']);
  }
  assert.deepEqual(await dumpStore(server.instance.store), before);
});

test('an error body has the members of the reference in their order, then the code', async () => {
  await using server = await startTestServer();
  const project = await send(server, { path: `${V3}?status=x` });
  assert.match(
    project.text,
    /^\{"timestamp":\d{13},"status":400,"error":"Bad Request","message":"[^}]+","code":"invalid-parameter","retry":"never"\}$/,
  );
  const bare = await send(server, { path: '/nowhere?x=1', headers: { 'x-request-id': 'abc-1' } });
  assert.match(
    bare.text,
    /^\{"timestamp":"[\d-]{10}T[\d:.]{12}\+00:00","path":"\/nowhere","status":404,"error":"Not Found","requestId":"abc-1","code":"unknown-path","retry":"never"\}$/,
  );
});
