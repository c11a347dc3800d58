/** Goal: the queue keeps to its pace and its room, loses nothing over it, and tells how it is. Method: a clock moved by hand. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';
import type { Log } from '@actionbase/ports/log';
import { aShop, wishesOf, wishItem } from '../testing/a-shop.ts';
import { override } from '../testing/override.ts';
import { allowMissingTime, assertSideQueueHolds, parkedOf } from '../testing/parked.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { TEST_STAMP } from '../testing/wish-tables.ts';
import { Pace } from './pace.ts';
import { VISIBILITY_BOUNDS_MS, VisibilityTimes } from './visibility-times.ts';

/** Queues so many wishes of user 7, one request each; the last `poisonCount` of them lack what they must have. */
async function queueWishes(instance: TestInstance, count: number, poisonCount = 0): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, place) => {
      const properties = place >= count - poisonCount ? { color: 'red' } : { at: place };
      return instance.mutate('wish', [{ ...wishItem, target: `sku-${place}`, properties }], { mode: 'ASYNC' });
    }),
  );
  await instance.settle();
}

async function pass(instance: TestInstance, ms: number): Promise<void> {
  instance.clock.advance(ms);
  await instance.settle();
}

describe('the pace', () => {
  test('lets no more edges a second take effect than the rate, and all of them in the end', async () => {
    await using instance = await aShop({ queue: { ratePerS: 10 } });
    await queueWishes(instance, 35);
    const seen = [await wishesOf(instance, 7n)];
    for (let second = 0; second < 4; second++) {
      await pass(instance, 1_000);
      seen.push(await wishesOf(instance, 7n));
    }
    assert.deepEqual(seen, [10n, 20n, 30n, 35n, 35n]);
    assert.equal(instance.engine.isQueueEmpty, true);
    await assertSideQueueHolds(instance);
  });

  test('counts the edges of a request, and lets one that is larger than the rate pass at once, then pause', async () => {
    await using instance = await aShop({ queue: { ratePerS: 10 } });
    const items = Array.from({ length: 25 }, (_, place) => ({ ...wishItem, target: `sku-${place}` }));
    await instance.mutate('wish', items, { mode: 'ASYNC' });
    await instance.mutate('wish', [{ ...wishItem, source: 8 }], { mode: 'ASYNC' });
    await instance.settle();
    await pass(instance, 2_400);
    assert.deepEqual([await wishesOf(instance, 7n), await wishesOf(instance, 8n)], [25n, 0n]);
    await pass(instance, 100);
    assert.equal(await wishesOf(instance, 8n), 1n);
  });

  test('appends no more requests together than the batch', async () => {
    await using instance = await aShop({ queue: { batch: 3 } });
    const { end } = instance.log.bounds(0);
    await queueWishes(instance, 1);
    await queueWishes(instance, 9);
    const frames = await instance.log.read(0, end, { frames: 100, bytes: 1_000_000 });
    assert.deepEqual(
      frames.slice(-3).map(({ entries }) => entries.length),
      [3, 3, 3],
    );
  });

  test('holds up no synchronous mutation, and the log keeps what waits', async () => {
    const retention = { ageMs: -1_000_000_000, bytes: Number.MAX_SAFE_INTEGER };
    await using instance = await aShop({ queue: { ratePerS: 1 }, retention, housekeepingPauseMs: 10 });
    await queueWishes(instance, 3);
    const { results } = await instance.mutate('wish', [{ ...wishItem, source: 8 }]);
    assert.equal(results[0]?.status, 'CREATED');
    await pass(instance, 10);
    await pass(instance, 10);
    for (let second = 0; second < 3; second++) await pass(instance, 1_000);
    assert.equal(await wishesOf(instance, 7n), 3n);
  });

  test('goes on in the middle of a frame after a restart', async () => {
    const instance = await aShop({ queue: { ratePerS: 2 } });
    await queueWishes(instance, 7);
    await instance[Symbol.asyncDispose]();
    assert.equal(instance.engine.status.kind, 'stopped', 'a queue that was closed between two groups broke nothing');
    await using again = await TestInstance.open({ storage: instance.storage, store: instance.store });
    await again.settle();
    assert.equal(await wishesOf(again, 7n), 7n);
    await assertSideQueueHolds(again);
  });

  test('is kept over any time, also after a pause that nobody used', () => {
    const pace = new Pace(10);
    assert.deepEqual([pace.burst, pace.waitMs(0)], [10, 0]);
    pace.pass(10, 0);
    assert.equal(pace.waitMs(400), 600);
    pace.pass(5, 5_000);
    assert.equal(pace.waitMs(5_000), 500, 'what was not used is not saved');
    assert.deepEqual([new Pace(0).burst, new Pace(0).waitMs(0)], [Number.POSITIVE_INFINITY, 0]);
  });
});

