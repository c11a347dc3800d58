import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { parseStreamPosition } from '@actionbase/core/model/stream-position';
import { decodeFeedRecord } from '@actionbase/core/record/decode-feed-record';
import { encodeFeedRecord } from '@actionbase/core/record/encode-feed-record';
import type { Store } from '@actionbase/ports/store';
import type { Engine } from '../engine.ts';
import { anItem } from '../testing/model.ts';
import { override } from '../testing/override.ts';
import { type PrintedRecord, readMutations, readStream, type StreamName } from '../testing/read-streams.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { TEST_STAMP } from '../testing/wish-tables.ts';

const wishItem = anItem({ version: 10n, source: 7, target: 'sku-a', properties: { at: 1000, color: 'red' } });

async function aShop(options: Parameters<typeof TestInstance.open>[0] = {}): Promise<TestInstance> {
  const instance = await TestInstance.open(options);
  await instance.createShop();
  return instance;
}

interface ReadRecord {
  readonly edge: { readonly traceId: string; readonly props: Readonly<Record<string, unknown>> };
  readonly mode: unknown;
  readonly op: string;
  readonly status: string;
  readonly requestId: string;
  readonly label: string;
  readonly alias: string | null;
}

function parsed(records: readonly PrintedRecord[]): ReadRecord[] {
  return records.map(({ text }) => JSON.parse(text));
}

function isCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Failure && error.code === code;
}

test('a mutation is one WAL record and one CDC record, with the same trace id', async () => {
  await using instance = await aShop();
  await instance.mutate('wish', [wishItem]);
  const [wal, ...moreWal] = await readMutations(instance.engine, 'wal');
  const [cdc, ...moreCdc] = await readMutations(instance.engine, 'cdc');
  assert.ok(wal !== undefined && cdc !== undefined && moreWal.length + moreCdc.length === 0);
  const masked = (text: string): string =>
    text.replace(/"traceId":"[^"]+"/, '"traceId":"T"').replace(/"ts":\d{13}/, '"ts":0');
  assert.equal(
    masked(wal.text),
    '{"alias":null,"label":"shop.wish","edge":{"ts":10,"src":7,"tgt":"sku-a","props":{"at":1000,"color":"red"},' +
      '"traceId":"T"},"op":"INSERT","mode":{"l":"SYNC","r":null,"s":null,"f":false,"queue":false},' +
      '"audit":{"actor":"tester"},"requestId":"test","ts":0,"version":"2","phase":"local","tenant":"local"}',
  );
  assert.equal(
    masked(cdc.text),
    '{"label":"shop.wish","edge":{"ts":10,"src":7,"tgt":"sku-a","props":{"at":1000,"color":"red"},"traceId":"T"},' +
      '"op":"INSERT","status":"CREATED","before":null,"after":{"active":true,"ts":10,"src":7,"tgt":"sku-a",' +
      '"props":{"at":1000,"color":"red","qty":null,"note":null}},"acc":1,"alias":null,"message":null,' +
      '"audit":{"actor":"tester"},"requestId":"test","ts":0,"version":"2","phase":"local","tenant":"local"}',
  );
  assert.deepEqual([wal.key, cdc.key, wal.position], ['7:sku-a', '7:sku-a', 'e1-p0-3-0']);
  assert.equal(parsed([wal])[0]?.edge.traceId, parsed([cdc])[0]?.edge.traceId);
});

test('the CDC names the last event of an entry, and its trace id is that of this event in the WAL', async () => {
  await using instance = await aShop();
  const later = { ...wishItem, type: 'DELETE' as const, version: 12n, properties: {} };
  await instance.mutate('wish', [later, wishItem, { ...wishItem, target: 'sku-b' }]);
  const wal = parsed(await readMutations(instance.engine, 'wal'));
  const cdc = parsed(await readMutations(instance.engine, 'cdc'));
  assert.deepEqual(
    wal.map(({ op }) => op),
    ['INSERT', 'DELETE', 'INSERT'],
  );
  assert.deepEqual(
    cdc.map(({ op, status }) => [op, status]),
    [
      ['DELETE', 'IDLE'],
      ['INSERT', 'CREATED'],
    ],
  );
  assert.deepEqual(
    cdc.map(({ edge }) => edge.traceId),
    [wal[1]?.edge.traceId, wal[2]?.edge.traceId],
  );
});

