import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogChange } from '@actionbase/core/model/catalog';
import { aShop } from '../testing/a-shop.ts';
import { TEST_STAMP } from '../testing/wish-tables.ts';

type Change = (change: CatalogChange) => Promise<unknown>;

/** A shop whose tables and database are inactive. */
async function aClosedShop(): Promise<AsyncDisposable & { readonly change: Change }> {
  const instance = await aShop();
  const change: Change = (asked) => instance.engine.changeCatalog(asked, TEST_STAMP);
  for (const table of ['wish', 'orders'])
    await change({ kind: 'update-table', database: 'shop', table, active: false });
  return { change, [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose]() };
}

test('an alias whose table is gone is not activated, and may stay inactive', async () => {
  await using shop = await aClosedShop();
  const { change } = shop;
  await change({ kind: 'create-alias', database: 'shop', alias: 'w', table: 'wish', comment: '' });
  await change({ kind: 'update-alias', database: 'shop', alias: 'w', active: false });
  await change({ kind: 'delete-table', database: 'shop', table: 'wish' });
  const activation = change({ kind: 'update-alias', database: 'shop', alias: 'w', active: true });
  await assert.rejects(activation, /ddl update failed.*target label not exists : shop\.wish/);
  await change({ kind: 'update-alias', database: 'shop', alias: 'w', active: false, comment: 'gone' });
});

test('an inactive database takes no new alias and no activation of a table', async () => {
  await using shop = await aClosedShop();
  const { change } = shop;
  await change({ kind: 'update-database', database: 'shop', active: false });
  const alias = change({ kind: 'create-alias', database: 'shop', alias: 'w', table: 'wish', comment: '' });
  await assert.rejects(alias, /ddl create failed.*service not exists : shop/);
  const table = change({ kind: 'update-table', database: 'shop', table: 'wish', active: true });
  await assert.rejects(table, /ddl update failed.*service not exists : shop/);
  await change({ kind: 'update-table', database: 'shop', table: 'wish', comment: 'closed' });
  await change({ kind: 'update-database', database: 'shop', active: true });
  await change({ kind: 'update-table', database: 'shop', table: 'wish', active: true });
});
