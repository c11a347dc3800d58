import { type BucketPlan, formatBucket, parseBucket } from '../derive/date-bucket.ts';
import type { DateBucket } from '../model/schema.ts';
import { malformed } from './predicate.ts';

const RELATIVE = /^now(?:([+-])(\d{1,12})([mhd]))?$/;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const UNIT_MS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

export interface BucketMoment {
  readonly nowMs: number;
  /** Whether it is the upper end of a range: then a moving end covers the bucket that is under way as a whole. */
  readonly isUpperEnd: boolean;
}

/**
 * A query's text as a bucket's text. `now` is this moment; `now-3d`, `now+2h` and `now-15m` move it by days, hours and
 * minutes. As an upper end they count from the next full minute, hour or day, whichever the format tells apart, in the
 * bucket's zone; plain `now` is never rounded. Every other text is a bucket's text already.
 *
 *     now-3d, yyyy-MM-dd, at 2025-01-20 10:00 of the zone -> 2025-01-17, as an upper end 2025-01-18
 */
export function bucketText(bucket: DateBucket, text: string, moment: BucketMoment): string {
  const [, sign, amount, unit = ''] = RELATIVE.exec(text.trim()) ?? [];
  if (text.trim() !== 'now' && sign === undefined) return text;
  const parsed = parseBucket(bucket);
  if (parsed.kind === 'refused') throw malformed('ranges', `the bucket \`${bucket.name}\` cannot be read`);
  const { plan } = parsed;
  const isMoving = sign !== undefined;
  const baseMs = isMoving && moment.isUpperEnd ? ceilToFormat(bucket, plan, moment.nowMs) : moment.nowMs;
  const shiftMs = isMoving ? Number(`${sign}${amount}`) * (UNIT_MS[unit] ?? 0) : 0;
  const formatted = formatBucket(bucket, (BigInt(baseMs + shiftMs) * plan.unitsPerSecond) / 1_000n);
  if (formatted !== null) return formatted;
  throw malformed('ranges', `\`${text}\` of the bucket \`${bucket.name}\` is no time that a calendar has`);
}

/** The start of the next minute, hour or day of the zone, or the moment itself when it is one. */
function ceilToFormat(bucket: DateBucket, plan: BucketPlan, timeMs: number): number {
  const stepMs = stepOf(bucket, plan);
  const localMs = timeMs + offsetMs(plan, timeMs);
  const ceiledMs = Math.ceil(localMs / stepMs) * stepMs;
  if (ceiledMs === localMs) return timeMs;
  // The zone may have changed its offset in between.
  const utcMs = ceiledMs - offsetMs(plan, timeMs);
  return ceiledMs - offsetMs(plan, utcMs);
}

function stepOf(bucket: DateBucket, { parts }: BucketPlan): number {
  const letters = new Set(parts.map((part) => (part.kind === 'field' ? part.letter : '')));
  if (letters.has('S') || letters.has('s')) {
    const message = `the format "${bucket.format}" of \`${bucket.name}\` has seconds: an upper end relative to now cannot be rounded`;
    throw malformed('ranges', `${message}; give a literal one`);
  }
  if (letters.has('m')) return MINUTE_MS;
  return letters.has('H') || letters.has('k') || letters.has('K') || letters.has('h') ? HOUR_MS : DAY_MS;
}

function offsetMs({ zone }: BucketPlan, timeMs: number): number {
  const day = Math.floor(timeMs / DAY_MS);
  return zone.offsetSeconds(day, Math.floor((timeMs - day * DAY_MS) / 1_000)) * 1_000;
}