test('IDLE is in the CDC; what is refused or queued is in the WAL only', async () => {
  await using instance = await aShop();
  await instance.mutate('wish', [wishItem]);
  await instance.mutate('wish', [wishItem]);
  await instance.mutate('wish', [{ ...wishItem, target: 'sku-b', properties: {} }]);
  await instance.mutate('wish', [{ ...wishItem, target: 'sku-c' }], { mode: 'DROP' });
  const cdc = parsed(await readMutations(instance.engine, 'cdc'));
  assert.deepEqual(
    cdc.map(({ status }) => status),
    ['CREATED', 'IDLE'],
  );
  const wal = parsed(await readMutations(instance.engine, 'wal'));
  assert.equal(wal.length, 4);
  assert.deepEqual(wal[3]?.mode, { l: 'SYNC', r: 'IGNORE', s: null, f: false, queue: true });
});

test('an asynchronous mutation is in the WAL twice, queued and then as the SYNC request that our queue makes', async () => {
  await using instance = await aShop();
  await instance.mutate('wish', [wishItem], { mode: 'ASYNC' });
  await instance.settle();
  const wal = parsed(await readMutations(instance.engine, 'wal'));
  assert.deepEqual(
    wal.map(({ mode }) => mode),
    [
      { l: 'SYNC', r: 'ASYNC', s: null, f: false, queue: true },
      { l: 'SYNC', r: 'SYNC', s: null, f: false, queue: false },
    ],
  );
  const cdc = parsed(await readMutations(instance.engine, 'cdc'));
  assert.deepEqual(
    cdc.map(({ status, edge }) => [status, edge.traceId]),
    [['CREATED', wal[1]?.edge.traceId]],
  );
});

test('trace ids of WAL and CDC agree in a frame where the inbox dropped a record', async () => {
  await using instance = await aShop();
  const from = (position: bigint) => ({ origin: { name: 'elsewhere', position } });
  const items = (target: string) => [{ ...wishItem, target }];
  await instance.mutate('wish', items('sku-a'), from(5n));
  await Promise.all([
    instance.mutate('wish', items('sku-b'), from(6n)),
    instance.mutate('wish', items('sku-c'), from(6n)),
    instance.mutate('wish', items('sku-d'), from(7n)),
    instance.mutate('wish', items('sku-e'), from(7n)),
    instance.mutate('wish', items('sku-f'), from(8n)),
  ]);
  const wal = parsed(await readMutations(instance.engine, 'wal'));
  const cdc = parsed(await readMutations(instance.engine, 'cdc'));
  assert.equal(wal.length, 6);
  assert.equal(cdc.length, 4);
  const ids = new Set(wal.map(({ edge }) => edge.traceId));
  assert.equal(ids.size, 6);
  const inWal = [0, 1, 3, 5].map((place) => wal[place]?.edge.traceId);
  assert.deepEqual(
    cdc.map(({ edge }) => edge.traceId),
    inWal,
  );
});

