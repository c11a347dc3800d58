/** Goal: what an operator sees of a rework, and what meets it. Method: a shop in memory, steps of a few rows, virtual time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hashText } from '@actionbase/core/codec/xxhash32';
import { Failure } from '@actionbase/core/failure';
import type { EdgeSchema, GroupSchema, IndexSchema } from '@actionbase/core/model/schema';
import { tableId } from '@actionbase/core/model/table';
import type { ReworkRecord } from '@actionbase/core/record/log-record';
import { encodeReworkRecord } from '@actionbase/core/record/rework-record';
import { portFailures } from '@actionbase/ports/failures';
import type { Log } from '@actionbase/ports/log';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { MemoryLog } from '@actionbase/ports/memory/memory-log';
import type { Store } from '@actionbase/ports/store';
import { ENGINE_LIMITS } from '../limits.ts';
import { aShop, codeOf, wishItem } from '../testing/a-shop.ts';
import { compareAnswers, readFromName } from '../testing/expected-answers.ts';
import { dumpStore, recountAll } from '../testing/instance-state.ts';
import { override } from '../testing/override.ts';
import { SKUS, USERS } from '../testing/programs.ts';
import { readStream } from '../testing/read-streams.ts';
import { TestInstance, type TestInstanceOptions } from '../testing/test-instance.ts';
import { TEST_STAMP, wishSchema } from '../testing/wish-tables.ts';
import { TABLE_REWORKS_MAX } from './plan-rework.ts';

const byQty: IndexSchema = { index: 'by_qty', fields: [{ field: 'qty', order: 'ASC' }], comment: '' };
const byColor: IndexSchema = { index: 'colour', fields: [{ field: 'color', order: 'DESC' }], comment: '' };
const quantity: GroupSchema = {
  group: 'quantity',
  type: 'SUM',
  fields: [{ name: 'color', bucket: null }],
  valueField: 'qty',
  comment: '',
  directionType: 'BOTH',
  ttl: 691_200_000,
};

const withNames: EdgeSchema = {
  ...wishSchema,
  indexes: [...wishSchema.indexes, byQty],
  groups: [...wishSchema.groups, quantity],
  caches: [
    ...wishSchema.caches,
    { cache: 'bottom', fields: [{ field: 'at', order: 'ASC' }], limit: 1_000, comment: '' },
  ],
};
const withoutNames: EdgeSchema = { ...wishSchema, indexes: [], groups: [], caches: [] };

/** Steps of two rows; no call waits for any. */
const SMALL = { reworkRowsMax: 2, reworkStatesInCallMax: 0 } as const;

/** A shop with a wish of every user for every product. */
async function aFullShop(options: TestInstanceOptions = {}): Promise<TestInstance> {
  const instance = await aShop(options);
  const items = USERS.flatMap((source) => SKUS.map((target) => ({ ...wishItem, source, target })));
  await instance.mutate(
    'wish',
    items.map((item, place) => ({ ...item, properties: { at: 10 + place, color: 'red', qty: place } })),
  );
  return instance;
}

function change(instance: TestInstance, schema: EdgeSchema): Promise<unknown> {
  return instance.engine.changeCatalog({ kind: 'update-table', database: 'shop', table: 'wish', schema }, TEST_STAMP);
}

function reworksOf(instance: TestInstance) {
  return instance.engine.catalog.reworks.get(instance.table('wish').id)?.list ?? [];
}

/** Lets one step be taken. */
async function rework(instance: TestInstance): Promise<void> {
  instance.clock.advance(ENGINE_LIMITS.reworkRestMsMin);
  await instance.settle();
}

async function reworkAll(instance: TestInstance): Promise<void> {
  for (let step = 0; step < 1_000; step++) {
    if ([...instance.engine.catalog.reworks.values()].every(({ current }) => current === undefined)) return;
    await rework(instance);
  }
  assert.fail('the reworks do not come to an end');
}

async function assertAllAnswer(instance: TestInstance): Promise<void> {
  for (const { what, answer, expected } of await compareAnswers(instance.engine, instance.table('wish'), () => true)) {
    assert.deepEqual(answer, expected, what);
  }
  assert.deepEqual(await recountAll(instance.store), []);
}

/** Frames that changed nothing that the feed shows: steps. */
async function stepsOf(instance: TestInstance): Promise<number> {
  return (await instance.engine.feed(0, 1_000)).filter((record) => record.outcomes.length === 0).length;
}

