import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import type { CatalogChange } from '@actionbase/core/model/catalog';
import { portFailures } from '@actionbase/ports/failures';
import type { LogFault } from '@actionbase/ports/memory/memory-log';
import type { Store } from '@actionbase/ports/store';
import type { MutateRequest } from './admit/admit.ts';
import { aShop, codeOf, wishesOf, wishItem } from './testing/a-shop.ts';
import { dumpStore, foldProblems, recountAll } from './testing/instance-state.ts';
import { override } from './testing/override.ts';
import { TestInstance } from './testing/test-instance.ts';
import { shopChanges, TEST_STAMP, wishSchema } from './testing/wish-tables.ts';

describe('L8 a refused request changes neither the log nor the store', () => {
  const refused: readonly [string, Partial<MutateRequest>, string][] = [
    ['an unknown table', { table: 'nope' }, 'unknown-table'],
    ['an unknown database', { database: 'nope' }, 'unknown-table'],
    ['a call for the other kind of edges', { kind: 'multiEdge' }, 'wrong-edge-kind'],
    ['force without a mode', { force: true }, 'mode-conflict'],
    ['a source of the wrong type', { items: [wishItem, { ...wishItem, source: 'seven' }] }, 'cast-failed'],
    ['a key that is too long', { items: [wishItem, { ...wishItem, target: 'x'.repeat(2_000) }] }, 'key-too-long'],
    [
      'a request that is too large for one record',
      { items: Array.from({ length: 300 }, () => ({ ...wishItem, properties: { at: 1, color: 'x'.repeat(60_000) } })) },
      'request-too-large',
    ],
    [
      'a request that asks for too many rows',
      { items: Array.from({ length: 9_999 }, (_, place) => ({ ...wishItem, target: `sku-${place}` })) },
      'request-too-large',
    ],
    [
      'properties that are too long',
      { items: [wishItem, { ...wishItem, properties: { at: 1, color: 'x'.repeat(70_000) } }] },
      'value-too-long',
    ],
  ];
  for (const [title, parts, code] of refused) {
    test(title, async () => {
      await using instance = await aShop();
      await instance.mutate('wish', [wishItem]);
      const rows = await dumpStore(instance.store);
      const end = instance.log.bounds(0).end;
      await assert.rejects(instance.mutate('wish', [wishItem], parts), (error) => codeOf(error) === code);
      assert.equal(instance.log.bounds(0).end, end);
      assert.deepEqual(await dumpStore(instance.store), rows);
    });
  }
});

test('an index key that only the merged state makes too long is refused with status ERROR and changes no row', async () => {
  await using instance = await aShop();
  const long = 'x'.repeat(1_890);
  await instance.mutate('wish', [wishItem]);
  const before = (await dumpStore(instance.store)).filter((line) => /^(row|cell) [1-9]/.test(line));
  const { results } = await instance.mutate('wish', [
    { ...wishItem, version: 11n, properties: { at: 1, color: long } },
  ]);
  assert.equal(results[0]?.status, 'ERROR');
  assert.equal(results[0]?.code, 'key-too-long');
  assert.deepEqual(
    (await dumpStore(instance.store)).filter((line) => /^(row|cell) [1-9]/.test(line)),
    before,
  );
});

test('reading a key that is too long for any row finds nothing', async () => {
  await using instance = await aShop();
  await instance.mutate('wish', [wishItem]);
  const wish = instance.table('wish');
  const far = 'x'.repeat(3_000);
  const keys = [far, 'sku-a'].map((target) => ({ kind: 'edge' as const, source: 7n, target }));
  assert.equal((await instance.engine.get(wish, keys, [])).rows.length, 1);
  assert.deepEqual(await instance.engine.counts(wish, 'IN', [far, 'sku-a']), [0n, 1n]);
  const query = { direction: 'IN' as const, start: far, limit: 5, offset: undefined, ranges: [], filters: [] };
  const { rows, total } = await instance.engine.scan(wish, { ...query, index: 'newest', withTotal: true });
  assert.deepEqual([rows.length, total], [0, 0n]);
  const seek = { cache: 'top', direction: 'IN' as const, start: far, limit: 5, offset: undefined };
  assert.deepEqual((await instance.engine.seek(wish, seek)).rows, []);
  const ranges = [{ field: 'color', op: 'eq' as const, values: ['red'] }];
  const agg = { group: 'colors', direction: 'IN' as const, starts: [far], ranges, nowMs: 0 };
  assert.deepEqual((await instance.engine.agg(wish, agg)).sums, []);
});

