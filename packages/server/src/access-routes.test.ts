/**
 * Goal: no route lets anybody do what their token does not allow. Method: every route of the API, with every role, for each
 * of two databases and for all of them, against a server with tokens; what is expected follows from what the route states.
 * What the routes state is checked against a list by hand, and stands in docs/access.md, so that a change of it is seen.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import test from 'node:test';
import { ROLES, type Role } from './access/rights.ts';
import type { Route } from './http/route.ts';
import { printAccess } from './http/route-access.ts';
import { ROUTES } from './routes/routes.ts';
import { bearer } from './testing/access-tokens.ts';
import { type GuardedShop, SCOPES, type Scope, startGuardedShop } from './testing/guarded-shop.ts';
import { get, type Received, type Sent, send } from './testing/send.ts';
import { startTestServer } from './testing/test-server.ts';

/** A route whose parameters or body name the database: the role it needs there, and a request to it. */
interface NamedRoute {
  readonly role: Role;
  readonly request: (database: string) => Omit<Sent, 'path'> & { readonly query?: string };
}

const OF_TABLE_PARAMETER: NamedRoute = {
  role: 'read',
  request: (database) => ({ query: `?table=${database}.wish` }),
};
const OF_LABEL: NamedRoute = {
  role: 'write',
  request: (database) => {
    const edge = { ts: 1, props: {} };
    const edges = [{ ...edge, src: '7', tgt: 'a' }];
    return {
      body: JSON.stringify({ label: `${database}.wish`, edges, edgeId: 'bgSN7qiN3shnXm6PsMA', edgeValue: edge }),
    };
  },
};
const OF_QUERY: NamedRoute = {
  role: 'read',
  request: (database) => {
    const source = { type: 'VALUE', value: [7] };
    return { body: JSON.stringify({ query: [{ type: 'COUNT', database, table: 'wish', source, direction: 'OUT' }] }) };
  },
};

const OF_DIGEST: NamedRoute = {
  role: 'read',
  request: (database) => ({ body: JSON.stringify({ database, table: 'wish', fields: ['source'] }) }),
};

/** A new route of this kind has to be here. */
const NAMED: Readonly<Record<string, NamedRoute>> = {
  'POST /graph/v3/query': OF_QUERY,
  'POST /actionbase/v1/digest': OF_DIGEST,
  'GET /actionbase/v1/queue': OF_TABLE_PARAMETER,
  'GET /actionbase/v1/log/wal': OF_TABLE_PARAMETER,
  'GET /actionbase/v1/log/cdc': OF_TABLE_PARAMETER,
  'POST /graph/v2/edge': OF_LABEL,
  'PUT /graph/v2/edge': OF_LABEL,
  'DELETE /graph/v2/edge': OF_LABEL,
  'POST /graph/v2/edge/id': OF_LABEL,
  'PUT /graph/v2/edge/id': OF_LABEL,
  'DELETE /graph/v2/edge/id': OF_LABEL,
};

function requestTo({ method, template, label, reads }: Route, database: string): Sent {
  const path = template.replace(/\{(?:database|service)\}/, database).replaceAll(/\{\w+\}/g, 'none');
  const { query = '', ...named } = NAMED[label]?.request(database) ?? {};
  return { method, path: path + query, ...(reads === 'json' ? { body: '{}' } : {}), ...named };
}

/** Whether a token of a role and a scope is enough for a route, called for a database. */
function isEnough({ access, label }: Route, role: Role, scope: Scope, database: string): boolean {
  const isOfDatabase = scope === 'all' || scope === database;
  switch (access.kind) {
    case 'open':
    case 'metrics':
    case 'token':
      return true;
    case 'named':
      return isOfDatabase && ROLES.indexOf(role) >= ROLES.indexOf(NAMED[label]?.role ?? 'admin');
    case 'database':
      return isOfDatabase && ROLES.indexOf(role) >= ROLES.indexOf(access.role);
    default:
      return (
        scope === 'all' &&
        (access.kind === 'unstated' ? role === 'admin' : ROLES.indexOf(role) >= ROLES.indexOf(access.role))
      );
  }
}

test('no route leaves it open what it needs', () => {
  assert.deepEqual(
    ROUTES.filter(({ access }) => access.kind === 'unstated').map(({ label }) => label),
    [],
  );
  const named = ROUTES.filter(({ access }) => access.kind === 'named').map(({ label }) => label);
  assert.deepEqual(
    named.filter((label) => NAMED[label] === undefined),
    [],
    'a request for each is in NAMED',
  );
});

