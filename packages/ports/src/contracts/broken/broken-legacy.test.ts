import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenSentences } from '../law.ts';
import { legacyLaws } from '../legacy.ts';
import { makeMemoryLegacyHome } from '../memory-legacy-home.ts';
import { brokenLegacies, makeBrokenLegacyHome } from './broken-legacy.ts';

for (const broken of brokenLegacies) {
  test(`${broken.law} is seen to be broken by an old side that ${broken.mistake}`, async () => {
    const errors = await brokenSentences(legacyLaws, broken.law, () =>
      makeBrokenLegacyHome(makeMemoryLegacyHome, broken),
    );
    assert.ok(errors.length > 0, `no sentence of ${broken.law} noticed it`);
    for (const error of errors) assert.ok(error instanceof assert.AssertionError, String(error));
  });
}

test('every law of the old side has a broken implementation', () => {
  const laws = [...new Set(legacyLaws.map(({ law }) => law))];
  assert.deepEqual([...new Set(brokenLegacies.map(({ law }) => law))], laws);
});
