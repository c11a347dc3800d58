import assert from 'node:assert/strict';
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { aFrame, checkHistory, historyFrame, put, text } from '@actionbase/ports/contracts/store-frames';
import { encodeFormat, formatKey } from './lmdb-record.ts';
import { defaultDurability, LmdbStore } from './lmdb-store.ts';
import { type LmdbTree, openLmdbTree } from './lmdb-tree.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lmdb.open-'));
});

afterEach(() => rm(directory, { recursive: true }));

test('a new store is one data file and one lock file in its folder', async () => {
  await using store = await LmdbStore.open({ directory: join(directory, 'new', 'store') });
  await store.write(0, [historyFrame(0)]);
  assert.deepEqual(await readdir(join(directory, 'new', 'store')), ['data.mdb', 'lock.mdb']);
});

test('what a crash has left of making the data file is made anew', async () => {
  await mkdir(join(directory, 'creating'));
  await writeFile(join(directory, 'creating', 'data.mdb'), 'torn');
  await using store = await LmdbStore.open({ directory });
  assert.equal(await checkHistory(store), -1);
  assert.deepEqual(await readdir(directory), ['data.mdb', 'lock.mdb']);
});

test('a store in another format is refused by its number', async () => {
  await withTree(async (tree) => void (await tree.batch(() => void tree.put(formatKey, encodeFormat(2)))));
  await assert.rejects(LmdbStore.open({ directory }), {
    code: 'store-unknown-format',
    message: `the store in ${directory} has format 2, this program knows 1. Start the program that wrote it`,
  });
});

test('an LMDB file that is not a store is refused', async () => {
  const foreign = { prefix: 1, head: text('not ours') };
  await withTree(async (tree) => void (await tree.batch(() => void tree.put(foreign, text('value')))));
  await assert.rejects(LmdbStore.open({ directory }), {
    code: 'store-unknown-format',
    details: { directory, format: 'none', allowed: 1 },
  });
});

test('a file that is not of LMDB is refused', async () => {
  await writeFile(join(directory, 'data.mdb'), Buffer.alloc(20_000, 'text'));
  await assert.rejects(LmdbStore.open({ directory }), { code: 'store-failed', message: /is not an LMDB file/ });
});

test('an LMDB file of another version is refused', async () => {
  await withTree(async () => undefined);
  const file = await open(join(directory, 'data.mdb'), 'r+');
  await file.write(Uint8Array.of(1), 0, 1, 28);
  await file.close();
  await assert.rejects(LmdbStore.open({ directory }), { code: 'store-failed', message: /data version 1, not 2/ });
});

test('a missing store is not made for reading', async () => {
  await assert.rejects(LmdbStore.open({ directory, readOnly: true }), { code: 'store-failed', message: /data\.mdb/ });
  assert.deepEqual(await readdir(directory), []);
});

test('a closed store and a disposed snapshot answer nothing', async () => {
  const store = await LmdbStore.open({ directory });
  await store.write(0, [historyFrame(0)]);
  const disposed = store.snapshot();
  disposed[Symbol.dispose]();
  disposed[Symbol.dispose]();
  assert.throws(() => disposed.get(1, text('a')), { code: 'store-failed' });
  const left = store.snapshot();
  await store[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  for (const reader of [store, left])
    assert.throws(() => reader.scan({ space: 1, limit: 1 }), { code: 'store-failed' });
  assert.throws(() => store.snapshot(), { code: 'store-failed' });
  await assert.rejects(store.write(0, [historyFrame(1)]), { code: 'store-failed' });
  await assert.rejects(store.flush(), { code: 'store-failed' });
  left[Symbol.dispose]();
});

test('writes under way when a store is closed are done', async () => {
  const store = await LmdbStore.open({ directory });
  const written = Promise.all([store.write(0, [historyFrame(0)]), store.write(0, [historyFrame(1)])]);
  await store[Symbol.asyncDispose]();
  await written;
  await using found = await LmdbStore.open({ directory });
  assert.equal(await checkHistory(found), 1);
});

test('a store grows far beyond the address space that it reserved at first', async () => {
  const options = { directory, mapBytes: 2 ** 18 };
  const value = new Uint8Array(10_000).fill(5);
  {
    await using store = await LmdbStore.open(options);
    using early = store.snapshot();
    for (let offset = 0; offset < 40; offset += 1) {
      const rows = Array.from({ length: 10 }, (_, at) => put(1, text(`${offset}-${at}`), value));
      await store.write(0, [aFrame({ offset, rows })]);
    }
    assert.deepEqual(await store.get(1, text('39-9')), value);
    assert.deepEqual(await early.scan({ space: 1, limit: 1 }), { rows: [], more: false });
  }
  await using store = await LmdbStore.open(options);
  assert.equal((await store.scan({ space: 1, limit: 1_000 })).rows.length, 400);
});

test('a disk with less room than the reserve refuses writes, and reads go on', async () => {
  {
    await using store = await LmdbStore.open({ directory });
    await store.write(0, [historyFrame(0)]);
  }
  {
    await using store = await LmdbStore.open({ directory, diskReserveBytes: 2 ** 60 });
    await assert.rejects(store.write(0, [historyFrame(1)]), { code: 'store-full', message: /kept free/ });
    await assert.rejects(store.clear({ kind: 'space', space: 40 }, 1), { code: 'store-full' });
    await store.flush();
    assert.equal(await checkHistory(store), 0);
  }
  await using store = await LmdbStore.open({ directory });
  await store.write(0, [historyFrame(1)]);
  assert.equal(await checkHistory(store), 1);
});

async function withTree(use: (tree: LmdbTree) => Promise<void>): Promise<void> {
  const tree = openLmdbTree({
    directory,
    readOnly: false,
    mapBytes: 2 ** 20,
    readersMax: 10,
    durability: defaultDurability,
  });
  await use(tree);
  await tree.close();
}
