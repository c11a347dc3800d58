/** How far local time is ahead of UTC. */
export interface TimeZone {
  /** Seconds at an instant, given as a day (counted from 1970-01-01) and a second of that day, both in UTC. */
  offsetSeconds(epochDay: number, secondOfDay: number): number;
}

const DAY_SECONDS = 86_400;
const OFFSET_SECONDS_MAX = 18 * 3_600;
/** Days that `Intl` can tell about, on either side of 1970. */
const INTL_DAYS_MAX = 100_000_000;
/** After 400 years dates, weekdays and so the rules of daylight saving repeat. */
const CYCLE_DAYS = 146_097;
const SLOT_SECONDS = 3_600;
const SLOTS = 64;

const OFFSET = /^([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?$/;
const PREFIXED_OFFSET = /^(?:UTC|GMT|UT)([+-].*)$/;
const REGION = /^[A-Za-z][A-Za-z0-9~/._+-]+$/;

/**
 * Reads a zone as Java's ZoneId does: "Z", "+09:00", "UTC+9" or a name such as "Asia/Seoul"; undefined for other texts.
 */
export function parseTimeZone(text: string): TimeZone | undefined {
  if (text === 'Z' || text === 'UTC' || text === 'GMT' || text === 'UT') return new FixedZone(0);
  const offset = parseOffset(PREFIXED_OFFSET.exec(text)?.[1] ?? text);
  if (offset !== undefined) return new FixedZone(offset);
  if (!REGION.test(text)) return undefined;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: text, timeZoneName: 'longOffset' });
    return new RegionZone(format);
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

function parseOffset(text: string): number | undefined {
  const match = OFFSET.exec(text);
  if (match === null) return undefined;
  const [, sign, hours = '', minutes, seconds] = match;
  // Only whole hours may have a single digit.
  if (minutes !== undefined && hours.length !== 2) return undefined;
  if (Number(minutes ?? 0) > 59 || Number(seconds ?? 0) > 59) return undefined;
  const total = Number(hours) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  if (total > OFFSET_SECONDS_MAX) return undefined;
  return sign === '-' ? -total : total;
}

class FixedZone implements TimeZone {
  readonly #seconds: number;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  offsetSeconds(): number {
    return this.#seconds;
  }
}

/** A zone of the time zone database. Hours in which its offset stays the same are remembered, since asking is slow. */
class RegionZone implements TimeZone {
  readonly #format: Intl.DateTimeFormat;
  readonly #hours = new Float64Array(SLOTS).fill(Number.NaN);
  readonly #offsets = new Int32Array(SLOTS);

  constructor(format: Intl.DateTimeFormat) {
    this.#format = format;
  }

  offsetSeconds(epochDay: number, secondOfDay: number): number {
    const instant = toIntlDay(epochDay) * DAY_SECONDS + secondOfDay;
    const hour = Math.floor(instant / SLOT_SECONDS);
    const slot = ((hour % SLOTS) + SLOTS) % SLOTS;
    if (this.#hours[slot] === hour) return this.#offsets[slot] ?? 0;
    const start = this.#ask(hour * SLOT_SECONDS);
    if (start !== this.#ask(hour * SLOT_SECONDS + SLOT_SECONDS - 1)) return this.#ask(instant);
    this.#hours[slot] = hour;
    this.#offsets[slot] = start;
    return start;
  }

  /** Intl prints "GMT", "GMT+09:00" or, for local mean times, "GMT+08:27:52". */
  #ask(epochSecond: number): number {
    const parts = this.#format.formatToParts(epochSecond * 1_000);
    for (const part of parts) if (part.type === 'timeZoneName') return parseOffset(part.value.slice(3)) ?? 0;
    return 0;
  }
}

/** The same day of a 400-year cycle that `Intl` knows. */
function toIntlDay(epochDay: number): number {
  const beyond = Math.abs(epochDay) - (INTL_DAYS_MAX - 1);
  if (beyond <= 0) return epochDay;
  return epochDay - Math.sign(epochDay) * Math.ceil(beyond / CYCLE_DAYS) * CYCLE_DAYS;
}
