/** Goal: WAL and CDC show metadata changes as the reference does, byte for byte. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CatalogChange } from '@actionbase/core/model/catalog';
import { decodeFeedRecord } from '@actionbase/core/record/decode-feed-record';
import { encodeFeedRecord } from '@actionbase/core/record/encode-feed-record';
import type { FeedRecord } from '@actionbase/core/record/feed-record';
import { isJsonObject } from '@actionbase/core/wire/json-place';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import type { Store } from '@actionbase/ports/store';
import { dumpStore } from '../testing/instance-state.ts';
import { anItem } from '../testing/model.ts';
import { override } from '../testing/override.ts';
import { type PrintedRecord, readStream } from '../testing/read-streams.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { orderSchema, TEST_STAMP } from '../testing/wish-tables.ts';

const T = TEST_STAMP.timeMs;
const shop = { database: 'shop' };
const createShop: CatalogChange = { kind: 'create-database', ...shop, comment: 'a "shop"' };
const tiny = {
  kind: 'edge',
  source: { type: 'long', comment: 'user' },
  target: { type: 'string', comment: '' },
  properties: [{ name: 'note', type: 'object', comment: 'n', nullable: true }],
  direction: 'OUT',
  indexes: [{ index: 'newest', fields: [{ field: 'version', order: 'DESC' }], comment: 'i' }],
  groups: [],
  caches: [{ cache: 'top', fields: [{ field: 'version', order: 'DESC' }], limit: 10, comment: '' }],
} as const;
const createTiny: CatalogChange = {
  kind: 'create-table',
  ...shop,
  table: 'tiny',
  schema: tiny,
  mode: 'DROP',
  storage: 'datastore://shop/tiny',
  comment: 'small',
};

async function change(instance: TestInstance, what: CatalogChange, timeMs = T): Promise<void> {
  await instance.engine.changeCatalog(what, { ...TEST_STAMP, timeMs });
}

async function both(instance: TestInstance): Promise<{ wal: PrintedRecord[]; cdc: PrintedRecord[] }> {
  return { wal: await readStream(instance.engine, 'wal'), cdc: await readStream(instance.engine, 'cdc') };
}

function masked({ text }: PrintedRecord): string {
  return text.replace(/"traceId":"[^"]{26}"/, '"traceId":"X"').replace(/"ts":\d{13}(?=,"version")/, '"ts":0');
}

const WAL_END =
  '"mode":{"l":"SYNC","r":"SYNC","s":null,"f":true,"queue":false},"audit":{"actor":"tester"},"requestId":"test","ts":0,' +
  '"version":"2","phase":"local","tenant":"local"}';
const CDC_END =
  '"alias":null,"message":null,"audit":{"actor":"tester"},"requestId":"test","ts":0,' +
  '"version":"2","phase":"local","tenant":"local"}';

/** What WAL and CDC show of the last change. */
async function assertLast(
  instance: TestInstance,
  expected: { label: string; key: string; edge: string; op: string; status: string; before: string; after: string },
): Promise<void> {
  const { wal, cdc } = await both(instance);
  const [asked, done] = [wal.at(-1), cdc.at(-1)];
  assert.ok(asked !== undefined && done !== undefined);
  const { label, key, edge, op, status, before, after } = expected;
  assert.deepEqual([asked.key, done.key, asked.position], [key, key, done.position]);
  assert.equal(
    masked(asked),
    `{"alias":null,"label":"${label}","edge":{${edge},"traceId":"X"},"op":"${op}",${WAL_END}`,
  );
  const acc = status === 'CREATED' ? 1 : status === 'DELETED' ? -1 : 0;
  assert.equal(
    masked(done),
    `{"label":"${label}","edge":{${edge},"traceId":"X"},"op":"${op}","status":"${status}","before":${before},` +
      `"after":${after},"acc":${acc},${CDC_END}`,
  );
  assert.equal(traceIdOf(asked), traceIdOf(done));
}

function traceIdOf({ text }: PrintedRecord): string | undefined {
  return /"traceId":"([^"]+)"/.exec(text)?.[1];
}

