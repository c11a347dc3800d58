import { JsonDecimal, type JsonObject, type JsonValue } from '../codec/json-value.ts';
import { Failure } from '../failure.ts';
import { coreFailures } from '../failures.ts';

/** How many problems of one body a message lists. */
export const PROBLEMS_MAX = 20;

/** Collects what is wrong with a body, so that one answer names everything, each with its path. */
export class JsonProblems {
  readonly #texts: string[] = [];
  #count = 0;
  #firstPath = '';

  add(path: string, sentence: string): void {
    if (this.#count === 0) this.#firstPath = path;
    this.#count += 1;
    if (this.#count <= PROBLEMS_MAX) this.#texts.push(`${path === '' ? 'the body' : path} ${sentence}`);
  }

  /** Throws one `malformed-json` with all problems, if there are any. */
  throwIfAny(): void {
    if (this.#count === 0) return;
    const rest = this.#count - this.#texts.length;
    const message = this.#texts.join('; ') + (rest > 0 ? `; and ${rest} more` : '');
    throw new Failure(coreFailures['malformed-json'], message, { path: this.#firstPath });
  }
}

/**
 * A value inside a JSON body with its path. Readers note what is wrong and give a stand-in, so that reading goes on and
 * finds the other problems; a stand-in never gets out, since `parseWhole` throws when anything was noted.
 */
export class JsonPlace {
  readonly value: JsonValue | undefined;
  readonly path: string;
  /** Null below a value that is itself wrong: nothing more is said about what it lacks. */
  readonly #problems: JsonProblems | null;

  constructor(value: JsonValue | undefined, path: string, problems: JsonProblems | null) {
    this.value = value;
    this.path = path;
    this.#problems = problems;
  }

  get isMissing(): boolean {
    return this.value === undefined;
  }

  /** Missing or null: what a member that may be left out of an update looks like. */
  get isUnset(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** Notes a problem of this value. */
  refuse(sentence: string): void {
    this.#problems?.add(this.path, sentence);
  }

  /** This value, which must be an object. */
  object(): JsonPlace {
    if (isJsonObject(this.value)) return this;
    this.#expected('an object');
    return new JsonPlace({}, this.path, null);
  }

  /** A member of this object; a missing one is a place without value. */
  member(name: string): JsonPlace {
    const value = isJsonObject(this.value) ? memberOf(this.value, name) : undefined;
    return new JsonPlace(value, this.path === '' ? name : `${this.path}.${name}`, this.#problems);
  }

  /** The items of this value, which must be an array. */
  items(): readonly JsonPlace[] {
    if (Array.isArray(this.value)) {
      const items: readonly JsonValue[] = this.value;
      return items.map((item, place) => new JsonPlace(item, `${this.path}[${place}]`, this.#problems));
    }
    this.#expected('an array');
    return [];
  }

  /** As `items`, but a missing array is an empty one. */
  itemsOrNone(): readonly JsonPlace[] {
    return this.isMissing ? [] : this.items();
  }

  text(): string {
    if (typeof this.value === 'string') return this.value;
    this.#expected('text');
    return '';
  }

  textOr(fallback: string): string {
    return this.isMissing ? fallback : this.text();
  }

  /** A text that a record can hold: without U+0000 and halves of surrogate pairs. */
  storableText(): string {
    const text = this.text();
    if (text.isWellFormed() && !text.includes('\0')) return text;
    this.refuse(`is ${describeJson(text)}; text may not hold U+0000 or half of a surrogate pair`);
    return '';
  }

  boolean(): boolean {
    if (typeof this.value === 'boolean') return this.value;
    this.#expected('true or false');
    return false;
  }

  /** An integer that a JavaScript number holds exactly, not below `min`. */
  integer(min: number, max: number): number {
    const number = this.value instanceof JsonDecimal ? this.value.value : this.value;
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max) return number;
    this.#expected(`an integer from ${min} to ${max}`);
    return min;
  }

  oneOf<const Word extends string>(words: readonly [Word, ...Word[]]): Word {
    const found = words.find((word) => word === this.value);
    if (found !== undefined) return found;
    this.#expected(words.length === 1 ? `"${words[0]}"` : `one of ${words.join(', ')}`);
    return words[0];
  }

  #expected(what: string): void {
    this.refuse(this.isMissing ? 'is missing' : `is ${describeJson(this.value)}; expected ${what}`);
  }
}

/** Reads a body with `read`; all problems that were noted come in one `malformed-json`. */
export function parseWhole<T>(json: JsonValue, path: string, read: (place: JsonPlace) => T): T {
  const problems = new JsonProblems();
  const result = read(new JsonPlace(json, path, problems));
  problems.throwIfAny();
  return result;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonDecimal);
}

/** A member that the JSON text itself named: what every JavaScript object inherits is none. */
export function memberOf(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

const SHOWN_LENGTH_MAX = 60;

/** A value as messages show it: short texts and numbers as they are, the rest by its kind. */
export function describeJson(value: JsonValue | undefined): string {
  if (value === undefined) return 'missing';
  if (value instanceof JsonDecimal) return value.text;
  if (Array.isArray(value)) return 'an array';
  if (isJsonObject(value)) return 'an object';
  if (typeof value === 'string') {
    return value.length > SHOWN_LENGTH_MAX
      ? `${JSON.stringify(value.slice(0, SHOWN_LENGTH_MAX))}...`
      : JSON.stringify(value);
  }
  return String(value);
}
