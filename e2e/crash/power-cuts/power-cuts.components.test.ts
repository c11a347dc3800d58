/**
 * Goal: laws L1, L3, L4 and L5 after a power cut of the whole data directory. Method: strace records what a real server under
 * writing clients, killed once on the way, does to its files; directories are built as cuts at many moments may have left them,
 * and the real server starts on each. `npm run crash -- --power-cuts N` does more of it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutPower } from './cut-power.ts';
import type { DiskCall } from './read-calls.ts';

const seed = Number(process.env.POWER_CUT_SEED ?? Date.now() % 1_000_000);
const timeout = 600_000;

test(`L1 L3 L4 L5 a power cut costs nothing that was answered (seed ${seed})`, { timeout }, async () => {
  const { cuts, acknowledged, violations } = await cutPower({ cuts: 40, seed, writeMs: 1_500, lives: 2 });
  assert.deepEqual(violations, []);
  assert.equal(cuts, 40);
  assert.ok(acknowledged > 20, `the writers wrote: ${acknowledged} requests answered`);
});

test(`power cuts find a log that is not synced (seed ${seed})`, { timeout }, async () => {
  const plant = (calls: readonly DiskCall[]): DiskCall[] => calls.filter((call) => !isLogSync(call));
  const { violations } = await cutPower({ cuts: 10, seed, writeMs: 1_000, lives: 1, plant });
  assert.notDeepEqual(violations, []);
});

function isLogSync(call: DiskCall): boolean {
  return call.kind === 'file' && call.path.endsWith('.log') && call.event.kind.startsWith('sync');
}
