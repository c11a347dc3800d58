/** Goal: access changes while the server runs, and every change of metadata leaves its trace. */
import assert from 'node:assert/strict';
import { chmod, glob, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { hashTokenText } from './access/access-token.ts';
import { rotateToken } from './access/token-changes.ts';
import { changeTokenFile } from './access/token-file.ts';
import { aToken, bearer, makeTokenFile } from './testing/access-tokens.ts';
import { type GuardedShop, startGuardedShop } from './testing/guarded-shop.ts';
import { get, type Sent, send } from './testing/send.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';
import { WatchingParts } from './testing/watching-server.ts';

const V3 = '/graph/v3/databases';
const SHOP = { path: `${V3}/shop` };

/** A guarded shop that looks at its files all the time. */
async function startWatchingShop(): Promise<GuardedShop & { readonly watching: WatchingParts }> {
  const watching = new WatchingParts();
  return { ...(await startGuardedShop({}, { parts: watching.parts })), watching };
}

test('a token is rotated under running requests: none is refused, and the text before ends with its grace', async () => {
  await using shop = await startWatchingShop();
  const reader = shop.tokenOf('read', 'shop');
  const next = aToken().text;
  let isDone = false;
  const statuses = new Set<number>();
  const running = (async () => {
    while (!isDone) statuses.add((await shop.ask(SHOP, reader)).status);
  })();
  const rotate = (graceMs: number, text: string): Promise<void> =>
    changeTokenFile(shop.file.path, (tokens) =>
      rotateToken(tokens, reader.token.id, { sha256: hashTokenText(text), nowMs: Date.now(), graceMs }),
    );
  await rotate(3_600_000, next);
  await shop.watching.noticed(/^access\.tokensFile was read again: 9 tokens$/);
  assert.equal((await send(shop.server, { ...SHOP, headers: { authorization: next } })).status, 200);
  isDone = true;
  await running;
  assert.deepEqual([...statuses], [200]);
  await rotate(0, aToken().text);
  await shop.watching.noticed(/read again/);
  assert.equal((await shop.ask(SHOP, reader)).status, 401);
  assert.equal((await send(shop.server, { ...SHOP, headers: { authorization: next } })).status, 401);
});

test('a revoked token ends the stream that it reads, with a line that says why', async () => {
  await using shop = await startWatchingShop();
  const reader = shop.tokenOf('read', 'shop');
  const path = '/actionbase/v1/log/cdc?table=shop.wish&follow=true';
  const lines: string[] = [];
  const first = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const { port } = shop.server;
  const reading = request({ host: '127.0.0.1', port, path, headers: bearer(reader), agent: false }, (response) => {
    response.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.trimEnd().split('\n'));
      first.resolve();
    });
    response.on('end', ended.resolve);
  });
  reading.end();
  await first.promise;
  await changeTokenFile(shop.file.path, (tokens) => tokens.filter(({ id }) => id !== reader.token.id));
  await shop.watching.noticed(/8 tokens$/);
  // Whatever happens next in the log ends it; without anything, the next sign of life would.
  const edge = { version: 9, source: 7, target: 'late', properties: { at: 1 } };
  const body = JSON.stringify({ mutations: [{ type: 'INSERT', edge }] });
  await shop.ask({ method: 'POST', path: `${V3}/shop/tables/wish/edges`, body }, shop.tokenOf('write', 'shop'));
  await ended.promise;
  assert.match(
    lines.at(-1) ?? '',
    /^\{"error":\{"status":401,"code":"unauthorized","message":"a valid token is needed \(unknown-token\)","retry":"never"\}\}$/,
  );
  assert.ok(!lines.some((line) => line.includes('late')));
});

test('a file that breaks, opens itself to others or disappears is told, shown by the metrics, and changes nothing', async () => {
  await using shop = await startWatchingShop();
  const admin = shop.tokenOf('admin', 'all');
  const isBroken = async () =>
    /actionbase_access_file_broken\{file="tokens"\} 1/.test((await get(shop.server, '/actuator/prometheus')).text);
  assert.equal(await isBroken(), false);
  for (const [harm, part] of [
    [() => shop.file.writeText('{"format":1,"tokens":[{}]}'), /tokens\[0\]\.id is missing.*stays in use$/],
    [() => chmod(shop.file.path, 0o666), /has the mode 0666.*stays in use$/],
    [() => rm(shop.file.path), /ENOENT.*stays in use$/],
  ] as const) {
    await harm();
    await shop.watching.noticed(part);
    assert.equal(await isBroken(), true);
    assert.equal((await shop.ask(SHOP, admin)).status, 200);
  }
  await shop.file.write([shop.tokenOf('read', 'shop')]);
  await shop.watching.noticed(/read again: 1 tokens$/);
  assert.equal(await isBroken(), false);
  assert.equal((await shop.ask(SHOP, admin)).status, 401);
});

