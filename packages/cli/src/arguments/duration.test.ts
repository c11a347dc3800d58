import assert from 'node:assert/strict';
import test from 'node:test';
import { parseDuration } from './duration.ts';

test('a span is a number with a unit', () => {
  const spans = ['0s', '45s', '30m', '12h', '90d', '36500d'].map((text) => parseDuration('grace', text));
  assert.deepEqual(spans, [0, 45_000, 1_800_000, 43_200_000, 7_776_000_000, 3_153_600_000_000]);
});

test('anything else is refused with what is allowed', () => {
  for (const text of ['', '90', 'd', '1.5h', '-1d', '1w', '1 d', '36501d', '99999999999s']) {
    assert.throws(() => parseDuration('expires', text), {
      name: 'UsageError',
      message: /^--expires is ".*"; expected a number with s, m, h or d/,
    });
  }
});
