/** Goal: the queue and its side queue over HTTP, as an operator meets them. Method: a server on a memory database. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { dumpStore } from '@actionbase/engine/testing/instance-state';
import { exchangeBody } from './testing/exchange.ts';
import { get, post, put, send } from './testing/send.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const QUEUE = '/actionbase/v1/queue';
const TABLES = '/graph/v3/databases/shop/tables';
const NOT_PARKED = `${QUEUE}/parked/e1-p0-0-0-0`;

/** A shop whose table of wishes is ASYNC, with so many mutations parked. */
async function startShop(parked: number): Promise<TestServer> {
  const server = await startTestServer();
  await post(server, '/graph/v3/databases', exchangeBody(1));
  const table = { ...JSON.parse(exchangeBody(2)), mode: 'ASYNC' };
  assert.equal((await post(server, TABLES, JSON.stringify(table))).status, 200);
  for (let place = 0; place < parked; place++) await wish(server, `bad-${place}`, {});
  return server;
}

async function wish(server: TestServer, target: string, properties: object): Promise<void> {
  const edge = { version: 1, source: 7, target, properties };
  const body = JSON.stringify({ mutations: [{ type: 'INSERT', edge }] });
  const headers = { 'x-request-id': 'r1', 'x-actor-id': 'ann', 'content-type': 'application/json' };
  const { status } = await send(server, { method: 'POST', path: `${TABLES}/wish/edges`, body, headers });
  assert.equal(status, 200);
  while (!server.instance.engine.isQueueEmpty) await new Promise((resolve) => setImmediate(resolve));
}

interface Shown {
  readonly mutations: readonly { readonly id: string; readonly edge: { readonly tgt: string } }[];
  readonly next: string | null;
}

async function show(server: TestServer, query = ''): Promise<Shown> {
  const { status, text } = await get(server, `${QUEUE}${query}`);
  assert.equal(status, 200, text);
  return JSON.parse(text);
}

/** Lets a wish have no time: what was parked for it may be retried. */
async function allowMissing(server: TestServer): Promise<void> {
  const { schema } = JSON.parse(exchangeBody(2));
  const properties = schema.properties.map((property: object) => ({ ...property, nullable: true }));
  const { status, text } = await put(server, `${TABLES}/wish`, JSON.stringify({ schema: { ...schema, properties } }));
  assert.equal(status, 200, text);
}

test('the queue tells how it is and what is parked, with why, who and what', async () => {
  await using server = await startShop(1);
  const { visibility, mutations, ...status } = JSON.parse((await get(server, QUEUE)).text);
  assert.deepEqual(status, {
    state: 'idle',
    reason: null,
    framesBehind: 0,
    waitingSinceMs: null,
    parked: 1,
    parkedMax: 100_000,
    next: null,
  });
  assert.equal(visibility.count, 1);
  assert.deepEqual(visibility.buckets.at(-1), { leMs: null, count: 0 });
  const [{ id, timeMs, parkedMs, message, edge, ...rest }] = mutations;
  assert.match(id, /^e1-p0-\d+-0-0$/);
  assert.ok(timeMs > 0 && parkedMs > 0);
  assert.match(message, /^at must be provided/);
  assert.deepEqual(rest, {
    table: 'shop.wish',
    code: 'missing-property',
    tries: 1,
    requestId: 'r1',
    actor: 'ann',
    alias: null,
    op: 'INSERT',
    events: 1,
  });
  assert.deepEqual([edge.ts, edge.src, edge.tgt, edge.props], [1, 7, 'bad-0', {}]);
});

test('a parked mutation is retried and dropped by its id; the answer tells what became of it', async () => {
  await using server = await startShop(2);
  const [first, second] = (await show(server)).mutations;
  assert.ok(first !== undefined && second !== undefined);
  const refused = await send(server, { method: 'POST', path: `${QUEUE}/parked/${first.id}/retry` });
  const answer = JSON.parse(refused.text);
  assert.deepEqual(
    [refused.status, answer.id, answer.status, answer.code],
    [200, first.id, 'ERROR', 'missing-property'],
  );
  assert.equal((await show(server)).mutations[1]?.id, answer.parkedAs);
  await allowMissing(server);
  const retried = await send(server, { method: 'POST', path: `${QUEUE}/parked/${answer.parkedAs}/retry`, body: '{}' });
  assert.equal(
    retried.text,
    `{"id":"${answer.parkedAs}","status":"CREATED","code":null,"message":null,"parkedAs":null}`,
  );
  const dropped = await send(server, { method: 'DELETE', path: `${QUEUE}/parked/${second.id}` });
  assert.deepEqual([dropped.status, dropped.text], [200, `{"id":"${second.id}","dropped":true}`]);
  assert.deepEqual((await show(server)).mutations, []);
  const { text } = await get(server, `${TABLES}/wish/edges/count?start=7&direction=OUT`);
  assert.match(text, /"count":1,/);
});