async function codeOfStart(config: Parameters<typeof startTestServer>[0]): Promise<string> {
  try {
    await using server = await startTestServer(config);
    return server.notices.join('\n');
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return `${error.code}: ${error.message}`;
  }
}

test('beyond this computer a server starts with tokens, or when told that everybody may do everything', async () => {
  await using file = await makeTokenFile([aToken()]);
  const tokens = { 'access.tokensFile': file.path };
  const refused = await codeOfStart({ host: '0.0.0.0' });
  assert.match(refused, /^access-not-guarded: host is 0\.0\.0\.0/);
  for (const way of ['access.tokensFile', 'host 127.0.0.1', 'access.allowAnonymous'])
    assert.ok(refused.includes(way), way);
  assert.equal(await codeOfStart({ host: '0.0.0.0', 'access.allowAnonymous': true }), '');
  assert.match(await codeOfStart({ host: '0.0.0.0', ...tokens }), /^tokens cross the network in clear text/);
  assert.equal(await codeOfStart({ host: 'localhost', ...tokens }), '');
  assert.match(await codeOfStart({ ...tokens, 'access.allowAnonymous': true }), /^settings-contradict: /);
});

test('a start with files that cannot be used is refused', async () => {
  await using file = await makeTokenFile([]);
  const missing = join(file.folder, 'none');
  assert.match(await codeOfStart({ 'access.tokensFile': missing }), /^file-not-usable: .*none.*ENOENT/);
  assert.match(await codeOfStart({ 'audit.file': join(missing, 'x') }), /^file-not-usable: audit\.file/);
  assert.match(await codeOfStart({ 'tls.certFile': missing }), /^settings-contradict: tls\.certFile and tls\.keyFile/);
  assert.match(await codeOfStart({ 'access.tokensFile': file.path }), /^access\.tokensFile has no token/);
  await chmod(file.path, 0o640);
  assert.match(await codeOfStart({ 'access.tokensFile': file.path }), /^file-exposed: /);
});

function auditOf(lines: readonly string[]): readonly Record<string, unknown>[] {
  const found = lines.flatMap((text) => text.split('\n')).filter((line) => line.startsWith('{"audit"'));
  return found.map((line) => JSON.parse(line));
}

test('every change of metadata leaves one audit line, whatever comes of it', async () => {
  await using server = await startTestServer();
  const headers = { 'x-actor-id': 'ann', 'x-request-id': 'r1', 'content-type': 'application/json' };
  const outcomes: string[] = [];
  const change = async (sent: Sent, what: string): Promise<void> => {
    await send(server, { ...sent, headers });
    outcomes.push(what);
  };
  const table = JSON.stringify({
    table: 'wish',
    schema: {
      type: 'EDGE',
      source: { type: 'long', comment: '' },
      target: { type: 'string', comment: '' },
      direction: 'BOTH',
      properties: [],
      indexes: [],
    },
    storage: 'datastore://shop/wish',
    comment: '',
  });
  const alias = '{"alias":"fav","table":"wish","comment":""}';
  const database = '{"database":"shop","comment":""}';
  await change({ method: 'POST', path: V3, body: database }, 'create-database shop done');
  await change({ method: 'POST', path: V3, body: database }, 'create-database shop already-exists');
  await change({ method: 'PUT', path: `${V3}/shop`, body: '{"comment":"x"}' }, 'update-database shop done');
  await change({ method: 'POST', path: `${V3}/shop/tables`, body: table }, 'create-table shop.wish done');
  await change(
    { method: 'PUT', path: `${V3}/shop/tables/none`, body: '{"comment":"x"}' },
    'update-table shop.none not-found',
  );
  await change({ method: 'POST', path: `${V3}/shop/aliases`, body: alias }, 'create-alias shop.fav done');
  await change({ method: 'DELETE', path: `${V3}/shop/aliases/fav` }, 'delete-alias shop.fav precondition-failed');
  await change({ method: 'POST', path: '/graph/v2/service/club', body: '{"desc":""}' }, 'create-database club done');
  await change(
    { method: 'POST', path: '/graph/v2/storage/st', body: '{"desc":"","type":"HBASE","conf":{}}' },
    'create-storage st done',
  );
  await change({ method: 'DELETE', path: '/graph/v2/admin/storage/st' }, 'delete-storage st precondition-failed');
  const lines = auditOf(server.logged);
  assert.deepEqual(
    lines.map(({ what, name, outcome }) => `${what} ${name} ${outcome}`),
    outcomes,
  );
  for (const { token, actor, requestId, address } of lines) {
    assert.deepEqual([token, actor, requestId, address], [null, 'ann', 'r1', '127.0.0.1']);
  }
});

