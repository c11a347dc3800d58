import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { diskLaws } from '../disk.ts';
import { brokenSentences } from '../law.ts';
import { makeMemoryDiskHome } from '../memory-disk-home.ts';
import { brokenDisks, makeBrokenDiskHome } from './broken-disks.ts';

for (const broken of brokenDisks) {
  test(`${broken.law} is seen to be broken by a disk that ${broken.mistake}`, async () => {
    const errors = await brokenSentences(diskLaws, broken.law, () => makeBrokenDiskHome(makeMemoryDiskHome, broken));
    assert.ok(errors.length > 0, `no sentence of ${broken.law} noticed it`);
    for (const error of errors)
      assert.ok(error instanceof assert.AssertionError || error instanceof Failure, String(error));
  });
}

test('every law of Disk has a broken implementation', () => {
  const laws = [...new Set(diskLaws.map(({ law }) => law))];
  assert.deepEqual([...new Set(brokenDisks.map(({ law }) => law))], laws);
});
