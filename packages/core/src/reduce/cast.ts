// Hot: runs once per value of a request.
import { javaDoubleText } from '../codec/java-number-text.ts';
import { printJson, printObjectProperty } from '../codec/json-text.ts';
import { type JsonArray, JsonDecimal, type JsonObject, type JsonValue } from '../codec/json-value.ts';
import { Failure, unreachable } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import { LONG_MAX, LONG_MIN, type PropertyType, type Value } from '../model/value.ts';

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const TWO_TO_63 = 2 ** 63;
/** Longer texts are no numbers that anybody means; it bounds the work of reading one. */
const NUMBER_TEXT_LENGTH_MAX = 1_000;
const SHOWN_LENGTH_MAX = 60;

const INTEGER_TEXT = /^[+-]?\d+$/;
const FLOATING_TEXT = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;

/**
 * A value of a mutation as the type that the table declares, by the rules of the reference (spec 1.3); null stays null.
 *
 *   boolean            true or false; any other value is whether its text is "true" in any case
 *   byte short int     a number is cut to an integer and wraps (a fraction is first held within int); a text is a
 *                      decimal integer within the type's range
 *   long               the same in 64 bits; a fraction is held within them
 *   float double       a number, or a text as Java reads one ("1.5f", "NaN", " 1e3 "; hexadecimal ones are refused)
 *   string             the text; of other values the text that Java gives: 1.0, true, {a=1}, [1, 2]
 *   object             any value, as compact JSON text
 *
 * Throws `cast-failed` where a value does not fit, and for text that no row can hold: U+0000 and lone surrogates.
 */
export function castForWrite(type: PropertyType, json: JsonValue, field: string): Value {
  const value = cast(type, json);
  if (value !== undefined) return value;
  throw castFailed(type, json, { field, hint: type === 'string' || type === 'object' ? TEXT_HINT : '' });
}

/**
 * As `castForWrite`, but a number that is not within an integer type is refused: it neither wraps nor is it held within. For
 * calls that only this server has, where nobody relies on the wrapped number, and it would be somebody else's key.
 */
export function castWithinType(type: PropertyType, json: JsonValue, field: string): Value {
  const bits = INTEGER_BITS[type];
  if (bits !== undefined && isBeyond(bits, json)) {
    throw castFailed(type, json, { field, hint: `: it is not within ${bits} bits` });
  }
  return castForWrite(type, json, field);
}

/** Values of one type by the rules of `castForWrite`. */
export function castAllForWrite(type: PropertyType, values: readonly JsonValue[], field: string): Value[] {
  return values.map((value) => castForWrite(type, value, field));
}

/**
 * The version of a mutation: an integer of 64 bits as number or decimal text. A fraction is cut off, 1e3 is 1000, and a
 * missing, null or empty one is 0. Throws `malformed-json` for everything else.
 */
export function castVersion(json: JsonValue | undefined): bigint {
  const version = json === undefined || json === null ? 0n : versionOf(json);
  if (version !== undefined && version >= LONG_MIN && version <= LONG_MAX) return version;
  const shown = shorten(printJson(json ?? null));
  const message = `version: ${shown} is not an integer of 64 bits`;
  throw new Failure(coreFailures['malformed-json'], message, { field: 'version', value: shown });
}

/**
 * The text of a query parameter as a value of this type, by the rules of `castForWrite`; undefined when it does not
 * fit.
 */
export function castText(type: PropertyType, text: string): Value | undefined {
  return cast(type, text);
}

/** Whether `castForWrite` would take a value. */
export function fitsType(type: PropertyType, json: JsonValue): boolean {
  return cast(type, json) !== undefined;
}

const INTEGER_BITS: Readonly<Partial<Record<PropertyType, number>>> = { byte: 8, short: 16, int: 32, long: 64 };

/** A fraction is within when what is left after it was cut off is. */
function isBeyond(bits: number, json: JsonValue): boolean {
  const value = json instanceof JsonDecimal ? Math.trunc(json.value) : json;
  if (typeof value !== 'number' && typeof value !== 'bigint') return false;
  return value >= 2 ** (bits - 1) || value < -(2 ** (bits - 1));
}

interface CastFault {
  readonly field: string;
  readonly hint: string;
}

function castFailed(type: PropertyType, json: JsonValue, { field, hint }: CastFault): Failure {
  const shown = shorten(printJson(json));
  const message = `${field}: ${shown} cannot be cast to ${type}${hint}`;
  return new Failure(coreFailures['cast-failed'], message, { field, value: shown, type });
}

const TEXT_HINT = ': text may not hold U+0000 or half of a surrogate pair';

