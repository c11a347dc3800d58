import { unreachable } from '../failure.ts';

/** A moment as a calendar and a clock of one zone show it. */
export interface LocalTime {
  /** Proleptic Gregorian year; 0 is the year before 1. */
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly dayOfYear: number;
  /** Monday is 1. */
  readonly dayOfWeek: number;
  readonly secondOfDay: number;
  readonly nanos: number;
  readonly offsetSeconds: number;
}

/** One piece of a pattern: text as it is, or a field with the number of its letters. */
export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly letter: FieldLetter; readonly count: number };

export type ParsedPattern =
  | { readonly kind: 'parsed'; readonly parts: readonly PatternPart[] }
  | { readonly kind: 'refused'; readonly message: string };

/** How many letters each field may have. */
const LETTERS_MAX = {
  u: 19,
  y: 19,
  M: 4,
  L: 4,
  d: 2,
  D: 3,
  E: 4,
  a: 1,
  H: 2,
  k: 2,
  K: 2,
  h: 2,
  m: 2,
  s: 2,
  S: 9,
  X: 3,
  x: 3,
  Z: 3,
} as const;

type FieldLetter = keyof typeof LETTERS_MAX;

/** Why a letter that Java knows is refused, where that helps. */
const REFUSED_LETTERS: Readonly<Record<string, string>> = {
  Y: 'is the year of a week, which depends on the locale; "y" is the year',
  w: 'is a week, whose beginning depends on the locale',
  W: 'is a week, whose beginning depends on the locale',
  e: 'counts from the first day of a week, which depends on the locale',
  c: 'counts from the first day of a week, which depends on the locale',
};

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/**
 * Reads a pattern of Java's DateTimeFormatter, of which it knows the letters u y M L d D E a H k K h m s S X x Z,
 * quoted text and punctuation. Names are English, whatever the locale. Everything else is refused, never misread.
 */
export function parseDatePattern(pattern: string): ParsedPattern {
  if (pattern === '') return refused('is empty; a pattern such as "yyyy-MM-dd" is needed');
  const parts: PatternPart[] = [];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern.charAt(at);
    const end = char === "'" ? endOfQuote(pattern, at) : endOfRun(pattern, at);
    if (end === undefined) return refused(`has a quote at ${at} that is not closed`);
    if (char === "'") {
      parts.push({ kind: 'text', text: quotedText(pattern.slice(at, end)) });
    } else if (isLetter(char)) {
      const count = end - at;
      if (!isFieldLetter(char))
        return refused(`has the letter "${char}", which ${REFUSED_LETTERS[char] ?? 'is not supported'}`);
      if (count > LETTERS_MAX[char])
        return refused(`has ${count} times "${char}"; at most ${LETTERS_MAX[char]} are supported`);
      parts.push({ kind: 'field', letter: char, count });
    } else if ('[]{}#'.includes(char)) {
      return refused(`has "${char}", which is not supported outside quotes`);
    } else {
      parts.push({ kind: 'text', text: pattern.slice(at, end) });
    }
    at = end;
  }
  return { kind: 'parsed', parts };
}

/** Prints a time by a parsed pattern, as Java's DateTimeFormatter does. */
export function printDatePattern(parts: readonly PatternPart[], time: LocalTime): string {
  let text = '';
  for (const part of parts) text += part.kind === 'text' ? part.text : printField(part.letter, part.count, time);
  return text;
}

function refused(message: string): ParsedPattern {
  return { kind: 'refused', message };
}

function isLetter(char: string): boolean {
  return /^[A-Za-z]$/.test(char);
}

function isFieldLetter(char: string): char is FieldLetter {
  return Object.hasOwn(LETTERS_MAX, char);
}

function endOfRun(pattern: string, start: number): number {
  let end = start + 1;
  while (end < pattern.length && pattern.charAt(end) === pattern.charAt(start)) end++;
  return end;
}

/** Behind the closing quote; a doubled quote inside stands for one. */
function endOfQuote(pattern: string, start: number): number | undefined {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern.charAt(at) !== "'") continue;
    if (pattern.charAt(at + 1) !== "'") return at + 1;
    at++;
  }
  return undefined;
}

function quotedText(quoted: string): string {
  return quoted === "''" ? "'" : quoted.slice(1, -1).replaceAll("''", "'");
}

function printField(letter: FieldLetter, count: number, time: LocalTime): string {
  const hour = Math.floor(time.secondOfDay / 3_600);
  switch (letter) {
    case 'u':
      return printYear(time.year, count);
    case 'y':
      return printYear(time.year > 0 ? time.year : 1 - time.year, count);
    case 'M':
    case 'L':
      return count > 2 ? printName(MONTHS[time.month - 1], count) : pad(time.month, count);
    case 'd':
      return pad(time.day, count);
    case 'D':
      return pad(time.dayOfYear, count);
    case 'E':
      return printName(DAYS[time.dayOfWeek - 1], count);
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'H':
      return pad(hour, count);
    case 'k':
      return pad(hour === 0 ? 24 : hour, count);
    case 'K':
      return pad(hour % 12, count);
    case 'h':
      return pad(hour % 12 === 0 ? 12 : hour % 12, count);
    case 'm':
      return pad(Math.floor(time.secondOfDay / 60) % 60, count);
    case 's':
      return pad(time.secondOfDay % 60, count);
    case 'S':
      return pad(time.nanos, 9).slice(0, count);
    case 'X':
      return printOffset(time.offsetSeconds, count, 'Z');
    case 'x':
      return printOffset(time.offsetSeconds, count, ['+00', '+0000', '+00:00'][count - 1] ?? '');
    case 'Z':
      return printOffset(time.offsetSeconds, 2, '+0000');
    default:
      return unreachable(letter);
  }
}

/** Two letters give the last two digits; four and more a sign when the year has more digits than letters. */
function printYear(year: number, count: number): string {
  const digits = Math.abs(year);
  if (count === 2) return pad(digits % 100, 2);
  const padded = pad(digits, count);
  if (year < 0) return `-${padded}`;
  return count >= 4 && padded.length > count ? `+${padded}` : padded;
}

function printName(name: string | undefined, count: number): string {
  return count === 4 ? (name ?? '') : (name ?? '').slice(0, 3);
}

/** 1: hours, and minutes if there are any; 2: hours and minutes; 3: the same with a colon. Seconds are left out. */
function printOffset(offsetSeconds: number, style: number, zero: string): string {
  const total = Math.abs(offsetSeconds);
  const hours = Math.floor(total / 3_600);
  const minutes = Math.floor(total / 60) % 60;
  if (hours === 0 && minutes === 0) return zero;
  const sign = offsetSeconds < 0 ? '-' : '+';
  const colon = style === 3 ? ':' : '';
  return `${sign}${pad(hours, 2)}${style === 1 && minutes === 0 ? '' : `${colon}${pad(minutes, 2)}`}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
