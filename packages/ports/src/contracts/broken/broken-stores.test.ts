import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenSentences } from '../law.ts';
import { makeMemoryStoreHome } from '../memory-store-home.ts';
import { storeLaws } from '../store.ts';
import { brokenStores, makeBrokenHome } from './broken-stores.ts';

for (const broken of brokenStores) {
  test(`${broken.law} is seen to be broken by a store that ${broken.mistake}`, async () => {
    const make = () => makeBrokenHome(() => makeMemoryStoreHome(() => 0), broken);
    const errors = await brokenSentences(storeLaws, broken.law, make);
    assert.ok(errors.length > 0, `no sentence of ${broken.law} noticed it`);
    for (const error of errors) assert.ok(error instanceof assert.AssertionError, String(error));
  });
}

test('every law of Store has a broken implementation', () => {
  const laws = [...new Set(storeLaws.map(({ law }) => law))];
  assert.deepEqual([...new Set(brokenStores.map(({ law }) => law))], laws);
});