test('answers are bounded in bytes: a get of more is refused, a scan ends its page early and goes on', async () => {
  await using instance = await aShop({ limits: { answerBytesMax: 1_000 } });
  const note = 'x'.repeat(300);
  const targets = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const items = targets.map((target, place) => ({ ...wishItem, target, properties: { at: place, note } }));
  await instance.mutate('wish', items);
  const wish = instance.table('wish');
  const keys = targets.map((target) => ({ kind: 'edge' as const, source: 7n, target }));
  await assert.rejects(instance.engine.get(wish, keys, []), (error) => codeOf(error) === 'answer-too-large');
  assert.equal((await instance.engine.get(wish, keys.slice(0, 2), [])).rows.length, 2);
  const query = { index: 'newest', direction: 'OUT' as const, start: 7n, limit: 50, ranges: [], filters: [] };
  const pages: number[] = [];
  for (let offset: string | undefined; ; ) {
    const page = await instance.engine.scan(wish, { ...query, offset, withTotal: false });
    pages.push(page.rows.length);
    if (!page.hasNext) break;
    offset = page.offset ?? undefined;
  }
  assert.deepEqual(pages, [2, 2, 2, 1]);
});

test('a request whose edges are too large together is applied as far as it goes, live and at a replay alike', async () => {
  await using instance = await aShop();
  const color = 'x'.repeat(65_000);
  const edges = Array.from({ length: 600 }, (_, place) => ({
    ...wishItem,
    target: `sku-${place}`,
    properties: { at: 1, color: 'red', note: color },
  }));
  for (let first = 0; first < edges.length; first += 200)
    await instance.mutate('wish', edges.slice(first, first + 200));
  const update = edges.map((item) => ({ ...item, type: 'UPDATE' as const, version: 11n, properties: { qty: 1 } }));
  const { results } = await instance.mutate('wish', update);
  const updated = results.filter((result) => result.status === 'UPDATED').length;
  const codes = new Set(results.flatMap((result) => result.code ?? []));
  assert.ok(updated > 400 && updated < 600, `${updated} were updated`);
  assert.deepEqual([...codes], ['request-too-large']);
  await using again = await TestInstance.open({ storage: instance.storage });
  const frames = await again.engine.feed(again.engine.position?.offset ?? 0, 1);
  assert.equal(
    frames[0]?.outcomes.filter((outcome) => 'status' in outcome && outcome.status === 'UPDATED').length,
    updated,
  );
});

test('an empty request answers no results and leaves no trace', async () => {
  await using instance = await aShop();
  const end = instance.log.bounds(0).end;
  assert.deepEqual((await instance.mutate('wish', [])).results, []);
  assert.equal(instance.log.bounds(0).end, end);
});

test('L6 a mutation is seen by get, count and scan as soon as it is answered', async () => {
  await using instance = await aShop();
  const requests = Array.from({ length: 100 }, (_, place) => ({
    ...wishItem,
    source: place % 5,
    target: `sku-${place}`,
  }));
  await Promise.all(
    requests.map(async (item, place) => {
      await instance.mutate('wish', [item]);
      const key = { kind: 'edge' as const, source: BigInt(place % 5), target: `sku-${place}` };
      const { rows } = await instance.engine.get(instance.table('wish'), [key], []);
      assert.equal(rows.length, 1);
    }),
  );
  for (const user of [0n, 1n, 2n, 3n, 4n]) assert.equal(await wishesOf(instance, user), 20n);
});