test('what is parked comes in pages, oldest first, and by table', async () => {
  await using server = await startShop(5);
  const seen: string[] = [];
  let next: string | null = '';
  for (let pages = 0; next !== null; pages++) {
    assert.ok(pages < 4);
    const page: Shown = await show(server, `?limit=2${next === '' ? '' : `&after=${next}`}&table=shop.wish`);
    seen.push(...page.mutations.map(({ edge }) => edge.tgt));
    next = page.next;
  }
  assert.deepEqual(seen, ['bad-0', 'bad-1', 'bad-2', 'bad-3', 'bad-4']);
  assert.deepEqual(await show(server, '?table=shop.other').then(({ mutations }) => mutations), []);
  assert.deepEqual(await show(server, '?limit=0').then(({ mutations }) => mutations), []);
});

test('L8 an id that is none, and one under which nothing is parked, change nothing', async () => {
  await using server = await startShop(1);
  const { store, log } = server.instance;
  const before = { rows: await dumpStore(store), end: log.bounds(0).end };
  for (const [method, path, status, code] of [
    ['GET', `${QUEUE}?limit=1001`, 400, 'limit-out-of-range'],
    ['GET', `${QUEUE}?limit=x`, 400, 'invalid-parameter'],
    ['GET', `${QUEUE}?after=e1-p0-1842-3`, 400, 'invalid-parameter'],
    ['POST', `${QUEUE}/parked/x/retry`, 400, 'invalid-parameter'],
    ['DELETE', `${QUEUE}/parked/e1-p0-1-2`, 400, 'invalid-parameter'],
    ['POST', `${NOT_PARKED}/retry`, 404, 'not-parked'],
    ['DELETE', NOT_PARKED, 404, 'not-parked'],
  ] as const) {
    const received = await send(server, { method, path });
    const body = JSON.parse(received.text);
    assert.deepEqual([received.status, body.status, body.code], [status, status, code], `${method} ${path}`);
  }
  assert.deepEqual({ rows: await dumpStore(store), end: log.bounds(0).end }, before);
});

test('the metrics tell the state, what is parked, and how long mutations took to be in effect', async () => {
  await using server = await startShop(2);
  await wish(server, 'good', { at: 1 });
  const { text } = await get(server, '/actuator/prometheus');
  const lines = text.split('\n').filter((line) => line.startsWith('actionbase_queue'));
  for (const line of [
    'actionbase_queue_state{state="idle"} 1',
    'actionbase_queue_state{state="waiting-for-room"} 0',
    'actionbase_queue_frames_behind 0',
    'actionbase_queue_waiting_seconds 0',
    'actionbase_queue_parked 2',
    'actionbase_queue_parked_max 100000',
    'actionbase_queue_visibility_seconds_bucket{le="7200"} 3',
    'actionbase_queue_visibility_seconds_bucket{le="+Inf"} 3',
    'actionbase_queue_visibility_seconds_count 3',
  ]) {
    assert.ok(lines.includes(line), `${line} is not in\n${lines.join('\n')}`);
  }
});

test('the pace of the queue is a setting', async () => {
  await using server = await startTestServer({ 'queue.batch': 7, 'queue.ratePerS': 1 });
  await post(server, '/graph/v3/databases', exchangeBody(1));
  await post(server, TABLES, JSON.stringify({ ...JSON.parse(exchangeBody(2)), mode: 'ASYNC' }));
  const edges = Array.from({ length: 50 }, (_, place) => ({
    version: 1,
    source: 7,
    target: `t${place}`,
    properties: { at: 1 },
  }));
  const body = JSON.stringify({ mutations: edges.map((edge) => ({ type: 'INSERT', edge })) });
  for (let request = 0; request < 2; request++) await post(server, `${TABLES}/wish/edges`, body);
  while (server.instance.engine.queueStatus.visibility.count === 0)
    await new Promise((resolve) => setImmediate(resolve));
  const status = JSON.parse((await get(server, QUEUE)).text);
  assert.deepEqual([status.state, status.visibility.count], ['draining', 1], 'the second request waits 50 seconds');
});