function findName(instance: TestInstance, name: string) {
  const { indexes, groups, caches } = instance.table('wish');
  const found = [...indexes, ...groups, ...caches].find((one) => one.name === name);
  assert.ok(found !== undefined, name);
  return found;
}

async function refusalOf(instance: TestInstance, name: string): Promise<Failure> {
  const refusal = await readFromName(instance.engine, instance.table('wish'), findName(instance, name)).catch(
    (error: unknown) => error,
  );
  assert.ok(refusal instanceof Failure, `${name} answers`);
  assert.equal(refusal.code, 'not-ready');
  return refusal;
}

describe('a change of the schema of a table with rows', () => {
  test('is answered when what it adds is complete, and dropped names have left nothing', async () => {
    await using instance = await aFullShop();
    await change(instance, withNames);
    assert.deepEqual(reworksOf(instance), []);
    await assertAllAnswer(instance);
    await change(instance, withoutNames);
    assert.deepEqual(reworksOf(instance), []);
    assert.equal((await dumpStore(instance.store)).filter((line) => line.startsWith('cell 1')).length, 0);
    await change(instance, withNames);
    await assertAllAnswer(instance);
  });

  test('is answered before that when the table has more states than a call waits for', async () => {
    await using instance = await aFullShop({ limits: { reworkRowsMax: 2, reworkStatesInCallMax: 3 } });
    await change(instance, withNames);
    const [left] = reworksOf(instance);
    assert.equal(left?.states, 3);
    assert.deepEqual(left.builds, [
      { kind: 'index', name: 'by_qty' },
      { kind: 'group', name: 'quantity' },
      { kind: 'cache', name: 'bottom' },
    ]);
    for (const name of ['by_qty', 'quantity', 'bottom']) {
      assert.match((await refusalOf(instance, name)).message, /rows of 3 edges, .* are there; try again later/);
    }
    await reworkAll(instance);
    await assertAllAnswer(instance);
  });

  test('is answered before the cells of dropped names are gone when there are more than the states of a call can have', async () => {
    await using instance = await aFullShop({ limits: { reworkRowsMax: 2, reworkStatesInCallMax: 3 } });
    await change(instance, { ...wishSchema, groups: [], caches: [] });
    const [left] = reworksOf(instance);
    assert.equal(left?.phase, 'cells');
    // Of three states, two names in two directions: 12 cells.
    assert.equal(left.rows, 12);
    await reworkAll(instance);
    await assertAllAnswer(instance);
  });

  test('does not wait when it touches no index, group or cache', async () => {
    await using instance = await aFullShop({ limits: SMALL });
    await change(instance, withNames);
    await instance.settle();
    const before = reworksOf(instance);
    const comment = { kind: 'update-table', database: 'shop', table: 'wish', comment: 'new' } as const;
    await instance.engine.changeCatalog(comment, TEST_STAMP);
    assert.deepEqual(reworksOf(instance), before);
    await refusalOf(instance, 'by_qty');
  });

  test('makes no rework of a table without rows', async () => {
    await using instance = await aShop({ limits: SMALL });
    await change(instance, withNames);
    assert.deepEqual(reworksOf(instance), []);
    await assertAllAnswer(instance);
  });

  test('is refused while the table has as many reworks as it may', async () => {
    await using instance = await aFullShop({ limits: { ...SMALL, reworkRowsMax: 50 } });
    const withMore = (count: number): EdgeSchema => {
      const more = Array.from({ length: count }, (_, place) => ({ ...byQty, index: `more-${place}` }));
      return { ...wishSchema, indexes: [...wishSchema.indexes, ...more] };
    };
    for (let count = 1; count <= TABLE_REWORKS_MAX; count++) await change(instance, withMore(count));
    const oneMore = change(instance, withMore(TABLE_REWORKS_MAX + 1));
    await assert.rejects(oneMore, /16 earlier changes .* wait until one is done/);
    await change(instance, withMore(TABLE_REWORKS_MAX - 1));
    await reworkAll(instance);
    await assertAllAnswer(instance);
  });

  test('L8 that is refused while others are being worked on changes nothing', async () => {
    await using instance = await aFullShop({ limits: SMALL });
    await change(instance, withNames);
    const before = await dumpStore(instance.store);
    const turned = { ...byQty, fields: [{ field: 'qty', order: 'DESC' as const }] };
    await assert.rejects(
      change(instance, { ...withNames, indexes: [...wishSchema.indexes, turned] }),
      (error) => codeOf(error) === 'invalid-change',
    );
    assert.deepEqual(await dumpStore(instance.store), before);
  });
});