test('only what tells nothing about data is open', () => {
  const open = ROUTES.filter(({ access }) => access.kind === 'open' || access.kind === 'metrics').map(
    ({ label }) => label,
  );
  assert.deepEqual(open.sort(), [
    'GET /',
    'GET /actuator',
    'GET /actuator/health',
    'GET /actuator/info',
    'GET /actuator/prometheus',
    'GET /graph',
    'GET /graph/health',
    'GET /graph/health/liveness',
    'GET /graph/health/readiness',
    'GET /openapi.json',
    'PUT /graph/health/readiness',
  ]);
});

test('routes need what a person would expect', () => {
  const needs = new Map(ROUTES.map(({ label, access }) => [label, printAccess(access)]));
  const table = '/graph/v3/databases/{database}/tables/{table}';
  for (const [label, need] of [
    ['GET /graph/v3', 'any token; shows what it may read'],
    ['GET /graph/v3/databases', 'any token; shows what it may read'],
    ['POST /graph/v3/databases', 'admin on all databases'],
    ['GET /graph/v3/databases/{database}', 'read'],
    ['DELETE /graph/v3/databases/{database}', 'admin'],
    [`POST /graph/v3/databases/{database}/tables`, 'admin'],
    [`GET ${table}`, 'read'],
    [`PUT ${table}`, 'admin'],
    [`POST ${table}/edges`, 'write'],
    [`POST ${table}/edges/sync`, 'write'],
    [`POST ${table}/multi-edges`, 'write'],
    [`GET ${table}/edges/get`, 'read'],
    [`POST ${table}/edges/get`, 'read'],
    [`POST ${table}/multi-edges/ids`, 'read'],
    [`GET ${table}/edges/scan/{index}`, 'read'],
    ['POST /graph/v2/service/{service}', 'admin on all databases'],
    ['POST /graph/v2/service/{service}/label/{label}', 'admin'],
    ['GET /graph/v2/storage', 'read on all databases'],
    ['POST /graph/v2/storage/{storage}', 'admin on all databases'],
    ['DELETE /graph/v2/admin/service/{service}', 'admin'],
  ] as const) {
    assert.equal(needs.get(label), need, label);
  }
});

test('every route lets those through whose token is enough, and refuses all others', async (t) => {
  await using shop = await startGuardedShop({ 'access.metrics': 'guarded' });
  for (const route of ROUTES) {
    await t.test(route.label, async () => {
      await checkWithoutToken(shop, route);
      for (const database of ['shop', 'club'])
        for (const scope of SCOPES)
          for (const role of ROLES) {
            const answer = await shop.ask(requestTo(route, database), shop.tokenOf(role, scope));
            const name = `${role} on ${scope} asks for ${database}: ${answer.status} ${answer.text}`;
            if (isEnough(route, role, scope, database)) assert.ok(answer.status !== 401 && answer.status !== 403, name);
            else checkForbidden(answer, name);
          }
    });
  }
  assert.deepEqual(shop.server.notices, []);
});

async function checkWithoutToken(shop: GuardedShop, route: Route): Promise<void> {
  for (const authorization of [undefined, '', 'Bearer', 'Bearer nothing', 'actionbase_nothing']) {
    const headers = authorization === undefined ? {} : { authorization };
    const {
      status,
      text,
      headers: sent,
    } = await send(shop.server, {
      ...requestTo(route, 'shop'),
      headers: { 'content-type': 'application/json', ...headers },
    });
    if (route.access.kind === 'open') {
      assert.notEqual(status, 401);
    } else {
      assert.deepEqual([status, text, sent['content-length'], sent['content-type']], [401, '', '0', undefined]);
      const isGiven = authorization !== undefined && authorization !== '' && authorization !== 'Bearer';
      assert.equal(sent['www-authenticate'], `Bearer realm="actionbase"${isGiven ? ', error="invalid_token"' : ''}`);
    }
  }
}

function checkForbidden({ status, text }: Received, name: string): void {
  assert.equal(status, 403, name);
  assert.match(
    text,
    /"status":403,"error":"Forbidden","message":"this call needs (?:read|write|admin) on (?:shop|club|all databases); the token [a-z]+-[a-z]+ has (?:read|write|admin) on (?:shop|club|all databases)","code":"forbidden","retry":"never"\}$/,
    name,
  );
}

test('the bare token of the reference’s clients is taken, as is any case of the word Bearer', async () => {
  await using shop = await startGuardedShop();
  const { text } = shop.tokenOf('read', 'shop');
  for (const authorization of [text, `Bearer ${text}`, `bearer ${text}`, ` ${text} `]) {
    assert.equal((await send(shop.server, { path: '/graph/v3', headers: { authorization } })).status, 200);
  }
});