test('a database is an edge of sys.service, from its creation to its deletion', async () => {
  await using instance = await TestInstance.open();
  const place = { label: 'sys.service', key: 'local:origin:shop' };
  const ends = '"src":"local:origin","tgt":"shop"';
  const state = (ts: number, active: boolean, props: string): string =>
    `{"active":${active},"ts":${ts},${ends},"props":{${props}}}`;
  await change(instance, createShop);
  const created = state(T, true, '"props_active":true,"desc":"a \\"shop\\""');
  const edge = `"ts":${T},${ends},"props":{"desc":"a \\"shop\\""}`;
  await assertLast(instance, { ...place, edge, op: 'INSERT', status: 'CREATED', before: 'null', after: created });
  await change(instance, { kind: 'update-database', ...shop, active: false }, T + 1);
  const updated = state(T + 1, true, '"props_active":false,"desc":"a \\"shop\\""');
  const inactive = `"ts":${T + 1},${ends},"props":{"props_active":false}`;
  await assertLast(instance, {
    ...place,
    edge: inactive,
    op: 'UPDATE',
    status: 'UPDATED',
    before: created,
    after: updated,
  });
  await change(instance, { kind: 'delete-database', ...shop }, T + 2);
  const gone = state(T + 2, false, '"props_active":null,"desc":null');
  const nothing = `"ts":${T + 2},${ends},"props":{}`;
  await assertLast(instance, {
    ...place,
    edge: nothing,
    op: 'DELETE',
    status: 'DELETED',
    before: updated,
    after: gone,
  });
});

test('a table is an edge of sys.label, its schema, groups, indices and caches JSON texts', async () => {
  await using instance = await TestInstance.open();
  await change(instance, createShop);
  await change(instance, createTiny);
  const text = (value: unknown): string => JSON.stringify(JSON.stringify(value));
  const schema = text({
    src: { type: 'LONG', desc: 'user' },
    tgt: { type: 'STRING', desc: '' },
    fields: [{ name: 'note', type: 'JSON', nullable: true, desc: 'n' }],
  });
  const indices = text([{ name: 'newest', fields: [{ name: 'ts', order: 'DESC' }], desc: 'i' }]);
  const caches = text([{ cache: 'top', fields: [{ field: 'ts', order: 'DESC' }], limit: 10, comment: '' }]);
  const ends = '"src":"local:shop","tgt":"tiny"';
  const asked =
    `"desc":"small","type":"INDEXED","schema":${schema},"dirType":"OUT","storage":"datastore://shop/tiny",` +
    `"event":false,"groups":"[]","indices":${indices},"caches":${caches},"readOnly":false,"mode":"IGNORE"`;
  const kept = (desc: string, mode: string, active = true): string =>
    `"props_active":${active},"desc":"${desc}","type":"INDEXED","schema":${schema},"dirType":"OUT",` +
    `"storage":"datastore://shop/tiny","groups":"[]","indices":${indices},"caches":${caches},"event":false,` +
    `"readOnly":false,"mode":"${mode}"`;
  const state = (ts: number, props: string): string => `{"active":true,"ts":${ts},${ends},"props":{${props}}}`;
  await assertLast(instance, {
    label: 'sys.label',
    key: 'local:shop:tiny',
    edge: `"ts":${T},${ends},"props":{${asked}}`,
    op: 'INSERT',
    status: 'CREATED',
    before: 'null',
    after: state(T, kept('small', 'IGNORE')),
  });
  await change(
    instance,
    { kind: 'update-table', ...shop, table: 'tiny', comment: 'smaller', mode: 'ASYNC', schema: tiny },
    T + 1,
  );
  const named = `"desc":"smaller","mode":"ASYNC","schema":${schema},"groups":"[]","indices":${indices},"caches":${caches}`;
  await assertLast(instance, {
    label: 'sys.label',
    key: 'local:shop:tiny',
    edge: `"ts":${T + 1},${ends},"props":{${named}}`,
    op: 'UPDATE',
    status: 'UPDATED',
    before: state(T, kept('small', 'IGNORE')),
    after: state(T + 1, kept('smaller', 'ASYNC')),
  });
});

test('an alias is an edge of sys.alias with its target', async () => {
  await using instance = await TestInstance.open();
  for (const what of [createShop, createTiny]) await change(instance, what);
  await change(instance, { kind: 'create-alias', ...shop, alias: 'small', table: 'tiny', comment: 'x' });
  const ends = '"src":"local:shop","tgt":"small"';
  const props = '"props_active":true,"desc":"x","target":"shop.tiny"';
  await assertLast(instance, {
    label: 'sys.alias',
    key: 'local:shop:small',
    edge: `"ts":${T},${ends},"props":{${props}}`,
    op: 'INSERT',
    status: 'CREATED',
    before: 'null',
    after: `{"active":true,"ts":${T},${ends},"props":{${props}}}`,
  });
});

