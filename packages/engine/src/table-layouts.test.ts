/** Goal: HASH tables keep states only and NIL tables nothing, at every call and through every change of a layout. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeStateValue } from '@actionbase/core/codec/row-value';
import type { CatalogChange } from '@actionbase/core/model/catalog';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import { parseMultiHop, printMultiHop } from '@actionbase/core/wire/multi-hop-json';
import type { RowAddress, Store } from '@actionbase/ports/store';
import { spaceMax } from '@actionbase/ports/store-arguments';
import { schemaOf } from './catalog/catalog.ts';
import { NIL_TABLE_ID } from './catalog/nil-table.ts';
import { aShop, codeOf, wishItem } from './testing/a-shop.ts';
import { dumpStore, foldProblems, recountAll } from './testing/instance-state.ts';
import { override } from './testing/override.ts';
import { readMutations } from './testing/read-streams.ts';
import { TestInstance } from './testing/test-instance.ts';
import { linkSchema, orderSchema, TEST_STAMP, wishSchema } from './testing/wish-tables.ts';

const V2 = { rules: 'v2' } as const;
const key: EdgeKey = { kind: 'edge', source: 7n, target: 'sku-a' };

async function aShopOfLayouts(options: Parameters<typeof TestInstance.open>[0] = {}): Promise<TestInstance> {
  const instance = await aShop(options);
  await instance.createLayouts();
  return instance;
}

function change(instance: TestInstance, parts: CatalogChange): Promise<unknown> {
  return instance.engine.changeCatalog(parts, TEST_STAMP);
}

function isCode(code: string, message?: RegExp): (error: unknown) => boolean {
  return (error) => codeOf(error) === code && (message === undefined || message.test(String(error)));
}

/** Every read of the engine, by what it finds. */
function readsOf({ engine }: TestInstance, table: Table) {
  const place = { direction: 'OUT', start: 7n, limit: 5, offset: undefined } as const;
  const scan = { ...place, index: 'newest', ranges: [], filters: [], withTotal: true };
  const agg = { group: 'colors', direction: 'OUT', starts: [7n], ranges: [], nowMs: 0 } as const;
  return {
    get: () => engine.get(table, [key], []),
    counts: () => engine.counts(table, 'OUT', [7n]),
    scan: () => engine.scan(table, scan),
    'scan of an unknown index': () => engine.scan(table, { ...scan, index: 'nope', withTotal: false }),
    seek: () => engine.seek(table, { ...place, cache: 'top' }),
    'seek of an unknown cache': () => engine.seek(table, { ...place, cache: 'nope', limit: 50_000 }),
    agg: () => engine.agg(table, agg),
    'agg of an unknown group': () => engine.agg(table, { ...agg, group: 'nope' }),
  };
}

async function ask({ engine }: TestInstance, table: string, item: object): Promise<unknown[]> {
  const { queryItemsMax, queryStepsMax, answerEdgesMax } = engine.limits;
  const rules = { itemsMax: queryItemsMax, stepsMax: queryStepsMax, limitMax: answerEdgesMax, makeName: () => 'made' };
  const start = { type: 'VALUE', value: [7] };
  const query = [{ database: 'shop', table, source: start, include: true, ...item }];
  return JSON.parse(printMultiHop(await engine.query(parseMultiHop({ query }, rules)))).items[0].data;
}

const HOPS = {
  SELF: { type: 'SELF', source: { type: 'VALUE', value: ['7'] } },
  GET: { type: 'GET', target: { type: 'VALUE', value: ['sku-a'] } },
  COUNT: { type: 'COUNT', direction: 'OUT' },
  SCAN: { type: 'SCAN', direction: 'OUT', index: 'newest' },
  CACHE: { type: 'CACHE', direction: 'OUT', cache: 'top', limit: 5 },
} as const;

function rowKinds(dump: readonly string[]): string[] {
  return dump.flatMap((line) => /^(row|cell) [1-9]/.exec(line)?.[1] ?? []);
}

