import { JsonDecimal, type JsonValue } from '@actionbase/core/codec/json-value';

/** A value of an answer: integers beyond ±(2^53 − 1) are bigints, all other numbers are numbers. */
export type Json = null | boolean | number | bigint | string | JsonList | JsonMembers;

export type JsonList = readonly Json[];

export interface JsonMembers {
  readonly [name: string]: Json;
}

/** A parsed answer with plain numbers where the parser kept the text of a fraction. */
export function plainJson(value: JsonValue): Json {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof JsonDecimal) return value.value;
  if (isArray(value)) return value.map(plainJson);
  const members: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) setMember(members, name, plainJson(member));
  }
  return members;
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** As plain data, also when the name is `__proto__`. */
export function setMember(members: Record<string, Json>, name: string, value: Json): void {
  Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}
