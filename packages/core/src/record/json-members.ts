import { MalformedBytes } from '../codec/malformed-bytes.ts';
import type { ValueReader } from '../codec/ordered-value.ts';

/** The next value of a record, which is a JSON object as text; `MalformedBytes` says what is missing by this name. */
export function nextJsonMembers(reader: ValueReader, name: string): JsonMembers {
  const start = reader.offset;
  reader.next();
  if (reader.type !== 'object' || typeof reader.value !== 'string') {
    throw new MalformedBytes(`${name} is missing`, start);
  }
  let json: unknown;
  try {
    json = JSON.parse(reader.value);
  } catch {
    throw new MalformedBytes(`${name} is not JSON`, start);
  }
  return new JsonMembers(json, start);
}

/**
 * Reads the members of a JSON object that a record holds, each with the type it must have; `MalformedBytes` names the
 * member that is missing or of another type. Members that nobody asks for are left out.
 */
export class JsonMembers {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #offset: number;

  /** `offset` is where the JSON text begins in the record. */
  constructor(value: unknown, offset: number) {
    this.#offset = offset;
    if (!isObject(value)) throw this.#wrong('a JSON object', 'is missing');
    this.#members = value;
  }

  text(name: string): string {
    const value = this.#members[name];
    if (typeof value !== 'string') throw this.#wrong(name, 'is no text');
    return value;
  }

  boolean(name: string): boolean {
    const value = this.#members[name];
    if (typeof value !== 'boolean') throw this.#wrong(name, 'is neither true nor false');
    return value;
  }

  integer(name: string): number {
    const value = this.#members[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw this.#wrong(name, 'is no integer');
    return value;
  }

  word<T extends string>(name: string, words: readonly T[]): T {
    const value = this.#members[name];
    const word = words.find((allowed) => allowed === value);
    if (word === undefined) throw this.#wrong(name, `is none of ${words.join(', ')}`);
    return word;
  }

  object(name: string): JsonMembers {
    return new JsonMembers(this.#members[name], this.#offset);
  }

  list(name: string): JsonMembers[] {
    const value = this.#members[name];
    if (!Array.isArray(value)) throw this.#wrong(name, 'is no list');
    return value.map((item: unknown) => new JsonMembers(item, this.#offset));
  }

  texts(name: string): string[] {
    const value = this.#members[name];
    if (!Array.isArray(value)) throw this.#wrong(name, 'is no list');
    return value.map((item: unknown) => {
      if (typeof item !== 'string') throw this.#wrong(name, 'is no list of texts');
      return item;
    });
  }

  /** Whether the member is there and not null. */
  has(name: string): boolean {
    return Object.hasOwn(this.#members, name) && this.#members[name] !== null;
  }

  #wrong(name: string, what: string): MalformedBytes {
    return new MalformedBytes(`${name} in the JSON of a record ${what}`, this.#offset);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