describe('a HASH table', () => {
  test('has a state row per edge and no other', async () => {
    await using instance = await aShopOfLayouts();
    const items = ['a', 'b', 'c'].map((target) => ({ ...wishItem, target }));
    await instance.mutate('links', items, V2);
    await instance.mutate('links', [{ ...wishItem, target: 'a', version: 11n, type: 'DELETE' }], V2);
    assert.deepEqual(rowKinds(await dumpStore(instance.store)), ['row', 'row', 'row']);
    await instance.mutate('links', [{ ...wishItem, target: 'a', type: 'PURGE' }], V2);
    assert.deepEqual(rowKinds(await dumpStore(instance.store)), ['row', 'row']);
    assert.deepEqual(await recountAll(instance.store), []);
  });

  test('is read by keys, and refuses every read that needs more', async () => {
    await using instance = await aShopOfLayouts();
    await instance.mutate('links', [wishItem], V2);
    const { get, ...others } = readsOf(instance, instance.table('links'));
    assert.equal((await get()).rows.length, 1);
    const text = /This Label \(shop\.links, HASH\) is not indexed or not supported for edge mutation/;
    for (const [name, read] of Object.entries(others)) await assert.rejects(read, isCode('not-indexed', text), name);
  });

  test('refuses mutations of v3, under an alias too, and writes nothing', async () => {
    await using instance = await aShopOfLayouts();
    await change(instance, { kind: 'create-alias', database: 'shop', alias: 'l', table: 'links', comment: '' });
    const { end } = instance.log.bounds(0);
    for (const table of ['links', 'l']) {
      await assert.rejects(instance.mutate('links', [wishItem], { table }), isCode('not-indexed'));
    }
    assert.equal(instance.log.bounds(0).end, end);
  });

  test('in a multi-hop query is read by keys only', async () => {
    await using instance = await aShopOfLayouts();
    await instance.mutate('links', [wishItem, { ...wishItem, target: '7' }], V2);
    assert.equal((await ask(instance, 'links', HOPS.GET)).length, 1);
    assert.equal((await ask(instance, 'links', HOPS.SELF)).length, 1);
    for (const name of ['COUNT', 'SCAN', 'CACHE'] as const) {
      await assert.rejects(ask(instance, 'links', HOPS[name]), isCode('not-indexed'), name);
    }
  });

  test('takes a request of as many edges as one row each allows', async () => {
    await using instance = await aShopOfLayouts({ limits: { derivedRowsMax: 3 } });
    const items = ['a', 'b', 'c'].map((target) => ({ ...wishItem, target }));
    await instance.mutate('links', items, V2);
    await assert.rejects(instance.mutate('links', [...items, wishItem], V2), isCode('request-too-large'));
  });
});

describe('a NIL table', () => {
  test('answers every mutation IDLE, keeps nothing of it, and shows it in both streams', async () => {
    await using instance = await aShopOfLayouts();
    const invalid = { ...wishItem, properties: {} };
    const v2 = await instance.mutate('void', [wishItem, wishItem, invalid, { ...wishItem, type: 'PURGE' }], V2);
    const v3 = await instance.mutate('void', [wishItem, { ...wishItem, version: 11n }]);
    assert.deepEqual(
      [...v2.results, ...v3.results].map(({ status, count, after }) => [status, count, after]),
      [...[1, 1, 1, 1, 2].map((count) => ['IDLE', count, null])],
    );
    assert.deepEqual(rowKinds(await dumpStore(instance.store)), []);
    assert.equal((await readMutations(instance.engine, 'wal')).length, 6);
    const cdc = await readMutations(instance.engine, 'cdc');
    assert.equal(cdc.length, 5);
    for (const { text } of cdc) assert.match(text, /"status":"IDLE","before":null,"after":null,"acc":0,/);
    assert.deepEqual(await foldProblems(instance.store), []);
  });

  test('is queued as any other, and IDLE after that', async () => {
    await using instance = await aShopOfLayouts();
    const { results } = await instance.mutate('void', [wishItem], { ...V2, mode: 'ASYNC' });
    assert.equal(results[0]?.status, 'QUEUED');
    await instance.settle();
    assert.match((await readMutations(instance.engine, 'cdc'))[0]?.text ?? '', /"status":"IDLE"/);
  });

  test('asks the store for no row', async () => {
    const asked: number[] = [];
    const watched = (store: Store): Store =>
      override(store, 'getMany', (addresses: readonly RowAddress[]) => {
        asked.push(...addresses.map(({ space }) => space));
        return store.getMany(addresses);
      });
    await using instance = await aShopOfLayouts({ wrapStore: watched });
    const table = instance.table('void');
    await instance.mutate('void', [wishItem], V2);
    for (const read of Object.values(readsOf(instance, table))) await read();
    assert.deepEqual(
      asked.filter((space) => space === table.id),
      [],
    );
  });

  test('answers every read as if it were empty, whatever index, cache or group is asked for', async () => {
    await using instance = await aShopOfLayouts();
    await instance.mutate('void', [wishItem], V2);
    const nothing = { rows: [], total: 0n, offset: null, hasNext: false };
    const found: unknown[] = [];
    for (const read of Object.values(readsOf(instance, instance.table('void')))) found.push(await read());
    const noSums = { group: null, sums: [] };
    assert.deepEqual(found, [nothing, [0n], nothing, nothing, nothing, nothing, noSums, noSums]);
  });

  test('in a multi-hop query has no edges, and counts 0', async () => {
    await using instance = await aShopOfLayouts();
    await instance.mutate('void', [wishItem], V2);
    for (const name of ['SELF', 'GET', 'SCAN', 'CACHE'] as const) {
      assert.deepEqual(await ask(instance, 'void', HOPS[name]), [], name);
    }
    assert.deepEqual(await ask(instance, 'void', HOPS.COUNT), [{ source: 7, 'COUNT(1)': 0, direction: 'OUT' }]);
  });

  test('is one of unique edges: calls of multi edges are refused', async () => {
    await using instance = await aShopOfLayouts();
    await assert.rejects(instance.mutate('void', [wishItem], { kind: 'multiEdge' }), isCode('wrong-edge-kind'));
  });
});

