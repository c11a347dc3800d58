// Hot: runs per group field with a bucket.
import type { DateBucket } from '../model/schema.ts';
import type { Value } from '../model/value.ts';
import { type LocalTime, type PatternPart, parseDatePattern, printDatePattern } from './date-pattern.ts';
import { parseTimeZone, type TimeZone } from './time-zone.ts';

/** A bucket whose zone and format are understood. */
export interface BucketPlan {
  readonly unitsPerSecond: bigint;
  readonly zone: TimeZone;
  readonly parts: readonly PatternPart[];
}

export interface BucketProblem {
  readonly member: 'unit' | 'timezone' | 'format';
  readonly message: string;
}

export type ParsedBucket =
  | { readonly kind: 'parsed'; readonly plan: BucketPlan }
  | { readonly kind: 'refused'; readonly problems: readonly BucketProblem[] };

const UNITS_PER_SECOND: Readonly<Record<DateBucket['unit'], bigint>> = {
  NANOSECOND: 1_000_000_000n,
  MICROSECOND: 1_000_000n,
  MILLISECOND: 1_000n,
  SECOND: 1n,
};

const DAY_SECONDS = 86_400;
const DAY_SECONDS_BIG = 86_400n;
const NANOS_PER_SECOND = 1_000_000_000n;
/** The largest year of Java's calendar, on either side of 0. */
const YEAR_MAX = 999_999_999;
/** Days further from 1970 than any day of those years: beyond them, numbers would lose digits. */
const EPOCH_DAY_MAX = 366_000_000_000n;

// Plans by the declaration they were made from: a table keeps its declarations for as long as it lives.
const plans = new WeakMap<DateBucket, ParsedBucket>();

/**
 * The text of the bucket that a time falls into: a number in the bucket's unit since 1970, seen in its zone, printed by
 * its format. Null for null, for values that are no integers, for times outside Java's calendar (years up to
 * ±999,999,999) and for a bucket that cannot be read. The rules of named zones are those of the running Node.
 *
 *     1737377177245, MILLISECOND, Asia/Seoul, yyyy-MM-dd -> 2025-01-20
 */
export function formatBucket(bucket: DateBucket, value: Value): string | null {
  let parsed = plans.get(bucket);
  if (parsed === undefined) {
    parsed = parseBucket(bucket);
    plans.set(bucket, parsed);
  }
  if (parsed.kind === 'refused') return null;
  const units = typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
  if (typeof units !== 'bigint') return null;
  const time = localTimeOf(parsed.plan, units);
  return time === null ? null : printDatePattern(parsed.plan.parts, time);
}

/** Reads a declaration: what `formatBucket` needs, or everything that is wrong with it. */
export function parseBucket(bucket: DateBucket): ParsedBucket {
  const problems: BucketProblem[] = [];
  const isUnit = Object.hasOwn(UNITS_PER_SECOND, bucket.unit);
  if (!isUnit) {
    const message = `unit "${bucket.unit}" is not one of ${Object.keys(UNITS_PER_SECOND).join(', ')}`;
    problems.push({ member: 'unit', message });
  }
  const zone = parseTimeZone(bucket.timezone);
  if (zone === undefined) {
    const allowed = 'neither a name such as "Asia/Seoul" nor an offset such as "+09:00"';
    const message = `timezone "${bucket.timezone}" is ${allowed}`;
    problems.push({ member: 'timezone', message });
  }
  const pattern = parseDatePattern(bucket.format);
  if (pattern.kind === 'refused') {
    problems.push({ member: 'format', message: `format "${bucket.format}" ${pattern.message}` });
  }
  if (problems.length > 0 || zone === undefined || pattern.kind === 'refused') return { kind: 'refused', problems };
  const unitsPerSecond = UNITS_PER_SECOND[bucket.unit];
  return { kind: 'parsed', plan: { unitsPerSecond, zone, parts: pattern.parts } };
}

function localTimeOf({ unitsPerSecond, zone }: BucketPlan, units: bigint): LocalTime | null {
  const epochSecond = floorDivide(units, unitsPerSecond);
  const nanos = Number((units - epochSecond * unitsPerSecond) * (NANOS_PER_SECOND / unitsPerSecond));
  const wholeDay = floorDivide(epochSecond, DAY_SECONDS_BIG);
  if (wholeDay > EPOCH_DAY_MAX || wholeDay < -EPOCH_DAY_MAX) return null;
  const utcSecond = Number(epochSecond - wholeDay * DAY_SECONDS_BIG);
  const offsetSeconds = zone.offsetSeconds(Number(wholeDay), utcSecond);
  const shifted = utcSecond + offsetSeconds;
  const epochDay = Number(wholeDay) + Math.floor(shifted / DAY_SECONDS);
  const date = dateOfDay(epochDay);
  if (Math.abs(date.year) > YEAR_MAX) return null;
  const secondOfDay = shifted - Math.floor(shifted / DAY_SECONDS) * DAY_SECONDS;
  // Day 0 is a Thursday.
  const dayOfWeek = 1 + ((((epochDay + 3) % 7) + 7) % 7);
  return { ...date, dayOfWeek, secondOfDay, nanos, offsetSeconds };
}

type CalendarDate = Pick<LocalTime, 'year' | 'month' | 'day' | 'dayOfYear'>;

/**
 * Gregorian date of a day counted from 1970-01-01. Years are taken to begin in March, so that a leap day comes last.
 */
function dateOfDay(epochDay: number): CalendarDate {
  // Days since 0000-03-01, then within their cycle of 400 years.
  const days = epochDay + 719_468;
  const cycle = Math.floor(days / 146_097);
  const dayOfCycle = days - cycle * 146_097;
  const leapDays = Math.floor(dayOfCycle / 1_460) - Math.floor(dayOfCycle / 36_524) + Math.floor(dayOfCycle / 146_096);
  const yearOfCycle = Math.floor((dayOfCycle - leapDays) / 365);
  const marchDay = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const marchMonth = Math.floor((5 * marchDay + 2) / 153);
  const day = marchDay - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0);
  // January 1 is day 306 of a year that begins in March.
  const dayOfYear = month <= 2 ? marchDay - 305 : marchDay + 60 + (isLeap(year) ? 1 : 0);
  return { year, month, day, dayOfYear };
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