describe('a name that existing edges cannot have', () => {
  test('stops with the edge and the reason, and the others of its change go on', async () => {
    await using instance = await aFullShop();
    await instance.mutate('wish', [
      { ...wishItem, source: 2, target: 'a', version: 99n, properties: { at: 1, color: 'red' } },
    ]);
    await change(instance, withNames);
    const [left, ...more] = reworksOf(instance);
    assert.equal(more.length, 0);
    const reason = 'qty must be provided: the group "quantity" sums it up';
    assert.deepEqual(left?.failed, [{ kind: 'group', name: 'quantity', edge: '2 -> a', reason }]);
    assert.match((await refusalOf(instance, 'quantity')).message, /could not be built at 2 -> a: qty must .* drop it/);
    const others = (one: { readonly name: string }): boolean => one.name !== 'quantity';
    for (const { what, answer, expected } of await compareAnswers(instance.engine, instance.table('wish'), others)) {
      assert.deepEqual(answer, expected, what);
    }
    assert.deepEqual(await recountAll(instance.store), []);
  });

  test('refuses no mutation, and is cleaned up when it is dropped', async () => {
    await using instance = await aFullShop();
    const without = { ...wishItem, source: 2, target: 'a', version: 99n, properties: { at: 1, color: 'red' } };
    await instance.mutate('wish', [without]);
    await change(instance, withNames);
    const { results } = await instance.mutate('wish', [{ ...without, version: 100n }]);
    assert.equal(results[0]?.status, 'UPDATED');
    await change(instance, { ...withNames, groups: wishSchema.groups });
    assert.deepEqual(reworksOf(instance), []);
    await instance.mutate('wish', [{ ...without, version: 101n, properties: { at: 1, color: 'red', qty: 4 } }]);
    await change(instance, withNames);
    await assertAllAnswer(instance);
  });

  test('is refused for a key that is too long for the store', async () => {
    await using instance = await aShop();
    const schema = { ...wishSchema, indexes: [], groups: [] };
    await change(instance, schema);
    await instance.mutate('wish', [
      { ...wishItem, source: 1, target: 'a', properties: { at: 1, color: 'x'.repeat(1_900) } },
    ]);
    await change(instance, { ...schema, indexes: [byColor] });
    const [left] = reworksOf(instance);
    assert.match(left?.failed[0]?.reason ?? '', /"color" makes the key of index "colour" 19\d\d bytes long/);
    const refused = await instance.mutate('wish', [
      { ...wishItem, source: 2, target: 'b', properties: { at: 2, color: 'red' } },
    ]);
    assert.equal(refused.results[0]?.status, 'CREATED');
    await change(instance, schema);
    await assertAllAnswer(instance);
  });
});

