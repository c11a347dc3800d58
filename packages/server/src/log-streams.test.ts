/** Goal: WAL and CDC over HTTP: lines, positions, following, slow and leaving readers. Method: a server on a memory database. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { engineOptions } from './engine-options.ts';
import { SERVER_LIMITS } from './limits.ts';
import { exchangeBody } from './testing/exchange.ts';
import { type LineReader, openLines } from './testing/line-reader.ts';
import { openMemoryInstance } from './testing/memory-instance.ts';
import { replacing } from './testing/replacing.ts';
import { get, post, put, send } from './testing/send.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const LOG = '/actionbase/v1/log';
const STREAMS = ['wal', 'cdc'] as const;

async function startShop(options: Parameters<typeof startTestServer>[1] = {}): Promise<TestServer> {
  const server = await startTestServer({ phase: 'test', tenant: 'acme' }, options);
  await post(server, '/graph/v3/databases', exchangeBody(1));
  await post(server, '/graph/v3/databases/shop/tables', exchangeBody(2));
  return server;
}

/** Where the shop's metadata ends: what comes after it are the edges. */
const OPENED = 'e1-p0-1';

async function wish(
  server: TestServer,
  source: number,
  target: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const edge = { version: 1, source, target, properties: { at: 1 } };
  const { status, text } = await send(server, {
    method: 'POST',
    path: '/graph/v3/databases/shop/tables/wish/edges',
    body: JSON.stringify({ mutations: [{ type: 'INSERT', edge }] }),
    headers: { 'content-type': 'application/json', ...headers },
  });
  assert.equal(status, 200, text);
}

function linesOf(text: string): string[] {
  assert.ok(text.endsWith('\n'));
  return text.slice(0, -1).split('\n');
}

function positionOf(line: string | undefined): string {
  return JSON.parse(line ?? '{}').position;
}

function keyOf(line: string | undefined): string | undefined {
  return JSON.parse(line ?? '{}').key;
}

test('a stream is lines of position, key and record, and ends with the position that it reached', async () => {
  await using server = await startShop();
  await wish(server, 7, 'sku-a', { 'x-request-id': 'r1', 'x-actor-id': 'ann' });
  const { status, headers, text } = await get(server, `${LOG}/wal?from=${OPENED}`);
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'application/x-ndjson');
  const [record, end, ...more] = linesOf(text);
  assert.equal(
    record?.replace(/"traceId":"[^"]{26}"/, '"traceId":"T"').replace(/"ts":\d{13}/, '"ts":0'),
    '{"position":"e1-p0-2-0","key":"7:sku-a","record":{"alias":null,"label":"shop.wish","edge":{"ts":1,"src":7,' +
      '"tgt":"sku-a","props":{"at":1},"traceId":"T"},"op":"INSERT",' +
      '"mode":{"l":"SYNC","r":null,"s":null,"f":false,"queue":false},"audit":{"actor":"ann"},"requestId":"r1","ts":0,' +
      '"version":"2","phase":"test","tenant":"acme"}}',
  );
  assert.deepEqual([end, more], ['{"position":"e1-p0-2"}', []]);
  const cdc = linesOf((await get(server, `${LOG}/cdc?from=${OPENED}`)).text);
  assert.match(
    cdc[0] ?? '',
    /^\{"position":"e1-p0-2-0","key":"7:sku-a","record":\{"label":"shop\.wish",.*"phase":"test","tenant":"acme"\}\}$/,
  );
  assert.deepEqual(cdc.slice(1), ['{"position":"e1-p0-2"}']);
});

