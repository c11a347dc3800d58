// Hot: runs for every request and answer. Benchmark: codec.
import { BrokenInvariant, Failure, invariant, unreachable } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import type { PropertyType, Value } from '../model/value.ts';
import { javaDoubleText, javaFloatText } from './java-number-text.ts';
import { JSON_DEPTH_MAX, JsonReader } from './json-reader.ts';
import { JsonDecimal, type JsonValue } from './json-value.ts';
import { JsonSplice, type OutputValue } from './output-value.ts';

/**
 * Where a number may stand that `JSON.parse` would spoil: one of 17 digits or more, or of 16 that begin with 9 (all others
 * are below 2^53), a fraction, an exponent, or -0. It may also match inside a text, which only costs time.
 */
const DELICATE_NUMBER = /(?:^|[[:,\s])(?:-0|-?(?:\d{17}|9\d{15}|\d{1,16}[.eE]))/;

/** A text this short cannot be nested too deep: each level needs two characters. */
const SHALLOW_LENGTH_MAX = 2 * JSON_DEPTH_MAX + 1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses a JSON text without losing a number; `JsonValue` says how numbers come out. Of two members of one name the last
 * one counts. A member called `__proto__` is plain data. Members whose names are array indexes ("7") come first, in
 * numeric order, as in every object of JavaScript; all others keep their order.
 * Throws the failure `malformed-json` with the position, also when arrays and objects are nested deeper than
 * `JSON_DEPTH_MAX`.
 */
export function parseJson(text: string): JsonValue {
  if (DELICATE_NUMBER.test(text) || isNestedTooDeep(text)) return new JsonReader(text).read();
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The reader finds the same fault and knows its place.
    new JsonReader(text).read();
    throw new Failure(coreFailures['malformed-json'], 'JSON cannot be read', {}, cause);
  }
}

/** Compact JSON text of a tree. Decimals keep the literal they were read from, so nothing is lost on the way through. */
export function printJson(value: OutputValue): string {
  return printTree(value, printLiteral);
}

/**
 * Compact JSON text as it is stored for an `object` property: decimals in the form in which Java prints a double, as rows
 * of the reference have it.
 *
 *     { "a": 1e3, "b": [1.50] } -> {"a":1000.0,"b":[1.5]}
 */
export function printObjectProperty(value: JsonValue): string {
  return printTree(value, printJavaDecimal);
}

/**
 * JSON text of a typed value: longs are numbers, floats and doubles have Java's form (NaN and the infinities are text), an
 * object is its stored text. Type null is that of an unset value.
 */
export function printValue(type: PropertyType | null, value: Value): string {
  if (value === null) return 'null';
  switch (type) {
    case 'string':
      return JSON.stringify(value);
    case 'float':
    case 'double':
      invariant(typeof value === 'number', 'a float or double is a number');
      return quotedUnlessFinite(value, type === 'float' ? javaFloatText(value) : javaDoubleText(value));
    case 'byte':
    case 'short':
    case 'int':
    case 'long':
    case 'boolean':
    case 'object':
      return String(value);
    case null:
      throw new BrokenInvariant('a value that is set has a type');
    default:
      return unreachable(type);
  }
}

function printTree(value: OutputValue, printDecimal: (decimal: JsonDecimal) => string): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    invariant(Number.isFinite(value), 'a number of a JSON tree is finite; other doubles are printed by printValue');
    return String(value);
  }
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof JsonSplice) return value.text;
  if (value instanceof JsonDecimal) return printDecimal(value);
  let text = '';
  if (isArray(value)) {
    for (const item of value) text += `${text === '' ? '' : ','}${printTree(item, printDecimal)}`;
    return `[${text}]`;
  }
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${printTree(member, printDecimal)}`;
  }
  return `{${text}}`;
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: OutputValue): value is readonly OutputValue[] {
  return Array.isArray(value);
}

function printLiteral(decimal: JsonDecimal): string {
  return decimal.text;
}

function printJavaDecimal(decimal: JsonDecimal): string {
  return quotedUnlessFinite(decimal.value, javaDoubleText(decimal.value));
}

function quotedUnlessFinite(value: number, text: string): string {
  return Number.isFinite(value) ? text : `"${text}"`;
}

/** Counts brackets outside of texts; on a broken text the answer does not matter, since both parsers refuse it. */
function isNestedTooDeep(text: string): boolean {
  if (text.length <= SHALLOW_LENGTH_MAX) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      for (at++; at < text.length && text.charCodeAt(at) !== QUOTE; at++) {
        if (text.charCodeAt(at) === BACKSLASH) at++;
      }
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > JSON_DEPTH_MAX) return true;
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
  return false;
}
