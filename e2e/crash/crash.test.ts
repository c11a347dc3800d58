import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCrashes } from './crash.ts';

/** Goal: laws L1 to L5 with real processes. Method: see `crash.ts`; `npm run crash` does the same hundreds of times. */
test('L1 L3 L4 L5 after 50 kills under writing clients every acknowledged mutation is there and every recount is right', async () => {
  const seed = 20_251;
  const result = await runCrashes({ rounds: 50, seed, writers: 16, killWithinMs: 300, onRound: () => undefined });
  assert.deepEqual(result.violations, []);
  assert.ok(result.acknowledged > 1_000, `the writers wrote: ${result.acknowledged} acknowledged`);
});
