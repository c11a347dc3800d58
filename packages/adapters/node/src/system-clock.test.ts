import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SystemClock } from './system-clock.ts';
import { SystemRandom } from './system-random.ts';

test('a sleep is over once its time has passed on the monotonic clock', async () => {
  const clock = new SystemClock();
  const before = clock.monotonicMs();
  await clock.sleep(3);
  assert.ok(clock.monotonicMs() - before >= 3);
  await clock.sleep(-5);
});

test('an aborted sleep rejects with the reason of the signal', async () => {
  const clock = new SystemClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(3_000_000_000, controller.signal);
  controller.abort(new Error('enough'));
  await assert.rejects(sleeping, /enough/);
  await assert.rejects(clock.sleep(0, controller.signal), /enough/);
});

test('random bytes fill the array that was given', () => {
  const target = new Uint8Array(100_000);
  assert.equal(new SystemRandom().bytes(target), target);
  assert.equal(new Set(target).size, 256);
});
