import assert from 'node:assert/strict';
import test from 'node:test';
import { ActionbaseClient } from './actionbase-client.ts';
import { ActionbaseError } from './actionbase-error.ts';
import type { EdgeInput, MultiEdgeInput } from './edge-shapes.ts';
import type { LoadedBatch, LoadOptions } from './load-edges.ts';
import { type ScriptedAnswer, ScriptedFetch } from './testing/scripted-fetch.ts';

function answer(created: number, position: string, refusals: readonly object[] = []): ScriptedAnswer {
  const body = { position, created, updated: 0, idle: 0, refused: refusals.length, refusals };
  return { status: 200, body: JSON.stringify(body) };
}

function edge(version: number, properties?: EdgeInput['properties']): EdgeInput {
  return { version, source: 7, target: `sku-${version}`, properties };
}

async function* later(edges: readonly (EdgeInput | MultiEdgeInput)[]) {
  yield* edges;
}

function loading(script: ScriptedFetch) {
  const client = new ActionbaseClient({ url: 'http://db.test', fetch: script.fetch, retries: 0 });
  return client.table('shop', 'wish');
}

test('edges go out in batches with the properties that any of them names, and the numbers are added up', async () => {
  const script = new ScriptedFetch(
    answer(1, 'e1-p0-1', [{ row: 1, code: 'missing-property', message: 'm' }]),
    answer(1, 'e1-p0-2', [{ row: 0, code: 'key-too-long', message: 'n' }]),
  );
  const told: LoadedBatch[] = [];
  const options: LoadOptions = { batch: 2, inFlight: 1, onAcknowledged: (batch) => told.push(batch) };
  const edges = [edge(1, { at: 5 }), edge(2, { color: 'red' }), edge(3)];
  const loaded = await loading(script).load(edges, options);
  assert.deepEqual(
    script.sent.map(({ method, url, body }) => [method, url, body]),
    [
      [
        'POST',
        'http://db.test/graph/v3/databases/shop/tables/wish/edges/load',
        '{"properties":["at","color"],"rows":[[1,7,"sku-1",5,null],[2,7,"sku-2",null,"red"]]}',
      ],
      [
        'POST',
        'http://db.test/graph/v3/databases/shop/tables/wish/edges/load',
        '{"properties":[],"rows":[[3,7,"sku-3"]]}',
      ],
    ],
  );
  const refusals = [
    { edge: 1, code: 'missing-property', message: 'm' },
    { edge: 2, code: 'key-too-long', message: 'n' },
  ];
  const sums = { edges: 3, position: 'e1-p0-2', created: 2, updated: 0, idle: 0, refused: 2, refusals };
  assert.deepEqual(loaded, sums);
  assert.deepEqual(
    told.map(({ edges: reached, position }) => [reached, position]),
    [
      [2, 'e1-p0-1'],
      [3, 'e1-p0-2'],
    ],
  );
  assert.deepEqual(told[1]?.refusals, [{ edge: 2, code: 'key-too-long', message: 'n' }]);
});

test('multi edges go out with their ids, from whatever yields them', async () => {
  const script = new ScriptedFetch(answer(1, 'e1-p0-1'));
  await loading(script).load(later([{ version: 2n ** 60n, id: 100, source: 7, properties: { price: 5 } }]));
  const [sent] = script.sent;
  assert.equal(sent?.url, 'http://db.test/graph/v3/databases/shop/tables/wish/multi-edges/load');
  assert.equal(sent?.body, '{"properties":["price"],"rows":[[1152921504606846976,100,7,null,5]]}');
});

test('ends and ids beyond 64 bits are loaded as text, so that none becomes another vertex', async () => {
  const script = new ScriptedFetch(answer(1, 'e1-p0-1'), answer(1, 'e1-p0-2'));
  const beyond = 2n ** 64n + 1n;
  await loading(script).load([{ version: 1, source: beyond, target: beyond - 2n ** 64n }]);
  await loading(script).load([{ version: 1, id: beyond, source: 7, target: 2n ** 63n }]);
  assert.deepEqual(
    script.sent.map(({ body }) => body),
    [
      '{"properties":[],"rows":[[1,"18446744073709551617",1]]}',
      '{"properties":[],"rows":[[1,"18446744073709551617",7,"9223372036854775808"]]}',
    ],
  );
});

test('a load ends with the first request that fails, and tells no batch behind it', async () => {
  const refused = { status: 400, body: '{"status":400,"code":"cast-failed","message":"m"}' };
  const script = new ScriptedFetch(answer(1, 'e1-p0-1'), refused, answer(1, 'e1-p0-2'));
  const told: number[] = [];
  const options: LoadOptions = { batch: 1, inFlight: 3, onAcknowledged: ({ edges }) => told.push(edges) };
  await assert.rejects(
    loading(script).load([edge(1), edge(2), edge(3), edge(4), edge(5), edge(6)], options),
    (error) => error instanceof ActionbaseError && error.code === 'cast-failed',
  );
  assert.deepEqual(told, [1]);
});

test('a load of no edges sends nothing', async () => {
  const script = new ScriptedFetch();
  assert.equal((await loading(script).load([])).position, null);
  assert.equal(script.sent.length, 0);
});

test('batch and inFlight are at least one', async () => {
  for (const options of [{ batch: 0 }, { inFlight: 0 }]) {
    await assert.rejects(loading(new ScriptedFetch()).load([edge(1)], options), /is 0; expected 1 or more/);
  }
});
