/**
 * Goal: a queued mutation that cannot take effect is kept for an operator, in the frame that refused it, and holds up
 * nothing else. Method: each way to be refused; afterwards the store is compared with a replay of its log.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EdgeSchema } from '@actionbase/core/model/schema';
import { aShop, codeOf, wishesOf, wishItem } from '../testing/a-shop.ts';
import { dumpStore, foldProblems, recountAll } from '../testing/instance-state.ts';
import { anItem } from '../testing/model.ts';
import { allowMissingTime, assertSideQueueHolds, parkedOf, setActive } from '../testing/parked.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { TEST_STAMP, wishSchema } from '../testing/wish-tables.ts';

const poison = { ...wishItem, target: 'poison', properties: { color: 'red' } };

/** A queue that appends one edge a second: what comes second stands still until the clock moves. */
const SLOW = { queue: { ratePerS: 1 } } as const;

/** Sends a wish that the queue takes at once, and one that waits for a second. */
async function queueTwo(instance: TestInstance): Promise<void> {
  await instance.mutate('wish', [wishItem], { mode: 'ASYNC' });
  await instance.settle();
  await instance.mutate('wish', [{ ...wishItem, target: 'second' }], { mode: 'ASYNC' });
  await instance.settle();
}

async function pass(instance: TestInstance, ms: number): Promise<void> {
  instance.clock.advance(ms);
  await instance.settle();
}

describe('a queued mutation is parked when', () => {
  test('a property is missing, with why, where, when and who, and its record', async () => {
    await using instance = await aShop();
    const stamp = { timeMs: 1_750_000_000_123, requestId: 'r-7', actor: 'ann' };
    const items = [wishItem, poison, { ...wishItem, target: 'third' }];
    await instance.mutate('wish', items, { mode: 'ASYNC', stamp });
    await instance.settle();
    assert.equal(await wishesOf(instance, 7n), 2n);
    const { parked, next } = await parkedOf(instance);
    const [one] = parked;
    assert.ok(one !== undefined && parked.length === 1 && next === null);
    const { record, parkedMs, message, ...told } = one.mutation;
    assert.deepEqual(told, { code: 'missing-property', database: 'shop', table: 'wish', tries: 1 });
    assert.match(message, /^at must be provided/);
    assert.ok(parkedMs > 1_700_000_000_000);
    assert.deepEqual(one.record.stamp, stamp);
    assert.equal(one.record.entries.length, 1);
    assert.deepEqual(
      one.position,
      { epoch: 1, partition: 0, offset: instance.engine.position?.offset, record: 0, entry: 1 },
      'the place of the refusal: the frame, its only record, the second entry',
    );
    await assertSideQueueHolds(instance);
  });

  test('its table is inactive by then', async () => {
    await using instance = await aShop(SLOW);
    await queueTwo(instance);
    await setActive(instance, 'wish', false);
    await pass(instance, 1_000);
    assert.deepEqual(await codesOf(instance), ['schema-changed']);
    await assertSideQueueHolds(instance);
  });

  test('its table is deleted by then', async () => {
    await using instance = await aShop(SLOW);
    await queueTwo(instance);
    await setActive(instance, 'wish', false);
    await instance.engine.changeCatalog({ kind: 'delete-table', database: 'shop', table: 'wish' }, TEST_STAMP);
    await pass(instance, 1_000);
    assert.deepEqual(await codesOf(instance), ['schema-changed']);
    const { parked } = await parkedOf(instance);
    assert.equal(parked[0]?.mutation.table, 'wish');
  });

  test('its table has sources of another type by then', async () => {
    await using instance = await aShop(SLOW);
    await instance.mutate('orders', [anItem({ id: 1, source: 1, target: 2, properties: { paidAt: 1, amount: 1 } })], {
      mode: 'ASYNC',
    });
    await instance.settle();
    await instance.mutate('wish', [wishItem], { mode: 'ASYNC' });
    const schema: EdgeSchema = { ...wishSchema, source: { type: 'string', comment: '' } };
    await instance.engine.changeCatalog({ kind: 'update-table', database: 'shop', table: 'wish', schema }, TEST_STAMP);
    await pass(instance, 1_000);
    assert.deepEqual(await codesOf(instance), ['schema-changed']);
    await assertSideQueueHolds(instance);
  });

  test('the key of an index row would be too long', async () => {
    await using instance = await aShop();
    const properties = { at: 1, color: 'x'.repeat(1_900) };
    await instance.mutate('wish', [{ ...wishItem, properties }], { mode: 'ASYNC' });
    await instance.settle();
    assert.deepEqual(await codesOf(instance), ['key-too-long']);
    await assertSideQueueHolds(instance);
  });

  test('the state that it would make is too long', async () => {
    await using instance = await aShop();
    await createNotes(instance);
    const half = 'x'.repeat(40_000);
    await mutateNotes(instance, { a: half, amount: 1 });
    await mutateNotes(instance, { b: half }, 'UPDATE');
    assert.deepEqual(await codesOf(instance), ['value-too-long']);
    await assertSideQueueHolds(instance);
  });

  test('a group would have nothing to add up', async () => {
    await using instance = await aShop();
    await createNotes(instance);
    await mutateNotes(instance, { a: 'kind' });
    assert.deepEqual(await codesOf(instance), ['missing-sum-value']);
    await assertSideQueueHolds(instance);
  });

  test('the states of its request are too many bytes for one feed record', async () => {
    await using instance = await aShop();
    const note = { text: 'x'.repeat(64_000) };
    for (let first = 0; first < 1_100; first += 220) {
      const items = wishes(first, 220, { at: 1, note });
      await instance.mutate('wish', items);
    }
    await instance.mutate('wish', wishes(0, 1_100, { color: 'red' }, 'UPDATE'), { mode: 'ASYNC' });
    await instance.settle();
    const codes = await codesOf(instance);
    assert.deepEqual([...new Set(codes)], ['request-too-large']);
    const [first] = (await parkedOf(instance)).parked;
    assert.ok(first !== undefined);
    const answer = await instance.engine.sideQueue.retry(first.position, TEST_STAMP);
    assert.equal(answer.status, 'UPDATED', 'alone it is not too large');
    assert.equal(instance.engine.queueStatus.parked, codes.length - 1);
  });

  test('it is a multi edge that only the mode of the system queued', async () => {
    await using instance = await aShop({ systemMode: 'ASYNC' });
    const order = anItem({ id: 1, source: 1, target: 2, properties: { paidAt: 1, amount: 1 } });
    await instance.mutate('orders', [order, { ...order, id: 2, properties: { paidAt: 1 } }], { mode: 'SYNC' });
    await instance.settle();
    const [count] = await instance.engine.counts(instance.table('orders'), 'OUT', [1n]);
    assert.equal(count, 1n);
    assert.deepEqual(await codesOf(instance), ['missing-property']);
    await assertSideQueueHolds(instance);
  });
});

