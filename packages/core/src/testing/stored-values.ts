import fc from 'fast-check';
import { LONG_MAX, LONG_MIN, PROPERTY_TYPES, type PropertyType, type Value } from '../model/value.ts';

/** Test support: text as stored values have it, with characters of one to four bytes and around the surrogates. */
export const storedText: fc.Arbitrary<string> = fc.oneof(
  fc.string({
    unit: fc.constantFrom('\u0001', 'a', 'b', '~', 'é', '\ud7ff', '\ue000', '\ufeff', '\uffff', '😀'),
    maxLength: 30,
  }),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '')),
);

const long = fc.oneof(
  fc.bigInt({ min: LONG_MIN, max: LONG_MAX }),
  fc.bigInt({ min: -5n, max: 5n }),
  // Around the border of exact numbers.
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
  fc.bigInt({ min: -(2n ** 53n) - 3n, max: -(2n ** 53n) + 3n }),
);

/** Test support: all values of each type, null left out. */
export const valuesOfType: Readonly<Record<PropertyType, fc.Arbitrary<Exclude<Value, null>>>> = {
  boolean: fc.boolean(),
  byte: fc.integer({ min: -128, max: 127 }),
  short: fc.integer({ min: -32_768, max: 32_767 }),
  int: fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }),
  long,
  float: fc.float(),
  double: fc.double(),
  string: storedText,
  object: fc.json(),
};

/** Test support: a type and a value of it. */
export const typedValue: fc.Arbitrary<{ type: PropertyType; value: Exclude<Value, null> }> = fc
  .constantFrom(...PROPERTY_TYPES)
  .chain((type) => valuesOfType[type].map((value) => ({ type, value })));