test('no route changes metadata but through the one that leaves the audit line', async () => {
  const routes = join(import.meta.dirname, 'routes');
  const calls: string[] = [];
  for await (const file of glob('**/*.ts', { cwd: routes })) {
    if (/engine\.changeCatalog\(/.test(await readFile(join(routes, file), 'utf8'))) calls.push(file);
  }
  assert.deepEqual(calls, ['change-catalog.ts']);
});

test('audit lines name the token by its id, and go to a file of their own where one is set', async () => {
  await using folder = await makeTokenFile([]);
  const path = join(folder.folder, 'audit.jsonl');
  await using shop = await startGuardedShop({ 'audit.file': path });
  const reader = shop.tokenOf('read', 'shop');
  await shop.ask({ method: 'DELETE', path: `${V3}/club` }, reader);
  await send(shop.server, { path: V3, headers: { authorization: 'nothing', 'x-actor-id': 'eve' } });
  const lines = auditOf((await readFile(path, 'utf8')).split('\n'));
  assert.deepEqual(
    lines.slice(0, 5).map(({ token }) => token),
    Array(5).fill('admin-all'),
  );
  const [forbidden, unknown] = lines.slice(-2);
  assert.deepEqual(
    [forbidden?.audit, forbidden?.token, forbidden?.what, forbidden?.needs, forbidden?.outcome],
    ['refusal', 'read-shop', 'DELETE /graph/v3/databases/{database}', 'admin on club', 'forbidden'],
  );
  assert.deepEqual(
    [unknown?.token, unknown?.actor, unknown?.needs, unknown?.outcome],
    [null, 'eve', null, 'unknown-token'],
  );
  assert.deepEqual(auditOf(shop.server.logged), []);
});

/** Everything that a server has said anywhere. */
async function everythingOf(server: TestServer, answers: readonly string[]): Promise<string> {
  const metrics = await get(server, '/actuator/prometheus');
  return [...server.logged, ...server.notices, ...answers, metrics.text].join('\n');
}

test('no token is in a log line, an audit line, an answer, a header, a notice or a metric', async () => {
  await using shop = await startGuardedShop();
  const wrong = aToken();
  const answers: string[] = [];
  for (const known of [...shop.tokens, wrong]) {
    for (const sent of [
      SHOP,
      { path: '/graph/v3/nowhere' },
      { path: `${V3}?status=x` },
      { method: 'DELETE', path: `${V3}/club` },
      { method: 'POST', path: '/graph/v3/query', body: '{' },
    ]) {
      for (const authorization of [known.text, `Bearer ${known.text}`, `Basic ${known.text}`]) {
        const { text, headers } = await send(shop.server, { ...sent, headers: { authorization } });
        answers.push(text, JSON.stringify(headers));
      }
    }
  }
  const refused = await codeOfStart({ 'access.tokensFile': shop.file.path, 'access.allowAnonymous': true });
  await new Promise((resolve) => setImmediate(resolve));
  const everything = await everythingOf(shop.server, [...answers, refused]);
  assert.ok(everything.includes('"token":"read-shop"'), 'the ids are there');
  for (const { text, token } of [...shop.tokens, wrong]) {
    for (const secret of [text.slice('actionbase_'.length, -3), Buffer.from(token.sha256).toString('hex')]) {
      assert.ok(!everything.includes(secret));
    }
  }
});