test('a stored query is an edge of sys.query, its stats joined', async () => {
  await using instance = await TestInstance.open();
  await change(instance, createShop);
  await change(instance, { kind: 'create-query', ...shop, query: 'q', text: 'SELECT', stats: ['a', 'b'], comment: '' });
  const ends = '"src":"local:shop","tgt":"q"';
  const place = { label: 'sys.query', key: 'local:shop:q' };
  const props = '"props_active":true,"desc":"","query":"SELECT","stats":"a,b"';
  const created = `{"active":true,"ts":${T},${ends},"props":{${props}}}`;
  const edge = `"ts":${T},${ends},"props":{${props}}`;
  await assertLast(instance, { ...place, edge, op: 'INSERT', status: 'CREATED', before: 'null', after: created });
  await change(instance, { kind: 'update-query', ...shop, query: 'q', stats: [] }, T + 1);
  await assertLast(instance, {
    ...place,
    edge: `"ts":${T + 1},${ends},"props":{"stats":""}`,
    op: 'UPDATE',
    status: 'UPDATED',
    before: created,
    after: created.replace(`"ts":${T}`, `"ts":${T + 1}`).replace('"a,b"', '""'),
  });
});

test('a storage is an edge of sys.storage, from its creation to its deletion', async () => {
  await using instance = await TestInstance.open();
  await change(instance, { kind: 'create-storage', storage: 's', type: 'HBASE', conf: '{"a":1}', comment: 'x' });
  const ends = '"src":"local:origin","tgt":"s"';
  const place = { label: 'sys.storage', key: 'local:origin:s' };
  const props = (active: boolean): string => `"props_active":${active},"desc":"x","type":"HBASE","conf":"{\\"a\\":1}"`;
  const state = (ts: number, active: boolean): string =>
    `{"active":true,"ts":${ts},${ends},"props":{${props(active)}}}`;
  await assertLast(instance, {
    ...place,
    edge: `"ts":${T},${ends},"props":{${props(true)}}`,
    op: 'INSERT',
    status: 'CREATED',
    before: 'null',
    after: state(T, true),
  });
  await change(instance, { kind: 'update-storage', storage: 's', active: false }, T + 1);
  await change(instance, { kind: 'delete-storage', storage: 's' }, T + 2);
  await assertLast(instance, {
    ...place,
    edge: `"ts":${T + 2},${ends},"props":{}`,
    op: 'DELETE',
    status: 'DELETED',
    before: state(T + 1, false),
    after: `{"active":false,"ts":${T + 2},${ends},"props":{"props_active":null,"desc":null,"type":null,"conf":null}}`,
  });
});

test('a multi-edge table is of type MULTI_EDGE, read-only for v2, and has its id as first field', async () => {
  await using instance = await TestInstance.open();
  await change(instance, createShop);
  await change(instance, { ...createTiny, table: 'orders', schema: orderSchema });
  const [, record] = (await both(instance)).wal;
  const { props } = JSON.parse(record?.text ?? '{}').edge;
  assert.deepEqual([props.type, props.readOnly], ['MULTI_EDGE', true]);
  const [first] = JSON.parse(props.schema).fields;
  assert.deepEqual(first, { name: '_id', type: 'LONG', nullable: false, desc: 'order' });
});

test('a change that others made impossible is in the WAL only; one that found nothing to do is IDLE', async () => {
  await using instance = await TestInstance.open();
  await change(instance, createShop);
  await Promise.allSettled([change(instance, createTiny), change(instance, createTiny)]);
  await change(instance, { kind: 'update-table', ...shop, table: 'tiny', active: false });
  const drop = { kind: 'delete-table', ...shop, table: 'tiny' } as const;
  await Promise.all([change(instance, drop), change(instance, drop)]);
  const { wal, cdc } = await both(instance);
  const words = (records: readonly PrintedRecord[]) => records.map(({ text }) => JSON.parse(text).status ?? 'asked');
  assert.equal(wal.length, 6);
  assert.deepEqual(words(cdc), ['CREATED', 'CREATED', 'UPDATED', 'DELETED', 'IDLE']);
  const idle = JSON.parse(cdc.at(-1)?.text ?? '{}');
  assert.deepEqual([idle.before, idle.after, idle.acc], [null, null, 0]);
  // What the CDC leaves out counts as an item in both.
  assert.deepEqual(
    cdc.map(({ position }) => position),
    [0, 1, 3, 4, 5].map((place) => wal[place]?.position),
  );
});