test('multi edges are keyed by their id, and a deleted one has no state after', async () => {
  await using instance = await aShop();
  const order = anItem({ id: 9_007_199_254_740_993n, source: 1, target: 2, properties: { paidAt: 1, amount: 5 } });
  await instance.mutate('orders', [order]);
  await instance.mutate('orders', [
    { ...order, type: 'DELETE', version: 2n, source: undefined, target: undefined, properties: {} },
  ]);
  const cdc = await readMutations(instance.engine, 'cdc');
  assert.deepEqual(
    cdc.map(({ key }) => key),
    ['9007199254740993', '9007199254740993'],
  );
  assert.match(cdc[0]?.text ?? '', /"after":\{"active":true,"ts":1,"src":1,"tgt":2,"props":\{"_source":1,"_target":2,/);
  assert.match(cdc[1]?.text ?? '', /"src":"0","tgt":"0","props":\{"_id":9007199254740993\},.*"after":null,"acc":-1/);
});

test('records are named by the schema of their time, also after the table changed and after it is gone', async () => {
  await using instance = await aShop();
  await instance.mutate('wish', [wishItem]);
  const read = async () => {
    const filter = { table: 'shop.wish' };
    return [await readStream(instance.engine, 'wal', { filter }), await readStream(instance.engine, 'cdc', { filter })];
  };
  const before = await read();
  const names = { database: 'shop', table: 'wish' };
  await instance.engine.changeCatalog({ kind: 'update-table', ...names, active: false }, TEST_STAMP);
  await instance.engine.changeCatalog({ kind: 'delete-table', ...names }, TEST_STAMP);
  assert.deepEqual(await read(), before);
});

test('a filter leaves only records of a table, of an alias, or of a request', async () => {
  await using instance = await aShop();
  await instance.engine.changeCatalog(
    { kind: 'create-alias', database: 'shop', alias: 'fav', table: 'wish', comment: '' },
    TEST_STAMP,
  );
  await instance.mutate('wish', [wishItem], { stamp: { ...TEST_STAMP, requestId: 'r1' } });
  await instance.mutate('wish', [wishItem], { table: 'fav', stamp: { ...TEST_STAMP, requestId: 'r2' } });
  await instance.mutate('orders', [anItem({ id: 1, source: 1, target: 2, properties: { paidAt: 1, amount: 5 } })]);
  const filters = [{ table: 'shop.wish' }, { table: 'shop.fav' }, { requestId: 'r1' }, { table: 'shop.orders' }];
  for (const stream of ['wal', 'cdc'] as const) {
    const counts: number[] = [];
    for (const filter of filters) counts.push((await readMutations(instance.engine, stream, { filter })).length);
    assert.deepEqual(counts, [2, 1, 1, 1], stream);
    const page = await instance.engine[stream === 'wal' ? 'readWal' : 'readCdc']({
      from: 'first',
      filter: { requestId: 'x' },
    });
    assert.deepEqual([page.records.length, page.reached?.offset, page.reached?.item], [0, 6, null]);
  }
});

describe('positions that this log never gave are refused', () => {
  const wrong = ['e2-p0-1', 'e1-p1-1', 'e1-p0-99', 'e1-p0-3-7', 'e1-p0-4'];
  for (const stream of ['wal', 'cdc'] as const) {
    for (const text of wrong) {
      test(`${stream} from ${text}`, async () => {
        await using instance = await aShop();
        await instance.mutate('wish', [wishItem]);
        await assert.rejects(readFrom(instance.engine, stream, text), isCode('unknown-position'));
      });
    }
  }
});

test('a position whose records are trimmed is refused with the first that is kept; the one just before it is not', async () => {
  await using instance = await aShop();
  for (let version = 1n; version <= 5n; version += 1n) await instance.mutate('wish', [{ ...wishItem, version }]);
  const whole = {
    wal: await readMutations(instance.engine, 'wal'),
    cdc: await readMutations(instance.engine, 'cdc'),
  };
  await instance.store.clear({ kind: 'feed', partition: 0, before: 5 }, 1_000);
  await instance.log.trim(0, 5);
  for (const stream of ['wal', 'cdc'] as const) {
    for (const gone of ['e1-p0-3', 'e1-p0-4-0']) {
      await assert.rejects(readFrom(instance.engine, stream, gone), (error) => {
        assert.ok(error instanceof Failure && error.code === 'log-trimmed');
        assert.match(error.message, new RegExp(`${gone}; .* e1-p0-5 `));
        return true;
      });
    }
    assert.deepEqual(await readFrom(instance.engine, stream, 'e1-p0-4'), whole[stream].slice(2));
    assert.deepEqual(await readStream(instance.engine, stream), whole[stream].slice(2));
    assert.deepEqual(await readMutations(instance.engine, stream, { from: 'end' }), []);
  }
});

test('L5 a feed that lacks a frame is found out', async () => {
  let missing = -1;
  await using instance = await aShop({
    wrapStore: (store: Store) =>
      override(store, 'readFeed', async (partition: number, from: number, limit: number) => {
        const stored = await store.readFeed(partition, from, limit + 1);
        return stored.filter(({ offset }) => offset !== missing).slice(0, limit);
      }),
  });
  for (let version = 1n; version <= 3n; version += 1n) await instance.mutate('wish', [{ ...wishItem, version }]);
  assert.equal((await readMutations(instance.engine, 'cdc')).length, 3);
  missing = 4;
  await assert.rejects(readMutations(instance.engine, 'cdc'), isCode('feed-gap'));
});

test('L5 a record of the feed that does not follow the one before it is found out', async () => {
  let isCutOut = false;
  await using instance = await aShop({
    wrapStore: (store: Store) =>
      override(store, 'readFeed', async (partition: number, from: number, limit: number) => {
        const stored = await store.readFeed(partition, from, limit);
        return stored.map(({ offset, record }) => {
          if (!isCutOut || offset !== 4) return { offset, record };
          return { offset, record: encodeFeedRecord({ ...decodeFeedRecord(record), previousOffset: 2 }) };
        });
      }),
  });
  for (let version = 1n; version <= 3n; version += 1n) await instance.mutate('wish', [{ ...wishItem, version }]);
  isCutOut = true;
  await assert.rejects(readMutations(instance.engine, 'cdc'), isCode('feed-gap'));
});

test('a page that is full in the middle of a frame leaves the next frame alone', async () => {
  await using instance = await aShop({ limits: { streamRecordsMax: 1 } });
  const targets = (...names: string[]) => names.map((target) => ({ ...wishItem, target }));
  await instance.mutate('wish', targets('a', 'b'));
  await instance.mutate('wish', targets('c'));
  for (const stream of ['wal', 'cdc'] as const) {
    const keys = (await readMutations(instance.engine, stream)).map(({ key }) => key);
    assert.deepEqual(keys, ['7:a', '7:b', '7:c']);
  }
});

test('a frame larger than a page comes in pages, without a gap', async () => {
  await using instance = await aShop({ limits: { streamRecordsMax: 2 } });
  await instance.mutate(
    'wish',
    ['a', 'b', 'c', 'd', 'e'].map((target) => ({ ...wishItem, target })),
  );
  for (const stream of ['wal', 'cdc'] as const) {
    const keys = (await readMutations(instance.engine, stream)).map(({ key }) => key);
    assert.deepEqual(keys, ['7:a', '7:b', '7:c', '7:d', '7:e']);
  }
});

test('an empty log has nothing to read, and what comes first is found from there', async () => {
  await using instance = await TestInstance.open();
  for (const from of ['first', 'end'] as const) {
    assert.deepEqual(await instance.engine.readWal({ from }), { records: [], reached: null, atEnd: true });
    assert.deepEqual(await instance.engine.readCdc({ from }), { records: [], reached: null, atEnd: true });
  }
});

test('who waits for a frame wakes after its records can be read', async () => {
  await using instance = await aShop();
  const waiting = instance.engine.waitFor(3, new AbortController().signal).then(async () => {
    const [wal, cdc] = [await readMutations(instance.engine, 'wal'), await readMutations(instance.engine, 'cdc')];
    assert.deepEqual([wal.length, cdc.length], [1, 1]);
  });
  await instance.mutate('wish', [wishItem]);
  await waiting;
});

test('who waits is told when the engine stops', async () => {
  const instance = await aShop();
  const waiting = assert.rejects(instance.engine.waitFor(99, new AbortController().signal), isCode('engine-stopped'));
  await instance[Symbol.asyncDispose]();
  await waiting;
});

async function readFrom(engine: Engine, stream: StreamName, text: string): Promise<PrintedRecord[]> {
  const from = parseStreamPosition(text);
  assert.ok(from !== undefined);
  return readStream(engine, stream, { from });
}
