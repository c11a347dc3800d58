import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DateBucket } from '../model/schema.ts';
import { LONG_MAX, LONG_MIN, type Value } from '../model/value.ts';
import { aBucket } from '../reduce/test-edges.ts';
import { formatBucket, parseBucket } from './date-bucket.ts';

/** 2025-01-20T12:46:17.245Z, a Monday. */
const MOMENT = 1737377177245n;

function format(value: Value, parts: Partial<DateBucket> = {}): string | null {
  return formatBucket(aBucket(parts), value);
}

test('a time is printed in the zone of the bucket', () => {
  assert.equal(format(MOMENT), '2025-01-20');
  assert.equal(format(1737385199999n), '2025-01-20');
  assert.equal(format(1737385200000n), '2025-01-21');
  assert.equal(format(1737385200000n, { timezone: 'UTC' }), '2025-01-20');
  assert.equal(format(1737385200000n, { timezone: 'America/New_York' }), '2025-01-20');
});

for (const [unit, value] of [
  ['NANOSECOND', MOMENT * 1_000_000n + 6_789n],
  ['MICROSECOND', MOMENT * 1_000n + 6n],
  ['MILLISECOND', MOMENT],
] as const) {
  test(`a ${unit} keeps its fraction of a second`, () => {
    const digits = { NANOSECOND: '245006789', MICROSECOND: '245006000', MILLISECOND: '245000000' }[unit];
    assert.equal(format(value, { unit, format: 'HH:mm:ss.SSSSSSSSS' }), `21:46:17.${digits}`);
    assert.equal(format(value, { unit, format: 'SS' }), '24');
  });
}

test('seconds may be an int', () => {
  assert.equal(format(1737377177, { unit: 'SECOND', format: "yyyy-MM-dd'T'HH:mm:ss" }), '2025-01-20T21:46:17');
  assert.equal(format(-1, { unit: 'SECOND', timezone: 'Z', format: 'yyyy-MM-dd HH:mm:ss' }), '1969-12-31 23:59:59');
});

// Patterns as Java prints them, for MOMENT in UTC unless a time is given.
const patterns: readonly (readonly [pattern: string, expected: string, value?: bigint])[] = [
  ['yyyyMMdd', '20250120'],
  ['yy-M-d', '25-1-20'],
  ['uuuu/LL/dd', '2025/01/20'],
  ['y', '2025'],
  ['yyyyyy', '002025'],
  ['D', '20'],
  ['DDD', '020'],
  ['E EEE EEEE', 'Mon Mon Monday'],
  ['MMM MMMM LLL', 'Jan January Jan'],
  ['H HH k K h hh a', '12 12 12 0 12 12 PM'],
  ['H k K h a', '0 24 0 12 AM', 1737331200000n],
  ['m mm s ss', '46 46 17 17'],
  ["'year' yyyy, 'o''clock' ''", "year 2025, o'clock '"],
  ["yyyy''MM", "2025'01"],
  ["''''", "'"],
  ['yyyy.MM/dd_HH-mm', '2025.01/20_12-46'],
  ['X XX XXX x xx xxx Z', 'Z Z Z +00 +0000 +00:00 +0000'],
  ['yyyy uuuu y u', '0001 0000 1 0', -62167219200000n],
  ['yyyy uuuu uu', '0002 -0001 01', -62167219200001n],
  ['yyyy', '+10000', 253402300800000n],
  ['yyyyy', '10000', 253402300800000n],
  ['y', '10000', 253402300800000n],
  ['yyyy-MM-dd D', '2024-02-29 60', 1709164800000n],
  ['yyyy-MM-dd D', '2024-12-31 366', 1735603200000n],
];

for (const [pattern, expected, value] of patterns) {
  test(`${pattern} prints ${expected}`, () => {
    assert.equal(format(value ?? MOMENT, { timezone: 'UTC', format: pattern }), expected);
  });
}

const offsets: readonly (readonly [timezone: string, expected: string])[] = [
  ['Z', 'Z +00:00'],
  ['UT', 'Z +00:00'],
  ['GMT', 'Z +00:00'],
  ['+09:00', '+09:00 +09:00'],
  ['+9', '+09:00 +09:00'],
  ['-0330', '-03:30 -03:30'],
  ['+09:00:30', '+09:00 +09:00'],
  ['+18', '+18:00 +18:00'],
  ['GMT+9', '+09:00 +09:00'],
  ['UTC-05:00', '-05:00 -05:00'],
  ['Asia/Kolkata', '+05:30 +05:30'],
  ['Etc/GMT+9', '-09:00 -09:00'],
  ['America/New_York', '-05:00 -05:00'],
];

for (const [timezone, expected] of offsets) {
  test(`the zone ${timezone} is ${expected.split(' ')[0]} ahead of UTC`, () => {
    assert.equal(format(MOMENT, { timezone, format: 'XXX xxx' }), expected);
  });
}