describe('changes of metadata', () => {
  const create = {
    kind: 'create-table',
    database: 'shop',
    table: 'new',
    schema: linkSchema,
    mode: 'SYNC',
    storage: 'datastore://shop/new',
    comment: '',
  } as const;
  const update = { kind: 'update-table', database: 'shop', table: 'links' } as const;
  const definitionOf = ({ engine }: TestInstance, name: string) =>
    engine.catalog.tables.get(`shop.${name}`)?.definition;

  test('a HASH table has the direction OUT, and a table of multi edges is INDEXED', async () => {
    await using instance = await aShopOfLayouts();
    const refusals: readonly [CatalogChange, RegExp][] = [
      [{ ...create, schema: wishSchema, layout: 'HASH' }, /supports only OUT direction\. Input direction: BOTH/],
      [{ ...create, schema: { ...orderSchema, direction: 'OUT' }, layout: 'HASH' }, /layout: a table of multi edges/],
      [{ ...create, schema: orderSchema, layout: 'NIL' }, /layout: a table of multi edges is INDEXED, not NIL/],
      [{ ...update, table: 'wish', layout: 'HASH' }, /supports only OUT direction\. Input direction: BOTH/],
      [{ ...update, table: 'orders', layout: 'NIL' }, /layout: a table of multi edges is INDEXED, not NIL/],
    ];
    for (const [one, message] of refusals) {
      await assert.rejects(change(instance, one), isCode('invalid-change', message), String(message));
    }
  });

  test('a table of multi edges is read-only for v2, whatever is asked for', async () => {
    await using instance = await aShopOfLayouts();
    await change(instance, { ...create, schema: orderSchema, readOnly: false });
    assert.equal(definitionOf(instance, 'new')?.readOnly, true);
    await change(instance, { ...update, table: 'orders', readOnly: false });
    await change(instance, { ...update, readOnly: true });
    assert.deepEqual(
      [definitionOf(instance, 'orders')?.readOnly, definitionOf(instance, 'links')?.readOnly],
      [true, true],
    );
  });

  test('a layout changes as long as the table has no row, a purged one not counted', async () => {
    await using instance = await aShopOfLayouts();
    await instance.mutate('links', [wishItem], V2);
    await assert.rejects(
      change(instance, { ...update, layout: 'INDEXED' }),
      isCode('invalid-change', /is of type HASH and has rows: it cannot become INDEXED/),
    );
    await change(instance, { ...update, layout: 'HASH', comment: 'the same' });
    await instance.mutate('links', [{ ...wishItem, type: 'PURGE' }], V2);
    await change(instance, { ...update, layout: 'INDEXED' });
    await instance.mutate('links', [wishItem]);
    const { counts, scan } = readsOf(instance, instance.table('links'));
    assert.deepEqual([await counts(), (await scan()).rows.length], [[1n], 1]);
    assert.deepEqual(await recountAll(instance.store), []);
  });

  for (const [from, to, status] of [
    ['NIL', 'INDEXED', 'CREATED'],
    ['INDEXED', 'NIL', 'IDLE'],
    ['HASH', 'INDEXED', 'CREATED'],
  ] as const) {
    test(`a mutation that meets its table as ${to} instead of ${from} goes by that, live and at a replay alike`, async () => {
      await using instance = await aShopOfLayouts();
      await change(instance, { ...create, layout: from });
      const changing = change(instance, { ...update, table: 'new', layout: to });
      for (let turn = 0; turn < 4; turn++) await undefined;
      const answer = await instance.mutate('links', [wishItem], { ...V2, table: 'new' });
      await changing;
      const table = instance.table('new');
      assert.deepEqual([admittedRevision(await lastRecord(instance)), table.revision, table.layout], [1, 2, to]);
      assert.equal(answer.results[0]?.status, status);
      assert.equal(rowKinds(await dumpStore(instance.store)).length > 0, to === 'INDEXED');
      assert.deepEqual(await recountAll(instance.store), []);
      await using again = await TestInstance.open({ storage: instance.storage });
      assert.deepEqual(await dumpStore(again.store), await dumpStore(instance.store));
    });
  }
});