test('a refused mutation whose caller waits for the answer is not parked', async () => {
  await using instance = await aShop();
  const { results } = await instance.mutate('wish', [poison]);
  assert.equal(results[0]?.status, 'ERROR');
  await instance.mutate('wish', [poison], { mode: 'ASYNC', origin: { name: 'binlog', position: 1n } });
  await instance.settle();
  assert.equal(instance.engine.queueStatus.parked, 0);
  await assertSideQueueHolds(instance);
});

test('L7 what stands behind a parked mutation takes effect in its order, once', async () => {
  await using instance = await aShop();
  await Promise.all(
    Array.from({ length: 40 }, (_, place) => {
      const item = place % 4 === 0 ? { ...poison, target: `poison-${place}` } : { ...wishItem, target: `sku-${place}` };
      return instance.mutate('wish', [{ ...item, version: 1n }], { mode: 'ASYNC' });
    }),
  );
  const ties = Array.from({ length: 10 }, (_, place) => ({ ...wishItem, properties: { at: place } }));
  for (const tie of ties) await instance.mutate('wish', [tie], { mode: 'ASYNC' });
  await instance.settle();
  assert.equal(await wishesOf(instance, 7n), 31n);
  assert.equal(instance.engine.queueStatus.parked, 10);
  const { rows } = await instance.engine.get(
    instance.table('wish'),
    [{ kind: 'edge', source: 7n, target: 'sku-a' }],
    [],
  );
  assert.equal(rows[0]?.values[0], 9n, 'of equal versions the last one in the log wins');
  assert.deepEqual([await recountAll(instance.store), await foldProblems(instance.store)], [[], []]);
  await assertSideQueueHolds(instance);
});

