import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHistory } from './run-history.ts';

/** Goal: strict serializability over real HTTP and over kills. Method: see `check-history.ts` and `run-history.ts`. */
test('L1 L6 what concurrent clients see over four lives of a server has one order: the one of the log', async () => {
  const { violations, operations, changes } = await runHistory({ lives: 4, clients: 8, lifeMs: 400, seed: 20_261 });
  assert.deepEqual(violations, []);
  assert.ok(operations > 200 && changes > 100, `the clients worked: ${operations} operations, ${changes} changes`);
});
