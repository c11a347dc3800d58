/** Goal: the programs of `director.property.test.ts` find mistakes. Method: each mistake is planted, and a seed must object. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BROKEN_WORLDS } from '../testing/broken-sides.ts';
import { playSmallProgram } from '../testing/small-program.ts';

const SEEDS_MAX = 60;

for (const [mistake, options] of Object.entries(BROKEN_WORLDS)) {
  test(`a mistake is found: ${mistake}`, async () => {
    for (let seed = 0; seed < SEEDS_MAX; seed += 1) {
      try {
        await playSmallProgram({ ...options, seed });
      } catch {
        return;
      }
    }
    assert.fail(`no seed below ${SEEDS_MAX} objects`);
  });
}