describe('steps of a rework', () => {
  test('rest for as long as they took', async () => {
    let tookMs = 0;
    let clock: ManualClock | undefined;
    const wrapStore = (store: Store): Store =>
      override(store, 'write', async (...args) => {
        clock?.advance(tookMs);
        return store.write(...args);
      });
    await using instance = await aFullShop({ limits: SMALL, wrapStore });
    clock = instance.clock;
    await change(instance, withNames);
    await instance.settle();
    tookMs = 50;
    await rework(instance);
    tookMs = 0;
    const before = await stepsOf(instance);
    clock.advance(49);
    await instance.settle();
    assert.equal(await stepsOf(instance), before);
    clock.advance(1);
    await instance.settle();
    assert.equal(await stepsOf(instance), before + 1);
  });

  test('of several tables take turns', async () => {
    await using instance = await aFullShop({ limits: { ...SMALL, reworkRowsMax: 1 } });
    for (const id of [100, 101]) {
      const properties = { paidAt: 1, amount: 1 };
      await instance.mutate('orders', [{ type: 'INSERT', version: 1n, id, source: 1, target: 2, properties }]);
    }
    await change(instance, withNames);
    const { schema } = instance.engine.catalog.tables.get('shop.orders')?.definition ?? {};
    assert.ok(schema !== undefined);
    const orders = { ...schema, indexes: [] };
    await instance.engine.changeCatalog(
      { kind: 'update-table', database: 'shop', table: 'orders', schema: orders },
      TEST_STAMP,
    );
    for (let step = 0; step < 6; step++) await rework(instance);
    const passed = [...instance.engine.catalog.reworks.values()].map(({ current }) => current?.rows ?? 0);
    assert.equal(passed.length, 2);
    assert.ok(Math.abs((passed[0] ?? 0) - (passed[1] ?? 0)) <= 2, passed.join());
    await reworkAll(instance);
    await assertAllAnswer(instance);
  });

  test('end after their bytes as well as after their rows', async () => {
    for (const limits of [{ reworkRowsMax: 1 }, { reworkBytesMax: 1 }]) {
      await using instance = await aFullShop({ limits });
      await change(instance, withoutNames);
      const rows = (await dumpStore(instance.store)).filter((line) => line.startsWith('row 1')).length;
      assert.ok((await stepsOf(instance)) > rows);
    }
  });

  test('pass a table of many pages', async () => {
    await using instance = await aShop();
    const items = Array.from({ length: 300 }, (_, place) => ({ ...wishItem, source: place, target: `sku-${place}` }));
    await instance.mutate('wish', items);
    await change(instance, { ...wishSchema, indexes: [...wishSchema.indexes, byQty], caches: [] });
    assert.deepEqual(await recountAll(instance.store), []);
    assert.deepEqual(reworksOf(instance), []);
  });

  test('go on after a restart, from the same row', async () => {
    const instance = await aFullShop({ limits: SMALL });
    await change(instance, withNames);
    await rework(instance);
    await rework(instance);
    const { catalog } = instance.engine;
    await instance[Symbol.asyncDispose]();
    let read: TestInstance['engine']['catalog'] | undefined;
    const wrapStore = (store: Store): Store =>
      override(store, 'write', (...args) => {
        read ??= again?.engine.catalog;
        return store.write(...args);
      });
    let again: TestInstance | undefined;
    const { storage, store } = instance;
    again = await TestInstance.open({ storage, store, limits: SMALL, wrapStore });
    await again.settle();
    assert.deepEqual(read, catalog);
    await reworkAll(again);
    await assertAllAnswer(again);
    await again[Symbol.asyncDispose]();
  });

  test('are tried again when the store refuses, and the call that waits is answered', async () => {
    let failing = false;
    let writes = 0;
    const wrapStore = (store: Store): Store =>
      override(store, 'write', async (...args) => {
        // The change itself is written; its first step is not.
        if (failing && ++writes > 1) throw new Failure(portFailures['store-full'], 'no room');
        return store.write(...args);
      });
    await using instance = await aFullShop({ wrapStore });
    failing = true;
    await change(instance, withNames);
    assert.equal(instance.engine.status.kind, 'store-down');
    await refusalOf(instance, 'by_qty');
    failing = false;
    instance.clock.advance(5_000);
    await instance.settle();
    instance.clock.advance(5_000);
    await instance.settle();
    assert.equal(instance.engine.status.kind, 'running');
    await reworkAll(instance);
    await assertAllAnswer(instance);
  });

  test('show nothing of themselves in WAL and CDC', async () => {
    await using instance = await aFullShop({ limits: { reworkRowsMax: 2 } });
    const before = [await readStream(instance.engine, 'wal'), await readStream(instance.engine, 'cdc')];
    await change(instance, withNames);
    assert.ok((await stepsOf(instance)) > 1);
    const after = [await readStream(instance.engine, 'wal'), await readStream(instance.engine, 'cdc')];
    // Each shows the change itself.
    assert.deepEqual(
      after.map((stream) => stream.slice(0, -1)),
      before,
    );
    for (const stream of after) assert.match(stream.at(-1)?.text ?? '', /by_qty/);
  });

  test('stop when the table is deleted', async () => {
    await using instance = await aFullShop({ limits: SMALL });
    await change(instance, withNames);
    await instance.engine.changeCatalog(
      { kind: 'update-table', database: 'shop', table: 'wish', active: false },
      TEST_STAMP,
    );
    await rework(instance);
    assert.ok(reworksOf(instance)[0]?.rows);
    await instance.engine.changeCatalog({ kind: 'delete-table', database: 'shop', table: 'wish' }, TEST_STAMP);
    await rework(instance);
    assert.equal(instance.engine.catalog.reworks.size, 0);
    assert.deepEqual(
      (await dumpStore(instance.store)).filter((line) => line.includes(Buffer.from('rework/').toString('hex'))),
      [],
    );
  });
});

