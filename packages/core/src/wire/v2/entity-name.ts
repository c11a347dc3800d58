import { describeJson } from '../json-place.ts';

/** Longest name of a v2 service, label, alias, query or storage, in UTF-16 units. */
export const V2_NAME_LENGTH_MAX = 64;

const FORBIDDEN = /[./:\s\p{Cc}\p{Cs}]/u;

/**
 * True for what v2 calls may name: wider than v3's names, so that names which clients of the reference use stay possible;
 * without the characters that separate names elsewhere.
 */
export function isV2Name(text: string): boolean {
  return text !== '' && text.length <= V2_NAME_LENGTH_MAX && !FORBIDDEN.test(text);
}

/** The sentence that refuses a name; empty for a good one. */
export function checkV2Name(member: string, name: string): string {
  if (isV2Name(name)) return '';
  return (
    `${member} is ${describeJson(name)}; a name has 1 to ${V2_NAME_LENGTH_MAX} characters ` +
    'without ".", "/", ":", white space and control characters'
  );
}

/** A label as aliases name it. */
export interface LabelName {
  readonly database: string;
  readonly table: string;
}

/** Parses "service.label"; undefined when it is none. */
export function parseLabelName(text: string): LabelName | undefined {
  const [database = '', table = '', ...rest] = text.split('.');
  return rest.length === 0 && isV2Name(database) && isV2Name(table) ? { database, table } : undefined;
}
