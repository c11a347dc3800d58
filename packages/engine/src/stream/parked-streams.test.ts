/**
 * Goal: WAL and CDC show a parked mutation and its retries as what they are, and agree on where things stand. Method: the
 * streams are read whole, and again from every position that they gave.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStreamPosition } from '@actionbase/core/model/stream-position';
import type { Log } from '@actionbase/ports/log';
import { aShop, codeOf, wishItem } from '../testing/a-shop.ts';
import { override } from '../testing/override.ts';
import { allowMissingTime, parkedOf } from '../testing/parked.ts';
import { readMutations, type StreamName } from '../testing/read-streams.ts';
import type { TestInstance } from '../testing/test-instance.ts';
import { TEST_STAMP } from '../testing/wish-tables.ts';

const poison = { ...wishItem, target: 'poison', properties: { color: 'red' } };
const stamp = { timeMs: 1_750_000_000_123, requestId: 'r-7', actor: 'ann' };

interface Shown {
  readonly edge: { readonly tgt: string; readonly traceId: string };
  readonly mode: { readonly r: string | null; readonly s: string | null; readonly f: boolean; readonly queue: boolean };
  readonly status: string;
  readonly ts: number;
  readonly requestId: string;
  readonly audit: { readonly actor: string };
}

async function shown(instance: TestInstance, stream: StreamName): Promise<Shown[]> {
  return (await readMutations(instance.engine, stream)).map(({ text }) => JSON.parse(text));
}

/** Parks a wish; retries it twice, first in vain; the last retry shares its frame with a drop that comes too late, and more. */
async function aShopWithRetries(systemMode: 'ASYNC' | null): Promise<TestInstance> {
  let gate: Promise<void> | undefined;
  const wrapLog = (log: Log): Log =>
    override(log, 'append', async (...args) => {
      await gate;
      return log.append(...args);
    });
  const instance = await aShop({ systemMode, wrapLog });
  await instance.mutate('wish', [wishItem, poison], { mode: 'ASYNC', stamp });
  await instance.settle();
  const { sideQueue } = instance.engine;
  const retried = await sideQueue.retry(await onlyParked(instance), { ...TEST_STAMP, actor: 'operator' });
  assert.equal(retried.status, 'ERROR');
  await allowMissingTime(instance);
  const position = await onlyParked(instance);
  const force = { mode: 'SYNC', force: true } as const;
  const { promise, resolve } = Promise.withResolvers<void>();
  gate = promise;
  const answers: Promise<unknown>[] = [];
  for (const call of [
    () => instance.mutate('wish', [{ ...wishItem, target: 'alone' }], force),
    () => sideQueue.retry(position, TEST_STAMP),
    () => sideQueue.drop(position, TEST_STAMP).catch(codeOf),
    () => sideQueue.retry(position, TEST_STAMP).catch(codeOf),
    () => instance.mutate('wish', [{ ...wishItem, target: 'behind' }], force),
  ]) {
    answers.push(call());
    await instance.settle();
  }
  const { end } = instance.log.bounds(0);
  resolve();
  await Promise.all(answers);
  assert.equal(instance.log.bounds(0).end, end + 2, 'what waited for the first frame shares the second');
  return instance;
}

async function onlyParked(instance: TestInstance) {
  const [one, ...more] = (await parkedOf(instance)).parked;
  assert.ok(one !== undefined && more.length === 0);
  return one.position;
}

for (const systemMode of [null, 'ASYNC'] as const) {
  const force = systemMode !== null;
  test(`a retry is a SYNC request in the WAL, of who asked at first, under the system mode ${systemMode}`, async () => {
    await using instance = await aShopWithRetries(systemMode);
    const wal = (await shown(instance, 'wal')).filter(({ edge }) => edge.tgt === 'poison');
    const sync = { l: 'SYNC', r: 'SYNC', s: systemMode, f: force, queue: false };
    assert.deepEqual(
      wal.map(({ mode }) => mode),
      // What was asked for, what the queue appended again, and three retries, the last of which came too late.
      [{ l: 'SYNC', r: 'ASYNC', s: systemMode, f: false, queue: true }, sync, sync, sync, sync],
    );
    for (const { requestId, audit, ts } of wal) {
      assert.deepEqual([requestId, audit.actor, ts], [stamp.requestId, stamp.actor, stamp.timeMs]);
    }
  });
}

test('the CDC shows a parked mutation when it takes effect, not when it was refused, with the trace id of the WAL', async () => {
  await using instance = await aShopWithRetries(null);
  const cdc = await shown(instance, 'cdc');
  assert.deepEqual(
    cdc.map(({ edge, status }) => `${edge.tgt} ${status}`),
    ['sku-a CREATED', 'alone CREATED', 'poison CREATED', 'behind CREATED'],
  );
  const wal = await shown(instance, 'wal');
  const traces = (records: readonly Shown[]) => records.map(({ edge }) => edge.traceId);
  assert.equal(new Set(traces(wal)).size, wal.length);
  for (const { edge } of cdc) {
    const found = wal.find((record) => record.edge.traceId === edge.traceId);
    assert.equal(found?.edge.tgt, edge.tgt);
  }
  const effective = wal.findIndex(({ edge }) => edge.traceId === cdc[2]?.edge.traceId);
  assert.equal(wal.slice(0, effective).filter(({ edge }) => edge.tgt === 'poison').length, 3, 'it is the second retry');
});

for (const stream of ['wal', 'cdc'] as const) {
  test(`${stream} goes on exactly behind each position, through frames with retries and drops`, async () => {
    await using instance = await aShopWithRetries(null);
    const whole = await readMutations(instance.engine, stream);
    for (const [place, { position }] of whole.entries()) {
      const from = parseStreamPosition(position);
      assert.ok(from !== undefined);
      assert.deepEqual(await readMutations(instance.engine, stream, { from, recordsMax: 1 }), whole.slice(place + 1));
    }
  });
}