test('L2 foreign records that come again, in whole or in part, change nothing', async () => {
  await using instance = await aShop();
  const send = (position: bigint) =>
    instance.mutate('wish', [{ ...wishItem, version: position, target: `sku-${position % 3n}` }], {
      origin: { name: 'binlog', position },
    });
  for (const position of [1n, 2n, 3n, 4n, 5n]) await send(position);
  const rows = stateRows(await dumpStore(instance.store));
  for (const position of [3n, 4n, 5n, 1n, 5n]) await send(position);
  assert.deepEqual(stateRows(await dumpStore(instance.store)), rows);
  await send(6n);
  assert.notDeepEqual(stateRows(await dumpStore(instance.store)), rows);
});

test('L2 the inbox is found again after a crash that loses the store', async () => {
  const instance = await aShop();
  await instance.mutate('wish', [wishItem], { origin: { name: 'binlog', position: 5n } });
  await using again = await TestInstance.open({ storage: instance.storage, store: instance.store.crash(0) });
  await again.mutate('wish', [{ ...wishItem, type: 'DELETE', version: 99n }], {
    origin: { name: 'binlog', position: 5n },
  });
  assert.equal(await wishesOf(again, 7n), 1n);
});

test('asynchronous mutations are answered QUEUED and take effect later, once, in order', async () => {
  await using instance = await aShop();
  const queued = await Promise.all([
    instance.mutate('wish', [wishItem], { mode: 'ASYNC' }),
    instance.mutate('wish', [{ ...wishItem, type: 'DELETE', version: 11n }], { mode: 'ASYNC' }),
    instance.mutate('wish', [{ ...wishItem, version: 12n, target: 'sku-b' }], { mode: 'ASYNC' }),
  ]);
  assert.deepEqual(
    queued.map((answer) => answer.results.map((result) => result.status)),
    [['QUEUED'], ['QUEUED'], ['QUEUED']],
  );
  await instance.settle();
  assert.equal(instance.engine.isQueueEmpty, true);
  assert.equal(await wishesOf(instance, 7n), 1n);
  const rows = await dumpStore(instance.store);
  await using again = await TestInstance.open({ storage: instance.storage });
  await again.settle();
  assert.deepEqual(await dumpStore(again.store), rows);
  assert.deepEqual(await foldProblems(again.store), []);
});

test('an asynchronous mutation that was durable before a crash takes effect after it', async () => {
  const faults: (LogFault | undefined)[] = [];
  const instance = await aShop({ intercept: () => faults.shift() });
  faults.push(undefined, 'lost');
  await instance.mutate('wish', [wishItem], { mode: 'ASYNC' });
  await using again = await TestInstance.open({ storage: instance.storage, store: instance.store.crash(0) });
  await again.settle();
  assert.equal(await wishesOf(again, 7n), 1n);
  assert.equal(again.engine.isQueueEmpty, true);
});

test('a DROP mutation is kept in the log and never takes effect', async () => {
  await using instance = await aShop();
  const { results } = await instance.mutate('wish', [wishItem], { mode: 'DROP' });
  assert.equal(results[0]?.status, 'QUEUED');
  await instance.settle();
  assert.equal(await wishesOf(instance, 7n), 0n);
});

describe('L9 when the log fails', () => {
  for (const [fault, survives] of [
    ['lost', false],
    ['kept', true],
  ] as const) {
    test(`an append that was ${fault} is answered unknown-outcome, and the engine goes on with what is durable`, async () => {
      const faults: LogFault[] = [];
      await using instance = await aShop({ intercept: () => faults.shift() });
      faults.push(fault);
      await assert.rejects(instance.mutate('wish', [wishItem]), (error) => codeOf(error) === 'unknown-outcome');
      await instance.settle();
      assert.equal(instance.engine.status.kind, 'running');
      assert.equal(await wishesOf(instance, 7n), survives ? 1n : 0n);
      await instance.mutate('wish', [{ ...wishItem, target: 'sku-b' }]);
      assert.equal(await wishesOf(instance, 7n), survives ? 2n : 1n);
      assert.deepEqual(await recountAll(instance.store), []);
      assert.deepEqual(await foldProblems(instance.store), []);
    });
  }

  test('an append that was rejected changes nothing and the next one works', async () => {
    const faults: LogFault[] = [];
    await using instance = await aShop({ intercept: () => faults.shift() });
    const rows = await dumpStore(instance.store);
    faults.push('rejected');
    await assert.rejects(instance.mutate('wish', [wishItem]), (error) => codeOf(error) === 'log-rejected');
    assert.deepEqual(await dumpStore(instance.store), rows);
    await instance.mutate('wish', [wishItem]);
    assert.equal(await wishesOf(instance, 7n), 1n);
  });
});

