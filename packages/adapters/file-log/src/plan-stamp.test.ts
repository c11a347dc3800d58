import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STAMP_WAITS_MAX } from './limits.ts';
import { planStamp } from './plan-stamp.ts';

const question = { nowMs: 1000, monotonicMs: 50, lastStampMs: 999, lastFrameMonotonicMs: 40, waits: 0 };

test('the time is the stamp when it is above the last one', () => {
  assert.deepEqual(planStamp(question), { kind: 'stamp', stampMs: 1000 });
  assert.deepEqual(planStamp({ ...question, nowMs: 5000 }), { kind: 'stamp', stampMs: 5000 });
});

test('a frame waits while the clock stands in the last millisecond or a little before', () => {
  for (const lastStampMs of [1000, 1003, 1005]) {
    assert.deepEqual(planStamp({ ...question, lastStampMs }), { kind: 'wait', durationMs: 1 });
  }
});

test('nobody waits for a clock that was set back, but frames stay a millisecond apart', () => {
  const setBack = { ...question, lastStampMs: 3_600_000 };
  assert.deepEqual(planStamp(setBack), { kind: 'stamp', stampMs: 3_600_001 });
  assert.deepEqual(planStamp({ ...setBack, lastFrameMonotonicMs: 49.75 }), { kind: 'wait', durationMs: 0.75 });
});

test('a clock that stands still does not stop the log', () => {
  assert.deepEqual(planStamp({ ...question, lastStampMs: 1000, waits: STAMP_WAITS_MAX }), {
    kind: 'stamp',
    stampMs: 1001,
  });
});
