import assert from 'node:assert/strict';
import test from 'node:test';
import { HttpTransport } from './http-transport.ts';
import { Tables } from './tables.ts';
import { type ScriptedAnswer, ScriptedFetch } from './testing/scripted-fetch.ts';

const TABLE = {
  type: 'edge',
  tenant: 'local',
  database: 'shop',
  table: 'wish',
  schema: {
    type: 'edge',
    source: { type: 'long', comment: '' },
    target: { type: 'string', comment: '' },
    properties: [],
    direction: 'BOTH',
  },
  mode: 'SYNC',
  storage: 'datastore://shop/wish',
  active: true,
  comment: '',
  revision: 1,
  createdAt: 1,
  createdBy: 'ann',
  updatedAt: 1,
  updatedBy: 'ann',
};
const rework = (parts: object) => ({ builds: [], removes: [], rows: 20, states: 5, failed: [], ...parts });
const failure = { name: 'group sum', edge: '7 -> a', reason: 'why' };

function answerOf(...reworks: readonly object[]): ScriptedAnswer {
  return { status: 200, body: JSON.stringify(reworks.length === 0 ? TABLE : { ...TABLE, reworks }) };
}

/** Tables on a script, whose waits take no time. */
function open(...answers: readonly ScriptedAnswer[]) {
  const waitsMs: number[] = [];
  const transport = new HttpTransport({
    url: 'http://db.test',
    headers: {},
    timeoutMs: 1_000,
    retries: 0,
    fetch: new ScriptedFetch(...answers).fetch,
    nowMs: () => 0,
    random: () => 0,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      waitsMs.push(ms);
    },
  });
  return { tables: new Tables(transport), waitsMs };
}

test('wait asks again until nothing is built or removed, ever more rarely, and tells what it hears', async () => {
  const building = rework({ builds: ['index newest'] });
  const { tables, waitsMs } = open(
    ...[1, 2, 3, 4].map(() => answerOf(building)),
    answerOf(rework({ removes: ['cache top'] }), rework({ failed: [failure] })),
    answerOf(),
  );
  const heard: unknown[] = [];
  const onProgress = (table: { readonly reworks?: unknown }) => heard.push(table.reworks);
  const table = await tables.wait('shop', 'wish', { onProgress });
  assert.equal('reworks' in table, false);
  assert.deepEqual(waitsMs, [100, 200, 400, 800, 1_000]);
  assert.equal(heard.length, 5);
  assert.deepEqual(heard[0], [building]);
  assert.deepEqual(heard[4], [rework({ removes: ['cache top'] }), rework({ failed: [failure] })]);
});

test('wait does not wait for what cannot be built', async () => {
  const { tables, waitsMs } = open(answerOf(rework({ failed: [failure] })));
  const { reworks } = await tables.wait('shop', 'wish');
  assert.deepEqual(reworks, [rework({ failed: [failure] })]);
  assert.deepEqual(waitsMs, []);
});

test('wait ends with its signal, and when there is no such table', async () => {
  const building = rework({ builds: ['index newest'] });
  const given = new AbortController();
  const { tables } = open(answerOf(building));
  const reason = new Error('enough');
  const onProgress = () => given.abort(reason);
  await assert.rejects(tables.wait('shop', 'wish', { onProgress, signal: given.signal }), reason);
  await assert.rejects(open({ status: 404 }).tables.wait('shop', 'wish'), { code: 'not-found' });
});
