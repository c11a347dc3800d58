import assert from 'node:assert/strict';
import test from 'node:test';
import { NO_COUNTS } from './load-ledger.ts';
import { LoadProgress, printBar, printProgress } from './load-progress.ts';

test('speed and time left are of the last seconds, the share is of the bytes', () => {
  const progress = new LoadProgress(10_000);
  progress.update(0, 0, NO_COUNTS);
  progress.update(5_000, 1_000, { ...NO_COUNTS, created: 100 });
  const figures = progress.update(15_000, 5_000, { ...NO_COUNTS, created: 1_090, rejected: 10 });
  assert.deepEqual(figures, { edges: 1_100, edgesPerSecond: 100, share: 0.5, secondsLeft: 12.5, refused: 10 });
  assert.equal(printProgress(figures), ' 50 %  1,100 edges  100/s  0:13 left  10 refused');
  assert.equal(printBar(figures), `[${'#'.repeat(12)}${'.'.repeat(12)}]`);
});

test('without a size there is neither share nor time left', () => {
  const progress = new LoadProgress(null);
  const figures = progress.update(0, 500, { ...NO_COUNTS, idle: 3 });
  assert.equal(printProgress(figures), '3 edges  0/s');
  assert.equal(printBar(figures), '');
});

test('long loads tell their hours', () => {
  const progress = new LoadProgress(4_000_000);
  progress.update(0, 0, NO_COUNTS);
  assert.match(printProgress(progress.update(1_000, 1_000, NO_COUNTS)), /1:06:39 left$/);
});
