import assert from 'node:assert/strict';
import test from 'node:test';
import { ActionbaseClient } from './actionbase-client.ts';
import { ActionbaseError } from './actionbase-error.ts';
import { type ScriptedAnswer, ScriptedFetch } from './testing/scripted-fetch.ts';

const URL = 'http://db.test';

const PAGE = `{"state":"failing","reason":"no disk","framesBehind":2,"waitingSinceMs":5,"parked":1,"parkedMax":100000,
  "visibility":{"count":2,"sumMs":30,"lastMs":null,"buckets":[{"leMs":1,"count":2},{"leMs":null,"count":0}]},
  "mutations":[{"id":"e1-p0-7-0-0","table":"shop.wish","code":"missing-property","message":"m","tries":1,"parkedMs":9,
    "timeMs":8,"requestId":"r","actor":"-","alias":null,"op":"INSERT","events":1,
    "edge":{"ts":1152921504606846976,"src":7,"tgt":"a","props":{},"traceId":"T"}}],"next":"e1-p0-7-0-0"}`;

const NOT_PARKED = '{"timestamp":1,"status":404,"error":"Not Found","message":"m","code":"not-parked","retry":"never"}';

function open(...answers: readonly ScriptedAnswer[]) {
  const script = new ScriptedFetch(...answers);
  const { queue } = new ActionbaseClient({ url: URL, fetch: script.fetch });
  return { queue, paths: () => script.sent.map(({ method, url }) => `${method} ${url.slice(URL.length)}`) };
}

test('the status and what is parked are read with all that they tell', async () => {
  const { queue, paths } = open({ status: 200, body: PAGE });
  const page = await queue.parked({ table: 'shop.wish', limit: 1, after: 'e1-p0-6-0-0' });
  assert.deepEqual(page.status.visibility.buckets, [
    { leMs: 1, count: 2 },
    { leMs: null, count: 0 },
  ]);
  assert.deepEqual(page.mutations[0]?.edge, { ts: 2n ** 60n, src: 7, tgt: 'a', props: {}, traceId: 'T' });
  assert.equal(page.next, 'e1-p0-7-0-0');
  const { state, reason, parked } = await queue.status();
  assert.deepEqual([state, reason, parked], ['failing', 'no disk', 1]);
  assert.deepEqual(paths(), [
    'GET /actionbase/v1/queue?table=shop.wish&limit=1&after=e1-p0-6-0-0',
    'GET /actionbase/v1/queue?limit=0',
  ]);
});

test('a retry tells what it did, and a drop that it was done', async () => {
  const body = '{"id":"i","status":"ERROR","code":"c","message":"m","parkedAs":"j"}';
  const { queue, paths } = open({ status: 200, body }, { status: 200, body: '{"id":"i","dropped":true}' });
  assert.deepEqual(await queue.retry('i'), { status: 'ERROR', code: 'c', message: 'm', parkedAs: 'j' });
  assert.equal(await queue.drop('i'), true);
  assert.deepEqual(paths(), ['POST /actionbase/v1/queue/parked/i/retry', 'DELETE /actionbase/v1/queue/parked/i']);
});

test('what is not parked is no error; what the server refuses otherwise is', async () => {
  const { queue } = open({ status: 404, body: NOT_PARKED });
  assert.deepEqual([await queue.retry('i'), await queue.drop('i')], [undefined, false]);
  const other = open({ status: 404, body: NOT_PARKED.replace('not-parked', 'unknown-path') });
  await assert.rejects(other.queue.drop('i'), ActionbaseError);
});