describe('a step in the log', () => {
  const step: ReworkRecord = {
    kind: 'rework',
    stamp: TEST_STAMP,
    table: tableId(1),
    phase: 'rows',
    cursor: '',
    rowsMax: 1_000,
    bytesMax: 1_000_000,
  };

  /** The dump of what was read from a log whose last frame holds these records, and of what was there before. */
  async function withFrame(
    records: readonly ReworkRecord[],
  ): Promise<{ before: string[]; after: () => Promise<string[]> }> {
    const instance = await aFullShop({ limits: SMALL });
    await change(instance, withNames);
    await rework(instance);
    await instance[Symbol.asyncDispose]();
    const { store } = instance;
    const before = await dumpStore(store);
    const log = await MemoryLog.open({ storage: instance.storage, clock: new ManualClock({ sleeps: 'advance' }) });
    await log.append(0, records.map(encodeReworkRecord));
    const wrapLog = (other: Log): Log => override(other, 'append', () => new Promise(() => undefined));
    return {
      before: before.filter((line) => /^(row|cell)/.test(line)),
      after: async () => {
        await TestInstance.open({ storage: instance.storage, store, wrapLog });
        return (await dumpStore(store)).filter((line) => /^(row|cell)/.test(line));
      },
    };
  }

  test('L2 that begins where the rework no longer stands is without effect', async () => {
    for (const stale of [step, { ...step, cursor: 'AAAA' }, { ...step, phase: 'cells' as const }]) {
      const { before, after } = await withFrame([stale]);
      assert.deepEqual(await after(), before);
    }
  });

  test('of a table that is not there is without effect', async () => {
    const { before, after } = await withFrame([{ ...step, table: tableId(77) }]);
    assert.deepEqual(await after(), before);
  });

  test('that is not alone in its frame breaks the rules', async () => {
    const { after } = await withFrame([step, step]);
    await assert.rejects(after(), /alone in its frame/);
  });
});

describe('names that come back', () => {
  test('are built after their old rows were removed', async () => {
    await using instance = await aFullShop({ limits: SMALL });
    await change(instance, withoutNames);
    await rework(instance);
    await change(instance, wishSchema);
    assert.equal(reworksOf(instance).length, 2);
    await refusalOf(instance, 'newest');
    await reworkAll(instance);
    await assertAllAnswer(instance);
  });

  test('and go again before that have never been built', async () => {
    await using instance = await aFullShop({ limits: SMALL });
    await change(instance, withoutNames);
    for (let turn = 0; turn < 30; turn++) await change(instance, turn % 2 === 0 ? withNames : withoutNames);
    assert.equal(reworksOf(instance).length, 1);
    await reworkAll(instance);
    await assertAllAnswer(instance);
  });

  test('may mean something else then', async () => {
    await using instance = await aFullShop({ limits: SMALL });
    const turned = { index: 'newest', fields: [{ field: 'at', order: 'ASC' as const }], comment: '' };
    await change(instance, { ...wishSchema, indexes: [] });
    await change(instance, { ...wishSchema, indexes: [turned] });
    await instance.mutate('wish', [{ ...wishItem, source: 1, target: 'a', version: 50n }]);
    await reworkAll(instance);
    await assertAllAnswer(instance);
  });

  test('with the code of one that is dropped in the same change are told apart from it', async () => {
    const [old, fresh] = ['poup', 'p57wp'];
    assert.equal(hashText(old), hashText(fresh));
    await using instance = await aFullShop({ limits: SMALL });
    const named = (index: string): EdgeSchema => ({ ...wishSchema, indexes: [{ ...byQty, index }] });
    await change(instance, named(old));
    await reworkAll(instance);
    await change(instance, named(fresh));
    await reworkAll(instance);
    await assertAllAnswer(instance);
  });
});

test('L3 an index that is built while a property is gone shows it when the property comes back', async () => {
  await using instance = await aFullShop();
  const without = { ...wishSchema, properties: wishSchema.properties.filter(({ name }) => name !== 'qty') };
  await change(instance, without);
  const times: IndexSchema = { index: 'times', fields: [{ field: 'at', order: 'ASC' }], comment: '' };
  await change(instance, { ...without, indexes: [...wishSchema.indexes, times] });
  await change(instance, { ...wishSchema, indexes: [...wishSchema.indexes, times] });
  await assertAllAnswer(instance);
});
