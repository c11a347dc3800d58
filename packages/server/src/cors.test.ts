/** Goal: browsers learn which pages may use the API. Method: what they send, to servers with and without `cors.origins`. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { get, type Received, send } from './testing/send.ts';
import { startTestServer } from './testing/test-server.ts';

const DATABASES = '/graph/v3/databases';
const SHOP = 'https://shop.example';
const HEADERS = 'Accept, Authorization, Content-Type, X-Actor-ID, X-AB-Actor-ID, X-Request-ID';

function corsOf({ headers }: Received): Record<string, unknown> {
  const names = Object.keys(headers).filter((name) => name.startsWith('access-control-') || name === 'vary');
  return Object.fromEntries(names.map((name) => [name, headers[name]]));
}

function preflight(path: string, origin = SHOP) {
  return { method: 'OPTIONS', path, headers: { origin, 'access-control-request-method': 'POST' } };
}

test('without origins no answer says anything about them', async () => {
  await using server = await startTestServer();
  assert.deepEqual(corsOf(await send(server, { path: DATABASES, headers: { origin: SHOP } })), {});
  assert.deepEqual(corsOf(await send(server, preflight(DATABASES))), {});
});

test('a page of a listed origin may use the answers, refusals included; a page of another one may not', async () => {
  await using server = await startTestServer({ 'cors.origins': `http://localhost:5173,${SHOP}` });
  const allowed = {
    vary: 'Origin',
    'access-control-allow-origin': SHOP,
    'access-control-expose-headers': 'Allow, Response-Meta, WWW-Authenticate',
  };
  for (const path of [DATABASES, '/nowhere', '/actuator/prometheus', '/actionbase/v1/log/cdc']) {
    assert.deepEqual(corsOf(await send(server, { path, headers: { origin: SHOP } })), allowed, path);
    for (const origin of ['https://shop.example.org', 'http://shop.example', 'null']) {
      assert.deepEqual(corsOf(await send(server, { path, headers: { origin } })), { vary: 'Origin' }, path);
    }
    assert.deepEqual(corsOf(await get(server, path)), { vary: 'Origin' }, path);
  }
});

test('a preflight is answered with the methods of its path, and says how long that holds', async () => {
  await using server = await startTestServer({ 'cors.origins': SHOP });
  const answer = await send(server, preflight(DATABASES));
  assert.deepEqual([answer.status, answer.text], [200, '']);
  assert.deepEqual(corsOf(answer), {
    vary: 'Origin',
    'access-control-allow-origin': SHOP,
    'access-control-allow-methods': 'GET,HEAD,POST,OPTIONS',
    'access-control-allow-headers': HEADERS,
    'access-control-max-age': '600',
  });
  assert.equal((await send(server, preflight('/nowhere'))).status, 404);
  assert.deepEqual(corsOf(await send(server, preflight(DATABASES, 'https://other.example'))), { vary: 'Origin' });
});

test('a star lets the pages of every origin in', async () => {
  await using server = await startTestServer({ 'cors.origins': '*' });
  const answer = await send(server, { path: DATABASES, headers: { origin: 'https://any.example' } });
  assert.equal(answer.headers['access-control-allow-origin'], '*');
  assert.equal(answer.headers.vary, undefined);
});

test('in read-only mode a preflight is answered, and what it asks about is refused in a way that the page can read', async () => {
  await using server = await startTestServer({ 'cors.origins': SHOP, readOnly: true });
  assert.equal((await send(server, preflight(DATABASES))).status, 200);
  const other = await send(server, preflight(DATABASES, 'https://other.example'));
  assert.deepEqual([other.status, corsOf(other)], [403, { vary: 'Origin' }]);
  const refused = await send(server, { method: 'POST', path: DATABASES, body: '{}', headers: { origin: SHOP } });
  assert.deepEqual([refused.status, refused.headers['access-control-allow-origin']], [403, SHOP]);
});