test('changes of metadata are in both streams, and can be asked for by their table', async () => {
  await using server = await startShop();
  for (const stream of STREAMS) {
    const [database, table] = linesOf((await get(server, `${LOG}/${stream}`)).text);
    assert.match(database ?? '', /"key":"test:origin:shop","record":\{.*"label":"sys\.service",/);
    assert.match(table ?? '', /"key":"test:shop:wish","record":\{.*"label":"sys\.label",.*"tenant":"acme"\}/);
    const labels = linesOf((await get(server, `${LOG}/${stream}?table=sys.label`)).text);
    assert.deepEqual(labels, [table, '{"position":"e1-p0-1"}']);
  }
});

test('a stream of nothing tells where it stands, and HEAD has no lines', async () => {
  await using server = await startTestServer();
  assert.equal((await get(server, `${LOG}/cdc`)).text, '{"position":null}\n');
  assert.equal((await get(server, `${LOG}/cdc?from=end`)).text, '{"position":null}\n');
  const head = await send(server, { method: 'HEAD', path: `${LOG}/wal` });
  assert.deepEqual([head.status, head.text], [200, '']);
});

test('L5 giving back any position goes on exactly after it, page by page too', async () => {
  await using server = await startShop();
  const items = [1, 2, 3].map((source) => ({
    type: 'INSERT',
    edge: { version: 1, source, target: 'x', properties: { at: 1 } },
  }));
  await post(server, '/graph/v3/databases/shop/tables/wish/edges', JSON.stringify({ mutations: items }));
  for (const target of ['a', 'b', 'c']) await wish(server, 7, target);
  for (const stream of STREAMS) {
    const whole = linesOf((await get(server, `${LOG}/${stream}`)).text);
    assert.equal(whole.length, 9);
    for (let place = 0; place < whole.length; place += 1) {
      const rest = linesOf((await get(server, `${LOG}/${stream}?from=${positionOf(whole[place])}`)).text);
      assert.deepEqual(rest, place < 8 ? whole.slice(place + 1) : ['{"position":"e1-p0-5"}']);
    }
    let from = 'first';
    const pages: string[] = [];
    for (let page = 0; page < 4; page += 1) {
      const lines = linesOf((await get(server, `${LOG}/${stream}?from=${from}&limit=2`)).text);
      assert.equal(lines.length, 2);
      pages.push(...lines);
      from = positionOf(lines.at(-1));
    }
    assert.deepEqual(pages, whole.slice(0, 8));
  }
});

test('a follower sees what comes, and a filtered one learns how far the log is', async () => {
  await using server = await startShop();
  await wish(server, 7, 'a');
  const all = await openLines(server, `${LOG}/cdc?follow=true&from=${OPENED}`);
  const ours = await openLines(server, `${LOG}/cdc?follow=true&from=end&request=ours`);
  assert.equal(keyOf(await all.next()), '7:a');
  assert.equal(await ours.next(), '{"position":"e1-p0-2"}');
  await wish(server, 7, 'b');
  assert.equal(keyOf(await all.next()), '7:b');
  assert.equal(await ours.next(), '{"position":"e1-p0-3"}');
  await wish(server, 7, 'c', { 'x-request-id': 'ours' });
  assert.equal(keyOf(await all.next()), '7:c');
  assert.equal(keyOf(await ours.next()), '7:c');
  all.leave();
  ours.leave();
});

test('a follower of a quiet log gets signs of life', async () => {
  const clock = new SystemClock();
  let beats = 0;
  // Every sleep of a stream is over at once; the engine keeps the real clock.
  const quick = replacing(clock, {
    sleep: (durationMs: number, signal?: AbortSignal) =>
      durationMs === SERVER_LIMITS.streamHeartbeatMs && beats++ < 3
        ? Promise.resolve()
        : clock.sleep(durationMs, signal),
  });
  await using server = await startShop({ parts: { clock: quick } });
  const reader = await openLines(server, `${LOG}/wal?follow=true&from=end`);
  for (let line = 0; line < 4; line += 1) assert.equal(await reader.next(), '{"position":"e1-p0-1"}');
  reader.leave();
});

test('a reader that leaves holds nothing', async () => {
  await using server = await startShop();
  const reader = await openLines(server, `${LOG}/wal?follow=true`);
  await reader.next();
  const open = async () => /actionbase_streams_open (\d+)/.exec((await get(server, '/actuator/prometheus')).text)?.[1];
  assert.equal(await open(), '1');
  reader.leave();
  for (;;) if ((await open()) === '0') break;
});

test('a reader that leaves before the first page is read holds nothing', { timeout: 20_000 }, async () => {
  const clock = new SystemClock();
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  await using server = await startShop({
    parts: {
      async open(config, onNotice) {
        const instance = await openMemoryInstance(clock, engineOptions(config, onNotice));
        const { engine } = instance;
        const waiting = replacing(engine, {
          readWal: async (request) => {
            asked.resolve();
            await left.promise;
            return engine.readWal(request);
          },
        });
        return { ...instance, engine: waiting, [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose]() };
      },
    },
  });
  const socket = connect(server.port, '127.0.0.1');
  socket.write(`GET ${LOG}/wal?follow=true HTTP/1.1\r\nHost: x\r\n\r\n`);
  await asked.promise;
  socket.resetAndDestroy();
  const open = async () => /actionbase_streams_open (\d+)/.exec((await get(server, '/actuator/prometheus')).text)?.[1];
  for (let look = 0; look < 20; look += 1) assert.equal(await open(), '1');
  left.resolve();
  for (;;) if ((await open()) === '0') break;
});

test('a reader that takes nothing makes the server read no more than the connection holds', async () => {
  let reads = 0;
  const clock = new SystemClock();
  await using server = await startShop({
    parts: {
      async open(config, onNotice) {
        const instance = await openMemoryInstance(clock, engineOptions(config, onNotice));
        const { engine } = instance;
        const counting = replacing(engine, {
          readWal: (request) => {
            reads += 1;
            return engine.readWal(request);
          },
        });
        return { ...instance, engine: counting, [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose]() };
      },
    },
  });
  const properties = { at: 1, color: 'x'.repeat(50_000) };
  const edges = Array.from({ length: 50 }, (_, at) => ({ version: 1, source: 1, target: `t${at}`, properties }));
  const body = JSON.stringify({ mutations: edges.map((edge) => ({ type: 'INSERT', edge })) });
  for (let request = 0; request < 16; request += 1) {
    await post(server, '/graph/v3/databases/shop/tables/wish/edges', body);
  }
  const reader = await openLines(server, `${LOG}/wal?from=${OPENED}`);
  assert.equal(positionOf(await reader.next()), 'e1-p0-2-0');
  // A round trip of other requests: the stream had every chance to read on.
  for (let round = 0; round < 50; round += 1) await get(server, '/graph/v3');
  assert.ok(reads < 12, `${reads} pages of 16 were read`);
  let lines = 1;
  while ((await reader.next()) !== undefined) lines += 1;
  assert.equal(lines, 16 * 50 + 1);
});

test('a stop of the server ends streams at once, and tells those who listen', async () => {
  const server = await startShop();
  const reader = await openLines(server, `${LOG}/cdc?follow=true&from=${OPENED}`);
  assert.equal(await reader.next(), '{"position":"e1-p0-1"}');
  const stopping = server[Symbol.asyncDispose]();
  assert.equal(
    await reader.next(),
    '{"error":{"status":503,"code":"engine-stopped","message":"the server is shutting down","retry":"later"}}',
  );
  assert.equal(await reader.next(), undefined);
  await stopping;
});

const REFUSED: readonly (readonly [string, number, string, RegExp])[] = [
  ['wal?from=1842', 400, 'invalid-parameter', /from is .*1842.*; allowed is first, end, or a position/],
  ['wal?from=e1-p0-99', 400, 'unknown-position', /the log ends with e1-p0-1/],
  ['cdc?from=e2-p0-0', 400, 'unknown-position', /the log is of epoch 1/],
  ['cdc?limit=0', 400, 'invalid-parameter', /limit is .*0.*; allowed is an integer from 1 on/],
  ['cdc?follow=maybe', 400, 'invalid-parameter', /follow/],
  ['cdc?table=shop.none', 400, 'unknown-table', /shop\.none/],
  ['wal?table=sys.none', 400, 'unknown-table', /sys\.none/],
];
for (const [query, status, code, part] of REFUSED) {
  test(`${query} is refused with ${code}`, async () => {
    await using server = await startShop();
    const { status: answered, text } = await get(server, `${LOG}/${query}`);
    assert.deepEqual([answered, JSON.parse(text).code], [status, code]);
    assert.match(JSON.parse(text).message, part);
  });
}

test('a position that is trimmed is answered 410 with the first one that is there', async () => {
  await using server = await startShop();
  await wish(server, 7, 'a');
  await wish(server, 7, 'b');
  const { log, store } = server.instance;
  await store.clear({ kind: 'feed', partition: 0, before: 3 }, 100);
  await log.trim(0, 3);
  for (const stream of STREAMS) {
    const { status, text } = await get(server, `${LOG}/${stream}?from=e1-p0-1`);
    assert.deepEqual([status, JSON.parse(text).code], [410, 'log-trimmed']);
    assert.match(JSON.parse(text).message, /kept from e1-p0-3 on/);
    assert.equal(linesOf((await get(server, `${LOG}/${stream}?from=first`)).text).length, 2);
  }
});

test('more readers than the limit are refused, and one that was refused takes no place', async () => {
  await using server = await startShop();
  const readers: LineReader[] = [];
  for (let count = 0; count < SERVER_LIMITS.streamsMax; count += 1) {
    readers.push(await openLines(server, `${LOG}/wal?follow=true`));
  }
  const refused = await get(server, `${LOG}/wal`);
  assert.deepEqual([refused.status, JSON.parse(refused.text).code], [503, 'too-many-streams']);
  for (const reader of readers) reader.leave();
  for (;;) if ((await get(server, `${LOG}/wal?from=e9-p0-0`)).status === 400) break;
  for (;;) if ((await get(server, '/actuator/prometheus')).text.includes('actionbase_streams_open 0')) break;
});

/** What the WAL says, sent again as requests: of queued records only what took effect. */
test('the items of the WAL, replayed into an empty instance, give the same edges', async () => {
  await using original = await startShop();
  const wishes = '/graph/v3/databases/shop/tables/wish';
  const items: object[] = [];
  for (let version = 1; version <= 60; version += 1) {
    const type = version % 7 === 0 ? 'DELETE' : version % 3 === 0 ? 'UPDATE' : 'INSERT';
    const properties =
      type === 'DELETE' ? {} : type === 'UPDATE' ? { color: `c${version}` } : { at: version, qty: version % 5 };
    items.push({ type, edge: { version, source: version % 4, target: `t${version % 3}`, properties } });
  }
  for (let at = 0; at < items.length; at += 4) {
    await post(original, `${wishes}/edges`, JSON.stringify({ mutations: items.slice(at, at + 4) }));
  }
  await put(original, wishes, '{"mode":"ASYNC"}');
  await post(
    original,
    `${wishes}/edges`,
    '{"mutations":[{"type":"UPDATE","edge":{"version":99,"source":1,"target":"t2","properties":{"color":"late"}}}]}',
  );
  const queueIsEmpty = async () => (await get(original, '/actuator/prometheus')).text.includes('queue_waiting 0');
  for (;;) if (await queueIsEmpty()) break;

  await using copy = await startShop();
  for (const line of linesOf((await get(original, `${LOG}/wal?table=shop.wish`)).text)) {
    const { record } = JSON.parse(line);
    if (record === undefined || record.mode.queue) continue;
    const { ts, src, tgt, props } = record.edge;
    const edge = { version: ts, source: src, target: tgt, properties: props };
    const body = JSON.stringify({ mutations: [{ type: record.op, edge }] });
    assert.equal((await post(copy, `${wishes}/edges`, body)).status, 200);
  }
  const query = `${wishes}/edges/get?source=0,1,2,3&target=t0,t1,t2`;
  const expected = (await get(original, query)).text;
  assert.ok(expected.includes('"late"'), expected);
  assert.equal((await get(copy, query)).text, expected);
});
