/** Goal: a warm-up reads every active table before the server is ready, and changes nothing. Method: a database that waits. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { dumpStore } from '@actionbase/engine/testing/instance-state';
import { engineOptions } from './engine-options.ts';
import type { Instance } from './instance.ts';
import { exchangeBody } from './testing/exchange.ts';
import { openMemoryInstance } from './testing/memory-instance.ts';
import { replacing } from './testing/replacing.ts';
import { get, post, put } from './testing/send.ts';
import { startTestServer } from './testing/test-server.ts';

const DATABASES = '/graph/v3/databases';
const TABLES = `${DATABASES}/shop/tables`;

const HASH_LABEL = JSON.stringify({
  desc: 'states only',
  type: 'HASH',
  schema: { src: { type: 'LONG' }, tgt: { type: 'STRING' }, fields: [] },
  dirType: 'OUT',
  storage: 'datastore://shop/hash',
});

/** An open database with a table of wishes, a table of states only, one without rows and an inactive one. */
async function openShop(): Promise<Instance> {
  let kept: Instance | undefined;
  const open = async (...[config, onNotice]: Parameters<NonNullable<Parts['open']>>) => {
    kept = await openMemoryInstance(new SystemClock(), engineOptions(config, onNotice));
    return { ...kept, [Symbol.asyncDispose]: async () => {} };
  };
  await using server = await startTestServer({}, { parts: { open } });
  await post(server, DATABASES, exchangeBody(1));
  for (const table of ['wish', 'empty', 'gone']) {
    await post(server, TABLES, JSON.stringify({ ...JSON.parse(exchangeBody(2)), table }));
  }
  await post(server, `${TABLES}/wish/edges`, exchangeBody(3));
  const hash = '/graph/v2/service/shop/label/hash';
  assert.equal((await post(server, hash, HASH_LABEL)).status, 200);
  assert.match((await post(server, `${hash}/edge`, '{"edges":[{"ts":1,"src":7,"tgt":"a"}]}')).text, /CREATED/);
  assert.equal((await put(server, `${TABLES}/gone`, '{"active":false}')).status, 200);
  assert.ok(kept !== undefined);
  return kept;
}

type Parts = NonNullable<NonNullable<Parameters<typeof startTestServer>[1]>['parts']>;

for (const readOnly of [false, true]) {
  test(`readiness stays DOWN and data is refused until the warm-up is done (readOnly: ${readOnly})`, async () => {
    const instance = await openShop();
    const before = await dumpStore(instance.store);
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const spaces: number[] = [];
    const store = replacing(instance.store, {
      scan: async (range) => {
        spaces.push(range.space);
        reached.resolve();
        await goOn.promise;
        return instance.store.scan(range);
      },
    });
    const listening = Promise.withResolvers<string>();
    const open = async () => ({ ...instance, store, [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose]() });
    const starting = startTestServer({ warmUp: true, readOnly }, { parts: { open, onListening: listening.resolve } });
    const port = Number(new URL(await listening.promise).port);
    await reached.promise;
    const readiness = await get({ port }, '/graph/health/readiness');
    const liveness = await get({ port }, '/graph/health/liveness');
    const data = await get({ port }, DATABASES);
    goOn.resolve();
    await using server = await starting;
    assert.deepEqual([readiness.status, readiness.text], [503, 'DOWN']);
    assert.deepEqual([liveness.status, data.status], [200, 503]);
    const ready = await get(server, '/graph/health/readiness');
    assert.deepEqual([ready.status, ready.text], [200, 'UP']);
    assert.match((await get(server, `${TABLES}/wish/edges/count?start=7&direction=OUT`)).text, /"count":3/);
    const active = ['shop.empty', 'shop.hash', 'shop.wish'].map(
      (name) => instance.engine.catalog.tables.get(name)?.table.id,
    );
    assert.deepEqual([...new Set(spaces)].slice(0, 3), active);
    assert.equal(server.notices.at(-1), 'warmed up with 3 tables');
    assert.deepEqual(await dumpStore(instance.store), before, 'it only reads');
  });
}

test('a warm-up that breaks ends the start and closes the database', async () => {
  const instance = await openShop();
  let closed = false;
  const engine = replacing(instance.engine, { get: () => Promise.reject(new RangeError('no luck')) });
  const open = async () => ({
    ...instance,
    engine,
    [Symbol.asyncDispose]: async () => {
      closed = true;
      await instance[Symbol.asyncDispose]();
    },
  });
  const end = await startTestServer({ warmUp: true }, { parts: { open } }).then(
    async (server) => {
      await server[Symbol.asyncDispose]();
      return 'it started';
    },
    (error: unknown) => error,
  );
  assert.match(String(end), /no luck/);
  assert.equal(closed, true);
});
