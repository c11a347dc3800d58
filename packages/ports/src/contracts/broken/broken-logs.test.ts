import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenSentences } from '../law.ts';
import { logLaws } from '../log.ts';
import { makeMemoryLogHome } from '../memory-log-home.ts';
import { brokenLogs, makeBrokenLogHome } from './broken-logs.ts';

for (const broken of brokenLogs) {
  test(`${broken.law} is seen to be broken by a log that ${broken.mistake}`, async () => {
    const make = () => makeBrokenLogHome(() => makeMemoryLogHome(1, 'kept'), broken);
    const errors = await brokenSentences(logLaws, broken.law, make);
    assert.ok(errors.length > 0, `no sentence of ${broken.law} noticed it`);
    for (const error of errors) assert.ok(error instanceof assert.AssertionError, String(error));
  });
}

test('every law of Log has a broken implementation', () => {
  const laws = [...new Set(logLaws.map(({ law }) => law))];
  assert.deepEqual([...new Set(brokenLogs.map(({ law }) => law))], laws);
});
