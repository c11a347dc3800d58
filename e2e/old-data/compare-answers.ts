import { isDeepStrictEqual } from 'node:util';
import { parseJson } from '@actionbase/core/codec/json-text';

const QUEUE = '/actionbase/v1/queue';
/** What a queue tells of its present life, not of its data. */
const OF_THE_MOMENT = ['visibility', 'waitingSinceMs', 'framesBehind', 'state', 'reason'];

/**
 * Where the answer of today departs from that of then, as sentences. Nothing that was there may be gone or changed; members
 * may have come.
 */
export function differencesOf(path: string, then: string, today: string): string[] {
  const skipped = path.startsWith(QUEUE) ? OF_THE_MOMENT : [];
  return compare(parseJson(then), parseJson(today), { place: '$', skipped });
}

function compare(then: unknown, today: unknown, at: { place: string; skipped: readonly string[] }): string[] {
  if (Array.isArray(then) && Array.isArray(today) && then.length === today.length) {
    return then.flatMap((item: unknown, index) =>
      compare(item, today[index], { ...at, place: `${at.place}[${index}]` }),
    );
  }
  if (isMembers(then) && isMembers(today)) {
    return Object.entries(then).flatMap(([name, value]) =>
      at.skipped.includes(name) ? [] : compare(value, today[name], { ...at, place: `${at.place}.${name}` }),
    );
  }
  if (isDeepStrictEqual(then, today)) return [];
  return [`${at.place} was ${print(then)} and is ${print(today)}`];
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function print(value: unknown): string {
  return (
    JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? `${member}` : member)) ?? 'missing'
  );
}
