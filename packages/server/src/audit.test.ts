/** Goal: an audit over HTTP, as an operator meets it. Method: a server on a memory database with rows that were damaged. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import test from 'node:test';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { encodeCountKey, encodeIndexKey } from '@actionbase/core/codec/row-key';
import { encodeCount } from '@actionbase/core/codec/row-value';
import { Engine } from '@actionbase/engine/engine';
import { recountAll } from '@actionbase/engine/testing/instance-state';
import { PlantedDamage } from '@actionbase/engine/testing/planted-damage';
import { MemoryLog } from '@actionbase/ports/memory/memory-log';
import { MemoryLogStorage } from '@actionbase/ports/memory/memory-log-storage';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import type { Instance } from './instance.ts';
import { exchangeBody } from './testing/exchange.ts';
import { post, send } from './testing/send.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const AUDIT = '/actionbase/v1/audit';
const TABLES = '/graph/v3/databases/shop/tables';

async function openDamaged(planted: PlantedDamage): Promise<Instance> {
  const clock = new SystemClock();
  const log = await MemoryLog.open({ storage: new MemoryLogStorage(), clock });
  const store = new MemoryStore();
  const engine = await Engine.open({ log, store: planted.wrapStore(store), clock });
  const close = (): Promise<void> => engine[Symbol.asyncDispose]();
  return { engine, log, store, [Symbol.asyncDispose]: close };
}

/** A shop with one wish, whose index row OUT is gone and whose count row IN says 5. */
async function startShop(): Promise<TestServer> {
  const planted = new PlantedDamage();
  const server = await startTestServer({}, { parts: { open: () => openDamaged(planted) } });
  await post(server, '/graph/v3/databases', exchangeBody(1));
  await post(server, TABLES, exchangeBody(2));
  const edge = { version: 3, source: 7, target: 'lamp', properties: { at: 1000, color: 'red' } };
  const body = JSON.stringify({ mutations: [{ type: 'INSERT', edge }] });
  const headers = { 'x-request-id': 'r1', 'x-actor-id': 'app', 'content-type': 'application/json' };
  const { status, text } = await send(server, { method: 'POST', path: `${TABLES}/wish/edges`, body, headers });
  assert.equal(status, 200, text);
  const table = server.instance.engine.catalog.tables.get('shop.wish')?.table;
  const [index] = table?.indexes ?? [];
  assert.ok(table !== undefined && index !== undefined);
  const entry = { direction: 'OUT', vertex: 7n, values: [1000n], far: 'lamp' } as const;
  await planted.plant(server.instance, [
    { space: table.id, key: encodeIndexKey(table, index, entry), value: undefined },
    { space: table.id, key: encodeCountKey(table, 'IN', 'lamp'), value: encodeCount(5n) },
  ]);
  return server;
}

async function audit(server: TestServer, parts: object = {}): Promise<Record<string, Record<string, unknown>>[]> {
  const { status, text } = await post(server, AUDIT, JSON.stringify({ database: 'shop', table: 'wish', ...parts }));
  assert.equal(status, 200, text);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('an audit tells its progress, each difference and a summary, as lines of JSON', async () => {
  await using server = await startShop();
  const lines = await audit(server);
  assert.deepEqual(lines[0]?.progress?.phase, 'cells');
  const differences = lines.flatMap(({ difference }) => (difference === undefined ? [] : [difference]));
  const index = differences.find(({ row }) => row === 'index');
  const touch = { requestId: 'r1', actor: 'app', op: 'INSERT', version: 3, status: 'CREATED' };
  const { key, touchedBy, ...shown } = index ?? {};
  assert.match(String(key), /^2c8000000000000007/);
  assert.deepEqual(shown, {
    stage: 'found',
    table: 'shop.wish',
    row: 'index',
    name: 'newest',
    direction: 'OUT',
    vertex: 7,
    values: [1000],
    edge: { source: 7, target: 'lamp' },
    problem: 'missing',
    qualifier: null,
    expected: { version: 3, properties: { at: 1000, color: 'red', qty: null } },
    found: null,
  });
  assert.ok(Array.isArray(touchedBy));
  const { position, stampMs, ...rest } = touchedBy[0];
  assert.match(position, /^e1-p0-2$/);
  assert.equal(typeof stampMs, 'number');
  assert.deepEqual(rest, touch);
  const count = differences.find(({ row }) => row === 'count');
  assert.deepEqual([count?.expected, count?.found, count?.vertex, count?.edge], [1, 5, 'lamp', null]);
  assert.deepEqual([lines.at(-1)?.summary?.found, lines.at(-1)?.summary?.repaired], [2, null]);
});

test('a repair makes it right, and a second look says so', async () => {
  await using server = await startShop();
  const { summary } = (await audit(server, { repair: true })).at(-1) ?? {};
  assert.deepEqual([summary?.found, summary?.repaired, summary?.left], [2, 2, 0]);
  assert.deepEqual(await recountAll(server.instance.store), []);
});

test('a second audit is refused while one is read, and taken after its reader left', async () => {
  await using server = await startShop();
  const body = JSON.stringify({ database: 'shop', table: 'wish', ratePerS: 1 });
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  const slow = httpRequest({ port: server.port, method: 'POST', path: AUDIT, headers, agent: false });
  slow.end(body);
  await new Promise((resolve) => slow.once('response', (response) => response.once('data', resolve)));
  const refused = await post(server, AUDIT, '{"database":"shop","table":"wish"}');
  assert.deepEqual([refused.status, JSON.parse(refused.text).code], [503, 'audit-running']);
  slow.on('error', () => undefined);
  slow.destroy();
  for (;;) {
    const { status } = await post(server, AUDIT, '{"database":"shop","table":"wish"}');
    if (status === 200) break;
  }
});

test('everything that is wrong with an audit call is told at once', async () => {
  await using server = await startShop();
  const { status, text } = await post(server, AUDIT, '{"database":7,"repair":"yes","ratePerS":0}');
  assert.equal(status, 400);
  for (const path of ['database', 'table', 'repair', 'ratePerS']) assert.match(text, new RegExp(path));
});
