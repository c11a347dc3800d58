import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TABLE_ID_MAX } from '@actionbase/core/model/table';
import { SIDE_QUEUE_SPACE } from '../queue/side-queue-rows.ts';
import { aShop } from '../testing/a-shop.ts';
import { dumpStore } from '../testing/instance-state.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { shopChanges, TEST_STAMP, wishSchema } from '../testing/wish-tables.ts';
import { emptyCatalog } from './catalog.ts';
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