describe('a side queue that is full', () => {
  test('makes the queue wait, and lets it go on when something is dropped or retried with success', async () => {
    await using instance = await aShop({ limits: { sideQueueRowsMax: 3 } });
    await queueWishes(instance, 3, 3);
    await queueWishes(instance, 8, 4);
    const { engine } = instance;
    assert.equal(engine.queueStatus.parked, 3);
    assert.deepEqual(engine.queueStatus.state, { kind: 'waiting-for-room' });
    assert.equal(await wishesOf(instance, 7n), 0n);
    const { results } = await instance.mutate('wish', [{ ...wishItem, source: 8 }]);
    assert.equal(results[0]?.status, 'CREATED', 'synchronous mutations go on');
    const seen: number[] = [];
    for (let round = 0; round < 4; round++) {
      const [oldest] = (await parkedOf(instance)).parked;
      assert.ok(oldest !== undefined);
      await engine.sideQueue.drop(oldest.position, TEST_STAMP);
      await instance.settle();
      seen.push(engine.queueStatus.parked);
    }
    assert.deepEqual(seen, [3, 3, 3, 3], 'each drop lets one more refused mutation in');
    assert.equal(await wishesOf(instance, 7n), 4n);
    assert.equal(engine.isQueueEmpty, true);
    assert.deepEqual(engine.queueStatus.state, { kind: 'idle' });
    await assertSideQueueHolds(instance);
  });

  test('is still full after a restart, and nothing that waits is lost', async () => {
    const limits = { sideQueueRowsMax: 2 };
    const instance = await aShop({ limits });
    await queueWishes(instance, 2, 2);
    await queueWishes(instance, 4, 1);
    await instance[Symbol.asyncDispose]();
    assert.equal(instance.engine.status.kind, 'stopped');
    await using again = await TestInstance.open({ storage: instance.storage, store: instance.store, limits });
    await again.settle();
    assert.deepEqual(again.engine.queueStatus.state, { kind: 'waiting-for-room' });
    await allowMissingTime(again);
    const [oldest] = (await parkedOf(again)).parked;
    assert.ok(oldest !== undefined);
    await again.engine.sideQueue.retry(oldest.position, TEST_STAMP);
    await again.settle();
    assert.equal(again.engine.isQueueEmpty, true);
    assert.equal(again.engine.queueStatus.parked, 1, 'the last one lacks nothing under the new schema');
    await assertSideQueueHolds(again);
  });

  test('takes a request that is larger than itself once it is empty', async () => {
    await using instance = await aShop({ limits: { sideQueueRowsMax: 2 } });
    await queueWishes(instance, 1, 1);
    const items = Array.from({ length: 5 }, (_, place) => ({ ...wishItem, source: 9, target: `sku-${place}` }));
    await instance.mutate('wish', items, { mode: 'ASYNC' });
    await instance.settle();
    assert.deepEqual(instance.engine.queueStatus.state, { kind: 'waiting-for-room' });
    const [oldest] = (await parkedOf(instance)).parked;
    assert.ok(oldest !== undefined);
    await instance.engine.sideQueue.drop(oldest.position, TEST_STAMP);
    await instance.settle();
    assert.equal(await wishesOf(instance, 9n), 5n);
  });
});

describe('the status', () => {
  test('tells how far the queue is behind, since when, and how long it took until mutations were visible', async () => {
    await using instance = await aShop({ queue: { ratePerS: 1 } });
    const { engine } = instance;
    assert.deepEqual(engine.queueStatus.visibility, {
      count: 0,
      sumMs: 0,
      lastMs: null,
      buckets: new Array(19).fill(0),
    });
    await queueWishes(instance, 1);
    assert.equal(engine.queueStatus.visibility.lastMs, 0);
    const stamp = { ...TEST_STAMP, timeMs: instance.clock.nowMs() };
    await instance.mutate('wish', [{ ...wishItem, target: 'late' }], { mode: 'ASYNC', stamp });
    await instance.settle();
    const waiting = engine.queueStatus;
    assert.deepEqual(waiting.state, { kind: 'draining' });
    assert.ok(waiting.framesBehind >= 1);
    assert.equal(waiting.waitingSinceMs, stamp.timeMs);
    await pass(instance, 1_000);
    const done = engine.queueStatus;
    assert.deepEqual([done.state, done.framesBehind, done.waitingSinceMs], [{ kind: 'idle' }, 0, null]);
    const { count, sumMs, lastMs, buckets } = done.visibility;
    assert.deepEqual([count, sumMs, lastMs], [2, 1_000, 1_000]);
    assert.equal(buckets[VISIBILITY_BOUNDS_MS.indexOf(1_000)], 1);
  });

  test('says why the queue does not get on, and that it does again', async () => {
    let failing = false;
    const wrapLog = (log: Log): Log =>
      override(log, 'read', async (...args) => {
        if (failing) throw new Failure(portFailures['log-rejected'], 'the disk does not answer');
        return log.read(...args);
      });
    await using instance = await aShop({ wrapLog });
    failing = true;
    await queueWishes(instance, 1);
    assert.deepEqual(instance.engine.queueStatus.state, { kind: 'failing', reason: 'the disk does not answer' });
    failing = false;
    await pass(instance, 5_000);
    assert.deepEqual(instance.engine.queueStatus.state, { kind: 'idle' });
    assert.equal(await wishesOf(instance, 7n), 1n);
  });

  test('counts a time below zero, of a clock that was set back, as none, and one above all bounds', () => {
    const times = new VisibilityTimes();
    for (const ms of [-5, 1, 1.5, 10_000_000]) times.add(ms);
    const { buckets, ...figures } = times.figures;
    assert.deepEqual(figures, { count: 4, sumMs: 10_000_002.5, lastMs: 10_000_000 });
    assert.deepEqual([buckets[0], buckets[1], buckets.at(-1)], [2, 1, 1]);
  });
});
