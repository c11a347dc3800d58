import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';
import { SIDE_QUEUE_SPACE } from '@actionbase/engine/queue/side-queue-rows';
import { TestInstance } from '@actionbase/engine/testing/test-instance';
import { TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import type { MemoryStore } from '@actionbase/ports/memory/memory-store';
import { digestStore } from './store-digest.ts';

const WISH: MutationItem = {
  type: 'INSERT',
  version: 10n,
  source: 7,
  target: 'a',
  properties: { at: 1, color: 'red' },
};

test('the digest changes with any row, any cell, the metadata, what is parked and the inbox', async () => {
  await using instance = await aWish();
  const { store } = instance;
  const { hash, tables, rows } = await digestStore(store);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.deepEqual(
    tables.map(({ name, states }) => [name, states]),
    [
      ['shop.wish', 1],
      ['shop.orders', 0],
    ],
  );
  const { rows: plain } = await store.scan({ space: 1, limit: 100 });
  const { cells } = await store.scanCells({ space: 1, key: new Uint8Array(0), limit: 100 });
  assert.ok(plain.length > 3 && cells.length > 1 && rows > plain.length + cells.length);
  const seen = new Set([hash]);
  const addresses = [
    ...plain.map(({ key }) => ({ space: 1, key })),
    ...cells.map(({ qualifier }) => ({ space: 1, key: qualifier.subarray(0, 1), qualifier: qualifier.subarray(1) })),
    { space: 0, key: new TextEncoder().encode('database/shop') },
  ];
  for (const address of addresses) {
    const before = (await store.getMany([address]))[0];
    assert.ok(before !== undefined);
    await writeRow(store, { ...address, value: Uint8Array.of(...before, 0x20) });
    seen.add((await digestStore(store)).hash);
    await writeRow(store, { ...address, value: before });
    assert.equal((await digestStore(store)).hash, hash);
  }
  await writeRow(store, { space: SIDE_QUEUE_SPACE, key: Uint8Array.of(1), value: Uint8Array.of(2) });
  seen.add((await digestStore(store)).hash);
  await writeRow(store, undefined, [{ origin: 'binlog', position: 5n }]);
  seen.add((await digestStore(store)).hash);
  assert.equal(seen.size, addresses.length + 3);
});

test('the digest is the same whatever is left of a deleted table, and of the feed', async () => {
  await using instance = await aWish();
  const { engine, store } = instance;
  const names = { database: 'shop', table: 'wish' } as const;
  await engine.changeCatalog({ kind: 'update-table', ...names, active: false }, TEST_STAMP);
  await engine.changeCatalog({ kind: 'delete-table', ...names }, TEST_STAMP);
  const { hash, tables } = await digestStore(store);
  assert.deepEqual(
    tables.map(({ name }) => name),
    ['shop.orders'],
  );
  assert.ok((await store.scan({ space: 1, limit: 1 })).rows.length > 0);
  await store.clear({ kind: 'space', space: 1 }, 1_000);
  await store.clear({ kind: 'feed', partition: 0, before: 2 }, 1_000);
  assert.equal((await digestStore(store)).hash, hash);
});

async function aWish(): Promise<TestInstance> {
  const instance = await TestInstance.open();
  await instance.createShop();
  await instance.mutate('wish', [WISH]);
  return instance;
}

async function writeRow(
  store: MemoryStore,
  row: Parameters<MemoryStore['write']>[1][number]['rows'][number] | undefined,
  inbox: Parameters<MemoryStore['write']>[1][number]['inbox'] = [],
): Promise<void> {
  const progress = await store.progress(0);
  assert.ok(progress !== undefined);
  const rows = row === undefined ? [] : [row];
  await store.write(0, [{ ...progress, offset: progress.offset + 1, rows, feed: new Uint8Array(0), inbox }]);
}