describe('a parked mutation', () => {
  test('takes effect when it is retried after its table was changed, and is parked no more', async () => {
    await using instance = await aShop();
    const [position] = await parkPoison(instance);
    await allowMissingTime(instance);
    const answer = await instance.engine.sideQueue.retry(position, TEST_STAMP);
    assert.deepEqual(answer, { status: 'CREATED', refusal: null, parkedAs: null });
    assert.equal(await wishesOf(instance, 7n), 1n);
    assert.equal(instance.engine.queueStatus.parked, 0);
    await assertSideQueueHolds(instance);
  });

  test('takes effect when it is retried after its table is active again, even under the system mode DROP', async () => {
    const instance = await aShop(SLOW);
    await queueTwo(instance);
    await setActive(instance, 'wish', false);
    await pass(instance, 1_000);
    await setActive(instance, 'wish', true);
    await instance[Symbol.asyncDispose]();
    const { storage, store } = instance;
    await using again = await TestInstance.open({ storage, store, systemMode: 'DROP' });
    const [one] = (await parkedOf(again)).parked;
    assert.ok(one !== undefined, 'it is parked over a restart');
    assert.equal((await again.engine.sideQueue.retry(one.position, TEST_STAMP)).status, 'CREATED');
    assert.equal(await wishesOf(again, 7n), 2n);
    await assertSideQueueHolds(again);
  });

  test('of a v2 call is retried by the rules of v2', async () => {
    await using instance = await aShop();
    await instance.mutate('wish', [poison], { mode: 'ASYNC', rules: 'v2' });
    await instance.settle();
    const [one] = (await parkedOf(instance)).parked;
    assert.equal(one?.record.rules, 'v2');
    await allowMissingTime(instance);
    await instance.mutate('wish', [{ ...poison, version: 1n, properties: { qty: 3 } }]);
    const answer = await instance.engine.sideQueue.retry(one.position, TEST_STAMP);
    assert.equal(answer.status, 'UPDATED');
    const key = { kind: 'edge', source: 7n, target: 'poison' } as const;
    const { rows } = await instance.engine.get(instance.table('wish'), [key], []);
    assert.equal(rows[0]?.values[2], 3, 'an INSERT of v2 keeps what it does not name');
    await assertSideQueueHolds(instance);
  });

  test('loses against a newer version that took effect meanwhile', async () => {
    await using instance = await aShop();
    const [position] = await parkPoison(instance);
    await instance.mutate('wish', [{ ...poison, target: 'poison-0', version: 99n, properties: { at: 5 } }]);
    await allowMissingTime(instance);
    assert.equal((await instance.engine.sideQueue.retry(position, TEST_STAMP)).status, 'IDLE');
  });

  test('that is refused again is parked under the place of that refusal, with one more try', async () => {
    await using instance = await aShop();
    const [position] = await parkPoison(instance);
    const answer = await instance.engine.sideQueue.retry(position, TEST_STAMP);
    assert.equal(answer.status, 'ERROR');
    assert.equal(answer.refusal?.code, 'missing-property');
    const [one, ...more] = (await parkedOf(instance)).parked;
    assert.ok(one !== undefined && more.length === 0);
    assert.deepEqual(one.position, answer.parkedAs);
    assert.equal(one.mutation.tries, 2);
    await allowMissingTime(instance);
    assert.equal((await instance.engine.sideQueue.retry(one.position, TEST_STAMP)).status, 'CREATED');
    await assertSideQueueHolds(instance);
  });

  test('takes effect once, however many retry it at the same time', async () => {
    await using instance = await aShop();
    const [position] = await parkPoison(instance);
    await allowMissingTime(instance);
    const retries = Array.from({ length: 5 }, () => instance.engine.sideQueue.retry(position, TEST_STAMP));
    const answers = await Promise.allSettled(retries);
    const texts = answers.map((answer) =>
      answer.status === 'fulfilled' ? answer.value.status : codeOf(answer.reason),
    );
    assert.deepEqual(texts.sort(), ['CREATED', ...new Array<string>(4).fill('not-parked')]);
    assert.deepEqual(await recountAll(instance.store), []);
    await assertSideQueueHolds(instance);
  });

  test('is gone when it is dropped, and no retry finds it', async () => {
    await using instance = await aShop();
    const [first, second] = await parkPoison(instance, 2);
    assert.ok(second !== undefined);
    const { sideQueue } = instance.engine;
    await sideQueue.drop(first, TEST_STAMP);
    await assert.rejects(sideQueue.drop(first, TEST_STAMP), (error) => codeOf(error) === 'not-parked');
    await assert.rejects(sideQueue.retry(first, TEST_STAMP), (error) => codeOf(error) === 'not-parked');
    const [one, ...more] = (await parkedOf(instance)).parked;
    assert.deepEqual([one?.position, more.length], [second, 0]);
    await assertSideQueueHolds(instance);
  });

  test('that is retried and dropped in one frame goes the way that the log says first', async () => {
    await using instance = await aShop();
    const [position] = await parkPoison(instance);
    await allowMissingTime(instance);
    const { sideQueue } = instance.engine;
    // The first one is alone in its frame; those behind it share the next.
    const { end } = instance.log.bounds(0);
    const other = instance.mutate('wish', [{ ...wishItem, source: 8 }]);
    const [retried, dropped] = await Promise.allSettled([
      sideQueue.retry(position, TEST_STAMP),
      sideQueue.drop(position, TEST_STAMP),
    ]);
    await other;
    assert.equal(instance.log.bounds(0).end, end + 2, 'two frames: of three records');
    assert.equal(retried.status === 'fulfilled' && retried.value.status, 'CREATED');
    assert.equal(dropped.status === 'rejected' && codeOf(dropped.reason), 'not-parked');
    await assertSideQueueHolds(instance);
  });

  test('needs no log: a store whose log was trimmed behind it still retries it', async () => {
    const retention = { ageMs: -1_000_000_000, bytes: Number.MAX_SAFE_INTEGER };
    await using instance = await aShop({ retention });
    const [position] = await parkPoison(instance);
    await instance.mutate('wish', [wishItem]);
    await pass(instance, 60_000);
    assert.ok(instance.log.bounds(0).start > position.offset, 'the frame that refused it is trimmed');
    await allowMissingTime(instance);
    assert.equal((await instance.engine.sideQueue.retry(position, TEST_STAMP)).status, 'CREATED');
  });
});