test('trace ids of changes and of events in one frame agree in both streams, and sort in the order of the log', async () => {
  await using instance = await TestInstance.open();
  await instance.createShop();
  const wish = (target: string) =>
    instance.mutate('wish', [anItem({ version: 1n, source: 7, target, properties: { at: 1 } })]);
  const alias = (name: string) =>
    change(instance, { kind: 'create-alias', ...shop, alias: name, table: 'wish', comment: '' });
  await wish('z');
  await Promise.all([alias('a'), alias('b'), wish('x'), alias('c'), wish('y'), alias('d')]);
  const { wal, cdc } = await both(instance);
  const offsets = wal.map(({ position }) => position.split('-')[2]);
  assert.ok(
    offsets.some((offset, place) => place > 3 && offset === offsets[place - 3]),
    'a frame has several kinds',
  );
  const ids = wal.map(traceIdOf);
  assert.deepEqual(cdc.map(traceIdOf), ids);
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids).size, ids.length);
});

describe('filters', () => {
  const wanted: readonly (readonly [{ table?: string; requestId?: string }, number])[] = [
    [{ table: 'sys.service' }, 1],
    [{ table: 'sys.label' }, 2],
    [{ table: 'sys.alias' }, 0],
    [{ table: 'shop.wish' }, 1],
    [{ requestId: 'test' }, 4],
    [{ requestId: 'another' }, 0],
  ];
  for (const [filter, count] of wanted) {
    test(`${JSON.stringify(filter)} leaves ${count} of a shop with one edge`, async () => {
      await using instance = await TestInstance.open();
      await instance.createShop();
      await instance.mutate('wish', [anItem({ version: 1n, source: 7, target: 'a', properties: { at: 1 } })]);
      for (const stream of ['wal', 'cdc'] as const) {
        assert.equal((await readStream(instance.engine, stream, { filter })).length, count, stream);
      }
    });
  }
});

test('L7 a log that was written over restarts gives the same streams and the same bytes in an empty store', async () => {
  const first = await TestInstance.open();
  for (const what of [createShop, createTiny]) await change(first, what);
  await change(first, { kind: 'create-alias', ...shop, alias: 'small', table: 'tiny', comment: '' });
  await change(first, { kind: 'create-query', ...shop, query: 'q', text: 'SELECT', stats: [], comment: '' });
  await change(first, { kind: 'create-storage', storage: 's', type: 'HBASE', conf: '{}', comment: '' });
  await first[Symbol.asyncDispose]();
  const { storage, store } = first;
  await using second = await TestInstance.open({ storage, store });
  await change(second, { kind: 'update-table', ...shop, table: 'tiny', comment: 'later' });
  await change(second, { kind: 'update-alias', ...shop, alias: 'small', comment: 'later' });
  await change(second, { kind: 'update-query', ...shop, query: 'q', comment: 'later' });
  await change(second, { kind: 'update-storage', storage: 's', comment: 'later' });
  const written = await both(second);
  await using replayed = await TestInstance.open({ storage, store: new MemoryStore() });
  assert.deepEqual(await both(replayed), written);
  assert.deepEqual(await dumpStore(replayed.store), await dumpStore(second.store));
});

test('the feed of before it kept the effect of a change shows what was asked for, without states', async () => {
  const older = (record: FeedRecord): FeedRecord => ({
    ...record,
    outcomes: record.outcomes.map((outcome) => (outcome.kind === 'catalog' ? { ...outcome, effect: null } : outcome)),
  });
  await using instance = await TestInstance.open({
    wrapStore: (store: Store) =>
      override(store, 'readFeed', async (partition: number, from: number, limit: number) =>
        (await store.readFeed(partition, from, limit)).map(({ offset, record }) => ({
          offset,
          record: encodeFeedRecord(older(decodeFeedRecord(record))),
        })),
      ),
  });
  await change(instance, createShop);
  await change(instance, { kind: 'update-database', ...shop, active: false });
  await change(instance, { kind: 'delete-database', ...shop });
  const { wal, cdc } = await both(instance);
  assert.deepEqual(cdc.map(traceIdOf), wal.map(traceIdOf));
  const shown = cdc.map(({ text }) => {
    const record = JSON.parse(text);
    assert.ok(isJsonObject(record.edge.props));
    return [record.status, record.before, record.after, record.acc];
  });
  assert.deepEqual(shown, [
    ['CREATED', null, null, 1],
    ['UPDATED', null, null, 0],
    ['DELETED', null, null, -1],
  ]);
});
