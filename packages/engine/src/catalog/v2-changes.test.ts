/**
 * Goal: stored queries, storages, aliases across databases and the layout of tables follow their guards, and survive.
 * Method: a shop in memory, changed one by one; the log is read again into an empty store.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import type { CatalogChange } from '@actionbase/core/model/catalog';
import type { Log } from '@actionbase/ports/log';
import { dumpStore, recountAll } from '../testing/instance-state.ts';
import { anItem } from '../testing/model.ts';
import { override } from '../testing/override.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { shopChanges, TEST_STAMP, wishSchema } from '../testing/wish-tables.ts';
import { BUILT_IN_STORAGES } from './built-in-storages.ts';
import { resolveTable } from './catalog.ts';
import { readCatalog } from './catalog-rows.ts';

const QUERY = { database: 'shop', query: 'top' } as const;
const createQuery = { kind: 'create-query', ...QUERY, text: 'x', stats: ['a'], comment: 'c' } as const;
const createStorage = { kind: 'create-storage', storage: 'st', type: 'HBASE', conf: '{}', comment: 'd' } as const;
const table = {
  kind: 'create-table',
  database: 'shop',
  table: 't',
  schema: wishSchema,
  mode: 'SYNC',
  comment: '',
} as const;
const other = { kind: 'create-database', database: 'other', comment: '' } as const;
const far = { kind: 'create-alias', database: 'other', alias: 'far', tableDatabase: 'shop', comment: '' } as const;
const off = { kind: 'update-table', database: 'shop', table: 'wish', active: false } as const;

async function aShop(...changes: readonly CatalogChange[]): Promise<TestInstance> {
  const instance = await TestInstance.open();
  await change(instance, ...shopChanges, ...changes);
  return instance;
}

async function change({ engine }: TestInstance, ...changes: readonly CatalogChange[]): Promise<void> {
  for (const one of changes) await engine.changeCatalog(one, TEST_STAMP);
}

async function assertRefused(instance: TestInstance, asked: CatalogChange, code: string, part: RegExp): Promise<void> {
  await assert.rejects(change(instance, asked), (error) => {
    assert(error instanceof Failure);
    assert.equal(error.kind.code, code);
    assert.match(error.message, part);
    return true;
  });
}

test('a stored query lives and goes with its database', async () => {
  await using instance = await aShop(other, { ...createQuery, database: 'other' });
  const { engine } = instance;
  await assertRefused(
    instance,
    { ...createQuery, database: 'none' },
    'precondition-failed',
    /service not exists : none/,
  );
  await assertRefused(instance, { ...createQuery, database: 'other' }, 'already-exists', /query other\.top/);
  await change(instance, { kind: 'update-query', database: 'other', query: 'top', text: 'y', active: false });
  const query = engine.catalog.queries.get('other.top');
  assert.deepEqual(
    [query?.text, query?.stats, query?.comment, query?.active, query?.revision],
    ['y', ['a'], 'c', false, 2],
  );
  await assertRefused(instance, { kind: 'update-query', ...QUERY }, 'not-found', /no query shop\.top/);
  await change(
    instance,
    { kind: 'update-database', database: 'other', active: false },
    { kind: 'delete-database', database: 'other' },
  );
  assert.equal(engine.catalog.queries.size, 0);
  assert.equal((await readCatalog(instance.store, 0)).queries.size, 0);
});

test('a table that an active stored query speaks of is not deactivated', async () => {
  await using instance = await aShop({ ...createQuery, text: 'select * from shop.wish where x' });
  await assertRefused(instance, off, 'precondition-failed', /entity cannot be deactivated : shop\.wish/);
  await change(instance, { kind: 'update-query', ...QUERY, active: false }, off);
});

test('a table that an active alias of another database stands for is not deactivated', async () => {
  await using instance = await aShop(other, { ...far, table: 'wish' });
  await assertRefused(instance, off, 'precondition-failed', /entity cannot be deactivated : shop\.wish/);
  await change(instance, { kind: 'update-alias', database: 'other', alias: 'far', active: false }, off);
});

test('an alias resolves to a table of another database, and can be turned back to its own', async () => {
  await using instance = await aShop(other, { ...far, table: 'wish' });
  const { engine } = instance;
  const resolved = resolveTable(engine.catalog, 'other', 'far');
  assert.deepEqual([resolved.table.database, resolved.table.name, resolved.alias], ['shop', 'wish', 'other.far']);
  await change(instance, { ...table, database: 'other', storage: 'datastore://o/t' });
  await change(instance, { kind: 'update-alias', database: 'other', alias: 'far', table: 't' });
  assert.equal(resolveTable(engine.catalog, 'other', 'far').table.database, 'other');
  const missing: CatalogChange = {
    kind: 'update-alias',
    database: 'other',
    alias: 'far',
    tableDatabase: 'shop',
    table: 't',
  };
  await assertRefused(instance, missing, 'precondition-failed', /target label not exists : shop\.t/);
  await assertRefused(
    instance,
    { ...far, database: 'none', table: 't' },
    'precondition-failed',
    /service not exists : none\\ntarget label not exists : shop\.t/,
  );
});

test('an alias whose table is gone says which one', async () => {
  await using instance = await aShop(other, { ...far, table: 'wish' });
  await change(instance, { kind: 'update-alias', database: 'other', alias: 'far', active: false }, off);
  await change(instance, { kind: 'update-alias', database: 'other', alias: 'far', active: true });
  assert.throws(
    () => resolveTable(instance.engine.catalog, 'other', 'far'),
    /No such label shop\.wish of the alias other\.far\./,
  );
});

test('a storage lives; a table may name it while it is active', async () => {
  await using instance = await aShop();
  const named: CatalogChange = { ...table, storage: 'st' };
  await assertRefused(instance, named, 'precondition-failed', /storage not exists : origin\.st/);
  await change(instance, createStorage, { kind: 'update-storage', storage: 'st', active: false });
  await assertRefused(instance, createStorage, 'already-exists', /storage st/);
  await assertRefused(instance, named, 'precondition-failed', /storage not exists : origin\.st/);
  await change(instance, { kind: 'update-storage', storage: 'st', active: true, type: 'JDBC', conf: '{"a":1}' }, named);

  const deactivate: CatalogChange = { kind: 'update-storage', storage: 'st', active: false };
  await assertRefused(instance, deactivate, 'precondition-failed', /entity cannot be deactivated : origin\.st/);
  const remove: CatalogChange = { kind: 'delete-storage', storage: 'st' };
  await assertRefused(instance, remove, 'precondition-failed', /entity not deactivate : origin\.st/);
  const { type, conf, comment, revision } = instance.engine.catalog.storages.get('st') ?? {};
  assert.deepEqual([type, conf, comment, revision], ['JDBC', '{"a":1}', 'd', 3]);
  await change(
    instance,
    { kind: 'update-table', database: 'shop', table: 't', active: false },
    deactivate,
    remove,
    remove,
  );
  await assertRefused(instance, deactivate, 'not-found', /no storage st/);
});

test('the built-in storages are there from the beginning and never change', async () => {
  await using instance = await aShop();
  assert.deepEqual([...instance.engine.catalog.storages.values()], BUILT_IN_STORAGES);
  for (const { storage } of BUILT_IN_STORAGES) {
    await assertRefused(instance, { ...createStorage, storage }, 'already-exists', /./);
    const update: CatalogChange = { kind: 'update-storage', storage, comment: 'x' };
    await assertRefused(instance, update, 'precondition-failed', /built-in storage never changes : origin\./);
    await assertRefused(instance, { kind: 'delete-storage', storage }, 'precondition-failed', /entity not deactivate/);
  }
  await change(instance, { ...table, storage: 'metastore' });
});

test('L8 a change that takes more room than one may is refused, and nothing is written', async () => {
  await using instance = await aShop();
  const before = [await dumpStore(instance.store), instance.log.bounds(0).end];
  const comment = 'x'.repeat(4_194_304);
  const long: readonly CatalogChange[] = [
    { ...other, comment },
    { ...createQuery, comment },
    { ...createStorage, comment },
    { ...far, database: 'shop', table: 'wish', comment },
    { kind: 'update-table', database: 'shop', table: 'wish', comment },
  ];
  for (const one of long) await assertRefused(instance, one, 'request-too-large', /^the change takes 4194\d\d\d bytes/);
  assert.deepEqual([await dumpStore(instance.store), instance.log.bounds(0).end], before);
});

test('the layout of a table changes only while it holds no row', async () => {
  await using instance = await aShop();
  const nil: CatalogChange = { kind: 'update-table', database: 'shop', table: 'wish', layout: 'NIL', readOnly: true };
  await change(instance, nil);
  const changed = instance.engine.catalog.tables.get('shop.wish');
  assert.deepEqual([changed?.definition.layout, changed?.definition.readOnly], ['NIL', true]);
  assert.deepEqual([changed?.table.layout, changed?.table.revision], ['NIL', 2]);
  await change(instance, { ...nil, layout: 'INDEXED' });
  const { results } = await instance.mutate('wish', [anItem({ source: 7, target: 'sku-a', properties: { at: 1 } })]);
  assert.equal(results[0]?.status, 'CREATED');
  await assertRefused(
    instance,
    nil,
    'invalid-change',
    /shop\.wish is of type INDEXED and has rows: it cannot become NIL/,
  );
  await change(instance, { ...nil, layout: 'INDEXED' });
});

test('a row that stands before it in the same frame keeps a layout from changing', async () => {
  const gate = Promise.withResolvers<void>();
  let isBusy = false;
  const wrapLog = (log: Log): Log =>
    override(log, 'append', async (partition, blobs) => {
      if (isBusy) await gate.promise;
      return log.append(partition, blobs);
    });
  await using instance = await TestInstance.open({ wrapLog });
  await change(instance, ...shopChanges);
  isBusy = true;
  const edge = anItem({ source: 7, target: 'sku-a', properties: { at: 1 } });
  const busy = change(instance, other);
  await instance.settle();
  const written = instance.mutate('wish', [edge]);
  const nil: CatalogChange = { kind: 'update-table', database: 'shop', table: 'wish', layout: 'NIL' };
  const refused = assertRefused(instance, nil, 'invalid-change', /shop\.wish is of type INDEXED and has rows/);
  await instance.settle();
  gate.resolve();
  await busy;
  const { position } = await written;
  await refused;
  assert.equal(position?.offset, instance.log.bounds(0).end - 1, 'both stand in the last frame');
  assert.deepEqual(await recountAll(instance.store), []);
});

test('a schema that was made from one that the table has no longer changes nothing, also when both come at once', async () => {
  await using instance = await aShop();
  const definition = instance.engine.catalog.tables.get('shop.wish')?.definition;
  assert(definition !== undefined);
  const from = { id: definition.id, revision: definition.schemaRevision };
  const longer = (name: string): CatalogChange => {
    const property = { name, type: 'long', comment: '', nullable: true } as const;
    const schema = { ...wishSchema, properties: [...wishSchema.properties, property] };
    return { kind: 'update-table', database: 'shop', table: 'wish', schema, from };
  };
  const both = await Promise.allSettled([change(instance, longer('a')), change(instance, longer('b'))]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  await assertRefused(instance, longer('c'), 'schema-changed', /the schema of shop\.wish was changed/);
  assert.deepEqual(
    [...(instance.engine.catalog.tables.get('shop.wish')?.table.fieldIndexByName.keys() ?? [])].at(-1),
    'a',
  );
  await change(instance, off, { kind: 'delete-table', database: 'shop', table: 'wish' });
  await change(instance, { ...table, table: 'wish', storage: 'datastore://shop/wish' });
  await assertRefused(instance, longer('d'), 'schema-changed', /./);
});

test('a table of multi edges stays read-only for v2', async () => {
  await using instance = await aShop({ kind: 'update-table', database: 'shop', table: 'orders', readOnly: false });
  assert.equal(instance.engine.catalog.tables.get('shop.orders')?.definition.readOnly, true);
});

test('L7 a log with every change of v2 gives the same catalog and the same rows when it is read again', async () => {
  await using instance = await aShop(
    createStorage,
    { kind: 'update-storage', storage: 'st', conf: '{"n":12345678901234567890}' },
    { ...createStorage, storage: 'gone' },
    { kind: 'update-storage', storage: 'gone', active: false },
    { kind: 'delete-storage', storage: 'gone' },
    createQuery,
    { kind: 'update-query', ...QUERY, text: 'shop.wish', stats: [] },
    {
      ...table,
      schema: { ...wishSchema, direction: 'OUT' },
      storage: 'st',
      layout: 'HASH',
      event: true,
      readOnly: true,
    },
    { kind: 'update-table', database: 'shop', table: 't', layout: 'NIL', readOnly: false },
    other,
    { ...far, table: 'wish' },
    { kind: 'update-alias', database: 'other', alias: 'far', tableDatabase: 'shop', table: 'orders' },
  );
  await using again = await TestInstance.open({ storage: instance.storage });
  assert.deepEqual(await dumpStore(again.store), await dumpStore(instance.store));
  assert.deepEqual(again.engine.catalog, instance.engine.catalog);
  await using reopened = await TestInstance.open({ storage: instance.storage, store: instance.store });
  assert.deepEqual(sorted(reopened.engine.catalog), sorted(instance.engine.catalog));
});

test('L7 changes after a restart write the rows that they write without one', async () => {
  const before: readonly CatalogChange[] = [other, { ...far, table: 'wish' }, createQuery, createStorage];
  const after: readonly CatalogChange[] = [
    { kind: 'update-table', database: 'shop', table: 'wish', comment: 'c' },
    { kind: 'update-table', database: 'shop', table: 'orders', mode: 'ASYNC' },
    { kind: 'update-alias', database: 'other', alias: 'far', comment: 'c' },
    { kind: 'update-query', ...QUERY, comment: 'x' },
    { kind: 'update-storage', storage: 'st', comment: 'x' },
    { kind: 'update-database', database: 'shop', comment: 'x' },
  ];
  await using instance = await aShop(...before);
  await using reopened = await TestInstance.open({ storage: instance.storage, store: instance.store });
  await change(reopened, ...after);
  await using again = await TestInstance.open({ storage: instance.storage });
  assert.deepEqual(await dumpStore(again.store), await dumpStore(reopened.store));
});

/** Rows of a store come in the order of their keys, not in that of their creation. */
function sorted(catalog: object): object {
  return Object.fromEntries(
    Object.entries(catalog).map(([name, value]) => [name, value instanceof Map ? new Map([...value].sort()) : value]),
  );
}
