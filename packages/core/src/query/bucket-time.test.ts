import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../failure.ts';
import type { DateBucket } from '../model/schema.ts';
import { bucketText } from './bucket-time.ts';

const SEOUL: DateBucket = {
  type: 'date',
  name: 'day',
  unit: 'SECOND',
  timezone: 'Asia/Seoul',
  format: 'yyyy-MM-dd HH:mm',
};
/** 2025-01-20 23:30:15 in Seoul, 14:30:15 in UTC. */
const NOW = Date.UTC(2025, 0, 20, 14, 30, 15);

const CASES: readonly [format: string, text: string, lower: string, upper: string][] = [
  ['yyyy-MM-dd', 'now', '2025-01-20', '2025-01-20'],
  ['yyyy-MM-dd', 'now-3d', '2025-01-17', '2025-01-18'],
  ['yyyy-MM-dd', ' now+2h ', '2025-01-21', '2025-01-21'],
  ['yyyy-MM-dd', 'now-0d', '2025-01-20', '2025-01-21'],
  ['yyyy-MM', 'now+11d', '2025-01', '2025-02'],
  ['yyyy-MM-dd HH', 'now-1h', '2025-01-20 22', '2025-01-20 23'],
  ['yyyy-MM-dd HH:mm', 'now-15m', '2025-01-20 23:15', '2025-01-20 23:16'],
  ["yyyy-MM-dd 'mm'", 'now-1d', '2025-01-19 mm', '2025-01-20 mm'],
  ['yyyy-MM-dd', '2024-12-31', '2024-12-31', '2024-12-31'],
  ['yyyy-MM-dd', 'now-3w', 'now-3w', 'now-3w'],
  ['yyyy-MM-dd', 'now - 3d', 'now - 3d', 'now - 3d'],
];

for (const [format, text, lower, upper] of CASES) {
  test(`"${text}" in ${format} is ${lower} below and ${upper} above`, () => {
    const bucket = { ...SEOUL, format };
    assert.equal(bucketText(bucket, text, { nowMs: NOW, isUpperEnd: false }), lower);
    assert.equal(bucketText(bucket, text, { nowMs: NOW, isUpperEnd: true }), upper);
  });
}

test('a moment that is a full one already is not rounded', () => {
  const nowMs = Date.UTC(2025, 0, 20, 15);
  const bucket = { ...SEOUL, format: 'yyyy-MM-dd' };
  assert.equal(bucketText(bucket, 'now-0d', { nowMs, isUpperEnd: true }), '2025-01-21');
});

test('a day that ends with another offset than it began with ends at its own midnight', () => {
  const bucket = { ...SEOUL, timezone: 'Europe/Berlin', format: 'yyyy-MM-dd HH' };
  for (const [day, expected] of [
    [Date.UTC(2025, 9, 25, 22, 30), '2025-10-26'],
    [Date.UTC(2025, 2, 29, 23, 30), '2025-03-30'],
  ] as const) {
    const inDays = { ...bucket, format: 'yyyy-MM-dd' };
    assert.equal(bucketText(inDays, 'now', { nowMs: day, isUpperEnd: true }), expected);
    const next = bucketText(inDays, 'now-0d', { nowMs: day, isUpperEnd: true });
    assert.equal(
      next,
      expected.replace(/\d\d$/, (text) => String(Number(text) + 1)),
    );
  }
});

test('an upper end that moves cannot be rounded to seconds, plain now and lower ends take every format', () => {
  for (const format of ['HH:mm:ss', 'HHmmssSSS']) {
    const bucket = { ...SEOUL, format };
    assert.throws(
      () => bucketText(bucket, 'now-1m', { nowMs: NOW, isUpperEnd: true }),
      (error) => error instanceof Failure && error.code === 'invalid-ranges',
    );
    assert.match(bucketText(bucket, 'now', { nowMs: NOW, isUpperEnd: true }), /^23:?30/);
    assert.match(bucketText(bucket, 'now-1m', { nowMs: NOW, isUpperEnd: false }), /^23:?29/);
  }
});

test('a moment beyond every calendar is refused', () => {
  assert.throws(
    () => bucketText(SEOUL, 'now+999999999999d', { nowMs: NOW, isUpperEnd: false }),
    (error) => error instanceof Failure && /no time that a calendar has/.test(error.message),
  );
});