test('what is parked is read page by page, in log order, and by table', async () => {
  await using instance = await aShop({ systemMode: 'ASYNC' });
  await createNotes(instance);
  await parkPoison(instance, 25);
  await mutateNotes(instance, { a: 'kind' });
  const { sideQueue } = instance.engine;
  const first = await sideQueue.read({ after: null, limit: 20, table: 'shop.wish' });
  const second = await sideQueue.read({ after: first.next, limit: 20, table: 'shop.wish' });
  assert.deepEqual([first.parked.length, second.parked.length, second.next], [20, 5, null]);
  const offsets = [...first.parked, ...second.parked].map(({ position }) => position.offset * 1_000 + position.entry);
  assert.deepEqual(
    offsets,
    offsets.toSorted((a, b) => a - b),
  );
  const notes = await sideQueue.read({ after: null, limit: 20, table: 'shop.notes' });
  assert.deepEqual([notes.parked.length, notes.next], [1, null]);
});

test('L2 a store that crashed finds the same parked mutations again', async () => {
  const instance = await aShop();
  await parkPoison(instance, 3);
  const rows = await dumpStore(instance.store);
  for (let kept = 0; kept <= instance.store.unflushedWrites; kept++) {
    await using again = await TestInstance.open({ storage: instance.storage, store: instance.store.crash(kept) });
    await again.settle();
    assert.deepEqual(await dumpStore(again.store), rows);
    assert.equal(again.engine.queueStatus.parked, 3);
  }
});

async function codesOf(instance: TestInstance): Promise<string[]> {
  return (await parkedOf(instance)).parked.map(({ mutation }) => mutation.code);
}

/** Parks so many wishes of user 7, and answers where they are; at least one. */
async function parkPoison(instance: TestInstance, count = 1) {
  for (let place = 0; place < count; place++) {
    await instance.mutate('wish', [{ ...poison, target: `poison-${place}` }], { mode: 'ASYNC' });
  }
  await instance.settle();
  const [first, ...rest] = (await parkedOf(instance)).parked.map(({ position }) => position);
  assert.ok(first !== undefined && rest.length === count - 1);
  return [first, ...rest] as const;
}

function wishes(
  first: number,
  count: number,
  properties: typeof wishItem.properties,
  type: 'INSERT' | 'UPDATE' = 'INSERT',
) {
  const version = type === 'INSERT' ? 1n : 2n;
  return Array.from({ length: count }, (_, place) => {
    return { ...wishItem, type, version, target: `sku-${first + place}`, properties };
  });
}

/** A table with two texts that are too long together, and a group that sums what may be missing. */
async function createNotes(instance: TestInstance): Promise<void> {
  const group = { group: 'sums', type: 'SUM' as const, fields: [], valueField: 'amount', comment: '' };
  const text = (name: string) => ({ name, type: 'string' as const, comment: '', nullable: true });
  const schema: EdgeSchema = {
    ...wishSchema,
    properties: [text('a'), text('b'), { name: 'amount', type: 'long', comment: '', nullable: true }],
    indexes: [],
    caches: [],
    groups: [{ ...group, fields: [{ name: 'version', bucket: null }], directionType: 'OUT', ttl: 1_000 }],
  };
  const table = { kind: 'create-table', database: 'shop', table: 'notes', comment: '', mode: 'ASYNC' } as const;
  await instance.engine.changeCatalog({ ...table, schema, storage: 'datastore://shop/notes' }, TEST_STAMP);
}

async function mutateNotes(
  instance: TestInstance,
  properties: typeof wishItem.properties,
  type: 'INSERT' | 'UPDATE' = 'INSERT',
): Promise<void> {
  const item = anItem({ type, version: 1n, source: 7, target: 'sku-a', ...(properties && { properties }) });
  await instance.mutate('wish', [item], { table: 'notes' });
  await instance.settle();
}
