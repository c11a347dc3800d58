/**
 * Goal: nobody waits for ever, nothing acknowledged is lost and nothing takes effect twice when log, store or retention
 * misbehave at an awkward moment. Method: one port method is replaced for the moment in question.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';
import type { Log } from '@actionbase/ports/log';
import type { Store } from '@actionbase/ports/store';
import { aShop, codeOf, wishesOf, wishItem } from './testing/a-shop.ts';
import { dumpStore, recountAll } from './testing/instance-state.ts';
import { override } from './testing/override.ts';
import { TestInstance } from './testing/test-instance.ts';
import { TEST_STAMP, wishSchema } from './testing/wish-tables.ts';

describe('L9 nobody waits for ever', () => {
  test('a log that throws what is no failure breaks the engine, and the caller is told', async () => {
    let failing = false;
    const wrapLog = (log: Log): Log =>
      override(log, 'append', async (...args) => {
        if (failing) throw new TypeError('a mistake in the log');
        return log.append(...args);
      });
    await using instance = await aShop({ wrapLog });
    failing = true;
    await assert.rejects(instance.mutate('wish', [wishItem]), (error) => codeOf(error) === 'unknown-outcome');
    assert.equal(instance.engine.status.kind, 'broken');
    await assert.rejects(instance.mutate('wish', [wishItem]), (error) => codeOf(error) === 'engine-stopped');
  });

  test('a frame that is durable while the one before it cannot be applied is answered unknown-outcome', async () => {
    const { instance, store } = await aShopOnFailingStore();
    const first = instance.mutate('wish', [wishItem]);
    await store.firstWrite;
    const second = instance.mutate('wish', [{ ...wishItem, target: 'sku-b' }]);
    await instance.settle();
    store.fail();
    const answers = await Promise.allSettled([first, second]);
    assert.deepEqual(
      answers.map((answer) => answer.status === 'rejected' && codeOf(answer.reason)),
      ['unknown-outcome', 'unknown-outcome'],
    );
    store.heal();
    instance.clock.advance(5_000);
    await instance.settle();
    assert.equal(await wishesOf(instance, 7n), 2n);
    await instance[Symbol.asyncDispose]();
  });

  test('the engine closes while the store refuses the frame before one of the queue', async () => {
    const { instance, store } = await aShopOnFailingStore();
    const queued = instance.mutate('wish', [wishItem], { mode: 'ASYNC' });
    await store.firstWrite;
    const behind = instance.mutate('wish', [{ ...wishItem, target: 'sku-b' }]).catch(codeOf);
    await instance.settle();
    store.fail();
    assert.equal(await queued.catch(codeOf), 'unknown-outcome');
    assert.equal(await behind, 'unknown-outcome');
    await instance[Symbol.asyncDispose]();
    assert.equal(instance.engine.status.kind, 'stopped');
    await using again = await TestInstance.open({ storage: instance.storage, store: instance.store });
    await again.settle();
    assert.equal(await wishesOf(again, 7n), 2n);
  });

  test('an engine that was closed while its store was down takes no mutation when the store comes back', async () => {
    const { instance, store } = await aShopOnFailingStore();
    store.fail();
    await assert.rejects(instance.mutate('wish', [wishItem]), (error) => codeOf(error) === 'unknown-outcome');
    const closed = instance[Symbol.asyncDispose]();
    store.heal();
    await closed;
    await assert.rejects(instance.mutate('wish', [wishItem]), (error) => codeOf(error) === 'engine-stopped');
  });
});

describe('L1 the retention', () => {
  test('takes no frame that was applied after the flush: the store may lose it', async () => {
    let beforeFlush: (() => Promise<unknown>) | undefined;
    const wrapStore = (store: Store): Store =>
      override(store, 'flush', async () => {
        await store.flush();
        const late = beforeFlush;
        beforeFlush = undefined;
        await late?.();
      });
    let stall: Promise<void> | undefined;
    const slowWrites = (store: Store): Store =>
      override(wrapStore(store), 'write', async (...args) => {
        await stall;
        return store.write(...args);
      });
    const retention = { ageMs: -1_000_000_000, bytes: Number.MAX_SAFE_INTEGER };
    const instance = await aShop({ wrapStore: slowWrites, retention });
    for (let version = 1n; version <= 3n; version++) await instance.mutate('wish', [{ ...wishItem, version }]);
    const gate = Promise.withResolvers<void>();
    stall = gate.promise;
    const late: Promise<unknown>[] = [];
    for (const version of [4n, 5n]) {
      late.push(instance.mutate('wish', [{ ...wishItem, version }]));
      await instance.settle();
    }
    beforeFlush = async () => {
      gate.resolve();
      await Promise.all(late);
    };
    instance.clock.advance(60_000);
    await instance.settle();
    const found = instance.store.crash(0);
    const applied = found.progress(0)?.offset ?? -1;
    assert.ok(instance.log.bounds(0).start <= applied + 1, `${instance.log.bounds(0).start} follows ${applied}`);
    await using again = await TestInstance.open({ storage: instance.storage, store: found });
    assert.equal(await wishesOf(again, 7n), 1n);
  });
});

test('L1 an asynchronous mutation is not trimmed away between its being applied and its being appended again', async () => {
  const writing = Promise.withResolvers<void>();
  const reading = Promise.withResolvers<void>();
  const late: Promise<unknown>[] = [];
  let isLate = false;
  const wrapLog = (log: Log): Log =>
    override(log, 'read', async (partition, from, limits) => {
      if (isLate && limits.frames > 1) await reading.promise;
      return log.read(partition, from, limits);
    });
  const wrapStore = (store: Store): Store => {
    const stalled = override(store, 'write', async (...args) => {
      if (isLate) await writing.promise;
      return store.write(...args);
    });
    return override(stalled, 'progress', async (partition) => {
      if (isLate) writing.resolve();
      await Promise.all(late);
      return store.progress(partition);
    });
  };
  const retention = { ageMs: -1_000_000_000, bytes: Number.MAX_SAFE_INTEGER };
  await using instance = await aShop({ wrapLog, wrapStore, retention });
  isLate = true;
  for (const mode of ['ASYNC', 'SYNC'] as const) {
    late.push(instance.mutate('wish', [{ ...wishItem, target: mode }], { mode }));
    await instance.settle();
  }
  instance.clock.advance(60_000);
  await instance.settle();
  reading.resolve();
  await instance.settle();
  assert.equal(instance.engine.isQueueEmpty, true);
  assert.equal(await wishesOf(instance, 7n), 2n);
});

test('a queue that meets a contradiction stops the engine: no mutation is queued that nobody appends again', async () => {
  let failing = false;
  const wrapLog = (log: Log): Log =>
    override(log, 'read', async (...args) => {
      if (failing) throw new TypeError('a mistake in the log');
      return log.read(...args);
    });
  await using instance = await aShop({ wrapLog });
  failing = true;
  await instance.mutate('wish', [wishItem], { mode: 'ASYNC' });
  await instance.settle();
  assert.equal(instance.engine.status.kind, 'broken');
  await assert.rejects(
    instance.mutate('wish', [wishItem], { mode: 'ASYNC' }),
    (error) => codeOf(error) === 'engine-stopped',
  );
});

test('a request id as long as a header may be is cut, since the feed repeats it with every entry', async () => {
  await using instance = await aShop();
  const items = Array.from({ length: 100 }, (_, place) => ({ ...wishItem, target: `sku-${place}` }));
  const stamp = { ...TEST_STAMP, requestId: 'r'.repeat(30_000), actor: 'a'.repeat(30_000) };
  const { position } = await instance.mutate('wish', items, { stamp });
  const [stored] = await instance.store.readFeed(0, position?.offset ?? -1, 1);
  assert.ok(
    stored !== undefined && stored.record.length < 100_000,
    `the feed record has ${stored?.record.length} bytes`,
  );
});

test('L7 a replay under another limit of values gives the same rows', async () => {
  const instance = await aShop();
  const { results } = await instance.mutate('wish', [{ ...wishItem, properties: { at: 1, color: 'x'.repeat(900) } }]);
  assert.equal(results[0]?.status, 'CREATED');
  const rows = await dumpStore(instance.store);
  await instance[Symbol.asyncDispose]();
  await using again = await TestInstance.open({ storage: instance.storage, limits: { valueBytesMax: 500 } });
  assert.deepEqual(await dumpStore(again.store), rows);
});

describe('metadata', () => {
  test('L3 a recount finds nothing after an unindexed property changed its type or went away', async () => {
    await using instance = await aShop();
    await instance.mutate('wish', [{ ...wishItem, properties: { at: 1, color: 'red', qty: 3, note: { a: 1 } } }]);
    const properties = wishSchema.properties.flatMap((property) =>
      property.name === 'note' ? [] : [property.name === 'qty' ? { ...property, type: 'string' as const } : property],
    );
    const schema = { ...wishSchema, properties };
    await instance.engine.changeCatalog({ kind: 'update-table', database: 'shop', table: 'wish', schema }, TEST_STAMP);
    assert.deepEqual(await recountAll(instance.store), []);
  });

  test('L3 a property that was removed and comes back has the same value in the state and in the index', async () => {
    await using instance = await aShop();
    const update = (properties: typeof wishSchema.properties) =>
      instance.engine.changeCatalog(
        { kind: 'update-table', database: 'shop', table: 'wish', schema: { ...wishSchema, properties } },
        TEST_STAMP,
      );
    await instance.mutate('wish', [{ ...wishItem, properties: { at: 1, color: 'red', qty: 3 } }]);
    await update(wishSchema.properties.filter((property) => property.name !== 'qty'));
    await instance.mutate('wish', [{ ...wishItem, type: 'DELETE', version: 9n }]);
    await update(wishSchema.properties);
    assert.deepEqual(await recountAll(instance.store), []);
  });
});

interface FailingStore {
  /** Resolves when the first write after `aShopOnFailingStore` began. */
  readonly firstWrite: Promise<void>;
  fail(): void;
  heal(): void;
}

/** A shop whose store holds back its writes until it is told to fail, or fails at once after that. */
async function aShopOnFailingStore(): Promise<{ instance: TestInstance; store: FailingStore }> {
  const begun = Promise.withResolvers<void>();
  const decided = Promise.withResolvers<void>();
  let state: 'well' | 'undecided' | 'failing' = 'well';
  const wrapStore = (store: Store): Store =>
    override(store, 'write', async (...args) => {
      begun.resolve();
      if (state === 'undecided') await decided.promise;
      if (state === 'failing') throw new Failure(portFailures['store-full'], 'no room');
      return store.write(...args);
    });
  const instance = await aShop({ wrapStore });
  state = 'undecided';
  const store = {
    firstWrite: begun.promise,
    fail: () => {
      state = 'failing';
      decided.resolve();
    },
    heal: () => {
      state = 'well';
    },
  };
  return { instance, store };
}
