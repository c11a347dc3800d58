import { unreachable } from '../failure.ts';
import { LONG_MAX, LONG_MIN, type PropertyType, type Value } from '../model/value.ts';
import { javaDoubleText, javaFloatText } from './java-number-text.ts';

/** A value with the type of its header byte; null for a null. A `ValueReader` is one, and so is a record's `TypedValue`. */
interface StoredValue {
  readonly type: PropertyType | null;
  readonly value: Value;
}

const INTEGER = /^[+-]?\d{1,64}$/;
const DECIMAL = /^[+-]?\d{1,64}(?:\.\d{1,64})?(?:[eE][+-]?\d{1,4})?$/;

/** What fits where: the bounds of the integer types. */
const INTEGER_BOUNDS = {
  byte: [-128n, 127n],
  short: [-32_768n, 32_767n],
  int: [-2_147_483_648n, 2_147_483_647n],
  long: [LONG_MIN, LONG_MAX],
} as const;

/**
 * A stored value seen as the type that the table declares today, after the property's type was changed or when rows were
 * taken over. A pure function of its arguments: a replay sees what the first run saw.
 *
 *   same type            as it is
 *   number to number     the equal number of the new type, or null if there is none
 *   text to integer      when it is a decimal integer within the type's range
 *   text to float/double when it is a decimal literal; rounded to the nearest, null beyond the largest
 *   anything to string   its text: 5, 1.0E7, true, {"a":1}
 *   everything else      null
 */
export function convertStored(type: PropertyType, stored: StoredValue): Value {
  const { value } = stored;
  if (stored.type === type || value === null) return value;
  switch (type) {
    case 'string':
      return textOf(stored.type, value);
    case 'byte':
    case 'short':
    case 'int':
    case 'long':
      return toInteger(type, stored.type, value);
    case 'float':
    case 'double':
      return toFraction(type, stored.type, value);
    case 'boolean':
    case 'object':
      return null;
    default:
      return unreachable(type);
  }
}

function textOf(type: PropertyType | null, value: Exclude<Value, null>): string {
  if (typeof value !== 'number') return String(value);
  if (type === 'double') return javaDoubleText(value);
  return type === 'float' ? javaFloatText(value) : String(value);
}

function toInteger(type: keyof typeof INTEGER_BOUNDS, from: PropertyType | null, value: Value): Value {
  const integer = integerOf(from, value);
  const [least, largest] = INTEGER_BOUNDS[type];
  if (integer === null || integer < least || integer > largest) return null;
  return type === 'long' ? integer : Number(integer);
}

function integerOf(from: PropertyType | null, value: Value): bigint | null {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : null;
  if (from !== 'string' || typeof value !== 'string' || !INTEGER.test(value)) return null;
  return value.startsWith('+') ? BigInt(value.slice(1)) : BigInt(value);
}

function toFraction(type: 'float' | 'double', from: PropertyType | null, value: Value): Value {
  if (from === 'string' && typeof value === 'string') return DECIMAL.test(value) ? rounded(type, Number(value)) : null;
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') return null;
  if (typeof value === 'bigint' && BigInt(number) !== value) return null;
  return type === 'double' || Object.is(Math.fround(number), number) ? number : null;
}

function rounded(type: 'float' | 'double', value: number): Value {
  const near = type === 'float' ? Math.fround(value) : value;
  return Number.isFinite(near) ? near : null;
}
