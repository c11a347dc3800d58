/**
 * Goal: what is refused at its deadline was not begun, and what is in the log is not refused at it. Method: an append, or a
 * read, that the test holds back while time passes.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Log } from '@actionbase/ports/log';
import type { Store, StoreReader } from '@actionbase/ports/store';
import { aShop, codeOf, wishesOf, wishItem } from './testing/a-shop.ts';
import { override } from './testing/override.ts';
import { TestInstance } from './testing/test-instance.ts';

describe('L8 a mutation with a deadline', () => {
  test('is refused when it is over before the append, and then is nowhere, also not after a restart', async () => {
    const { instance, gate } = await aShopOnSlowLog();
    const { offset } = instance.engine.position ?? { offset: -1 };
    gate.close();
    const first = instance.mutate('wish', [wishItem]);
    await instance.settle();
    const late = instance.mutate('wish', [{ ...wishItem, target: 'late' }], { deadlineMs: 100 }).catch(codeOf);
    const patient = instance.mutate('wish', [{ ...wishItem, target: 'patient' }], { deadlineMs: 101 });
    instance.clock.advance(100);
    gate.open();
    assert.equal(await late, 'deadline-exceeded');
    await Promise.all([first, patient]);
    assert.equal(await wishesOf(instance, 7n), 2n);
    assert.equal(instance.engine.position?.offset, offset + 2);
    await instance[Symbol.asyncDispose]();
    await using again = await TestInstance.open({ storage: instance.storage });
    assert.equal(await wishesOf(again, 7n), 2n);
  });

  test('is answered with its result when it is over after the append began', async () => {
    const { instance, gate } = await aShopOnSlowLog();
    gate.close();
    const appended = instance.mutate('wish', [wishItem], { deadlineMs: 100 });
    await instance.settle();
    instance.clock.advance(1_000);
    gate.open();
    assert.equal((await appended).results[0]?.status, 'CREATED');
    await instance[Symbol.asyncDispose]();
  });

  test('leaves no frame when all that waited was too late, and the log goes on', async () => {
    const { instance, gate } = await aShopOnSlowLog();
    gate.close();
    const first = instance.mutate('wish', [wishItem]);
    await instance.settle();
    const late = [1, 2, 3].map((place) =>
      instance.mutate('wish', [{ ...wishItem, target: `late-${place}` }], { deadlineMs: 10 }).catch(codeOf),
    );
    instance.clock.advance(10);
    gate.open();
    await first;
    assert.deepEqual(await Promise.all(late), Array(3).fill('deadline-exceeded'));
    assert.equal(instance.engine.waitingRequests, 0);
    await instance.mutate('wish', [{ ...wishItem, target: 'after' }]);
    assert.equal(await wishesOf(instance, 7n), 2n);
    await instance[Symbol.asyncDispose]();
  });
});

test('a read of several pages ends at its deadline, and one that is done in time is whole', async () => {
  let passes = 0;
  const timed = (reader: StoreReader & Disposable): StoreReader & Disposable =>
    override(reader, 'scan', (range) => {
      passes += 1;
      instance.clock.advance(60);
      return reader.scan(range);
    });
  const wrapStore = (store: Store): Store => override(store, 'snapshot', () => timed(store.snapshot()));
  const instance = await aShop({ wrapStore, limits: { pageRowsMax: 2 } });
  await using _ = instance;
  await instance.mutate(
    'wish',
    ['a', 'b', 'c', 'd', 'e'].map((target) => ({ ...wishItem, target })),
  );
  const query = { index: 'newest', direction: 'OUT', start: 7n, limit: 5, offset: undefined } as const;
  const asked = { ...query, ranges: [], filters: [], withTotal: true };
  const table = instance.table('wish');
  await assert.rejects(instance.engine.scan(table, asked, instance.clock.monotonicMs() + 100), {
    code: 'deadline-exceeded',
  });
  assert.equal(passes, 2);
  const whole = await instance.engine.scan(table, asked, instance.clock.monotonicMs() + 1_000);
  assert.equal(whole.rows.length, 5);
});

async function aShopOnSlowLog() {
  let opened = Promise.resolve();
  let open = (): void => undefined;
  const gate = {
    open: () => open(),
    close: () => {
      const closing = Promise.withResolvers<void>();
      opened = closing.promise;
      open = closing.resolve;
    },
  };
  const wrapLog = (log: Log): Log =>
    override(log, 'append', async (...args) => {
      await opened;
      return log.append(...args);
    });
  return { instance: await aShop({ wrapLog }), gate };
}