function cast(type: PropertyType, json: JsonValue): Value | undefined {
  if (json === null) return null;
  switch (type) {
    case 'boolean':
      return typeof json === 'boolean' ? json : typeof json === 'string' && json.toLowerCase() === 'true';
    case 'byte':
      return castInteger(json, 8);
    case 'short':
      return castInteger(json, 16);
    case 'int':
      return castInteger(json, 32);
    case 'long':
      return castLong(json);
    case 'float':
      return castFloating(json, toFloat);
    case 'double':
      return castFloating(json, Number);
    case 'string':
      return storable(javaText(json));
    case 'object':
      return storable(printObjectProperty(json));
    default:
      return unreachable(type);
  }
}

function castInteger(json: JsonValue, bits: 8 | 16 | 32): number | undefined {
  if (typeof json === 'number') return wrap(json, bits);
  if (typeof json === 'bigint') return Number(BigInt.asIntN(bits, json));
  if (json instanceof JsonDecimal) return wrap(Math.min(Math.max(Math.trunc(json.value), INT_MIN), INT_MAX), bits);
  const integer = typeof json === 'string' ? integerOf(json) : undefined;
  if (integer === undefined || BigInt.asIntN(bits, integer) !== integer) return undefined;
  return Number(integer);
}

function wrap(integer: number, bits: 8 | 16 | 32): number {
  return (integer << (32 - bits)) >> (32 - bits);
}

function castLong(json: JsonValue): bigint | undefined {
  if (typeof json === 'number') return BigInt(json);
  if (typeof json === 'bigint') return BigInt.asIntN(64, json);
  if (json instanceof JsonDecimal) {
    if (json.value >= TWO_TO_63) return LONG_MAX;
    return json.value <= -TWO_TO_63 ? LONG_MIN : BigInt(Math.trunc(json.value));
  }
  const integer = typeof json === 'string' ? integerOf(json) : undefined;
  return integer === undefined || BigInt.asIntN(64, integer) !== integer ? undefined : integer;
}

function castFloating(json: JsonValue, round: (value: number | bigint) => number): number | undefined {
  if (typeof json === 'number' || typeof json === 'bigint') return round(json);
  if (json instanceof JsonDecimal) return round(json.value);
  if (typeof json !== 'string') return undefined;
  const text = trim(json);
  if (text.length > NUMBER_TEXT_LENGTH_MAX || !FLOATING_TEXT.test(text)) return undefined;
  return round(Number(/[fFdD]$/.test(text) ? text.slice(0, -1) : text));
}

/** The nearest float. A large integer is rounded once, not first to a double: its lost bits stay as one odd bit. */
function toFloat(value: number | bigint): number {
  if (typeof value === 'number') return Math.fround(value);
  const size = value < 0n ? -value : value;
  const lost = BigInt(Math.max(size.toString(2).length - 53, 0));
  const kept = size >> lost;
  const odd = kept << lost === size ? kept : kept | 1n;
  const rounded = Math.fround(Number(odd) * 2 ** Number(lost));
  return value < 0n ? -rounded : rounded;
}

function integerOf(text: string): bigint | undefined {
  if (text.length > NUMBER_TEXT_LENGTH_MAX || !INTEGER_TEXT.test(text)) return undefined;
  return text.startsWith('+') ? BigInt(text.slice(1)) : BigInt(text);
}

function versionOf(json: Exclude<JsonValue, null>): bigint | undefined {
  if (typeof json === 'bigint') return json;
  if (typeof json === 'number') return BigInt(json);
  if (json instanceof JsonDecimal) return Number.isFinite(json.value) ? BigInt(Math.trunc(json.value)) : undefined;
  if (typeof json !== 'string') return undefined;
  const text = trim(json);
  return text === '' ? 0n : integerOf(text);
}

/** What Java's toString gives for a tree of JSON values. */
function javaText(json: JsonValue): string {
  if (typeof json === 'string') return json;
  if (json instanceof JsonDecimal) return javaDoubleText(json.value);
  if (json === null || typeof json !== 'object') return String(json);
  if (isArray(json)) return `[${json.map(javaText).join(', ')}]`;
  return `{${Object.entries(json)
    .map(([name, value]) => `${name}=${javaText(value ?? null)}`)
    .join(', ')}}`;
}

function isArray(json: JsonArray | JsonObject): json is JsonArray {
  return Array.isArray(json);
}

function storable(text: string): string | undefined {
  return text.isWellFormed() && !text.includes('\0') ? text : undefined;
}

/** Without the blanks and control characters at both ends, as Java's trim. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}

function shorten(text: string): string {
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}…`;
}