describe('the table sys.nil', () => {
  const nil = { database: 'sys', table: 'nil' } as const;

  test('exists in every instance, also after a restart, and takes mutations without keeping them', async () => {
    const instance = await TestInstance.open();
    const call = { ...nil, kind: 'edge', stamp: TEST_STAMP, mode: null, force: false, origin: null } as const;
    const items = [{ ...wishItem, source: 'a' }];
    for (const rules of ['v3', 'v2'] as const) {
      const { results } = await instance.engine.mutate({ ...call, rules, items });
      assert.deepEqual([results[0]?.status, results[0]?.count], ['IDLE', 1]);
    }
    const cdc = await readMutations(instance.engine, 'cdc');
    assert.match(cdc[0]?.text ?? '', /^\{"label":"sys\.nil",/);
    await instance[Symbol.asyncDispose]();
    await using again = await TestInstance.open({ storage: instance.storage, store: instance.store });
    assert.deepEqual(again.engine.catalog, instance.engine.catalog);
    assert.equal(again.engine.catalog.tables.get('sys.nil')?.table.layout, 'NIL');
    assert.deepEqual(await readMutations(again.engine, 'cdc'), cdc);
  });

  test('has the largest number of a space, and a schema for readers of the feed', async () => {
    await using instance = await TestInstance.open();
    assert.equal(NIL_TABLE_ID, spaceMax);
    assert.equal(schemaOf(instance.engine.catalog, NIL_TABLE_ID, 1)?.name, 'nil');
  });

  test('cannot be made, changed, or deleted', async () => {
    await using instance = await TestInstance.open();
    const update = { kind: 'update-table', ...nil } as const;
    const create = { mode: 'SYNC', storage: 'datastore://sys/nil', comment: '' } as const;
    const refusals: readonly [CatalogChange, string][] = [
      [{ kind: 'create-table', ...nil, ...create, schema: wishSchema }, 'already-exists'],
      [{ ...update, active: false }, 'precondition-failed'],
      [{ ...update, comment: 'mine' }, 'precondition-failed'],
      [{ ...update, layout: 'INDEXED' }, 'precondition-failed'],
      [{ kind: 'delete-table', ...nil }, 'precondition-failed'],
    ];
    for (const [one, code] of refusals) await assert.rejects(change(instance, one), isCode(code), JSON.stringify(one));
    assert.equal(instance.log.bounds(0).end, 0);
  });

  test('gives no number away: the first table that is created is number 1', async () => {
    await using instance = await aShop();
    assert.equal(instance.table('wish').id, 1);
  });
});

async function lastRecord({ log }: TestInstance): Promise<Uint8Array> {
  const [frame] = await log.read(0, log.bounds(0).end - 1, { frames: 1, bytes: 1_000_000 });
  const bytes = frame?.entries.at(-1);
  assert.ok(bytes !== undefined);
  return bytes;
}

function admittedRevision(bytes: Uint8Array): number {
  const record = decodeLogRecord(bytes);
  assert.ok(record.kind === 'mutate');
  return record.schemaRevision;
}

test('a state of a HASH table is the one that an INDEXED table would have', async () => {
  await using instance = await aShopOfLayouts();
  const states = await Promise.all(
    (['links', 'wish'] as const).map(async (table) => {
      const { results } = await instance.mutate(table, [wishItem, { ...wishItem, version: 12n, type: 'UPDATE' }], V2);
      const after = results[1]?.after ?? null;
      return after === null ? null : decodeStateValue(instance.table(table), after);
    }),
  );
  assert.deepEqual(states[0], states[1]);
});
