/** What a server does around the calls: starting, stopping, health, headers, read-only mode, logs and metrics. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { Failure } from '@actionbase/core/failure';
import { Engine } from '@actionbase/engine/engine';
import { openInstance } from './composition.ts';
import { engineOptions } from './engine-options.ts';
import type { Instance } from './instance.ts';
import { ROUTES } from './routes/routes.ts';
import { exchangeBody } from './testing/exchange.ts';
import { openMemoryInstance } from './testing/memory-instance.ts';
import { replacing } from './testing/replacing.ts';
import { get, post, send } from './testing/send.ts';
import { startTestServer } from './testing/test-server.ts';
import { VERSION } from './version.ts';

const V3 = '/graph/v3/databases';
const WISH = `${V3}/shop/tables/wish`;

test('the server says who and how it is', async () => {
  await using server = await startTestServer();
  const root = await get(server, '/');
  assert.match(
    root.text,
    /^\{"status":"UP","message":"Actionbase is running","version":"[\d.]+","timestamp":"[\d-]{10}T[\d:.]{12}Z"\}$/,
  );
  const expected: readonly (readonly [string, string])[] = [
    ['/graph', '{"v2":"/graph/v2","v3":"/graph/v3","request":{"requestId":"-","actor":"-"}}'],
    ['/graph/v3', '{"engine":"Actionbase"}'],
    ['/graph/v3/datastore', '{"type":"EMBEDDED","configuration":{}}'],
    ['/graph/health', 'UP'],
    ['/graph/health/readiness', 'UP'],
    ['/graph/health/liveness', 'UP'],
    ['/actuator/health', '{"status":"UP"}'],
    ['/actuator/info', `{"build":{"name":"actionbase","version":"${VERSION}"}}`],
  ];
  for (const [path, text] of expected) {
    const received = await get(server, path);
    assert.deepEqual([received.status, received.text], [200, text], path);
  }
  const named = await send(server, { path: '/graph', headers: { 'X-Request-ID': 'r1', 'X-AB-Actor-ID': 'ann' } });
  assert.match(named.text, /"request":\{"requestId":"r1","actor":"ann"\}/);
  const readiness = await send(server, { method: 'PUT', path: '/graph/health/readiness' });
  assert.deepEqual([readiness.status, readiness.text], [200, 'UP']);
});

test('the links of /actuator are those of everything below it', async () => {
  await using server = await startTestServer();
  const json: { readonly _links: Readonly<Record<string, { readonly href: string }>> } = JSON.parse(
    (await get(server, '/actuator')).text,
  );
  const served = ROUTES.filter(({ template }) => template.startsWith('/actuator')).map(({ template }) => template);
  assert.deepEqual(
    Object.values(json._links).map(({ href }) => href),
    served,
  );
});

test('every answer has its length, its type and the header Response-Meta', async () => {
  await using server = await startTestServer();
  for (const path of ['/graph/v3', '/graph/health', '/nowhere', `${V3}/none`]) {
    const { headers, text } = await get(server, path);
    assert.equal(headers['content-length'], String(Buffer.byteLength(text)), path);
    assert.match(String(headers['response-meta']), new RegExp(`^version="v${VERSION}", host="[^"]+"$`));
    assert.equal(headers['transfer-encoding'], undefined);
  }
  assert.equal((await get(server, '/graph/v3')).headers['content-type'], 'application/json');
  assert.equal((await get(server, '/graph/health')).headers['content-type'], 'text/plain;charset=UTF-8');
  const gone = await send(server, { method: 'DELETE', path: `${V3}/none` });
  assert.deepEqual([gone.status, gone.headers['content-length'], gone.text], [204, undefined, '']);
});

test('HEAD answers like GET without a body, OPTIONS and a wrong method say what is allowed', async () => {
  await using server = await startTestServer();
  const full = await get(server, V3);
  const head = await send(server, { method: 'HEAD', path: V3 });
  assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', full.headers['content-length']]);
  const options = await send(server, { method: 'OPTIONS', path: V3 });
  assert.deepEqual([options.status, options.text, options.headers.allow], [200, '', 'GET,HEAD,POST,OPTIONS']);
  const wrong = await send(server, { method: 'DELETE', path: V3 });
  assert.deepEqual([wrong.status, wrong.headers.allow], [405, 'GET,HEAD,POST,OPTIONS']);
});

test('a body is taken with a charset, with a type of its own, and without any type', async () => {
  await using server = await startTestServer();
  const types = ['application/json;charset=UTF-8', 'application/vnd.x+json', ''];
  for (const [place, type] of types.entries()) {
    const headers = { 'content-type': type };
    const received = await send(server, {
      method: 'POST',
      path: V3,
      body: `{"database":"d${place}","comment":"ä"}`,
      headers,
    });
    assert.equal(received.status, 200, received.text);
    assert.match(received.text, /"comment":"ä"/);
  }
});

test('a body without end is refused and cut off', async () => {
  await using server = await startTestServer({ 'limits.bodyBytes': 1024 });
  const headers = { 'content-type': 'application/json' };
  const request = httpRequest({
    host: '127.0.0.1',
    port: server.port,
    method: 'POST',
    path: V3,
    headers,
    agent: false,
  });
  // The server stops reading and closes; the reset that follows may overtake the answer on its way to a client that still writes.
  const ended = Promise.withResolvers<IncomingMessage | Error>();
  request.on('response', ended.resolve).on('error', ended.resolve);
  const chunk = Buffer.alloc(1_048_576, 0x20);
  const sendMore = () => {
    while (!request.destroyed && request.write(chunk));
  };
  request.on('drain', sendMore);
  sendMore();
  const end = await ended.promise;
  if (end instanceof Error) assert.match(String(end), /ECONNRESET|EPIPE/);
  else assert.deepEqual([end.statusCode, end.headers.connection], [413, 'close']);
  request.destroy();
});

test('while the database opens, the server is alive, not ready, and answers calls with starting', async () => {
  const clock = new SystemClock();
  const opening = Promise.withResolvers<void>();
  const listening = Promise.withResolvers<string>();
  const starting = startTestServer(
    {},
    {
      parts: {
        open: async (config, onNotice) => {
          await opening.promise;
          return await openMemoryInstance(clock, engineOptions(config, onNotice));
        },
        onListening: listening.resolve,
      },
    },
  );
  const port = Number(new URL(await listening.promise).port);
  const statusOf = async (path: string) => (await get({ port }, path)).status;
  assert.equal(await statusOf('/graph/health/liveness'), 200);
  assert.equal(await statusOf('/graph/health/readiness'), 503);
  assert.equal(await statusOf('/graph/health'), 503);
  assert.equal(await statusOf('/actuator/health'), 503);
  assert.equal(await statusOf('/actuator/prometheus'), 200);
  const refused = await get({ port }, V3);
  assert.equal(refused.status, 503);
  assert.match(refused.text, /"code":"starting"/);
  opening.resolve();
  await using _ = await starting;
  assert.equal(await statusOf('/graph/health/readiness'), 200);
  assert.equal(await statusOf(V3), 200);
});

test('a database that does not open ends the start and frees the port', async () => {
  const listening = Promise.withResolvers<string>();
  const starting = startTestServer(
    {},
    { parts: { open: () => Promise.reject(new Error('no luck')), onListening: listening.resolve } },
  );
  await assert.rejects(starting, /no luck/);
  const port = Number(new URL(await listening.promise).port);
  await using again = await startTestServer({ port });
  assert.equal(again.port, port);
});

test('a port in use is a failure that names it', async () => {
  await using server = await startTestServer();
  await assert.rejects(startTestServer({ port: server.port }), (error) => {
    assert.ok(error instanceof Failure);
    assert.equal(error.code, 'address-in-use');
    return error.message.includes(`127.0.0.1:${server.port}`);
  });
});

test('a stop lets the request under way finish, refuses new connections, and closes idle ones', async () => {
  const clock = new SystemClock();
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const server = await startTestServer(
    {},
    {
      parts: {
        open: async (config, onNotice): Promise<Instance> => {
          const instance = await openMemoryInstance(clock, engineOptions(config, onNotice));
          const engine = replacing(instance.engine, {
            async counts() {
              reached.resolve();
              await gate.promise;
              return [42n];
            },
          });
          return { ...instance, engine, [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose]() };
        },
      },
    },
  );
  await post(server, V3, exchangeBody(1));
  await post(server, `${V3}/shop/tables`, exchangeBody(2));
  const idle = connect(server.port, '127.0.0.1');
  await once(idle, 'connect');
  const path = `${WISH}/edges/count?start=1&direction=OUT`;
  const answer = send(server, { path, headers: { connection: 'keep-alive' } });
  await reached.promise;
  const stopped = server[Symbol.asyncDispose]();
  await once(idle.resume(), 'close');
  await assert.rejects(get(server, '/graph/v3'), /ECONNREFUSED/);
  gate.resolve();
  const { status, text, headers } = await answer;
  assert.deepEqual([status, headers.connection], [200, 'close']);
  assert.match(text, /"count":42/);
  await stopped;
});

test('in read-only mode every route refuses all methods but GET, except the calls that only read', async () => {
  await using server = await startTestServer({ readOnly: true });
  for (const { method, template } of ROUTES) {
    const path = template.replaceAll(/\{\w+\}/g, 'x');
    const { status, text } = await send(server, {
      method,
      path,
      body: method === 'POST' || method === 'PUT' ? '{}' : undefined,
    });
    // The probes tell about the server; nothing is written through them.
    const reads =
      method === 'GET' ||
      /\/(?:edges\/get|multi-edges\/ids|query|digest)$/.test(path) ||
      path.startsWith('/graph/health');
    if (reads) assert.notEqual(status, 403, `${method} ${path}`);
    else {
      assert.equal(status, 403, `${method} ${path}`);
      assert.equal(text, `{"message":"Write operation not allowed in read-only mode: ${method} ${path}"}`);
    }
  }
  for (const [method, path] of [
    ['HEAD', V3],
    ['OPTIONS', V3],
    ['POST', '/graph/v2/service/x'],
    ['DELETE', '/graph/v3/nowhere'],
    ['DELETE', '/%67raph/v3/databases/shop'],
    ['POST', '/graph/%763/databases'],
    ['PUT', `${V3}/query`],
    ['DELETE', `${V3}/shop/tables/query`],
    ['DELETE', '/actionbase/v1/queue/parked/e1-p0-0-0-0'],
    ['POST', '/actionbase/%761/queue/parked/e1-p0-0-0-0/retry'],
  ] as const) {
    assert.equal((await send(server, { method, path })).status, 403, `${method} ${path}`);
  }
  assert.equal((await get(server, V3)).status, 200);
  assert.equal((await send(server, { method: 'POST', path: '/graph/v2/service/x/query' })).status, 405);
});

test('the request log has one line per request, without query, body or credentials', async () => {
  const server = await startTestServer();
  await get(server, `${V3}?status=ALL`);
  await send(server, {
    method: 'POST',
    path: `${V3}`,
    body: '{"database":"1","comment":"secret"}',
    headers: { authorization: 'secret', 'x-request-id': 'abc' },
  });
  await server[Symbol.asyncDispose]();
  const lines = server.logged.join('').trimEnd().split('\n');
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /^[\d-]{10}T[\d:.]{12}Z GET \/graph\/v3\/databases 200 [\d.]+ms \d+B [0-9a-f]{8}-1$/);
  assert.match(lines[1] ?? '', /^\S+ POST \/graph\/v3\/databases 400 [\d.]+ms \d+B abc$/);
});

test('a request id with control characters reaches the log without them', async () => {
  const server = await startTestServer();
  await send(server, { path: V3, headers: { 'x-request-id': 'a\u009b31m\tb' } });
  await server[Symbol.asyncDispose]();
  assert.match(server.logged.join(''), /B a\?31m\?b\n$/);
});

test('without the request log nothing is logged', async () => {
  const server = await startTestServer({ requestLog: false });
  await get(server, V3);
  await server[Symbol.asyncDispose]();
  assert.deepEqual(server.logged, []);
});

test('a mistake of the server is a bare 500, and its details are told under the request id', async () => {
  const clock = new SystemClock();
  await using server = await startTestServer(
    {},
    {
      parts: {
        open: async (config, onNotice) => {
          const instance = await openMemoryInstance(clock, engineOptions(config, onNotice));
          const engine = replacing(instance.engine, {
            get catalog(): never {
              throw new RangeError('the inside of it');
            },
          });
          return { ...instance, engine, [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose]() };
        },
      },
    },
  );
  const { status, text } = await send(server, { path: V3, headers: { 'x-request-id': 'r7' } });
  assert.equal(status, 500);
  assert.match(
    text,
    /"error":"Internal Server Error","requestId":"r7","code":"internal-error","retry":"unknown-outcome"\}$/,
  );
  assert.doesNotMatch(text, /inside/);
  assert.match(
    server.notices.join('\n'),
    /request r7 met a mistake of the server: RangeError: the inside of it\n\s+at /,
  );
});

test('metrics count requests by route and status, results of mutations, and show where the log is', async () => {
  await using server = await startTestServer();
  await post(server, V3, exchangeBody(1));
  await post(server, `${V3}/shop/tables`, exchangeBody(2));
  await post(server, `${WISH}/edges`, exchangeBody(3));
  await post(server, `${WISH}/edges`, exchangeBody(6));
  await get(server, `${V3}/none`);
  await get(server, '/nowhere/at/all');
  const { text, headers } = await get(server, '/actuator/prometheus');
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
  const edges = 'method="POST",route="/graph/v3/databases/{database}/tables/{table}/edges"';
  for (const line of [
    `actionbase_http_requests_total{${edges},status="200"} 2`,
    'actionbase_http_requests_total{method="GET",route="/graph/v3/databases/{database}",status="404"} 1',
    'actionbase_http_requests_total{method="GET",route="unknown",status="404"} 1',
    `actionbase_http_request_duration_seconds_bucket{${edges},le="+Inf"} 2`,
    `actionbase_http_request_duration_seconds_count{${edges}} 2`,
    'actionbase_http_requests_in_flight 1',
    'actionbase_mutation_results_total{status="CREATED"} 4',
    'actionbase_mutation_results_total{status="ERROR"} 1',
    'actionbase_engine_status{status="running"} 1',
    'actionbase_engine_status{status="broken"} 0',
    'actionbase_log_offset{partition="0"} 3',
    'actionbase_queue_waiting 0',
    'actionbase_tables 1',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\n${text}`);
  }
  for (const line of text.trimEnd().split('\n'))
    assert.match(line, /^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{.*\})? [\d.e+-]+)$/);
});

test('L1 what was acknowledged is there after the embedded database was opened again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'actionbase-reopen-'));
  const scan = `${WISH}/edges/scan/newest?start=7&direction=OUT`;
  try {
    const first = await startTestServer({ dataDir }, { parts: { open: openInstance } });
    await post(first, V3, exchangeBody(1));
    await post(first, `${V3}/shop/tables`, exchangeBody(2));
    await post(first, `${WISH}/edges`, exchangeBody(3));
    const before = await get(first, scan);
    assert.match(before.text, /"count":3/);
    await first[Symbol.asyncDispose]();

    await using second = await startTestServer({ dataDir }, { parts: { open: openInstance } });
    assert.equal((await get(second, scan)).text, before.text);
    assert.match((await post(second, `${WISH}/edges`, exchangeBody(4))).text, /IDLE/);
    await assert.rejects(
      startTestServer({ dataDir }, { parts: { open: openInstance } }),
      (error) => error instanceof Failure && error.code === 'locked',
    );
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

test('a stopped engine answers its calls with a refusal, not with a mistake', async () => {
  await using server = await startTestServer();
  assert.ok(server.instance.engine instanceof Engine);
  await post(server, V3, exchangeBody(1));
  await server.instance.engine[Symbol.asyncDispose]();
  const { status, text } = await post(server, `${V3}/shop/tables`, exchangeBody(2));
  assert.equal(status, 503);
  assert.match(text, /"code":"engine-stopped"/);
  assert.equal((await get(server, '/graph/health/readiness')).status, 503);
  assert.deepEqual(server.notices, []);
});
