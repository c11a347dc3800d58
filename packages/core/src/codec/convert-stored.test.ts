import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PROPERTY_TYPES, type PropertyType, type Value } from '../model/value.ts';
import { typedValue } from '../testing/stored-values.ts';
import { convertStored } from './convert-stored.ts';
import { encodeValue } from './ordered-value.ts';

const cases: readonly [from: PropertyType, value: Value, to: PropertyType, expected: Value][] = [
  ['int', 5, 'long', 5n],
  ['byte', -3, 'short', -3],
  ['long', 127n, 'byte', 127],
  ['long', 128n, 'byte', null],
  ['long', 2n ** 53n, 'double', 2 ** 53],
  ['long', 2n ** 53n + 1n, 'double', null],
  ['int', 16_777_217, 'float', null],
  ['int', 16_777_216, 'float', 16_777_216],
  ['double', 7, 'int', 7],
  ['double', 7.5, 'int', null],
  ['double', 1e300, 'long', null],
  ['double', -(2 ** 63), 'long', -(2n ** 63n)],
  ['double', 2 ** 63, 'long', null],
  ['double', Number.NaN, 'long', null],
  ['double', Number.NaN, 'float', Number.NaN],
  ['double', 0.1, 'float', null],
  ['float', Math.fround(0.1), 'double', Math.fround(0.1)],
  ['double', -0, 'int', 0],
  ['double', -0, 'float', -0],
  ['string', '12', 'long', 12n],
  ['string', '+12', 'int', 12],
  ['string', '-128', 'byte', -128],
  ['string', '128', 'byte', null],
  ['string', '1.0', 'int', null],
  ['string', '', 'int', null],
  ['string', ' 5', 'int', null],
  ['string', '0x10', 'int', null],
  ['string', '9'.repeat(100), 'long', null],
  ['string', '1.5', 'double', 1.5],
  ['string', '1e3', 'double', 1000],
  ['string', '0.1', 'float', Math.fround(0.1)],
  ['string', '1e999', 'double', null],
  ['string', '1e39', 'float', null],
  ['string', 'NaN', 'double', null],
  ['string', '', 'double', null],
  ['long', 5n, 'string', '5'],
  ['double', 201, 'string', '201.0'],
  ['float', 16_777_216, 'string', '1.6777216E7'],
  ['boolean', true, 'string', 'true'],
  ['object', '{"a":1}', 'string', '{"a":1}'],
  ['object', '5', 'long', null],
  ['object', '5', 'double', null],
  ['boolean', true, 'int', null],
  ['boolean', true, 'double', null],
  ['int', 1, 'boolean', null],
  ['string', 'true', 'boolean', null],
  ['string', '{}', 'object', null],
];

describe('convertStored', () => {
  for (const [from, value, to, expected] of cases) {
    it(`makes ${String(value).slice(0, 20)} of type ${from} ${String(expected)} of type ${to}`, () => {
      assert.deepEqual(convertStored(to, { type: from, value }), expected);
    });
  }

  it('leaves null and values of the type as they are', () => {
    fc.assert(
      fc.property(typedValue, (stored) => {
        assert.equal(Object.is(convertStored(stored.type, stored), stored.value), true);
        assert.equal(convertStored(stored.type, { type: null, value: null }), null);
      }),
      { numRuns: 100 },
    );
  });

  it('always gives a value that can be encoded as the type', () => {
    fc.assert(
      fc.property(typedValue, fc.constantFrom(...PROPERTY_TYPES), (stored, type) => {
        encodeValue(type, convertStored(type, stored), 'ASC');
      }),
      { numRuns: 300 },
    );
  });
});
