import assert from 'node:assert/strict';
import test from 'node:test';
import { ActionbaseError } from './actionbase-error.ts';
import { type Call, HttpTransport } from './http-transport.ts';
import { fetchFailure, type ScriptedAnswer, ScriptedFetch } from './testing/scripted-fetch.ts';

const WRITE: Call = { method: 'POST', path: ['a b', 'c/d'], body: { version: 2n ** 60n }, repeatable: true };
const OK = { status: 200, body: '{"n":9007199254740993}' } as const;

/** A transport on a script and a clock that only its waits move. */
function open(script: ScriptedFetch) {
  const waitsMs: number[] = [];
  let nowMs = 0;
  const transport = new HttpTransport({
    url: 'http://db.test/base/',
    headers: { authorization: 'secret' },
    timeoutMs: 1_000,
    retries: 3,
    fetch: script.fetch,
    nowMs: () => nowMs,
    random: () => 0,
    sleep: async (ms) => {
      waitsMs.push(ms);
      nowMs += ms;
    },
  });
  return { transport, waitsMs };
}

async function failureOf(...answers: readonly ScriptedAnswer[]): Promise<ActionbaseError> {
  const { transport } = open(new ScriptedFetch(...answers));
  const error = await transport.send({ ...WRITE, repeatable: false }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ActionbaseError);
  return error;
}

test('a call is sent with escaped path, query and headers, and integers lose no digit on either way', async () => {
  const script = new ScriptedFetch(OK);
  const { transport } = open(script);
  const answer = await transport.send({ ...WRITE, query: [['start', 'a&b,c']] });
  assert.deepEqual(answer, { n: 9007199254740993n });
  const [sent] = script.sent;
  assert.equal(sent?.url, 'http://db.test/base/a%20b/c%2Fd?start=a%26b%2Cc');
  assert.equal(sent.body, '{"version":1152921504606846976}');
  assert.equal(sent.headers.get('authorization'), 'secret');
  assert.equal(sent.headers.get('content-type'), 'application/json');
});

test('a 503 is sent again until it is answered, with the wait that the server asks for', async () => {
  const busy = { status: 503, body: '{"code":"overloaded","message":"full"}' };
  const script = new ScriptedFetch({ ...busy, headers: { 'retry-after': '0' } }, busy, OK);
  const { transport, waitsMs } = open(script);
  await transport.send(WRITE);
  assert.equal(script.sent.length, 3);
  assert.deepEqual(waitsMs, [100, 200]);
});

test('attempts end with their number and with the deadline of the call', async () => {
  const script = new ScriptedFetch({ status: 503 });
  const { transport, waitsMs } = open(script);
  await assert.rejects(transport.send(WRITE), { code: 'http-503', status: 503, retry: 'later' });
  assert.deepEqual(waitsMs, [100, 200, 400]);
  await assert.rejects(transport.send({ ...WRITE, options: { timeoutMs: 150 } }), { code: 'http-503' });
  assert.deepEqual(waitsMs, [100, 200, 400, 100]);
});

test('a connection that breaks is an unknown outcome, and sent again only where that does no harm', async () => {
  const script = new ScriptedFetch(fetchFailure('ECONNRESET'), OK);
  await open(script).transport.send(WRITE);
  assert.equal(script.sent.length, 2);
  const error = await failureOf(fetchFailure('ECONNRESET'), OK);
  assert.equal(error.code, 'connection-lost');
  assert.equal(error.retry, 'unknown-outcome');
});

test('a server that is not reached was sent nothing, so every call is tried again', async () => {
  const script = new ScriptedFetch(fetchFailure('ECONNREFUSED'), OK);
  await open(script).transport.send({ ...WRITE, repeatable: false });
  assert.equal(script.sent.length, 2);
});

test('errors hold status, code and message of each of the error bodies', async () => {
  const project = await failureOf({
    status: 400,
    body: '{"status":400,"error":"Bad Request","message":"m","code":"c"}',
  });
  assert.deepEqual([project.status, project.code, project.message, project.retry], [400, 'c', 'm', 'never']);
  const plain = await failureOf({
    status: 404,
    body: '{"path":"/x","status":404,"error":"Not Found","code":"unknown-path"}',
  });
  assert.deepEqual([plain.code, plain.message], ['unknown-path', '404 Not Found from http://db.test/base/a%20b/c%2Fd']);
  assert.equal((await failureOf({ status: 404 })).code, 'not-found');
  assert.equal((await failureOf({ status: 401 })).code, 'unauthorized');
  assert.equal((await failureOf({ status: 302, body: '<html>' })).code, 'http-302');
  assert.equal((await failureOf({ status: 200, body: '<html>' })).code, 'malformed-answer');
});

test('find takes a missing entity as undefined, and an unknown path as an error', async () => {
  const get: Call = { method: 'GET', path: ['x'], repeatable: true };
  assert.equal(await open(new ScriptedFetch({ status: 404 })).transport.find(get), undefined);
  const other = open(new ScriptedFetch({ status: 404, body: '{"code":"unknown-path"}' }));
  await assert.rejects(other.transport.find(get), { code: 'unknown-path' });
});

test('a deadline that is over is the error timed-out, and a signal gives its own reason', async () => {
  const { transport } = open(new ScriptedFetch(OK));
  const aborted = AbortSignal.abort(new Error('enough'));
  await assert.rejects(transport.send({ ...WRITE, options: { signal: aborted } }), { message: 'enough' });
  const hangs: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
  const slow = new HttpTransport({
    url: 'http://db.test',
    headers: {},
    timeoutMs: 1,
    retries: 3,
    fetch: hangs,
    nowMs: Date.now,
    random: () => 0,
    sleep: async () => assert.fail('there is no time left'),
  });
  await assert.rejects(slow.send(WRITE), { code: 'timed-out', retry: 'unknown-outcome' });
});

test('what cannot be sent is refused before it is', async () => {
  const script = new ScriptedFetch(OK);
  const { transport } = open(script);
  await assert.rejects(transport.send({ ...WRITE, body: { x: Number.NaN } }), { code: 'bad-argument' });
  assert.equal(script.sent.length, 0);
  const parts = { headers: {}, timeoutMs: 1, retries: 0, fetch: script.fetch, nowMs: Date.now, random: Math.random };
  const sleep = async (): Promise<void> => {};
  assert.throws(() => new HttpTransport({ ...parts, sleep, url: 'localhost:8080' }), { code: 'bad-argument' });
  for (const headers of [{ 'x-actor-id': '한국' }, { authorization: 'a\nb' }]) {
    assert.throws(() => new HttpTransport({ ...parts, headers, sleep, url: 'http://db.test' }), {
      code: 'bad-argument',
    });
  }
});

test("the server's own retry rule goes before what its status would mean", async () => {
  const body = '{"status":503,"message":"m","code":"log-store-mismatch","retry":"never"}';
  const script = new ScriptedFetch({ status: 503, body });
  const { transport } = open(script);
  await assert.rejects(transport.send(WRITE), { code: 'log-store-mismatch', retry: 'never' });
  assert.equal(script.sent.length, 1);
  assert.equal(
    (await failureOf({ status: 503, body: '{"code":"x","retry":"unknown-outcome"}' })).retry,
    'unknown-outcome',
  );
  assert.equal((await failureOf({ status: 503, body: '{"code":"x","retry":"sometimes"}' })).retry, 'later');
});
