import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { TABLE_ID_MAX } from '@actionbase/core/model/table';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import { readQueueMark } from '../queue/queue-mark.ts';
import { readParkedCount, SIDE_QUEUE_SPACE } from '../queue/side-queue-rows.ts';
import { aShop } from '../testing/a-shop.ts';
import { dumpStore } from '../testing/instance-state.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { shopChanges, TEST_STAMP, wishSchema } from '../testing/wish-tables.ts';
import { emptyCatalog } from './catalog.ts';
import { ENGINE_SPACE, readCatalog } from './catalog-rows.ts';
import { planChange } from './plan-change.ts';

test('L7 a table and an alias that are changed after a restart have the bytes that a replay gives', async () => {
  const instance = await aShop();
  const alias = { kind: 'create-alias', database: 'shop', alias: 'fav', table: 'wish', comment: '' } as const;
  await instance.engine.changeCatalog(alias, TEST_STAMP);
  await instance[Symbol.asyncDispose]();
  await using again = await TestInstance.open({ storage: instance.storage, store: instance.store });
  const change = { database: 'shop', comment: 'changed' } as const;
  await again.engine.changeCatalog({ kind: 'update-table', table: 'wish', ...change }, TEST_STAMP);
  await again.engine.changeCatalog({ kind: 'update-alias', alias: 'fav', ...change }, TEST_STAMP);
  await using replayed = await TestInstance.open({ storage: instance.storage });
  assert.deepEqual(await dumpStore(replayed.store), await dumpStore(again.store));
});

test('no table ever has the space of the side queue', () => {
  assert.equal(TABLE_ID_MAX, SIDE_QUEUE_SPACE - 1);
  const facts = { stamp: TEST_STAMP, hasRows: false };
  const [createDatabase] = shopChanges;
  assert.ok(createDatabase !== undefined);
  const made = planChange({ ...emptyCatalog(0), nextTableId: TABLE_ID_MAX }, createDatabase, facts);
  assert.ok(made.kind === 'changed');
  const create = (table: string) =>
    ({
      kind: 'create-table',
      database: 'shop',
      table,
      schema: wishSchema,
      mode: 'SYNC',
      storage: 'datastore://shop/last',
      comment: '',
    }) as const;
  const last = planChange(made.catalog, create('last'), facts);
  assert.ok(last.kind === 'changed' && last.entity?.kind === 'table');
  assert.equal(last.entity.definition.id, TABLE_ID_MAX);
  const beyond = planChange(last.catalog, create('beyond'), facts);
  assert.equal(beyond.kind === 'refused' && beyond.failure.code, 'precondition-failed');
});

test('a damaged row is refused with its key and what to do, whatever is in it', async () => {
  const rows: readonly (readonly [string, string])[] = [
    ['table/1', '{"id":1'],
    ['table/1', 'null'],
    ['table/1', '{"id":1,"database":"d","table":"t"}'],
    ['table/x', '{}'],
    ['catalog', '{"revision":"1"}'],
    ['database/d', '[]'],
    ['alias/d.a', '7'],
    ['rework/1', '{"builds":[]}'],
    ['schema/1', '{}'],
  ];
  for (const [key, value] of rows) {
    const store = new MemoryStore();
    const encoder = new TextEncoder();
    const row = { space: ENGINE_SPACE, key: encoder.encode(key), value: encoder.encode(value) };
    const frame = { epoch: 1, offset: 0, stampMs: 1, rows: [row], feed: new Uint8Array(1), inbox: [] };
    await store.write(0, [frame]);
    await assert.rejects(readCatalog(store, 0), (error) => {
      assert.ok(error instanceof Failure && error.code === 'catalog-damaged', String(error));
      assert.ok(error.message.includes(`"${key}"`), error.message);
      assert.match(error.message, /Remove the store: .* restore a backup/);
      return true;
    });
  }
});

test('the numbers of the queue are refused when they are cut short', () => {
  assert.throws(() => readQueueMark(new Uint8Array(7)), /8 bytes, not 7/);
  assert.throws(() => readParkedCount(new Uint8Array(0)), /8 bytes, not 0/);
});
