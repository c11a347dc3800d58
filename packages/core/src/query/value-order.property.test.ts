import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodeValue } from '../codec/ordered-value.ts';
import type { PropertyType, Value } from '../model/value.ts';
import { compareValues } from './value-order.ts';

const text = fc.string({
  maxLength: 4,
  unit: fc.constantFrom('\u0001', 'a', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '😀'),
});

const valuesByType: readonly [PropertyType, fc.Arbitrary<Value>][] = [
  ['boolean', fc.boolean()],
  ['int', fc.integer()],
  ['long', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['float', fc.float()],
  ['double', fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity))],
  ['string', text],
];

describe('compareValues', () => {
  for (const [type, values] of valuesByType) {
    it(`orders ${type} as the encoded keys are ordered`, () => {
      const value = fc.option(values);
      fc.assert(
        fc.property(value, value, (a, b) => {
          const bytes = Buffer.compare(encoded(type, a), encoded(type, b));
          assert.equal(Math.sign(compareValues(a, b)), bytes);
        }),
        { numRuns: 300 },
      );
    });
  }

  it('is broken by values of two types', () => {
    assert.throws(() => compareValues(1, 1n), /values of two types have no order: number and bigint/);
  });
});

function encoded(type: PropertyType, value: Value): Uint8Array {
  return encodeValue(type, value, 'ASC');
}