test('L9 a store that refuses writes: what was durable is answered unknown-outcome and applied as soon as it can be', async () => {
  let failing = false;
  const wrapStore = (store: Store): Store =>
    override(store, 'write', async (...args) => {
      if (failing) throw new Failure(portFailures['store-full'], 'no room');
      return store.write(...args);
    });
  await using instance = await aShop({ wrapStore });
  failing = true;
  await assert.rejects(instance.mutate('wish', [wishItem]), (error) => codeOf(error) === 'unknown-outcome');
  assert.equal(instance.engine.status.kind, 'store-down');
  await assert.rejects(instance.mutate('wish', [wishItem]), (error) => codeOf(error) === 'store-full');
  assert.equal(await wishesOf(instance, 7n), 0n);
  failing = false;
  instance.clock.advance(5_000);
  await instance.settle();
  assert.equal(instance.engine.status.kind, 'running');
  assert.equal(await wishesOf(instance, 7n), 1n);
  await instance.mutate('wish', [{ ...wishItem, target: 'sku-b' }]);
  assert.equal(await wishesOf(instance, 7n), 2n);
});

test('more waiting mutations than the limit are refused as overloaded, and those taken are all applied', async () => {
  await using instance = await aShop({ limits: { pendingEntriesMax: 10, frameEntriesMax: 4 } });
  const answers = await Promise.allSettled(
    Array.from({ length: 40 }, (_, place) => instance.mutate('wish', [{ ...wishItem, target: `sku-${place}` }])),
  );
  const taken = answers.filter((answer) => answer.status === 'fulfilled').length;
  const codes = new Set(answers.flatMap((answer) => (answer.status === 'rejected' ? [codeOf(answer.reason)] : [])));
  assert.ok(taken >= 10 && taken < 40, `${taken} were taken`);
  assert.deepEqual([...codes], ['overloaded']);
  assert.equal(await wishesOf(instance, 7n), BigInt(taken));
});

