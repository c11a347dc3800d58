import { UsageError } from './usage-error.ts';

const MS_PER_UNIT: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time span of a flag in milliseconds: `90d`, `12h`, `30m`, `45s`, up to 36500 days. */
export function parseDuration(flag: string, text: string): number {
  const [, digits, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const durationMs = Number(digits) * (MS_PER_UNIT[unit ?? ''] ?? Number.NaN);
  if (durationMs <= 36_500 * 86_400_000) return durationMs;
  throw new UsageError(`--${flag} is "${text}"; expected a number with s, m, h or d, like 90d, up to 36500d.`);
}