test('daylight saving begins and ends at its second', () => {
  const parts = { timezone: 'America/New_York', unit: 'SECOND', format: 'MM-dd HH:mm:ss x' } as const;
  assert.equal(format(1710053999n, parts), '03-10 01:59:59 -05');
  assert.equal(format(1710054000n, parts), '03-10 03:00:00 -04');
  assert.equal(format(1730613599n, parts), '11-03 01:59:59 -04');
  assert.equal(format(1730613600n, parts), '11-03 01:00:00 -05');
});

test('a transition within an hour takes effect at its second', () => {
  // Seoul left its local mean time (+08:27:52) on 1908-04-01.
  const parts = { unit: 'SECOND', format: 'yyyy-MM-dd HH:mm:ss' } as const;
  assert.equal(format(-1948782473n, parts), '1908-03-31 23:59:59');
  assert.equal(format(-1948782472n, parts), '1908-04-01 00:02:08');
});

test('times far away follow the rules of their zone', () => {
  const parts = { timezone: 'America/New_York', unit: 'SECOND', format: 'uuuu-MM-dd HH XXX EEE' } as const;
  const cycles = 1_000n * 400n;
  const summer = 1720000000n + 1_000n * 146_097n * 86_400n;
  assert.equal(format(1720000000n, parts), '2024-07-03 05 -04:00 Wed');
  assert.equal(format(summer - 15_552_000n, parts), `+${2024n + cycles}-01-05 04 -05:00 Fri`);
  assert.equal(format(summer, parts), `+${2024n + cycles}-07-03 05 -04:00 Wed`);
});

test('null, values that are no integers and times outside the calendar are null', () => {
  for (const value of [null, true, 'text', 1.5, Number.NaN, Infinity]) assert.equal(format(value), null);
  assert.equal(format(LONG_MAX, { unit: 'SECOND' }), null);
  assert.equal(format(LONG_MIN, { unit: 'SECOND' }), null);
  const parts = { unit: 'SECOND', timezone: 'UTC', format: 'uuuu-MM-dd HH:mm:ss' } as const;
  assert.equal(format(31556889832780799n, parts), '+999999999-12-31 23:59:59');
  assert.equal(format(31556889832780799n, { ...parts, timezone: '+09:00' }), null);
  assert.equal(format(31556889832780800n, parts), null);
  assert.equal(format(-31557014135596800n, parts), '-999999999-01-01 00:00:00');
  assert.equal(format(-31557014135596801n, parts), null);
});

test('a bucket that cannot be read gives null', () => {
  assert.equal(format(MOMENT, { format: 'YYYY' }), null);
});

const refused: readonly (readonly [parts: Partial<DateBucket>, member: string, message: RegExp])[] = [
  [{ format: 'YYYY-MM-dd' }, 'format', /"Y", which is the year of a week.*"y" is the year/],
  [{ format: 'ww' }, 'format', /"w", which is a week/],
  [{ format: 'yyyy-MM-dd VV' }, 'format', /"V", which is not supported/],
  [{ format: 'ddd' }, 'format', /3 times "d"; at most 2/],
  [{ format: 'MMMMM' }, 'format', /5 times "M"; at most 4/],
  [{ format: 'SSSSSSSSSS' }, 'format', /10 times "S"; at most 9/],
  [{ format: "yyyy 'T" }, 'format', /quote at 5 that is not closed/],
  [{ format: 'yyyy[-MM]' }, 'format', /"\[", which is not supported outside quotes/],
  [{ format: '' }, 'format', /is empty/],
  [{ timezone: 'Mars/Base' }, 'timezone', /"Mars\/Base" is neither/],
  [{ timezone: '' }, 'timezone', /neither/],
  [{ timezone: '+19' }, 'timezone', /neither/],
  [{ timezone: '+9:30' }, 'timezone', /neither/],
  [{ timezone: '+09:60' }, 'timezone', /neither/],
];

for (const [parts, member, message] of refused) {
  test(`a bucket of ${JSON.stringify(parts)} is refused`, () => {
    const parsed = parseBucket(aBucket(parts));
    assert.ok(parsed.kind === 'refused');
    assert.deepEqual(
      parsed.problems.map((problem) => problem.member),
      [member],
    );
    assert.match(parsed.problems[0]?.message ?? '', message);
  });
}

test('all problems of a bucket are told at once', () => {
  const parsed = parseBucket(aBucket({ timezone: 'x', format: 'Y' }));
  assert.equal(parsed.kind === 'refused' ? parsed.problems.length : 0, 2);
});

test('dates equal those of Date, and no long throws', () => {
  const buckets = (['NANOSECOND', 'MICROSECOND', 'MILLISECOND', 'SECOND'] as const).map((unit) => aBucket({ unit }));
  const iso = aBucket({ timezone: 'UTC', format: "uuuu-MM-dd'T'HH:mm:ss.SSSX" });
  fc.assert(
    fc.property(fc.bigInt({ min: LONG_MIN, max: LONG_MAX }), (value) => {
      for (const bucket of buckets) formatBucket(bucket, value);
    }),
    { numRuns: 100 },
  );
  fc.assert(
    fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (ms) => {
      assert.equal(formatBucket(iso, BigInt(ms)), new Date(ms).toISOString());
    }),
    { numRuns: 300 },
  );
});