describe('metadata', () => {
  test('a change that contradicts other metadata is refused and not logged', async () => {
    await using instance = await aShop();
    const end = instance.log.bounds(0).end;
    const refusals: readonly [CatalogChange, string][] = [
      [{ kind: 'create-database', database: 'shop', comment: '' }, 'already-exists'],
      [{ kind: 'create-database', database: 'sys', comment: '' }, 'already-exists'],
      [{ kind: 'update-database', database: 'shop', active: false }, 'precondition-failed'],
      [{ kind: 'update-database', database: 'nope' }, 'not-found'],
      [{ kind: 'delete-database', database: 'shop' }, 'precondition-failed'],
      [{ kind: 'delete-table', database: 'shop', table: 'wish' }, 'precondition-failed'],
      [{ kind: 'create-alias', database: 'shop', alias: 'a', table: 'nope', comment: '' }, 'precondition-failed'],
      [{ kind: 'create-alias', database: 'shop', alias: 'wish', table: 'orders', comment: '' }, 'precondition-failed'],
      [
        { kind: 'update-table', database: 'shop', table: 'wish', schema: { ...wishSchema, direction: 'OUT' } },
        'invalid-change',
      ],
    ];
    for (const [change, code] of refusals) {
      await assert.rejects(instance.engine.changeCatalog(change, TEST_STAMP), (error) => codeOf(error) === code, code);
    }
    assert.equal(instance.log.bounds(0).end, end);
  });

  test('a table that was deleted and created again begins empty, also after its rows were cleared', async () => {
    await using instance = await aShop();
    await instance.mutate('wish', [wishItem]);
    const change = (parts: CatalogChange) => instance.engine.changeCatalog(parts, TEST_STAMP);
    await change({ kind: 'update-table', database: 'shop', table: 'wish', active: false });
    await assert.rejects(instance.mutate('wish', [wishItem]), (error) => codeOf(error) === 'unknown-table');
    const old = instance.table('wish').id;
    await change({ kind: 'delete-table', database: 'shop', table: 'wish' });
    const create = shopChanges[1];
    assert.ok(create);
    await change(create);
    assert.equal(await wishesOf(instance, 7n), 0n);
    instance.clock.advance(120_000);
    await instance.settle();
    assert.deepEqual(instance.store.scan({ space: old, limit: 1 }).rows, []);
    await instance.mutate('wish', [wishItem]);
    assert.equal(await wishesOf(instance, 7n), 1n);
  });

  test('a mutation that meets a changed schema in the log is cast again, live and at a replay alike', async () => {
    await using instance = await aShop();
    const schema = {
      ...wishSchema,
      properties: [...wishSchema.properties, { name: 'extra', type: 'string' as const, comment: '', nullable: true }],
    };
    const update = { kind: 'update-table' as const, database: 'shop', table: 'wish', schema };
    await Promise.all([
      instance.mutate('wish', [wishItem]),
      instance.engine.changeCatalog(update, TEST_STAMP),
      instance.mutate('wish', [{ ...wishItem, target: 'sku-b' }]),
    ]);
    assert.equal(await wishesOf(instance, 7n), 2n);
    const rows = await dumpStore(instance.store);
    await using again = await TestInstance.open({ storage: instance.storage });
    assert.deepEqual(await dumpStore(again.store), rows);
  });

  test('a mutation that meets its table deactivated in the log is refused with schema-changed', async () => {
    await using instance = await aShop();
    const off = { kind: 'update-table' as const, database: 'shop', table: 'wish', active: false };
    const [, late] = await Promise.all([
      instance.engine.changeCatalog(off, TEST_STAMP),
      instance.mutate('wish', [wishItem]),
    ]);
    assert.deepEqual([late.results[0]?.status, late.results[0]?.code], ['ERROR', 'schema-changed']);
  });

  test('the catalog is the same after a restart', async () => {
    const instance = await aShop();
    await instance.engine.changeCatalog(
      { kind: 'create-alias', database: 'shop', alias: 'fav', table: 'wish', comment: '' },
      TEST_STAMP,
    );
    const catalog = instance.engine.catalog;
    await instance[Symbol.asyncDispose]();
    await using again = await TestInstance.open({ storage: instance.storage, store: instance.store });
    assert.deepEqual(again.engine.catalog, catalog);
  });
});

describe('a log and a store that do not belong together', () => {
  test('a store ahead of its log is refused', async () => {
    const instance = await aShop();
    await instance[Symbol.asyncDispose]();
    await assert.rejects(
      TestInstance.open({ store: instance.store }),
      (error) => codeOf(error) === 'log-store-mismatch',
    );
  });

  test('an empty store with a log that no longer begins at the beginning is refused', async () => {
    const instance = await aShop();
    await instance.log.trim(0, 2);
    await instance[Symbol.asyncDispose]();
    await assert.rejects(
      TestInstance.open({ storage: instance.storage }),
      (error) => codeOf(error) === 'log-store-mismatch',
    );
  });
});

test('log and feed forget what is older than the retention, and nothing that is younger', async () => {
  const retention = { ageMs: 1_000, bytes: Number.MAX_SAFE_INTEGER };
  await using instance = await aShop({ retention });
  for (let version = 1n; version <= 20n; version++) await instance.mutate('wish', [{ ...wishItem, version }]);
  const { end } = instance.log.bounds(0);
  instance.clock.advance(100_000);
  await instance.settle();
  assert.equal(instance.log.bounds(0).start, end - 1);
  assert.deepEqual(
    (await instance.engine.feed(0, 100)).map((record) => record.offset),
    [end - 1],
  );
  assert.equal(await wishesOf(instance, 7n), 1n);
  await using again = await TestInstance.open({ storage: instance.storage, store: instance.store });
  assert.equal(await wishesOf(again, 7n), 1n);
});

function stateRows(dump: readonly string[]): string[] {
  return dump.filter((line) => /^(row|cell) [1-9]/.test(line));
}