test('a path that leads nowhere asks for a token where all its neighbours do; OPTIONS never does', async () => {
  await using shop = await startGuardedShop();
  const statusOf = async (method: string, path: string) => (await send(shop.server, { method, path })).status;
  for (const path of ['/graph/v3/nowhere', '/graph/v2x', '/actionbase/v1/', '/graph/v3/databases/']) {
    assert.equal(await statusOf('GET', path), 401, path);
    assert.equal((await shop.ask({ path }, shop.tokenOf('read', 'shop'))).status, 404, path);
  }
  assert.equal(await statusOf('PATCH', '/graph/v3/databases'), 401);
  assert.equal(await statusOf('GET', '/%67raph/v3/databases'), 401, 'also when the path is percent-encoded');
  assert.equal(await statusOf('HEAD', '/graph/v3/databases'), 401);
  assert.equal(await statusOf('GET', '/nowhere'), 404);
  assert.equal(await statusOf('OPTIONS', '/graph/v3/databases'), 200);
});

test('a browser may ask before it sends its token, and may read why it was refused', async () => {
  await using shop = await startGuardedShop({ 'cors.origins': 'https://shop.example' });
  const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };
  const asked = await send(shop.server, { method: 'OPTIONS', path: '/graph/v3/databases', headers });
  assert.equal(asked.status, 200);
  assert.match(String(asked.headers['access-control-allow-headers']), /Authorization/);
  const refused = await send(shop.server, { path: '/graph/v3/databases', headers: { origin: headers.origin } });
  assert.deepEqual([refused.status, refused.headers['access-control-allow-origin']], [401, headers.origin]);
  assert.match(String(refused.headers['access-control-expose-headers']), /WWW-Authenticate/);
});

test('lists show the databases that a token may read', async () => {
  await using shop = await startGuardedShop();
  const names = async (path: string, scope: Scope): Promise<readonly string[]> => {
    const { text } = await shop.ask({ path }, shop.tokenOf('read', scope));
    return [...text.matchAll(/"(?:database|name)":"(\w+)"/g)].map(([, name]) => name ?? '');
  };
  for (const path of ['/graph/v3/databases', '/graph/v2/service']) {
    assert.deepEqual(await names(path, 'shop'), ['shop']);
    assert.deepEqual(await names(path, 'all'), ['sys', 'shop', 'club']);
  }
  const labels = async (scope: Scope) =>
    Object.keys(JSON.parse((await shop.ask({ path: '/graph/v2/admin/labels' }, shop.tokenOf('read', scope))).text));
  assert.deepEqual(await labels('club'), ['club.wish']);
  assert.deepEqual(await labels('all'), ['club.wish', 'shop.fav', 'shop.wish', 'sys.nil']);
});

test('an alias of another database’s table gives no right on that table', async () => {
  await using shop = await startGuardedShop();
  const count = '/graph/v3/databases/shop/tables/fav/edges/count?start=7&direction=OUT';
  const statusWith = async (scope: Scope, sent: Sent) => (await shop.ask(sent, shop.tokenOf('admin', scope))).status;
  assert.deepEqual([await statusWith('shop', { path: count }), await statusWith('all', { path: count })], [403, 200]);
  const source = { type: 'VALUE', value: [7] };
  const query = { type: 'COUNT', database: 'shop', table: 'fav', source, direction: 'OUT' };
  const post = { method: 'POST', path: '/graph/v3/query', body: JSON.stringify({ query: [query] }) };
  assert.deepEqual([await statusWith('shop', post), await statusWith('all', post)], [403, 200]);
  const stream = { path: '/actionbase/v1/log/cdc?table=shop.fav' };
  assert.deepEqual([await statusWith('shop', stream), await statusWith('all', stream)], [403, 200]);
});

