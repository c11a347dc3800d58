/**
 * What a server does when more is asked of it than it can do, or by clients that do not read or do not send: who is at fault is
 * refused or cut off, everybody else is served. Limits are made small; each test waits for what must happen, however long it
 * takes.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { engineOptions } from './engine-options.ts';
import type { Instance } from './instance.ts';
import type { ServerLimits } from './limits.ts';
import { exchangeBody } from './testing/exchange.ts';
import { openMemoryInstance } from './testing/memory-instance.ts';
import { RawConnection } from './testing/raw-connection.ts';
import { replacing } from './testing/replacing.ts';
import { get, post, send } from './testing/send.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const V3 = '/graph/v3/databases';
const WISH = `${V3}/shop/tables/wish`;
const COUNT = `${WISH}/edges/count?start=1&direction=OUT`;
const DAY = 86_400_000;

function startWithLimits(limits: Partial<ServerLimits>, config = {}): Promise<TestServer> {
  return startTestServer(config, { parts: { limits } });
}

async function makeShop(server: TestServer): Promise<void> {
  await post(server, V3, exchangeBody(1));
  await post(server, `${V3}/shop/tables`, exchangeBody(2));
}

test('a request has the time that its header says, and an odd header is refused', async () => {
  await using server = await startTestServer();
  await makeShop(server);
  const late = await send(server, { path: COUNT, headers: { 'X-Request-Timeout-Ms': '0' } });
  assert.deepEqual([late.status, JSON.parse(late.text).code], [503, 'deadline-exceeded']);
  assert.match(String(late.headers['retry-after']), /^[1-3]$/);
  const patient = await send(server, { path: COUNT, headers: { 'X-Request-Timeout-Ms': '9999999999' } });
  assert.equal(patient.status, 200);
  for (const odd of ['soon', '-1', '1.5', '12345678901']) {
    const { status, text } = await send(server, { path: COUNT, headers: { 'X-Request-Timeout-Ms': odd } });
    assert.deepEqual([status, JSON.parse(text).code], [400, 'invalid-parameter'], odd);
  }
});

test('L8 a mutation past its deadline is refused and not there', async () => {
  await using server = await startTestServer();
  await makeShop(server);
  const headers = { 'content-type': 'application/json', 'X-Request-Timeout-Ms': '0' };
  const late = await send(server, { method: 'POST', path: `${WISH}/edges`, body: exchangeBody(3), headers });
  assert.deepEqual(
    [late.status, JSON.parse(late.text).code, JSON.parse(late.text).retry],
    [503, 'deadline-exceeded', 'later'],
  );
  assert.equal(server.instance.engine.position?.offset, 1);
});

test('while the log takes no mutations they wait at the door and are refused in the end, and reads go on', async () => {
  const clock = new SystemClock();
  const open: Parameters<typeof startTestServer>[1] = {
    parts: {
      limits: { patientMax: 0 },
      open: async (config, onNotice): Promise<Instance> => {
        const instance = await openMemoryInstance(clock, engineOptions(config, onNotice));
        const late = { waitingRequests: 1_000, longestWaitMs: 1_000 };
        const engine = replacing(instance.engine, late);
        return { ...instance, engine, [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose]() };
      },
    },
  };
  await using server = await startTestServer({ 'limits.waitMs': 20 }, open);
  const writes = await Promise.all([1, 2, 3].map(() => post(server, V3, exchangeBody(1))));
  for (const { status, text, headers } of writes) {
    assert.deepEqual([status, JSON.parse(text).code], [503, 'overloaded']);
    assert.match(String(headers['retry-after']), /^[1-3]$/);
  }
  assert.equal((await get(server, V3)).text.includes('shop'), false);
  const metrics = (await get(server, '/actuator/prometheus')).text;
  assert.match(metrics, /actionbase_http_requests_refused_total\{code="overloaded"\} 3/);
});

test('with one begun request in a turn a hundred together are all answered', async () => {
  await using server = await startWithLimits({ begunPerTurnMax: 1, refusedPerMsMax: 1 }, { 'limits.waitMs': 60_000 });
  await makeShop(server);
  const answers = await Promise.all(Array.from({ length: 100 }, () => get(server, COUNT)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
});

test('a header that does not end is cut off at its time, and others are served meanwhile', async () => {
  await using server = await startWithLimits({ headersTimeoutMs: 100, connectionsCheckMs: 20 });
  await makeShop(server);
  const slow = await RawConnection.open(server.port);
  slow.send('GET /graph/v3 HTTP/1.1\r\nHost: slow\r\nX-Slow: ');
  assert.equal((await get(server, COUNT)).status, 200);
  await slow.closed;
  assert.match(slow.received, /^HTTP\/1\.1 408 /);
});

test('a connection that sends nothing at all is closed', async () => {
  await using server = await startWithLimits({ headersTimeoutMs: 100, connectionsCheckMs: 20 });
  const silent = await RawConnection.open(server.port);
  await silent.closed;
});

test('a body that does not end is refused at the deadline and cut off, and others are served meanwhile', async () => {
  await using server = await startWithLimits({ deadlineCheckMs: 10 }, { 'limits.requestMs': 100 });
  await makeShop(server);
  const position = server.instance.engine.position?.offset;
  const slow = await RawConnection.open(server.port);
  const head = `POST ${WISH}/edges HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\n`;
  slow.send(`${head}Content-Length: 1000\r\n\r\n{"mutations":[`);
  assert.equal((await get(server, COUNT)).status, 200);
  await slow.closed;
  assert.match(
    slow.received,
    /^HTTP\/1\.1 503 [\s\S]*Retry-After: [1-3]\r\n[\s\S]*Connection: close[\s\S]*"deadline-exceeded"/,
  );
  assert.equal(server.instance.engine.position?.offset, position);
});

test('bodies that arrive have a bound together; what is beyond it is refused, and room comes back', async () => {
  await using server = await startWithLimits({ arrivingBytesMax: 2_000 });
  await makeShop(server);
  const head = `POST ${WISH}/edges HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n`;
  const first = await RawConnection.open(server.port);
  first.send(head + ' '.repeat(1_500));
  const second = await RawConnection.open(server.port);
  second.send(head + ' '.repeat(1_500));
  const refused = await Promise.race([first.until('}'), second.until('}')]);
  assert.match(refused, /^HTTP\/1\.1 503 [\s\S]*"overloaded"/);
  first.socket.destroy();
  second.socket.destroy();
  await Promise.all([first.closed, second.closed]);
  let status = 503;
  // The server hears of the closed connections in its own time.
  while (status === 503) ({ status } = await post(server, `${WISH}/edges`, exchangeBody(3)));
  assert.equal(status, 200);
});

test('a body that is too large is refused, announced or in pieces, and the next request of its connection is answered', async () => {
  await using server = await startTestServer({ 'limits.bodyBytes': 1_024 });
  await makeShop(server);
  const head = `POST ${WISH}/edges HTTP/1.1\r\nHost: large\r\nContent-Type: application/json\r\n`;
  const body = ' '.repeat(4_000);
  const chunked = `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  for (const rest of [`Content-Length: ${body.length}\r\n\r\n${body}`, chunked]) {
    const connection = await RawConnection.open(server.port);
    connection.send(`${head}${rest}GET /graph/v3 HTTP/1.1\r\nHost: large\r\n\r\n`);
    const received = await connection.until('{"engine":"Actionbase"}');
    assert.match(received, /^HTTP\/1\.1 413 [\s\S]*"body-too-large"[\s\S]*HTTP\/1\.1 200 /);
    connection.socket.destroy();
  }
});

test('a reader that takes nothing of its answer is cut off, and others are served meanwhile', async () => {
  await using server = await startWithLimits({ answerStallMs: 100 });
  await makeLargeAnswer(server);
  const slow = await RawConnection.open(server.port);
  slow.socket.pause();
  slow.send(LARGE.repeat(20));
  await untilMetric(server, /actionbase_http_unsent_bytes [1-9]/);
  assert.equal((await get(server, COUNT)).status, 200);
  await untilMetric(server, /actionbase_http_unsent_bytes 0/);
  slow.socket.resume();
  await slow.closed;
});

test('answers that nobody takes have a bound together; the oldest is given up for the newest', async () => {
  await using server = await startWithLimits({ answerStallMs: DAY, unsentBytesMax: 1 });
  await makeLargeAnswer(server);
  const first = await RawConnection.open(server.port);
  first.socket.pause();
  first.send(LARGE.repeat(20));
  await untilMetric(server, /actionbase_http_unsent_bytes [1-9]/);
  const second = await RawConnection.open(server.port);
  second.socket.pause();
  second.send(LARGE.repeat(20));
  await untilMetric(server, /actionbase_http_readers_cut_total 1/);
  first.socket.resume();
  await first.closed;
  assert.equal((await get(server, COUNT)).status, 200);
  second.socket.destroy();
});

test('one connection too many is told so and closed, and when another one ends there is room again', async () => {
  await using server = await startTestServer({ 'limits.connections': 2 });
  const first = await RawConnection.open(server.port);
  const second = await RawConnection.open(server.port);
  for (const connection of [first, second]) {
    connection.send('GET /graph/v3 HTTP/1.1\r\nHost: one\r\n\r\n');
    assert.match(await connection.until('"Actionbase"'), /^HTTP\/1\.1 200 /);
  }
  const third = await RawConnection.open(server.port);
  third.send('GET /graph/v3 HTTP/1.1\r\nHost: one\r\n\r\n');
  await third.closed;
  assert.match(third.received, /^HTTP\/1\.1 503 [\s\S]*Retry-After: \d+\r\n[\s\S]*"code":"overloaded"/);
  assert.doesNotMatch(third.received, /Actionbase/);
  first.socket.destroy();
  let received = '';
  // The server hears of the closed connection in its own time.
  while (!received.includes('HTTP/1.1 200')) {
    const next = await RawConnection.open(server.port);
    next.send('GET /graph/v3 HTTP/1.1\r\nHost: one\r\nConnection: close\r\n\r\n');
    await next.closed;
    received = next.received;
  }
});

/** A scan with an answer of some hundred kilobytes. */
const LARGE = `GET ${WISH}/edges/scan/newest?start=1&direction=OUT&limit=500 HTTP/1.1\r\nHost: slow\r\n\r\n`;

async function makeLargeAnswer(server: TestServer): Promise<void> {
  await makeShop(server);
  const color = 'x'.repeat(1_000);
  const edges = Array.from({ length: 500 }, (_, place) => {
    return `{"type":"INSERT","edge":{"version":1,"source":1,"target":"t${place}","properties":{"at":1,"color":"${color}"}}}`;
  });
  const { status, text } = await post(server, `${WISH}/edges`, `{"mutations":[${edges.join(',')}]}`);
  assert.equal(status, 200, text);
}

async function untilMetric(server: TestServer, line: RegExp): Promise<void> {
  while (!line.test((await get(server, '/actuator/prometheus')).text));
}
