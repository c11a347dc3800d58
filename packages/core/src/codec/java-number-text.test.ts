import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { javaDoubleText, javaFloatText } from './java-number-text.ts';

const doubles: readonly [number, string][] = [
  [0, '0.0'],
  [-0, '-0.0'],
  [1, '1.0'],
  [-1.5, '-1.5'],
  [201, '201.0'],
  [1000, '1000.0'],
  [123456.789, '123456.789'],
  [9_999_999, '9999999.0'],
  [10_000_000, '1.0E7'],
  [16_777_216, '1.6777216E7'],
  [12_345_678.9, '1.23456789E7'],
  [1e21, '1.0E21'],
  [1e23, '1.0E23'],
  [0.001, '0.001'],
  [0.0012, '0.0012'],
  [0.000999, '9.99E-4'],
  [1e-7, '1.0E-7'],
  [0.1, '0.1'],
  [0.1 + 0.2, '0.30000000000000004'],
  [2 ** 53, '9.007199254740992E15'],
  [Number.MAX_VALUE, '1.7976931348623157E308'],
  [Number.MIN_VALUE, '4.9E-324'],
  [1e-323, '9.9E-324'],
  [Number.NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
];

const floats: readonly [number, string][] = [
  [0, '0.0'],
  [-0, '-0.0'],
  [0.1, '0.1'],
  [0.2, '0.2'],
  [-3.1, '-3.1'],
  [16_777_216, '1.6777216E7'],
  [3.4028234663852886e38, '3.4028235E38'],
  [1.401298464324817e-45, '1.4E-45'],
  [1e10, '1.0E10'],
  [33_554_432, '3.3554432E7'],
  [0.3, '0.3'],
  [Number.NaN, 'NaN'],
  [Infinity, 'Infinity'],
];

describe('Java number text', () => {
  for (const [value, text] of doubles) {
    it(`prints the double ${value} as ${text}`, () => assert.equal(javaDoubleText(value), text));
  }

  for (const [value, text] of floats) {
    it(`prints the float ${value} as ${text}`, () => assert.equal(javaFloatText(Math.fround(value)), text));
  }

  it('reads back as the same double', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        assert.ok(Object.is(Number(javaDoubleText(value)), value));
      }),
      { numRuns: 300 },
    );
  });

  it('reads back as the same float', () => {
    fc.assert(
      fc.property(fc.float(), (value) => {
        assert.ok(Object.is(Math.fround(Number(javaFloatText(value))), value));
      }),
      { numRuns: 300 },
    );
  });
});