test('an alias shows the label of another database to those who may read it', async () => {
  await using shop = await startGuardedShop();
  const path = '/graph/v2/service/shop/alias';
  const calls: readonly Sent[] = [
    { path },
    { path: `${path}/fav` },
    { method: 'PUT', path: `${path}/fav`, body: '{"desc":"mine"}' },
  ];
  for (const call of calls) {
    const labelFor = async (scope: Scope): Promise<string | undefined> => {
      const { status, text } = await shop.ask(call, shop.tokenOf('admin', scope));
      assert.equal(status, 200, text);
      return /"target":"club\.wish","label":(null|\{"active")/.exec(text)?.[1];
    };
    assert.deepEqual([await labelFor('shop'), await labelFor('all')], ['null', '{"active"']);
  }
});

test('an alias that is turned to another database while a body comes gives no right there', async () => {
  await using shop = await startGuardedShop();
  const alias = '/graph/v2/service/shop/alias/fav';
  const turn = async (target: string): Promise<void> => {
    const body = JSON.stringify({ target });
    const { status } = await shop.ask({ method: 'PUT', path: alias, body }, shop.tokenOf('admin', 'all'));
    assert.equal(status, 200);
  };
  await turn('shop.wish');
  const body = '{"edges":[{"ts":99,"src":1,"tgt":"x","props":{"at":1}}]}';
  const length = String(Buffer.byteLength(body));
  const slow = httpRequest({
    host: '127.0.0.1',
    port: shop.server.port,
    method: 'POST',
    path: '/graph/v2/service/shop/label/fav/edge',
    headers: { 'content-type': 'application/json', 'content-length': length, ...bearer(shop.tokenOf('write', 'shop')) },
  });
  const answered = once(slow, 'response');
  slow.write(body.slice(0, 10));
  await once(slow, 'socket');
  await turn('club.wish');
  slow.end(body.slice(10));
  const [response] = await answered;
  response.resume();
  assert.equal(response.statusCode, 403);
});

test('to make or move an alias, and to copy through one, takes the right to read what it leads to', async () => {
  await using shop = await startGuardedShop();
  const V2 = '/graph/v2/service/shop/alias';
  const calls: readonly Sent[] = [
    { method: 'POST', path: `${V2}/new`, body: '{"desc":"","target":"club.wish"}' },
    { method: 'PUT', path: `${V2}/fav`, body: '{"target":"club.wish"}' },
    { method: 'POST', path: `${V2}/fav/new-label`, body: '{"target":"copied","storage":"datastore://shop/copied"}' },
  ];
  for (const call of calls) {
    assert.equal((await shop.ask(call, shop.tokenOf('admin', 'shop'))).status, 403, call.path);
    assert.equal((await shop.ask(call, shop.tokenOf('admin', 'all'))).status, 200, call.path);
  }
  const own = { method: 'PUT', path: `${V2}/fav`, body: '{"desc":"mine"}' };
  assert.equal((await shop.ask(own, shop.tokenOf('admin', 'shop'))).status, 200);
});

test('a query needs a right on every database that an item names, those inside others included', async () => {
  await using shop = await startGuardedShop();
  const count = (database: string, source: object) => ({
    type: 'COUNT',
    database,
    table: 'wish',
    source,
    direction: 'OUT',
  });
  const value = { type: 'VALUE', value: [7] };
  const scan = { type: 'SCAN', database: 'club', table: 'wish', source: value, direction: 'OUT', index: 'newest' };
  const inner = { type: 'STEP', step: scan, field: 'source' };
  const get = { type: 'GET', database: 'shop', table: 'wish', source: value, target: { ...inner, field: 'target' } };
  for (const query of [[count('shop', value), count('club', value)], [count('shop', inner)], [get]]) {
    const sent = { method: 'POST', path: '/graph/v3/query', body: JSON.stringify({ query }) };
    const answer = await shop.ask(sent, shop.tokenOf('read', 'shop'));
    assert.equal(answer.status, 403);
    assert.match(answer.text, /needs read on club/);
    assert.equal((await shop.ask(sent, shop.tokenOf('read', 'all'))).status, 200);
  }
});

test('streams of all tables need a right on all databases', async () => {
  await using shop = await startGuardedShop();
  for (const path of [
    '/actionbase/v1/log/wal',
    '/actionbase/v1/log/cdc?request=r1',
    '/actionbase/v1/log/wal?table=wish',
    '/actionbase/v1/log/wal?table=shop.wish&table=x',
  ]) {
    assert.equal((await shop.ask({ path }, shop.tokenOf('read', 'club'))).status, 403, path);
  }
  assert.equal((await shop.ask({ path: '/actionbase/v1/log/wal' }, shop.tokenOf('read', 'all'))).status, 200);
});

test('metrics are open on this computer unless they are guarded', async () => {
  for (const [setting, status] of [
    ['auto', 200],
    ['open', 200],
    ['guarded', 401],
  ] as const) {
    await using shop = await startGuardedShop({ 'access.metrics': setting });
    assert.equal((await get(shop.server, '/actuator/prometheus')).status, status, setting);
    assert.equal((await shop.ask({ path: '/actuator/prometheus' }, shop.tokenOf('read', 'shop'))).status, 200);
  }
});

test('a refused body is not read, and a refused call changes nothing', async () => {
  await using shop = await startGuardedShop({ 'limits.bodyBytes': 1024 });
  const sent = { method: 'POST', path: '/graph/v3/databases', body: ' '.repeat(100_000) };
  assert.equal((await send(shop.server, sent)).status, 401);
  assert.equal((await shop.ask(sent, shop.tokenOf('admin', 'shop'))).status, 403);
  assert.equal((await shop.ask(sent, shop.tokenOf('admin', 'all'))).status, 413);
});

test('without tokens everybody may do everything, and a header Authorization is ignored', async () => {
  await using server = await startTestServer();
  for (const headers of [{}, { authorization: 'any' }]) {
    assert.equal((await send(server, { path: '/graph/v2/storage', headers })).status, 200);
  }
});
