import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from './manual-clock.ts';

test('a manual clock stands still until it is advanced', () => {
  const clock = new ManualClock({ nowMs: 1000 });
  assert.equal(clock.nowMs(), 1000);
  clock.advance(5);
  assert.equal(clock.nowMs(), 1005);
  assert.equal(clock.monotonicMs(), 5);
});

test('sleepers wake in the order of their time, and not before it', async () => {
  const clock = new ManualClock();
  const woken: string[] = [];
  const sleepers = [
    clock.sleep(20).then(() => woken.push('late')),
    clock.sleep(10).then(() => woken.push('early')),
    clock.sleep(30).then(() => woken.push('last')),
  ];
  clock.advance(9);
  await Promise.resolve();
  assert.deepEqual(woken, []);
  clock.advance(11);
  await Promise.all(sleepers.slice(0, 2));
  assert.deepEqual(woken, ['early', 'late']);
  assert.equal(clock.nextDueMs(), 30);
  assert.equal(clock.advanceToNext(), true);
  await Promise.all(sleepers);
  assert.equal(clock.advanceToNext(), false);
});

test('an aborted sleep rejects with the reason of the signal and is forgotten', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(10, controller.signal);
  controller.abort(new Error('enough'));
  await assert.rejects(sleeping, /enough/);
  await assert.rejects(clock.sleep(10, controller.signal), /enough/);
  assert.equal(clock.nextDueMs(), undefined);
});

test('a jump moves the wall clock only', async () => {
  const clock = new ManualClock({ nowMs: 1000 });
  clock.jump(-400);
  assert.equal(clock.nowMs(), 600);
  assert.equal(clock.monotonicMs(), 0);
});

test('a clock whose sleeps advance it lets a program go on by itself', async () => {
  const clock = new ManualClock({ nowMs: 1000, sleeps: 'advance' });
  await clock.sleep(7);
  assert.equal(clock.nowMs(), 1007);
});
