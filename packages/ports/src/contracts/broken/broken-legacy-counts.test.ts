import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenSentences } from '../law.ts';
import { legacyCountsLaws } from '../legacy-counts.ts';
import { makeMemoryLegacyCountsHome } from '../memory-legacy-counts-home.ts';
import { brokenLegacyCounts, makeBrokenCountsHome } from './broken-legacy-counts.ts';

for (const broken of brokenLegacyCounts) {
  test(`${broken.law} is seen to be broken by counts that have a mistake: it ${broken.mistake}`, async () => {
    const make = () => makeBrokenCountsHome(makeMemoryLegacyCountsHome, broken);
    const errors = await brokenSentences(legacyCountsLaws, broken.law, make);
    assert.ok(errors.length > 0, `no sentence of ${broken.law} noticed it`);
    for (const error of errors) assert.ok(error instanceof assert.AssertionError, String(error));
  });
}

test('every law of LegacyCounts has a broken implementation', () => {
  const laws = [...new Set(legacyCountsLaws.map(({ law }) => law))];
  assert.deepEqual([...new Set(brokenLegacyCounts.map(({ law }) => law))], laws);
});
