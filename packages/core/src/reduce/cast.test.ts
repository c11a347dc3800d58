import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '../codec/json-text.ts';
import { Failure } from '../failure.ts';
import { LONG_MAX, LONG_MIN, PROPERTY_TYPES, type PropertyType, type Value } from '../model/value.ts';
import { castForWrite, castText, castVersion } from './cast.ts';

const REFUSED = Symbol('refused');

// JSON text of the input, and what each type makes of it (spec 1.3).
const casts: Readonly<Record<PropertyType, readonly (readonly [json: string, expected: Value | typeof REFUSED])[]>> = {
  boolean: [
    ['true', true],
    ['false', false],
    ['"TRUE"', true],
    ['"tRuE"', true],
    ['"yes"', false],
    ['" true"', false],
    ['1', false],
    ['1.0', false],
    ['["true"]', false],
    ['{}', false],
  ],
  byte: [
    ['300', 44],
    ['-129', 127],
    ['128', -128],
    ['1.9', 1],
    ['-1.9', -1],
    ['300.7', 44],
    ['1e300', -1],
    ['12345678901234567890', -46],
    ['"127"', 127],
    ['"-128"', -128],
    ['"+5"', 5],
    ['"007"', 7],
    ['"300"', REFUSED],
    ['"1.5"', REFUSED],
    ['" 1"', REFUSED],
    ['""', REFUSED],
    ['true', REFUSED],
    ['[1]', REFUSED],
  ],
  short: [
    ['40000', -25536],
    ['1.9', 1],
    ['1e300', -1],
    ['-1e300', 0],
    ['"32767"', 32767],
    ['"32768"', REFUSED],
    ['true', REFUSED],
  ],
  int: [
    ['1.9', 1],
    ['-1.9', -1],
    ['2147483648', -2147483648],
    ['4294967297', 1],
    ['9007199254740993', 1],
    ['12345678901234567890', -350287150],
    ['1e300', 2147483647],
    ['-1e300', -2147483648],
    ['-0', 0],
    ['"12"', 12],
    ['"2147483648"', REFUSED],
    ['"1e3"', REFUSED],
    ['"1.5"', REFUSED],
    ['"0x10"', REFUSED],
    ['"٣"', REFUSED],
    ['""', REFUSED],
    ['"-"', REFUSED],
    ['true', REFUSED],
    ['{}', REFUSED],
  ],
  long: [
    ['12', 12n],
    ['1.9', 1n],
    ['-1.9', -1n],
    ['9007199254740993', 9007199254740993n],
    ['12345678901234567890', -6101065172474983726n],
    ['1e300', LONG_MAX],
    ['-1e300', LONG_MIN],
    ['1e400', LONG_MAX],
    ['9223372036854775807.0', LONG_MAX],
    ['1e3', 1000n],
    ['"9223372036854775807"', LONG_MAX],
    ['"-9223372036854775808"', LONG_MIN],
    ['"9223372036854775808"', REFUSED],
    ['"12"', 12n],
    ['"1.5"', REFUSED],
    ['""', REFUSED],
    ['true', REFUSED],
    ['[]', REFUSED],
  ],
  float: [
    ['1', 1],
    ['0.1', Math.fround(0.1)],
    ['1e300', Infinity],
    ['-1e300', -Infinity],
    ['16777217', 16777216],
    // Halfway between two floats but for its last digits: rounding to a double first would give the lower one.
    ['9007199791611905', 9007200328482816],
    ['-9007199791611905', -9007200328482816],
    ['"1e3"', 1000],
    ['"1.5f"', 1.5],
    ['"1d"', 1],
    ['"NaN"', NaN],
    ['"-Infinity"', -Infinity],
    ['"1e300"', Infinity],
    ['"abc"', REFUSED],
    ['true', REFUSED],
  ],
  double: [
    ['1', 1],
    ['-0', 0],
    ['-0.0', -0],
    ['9007199254740993', 9007199254740992],
    ['1e400', Infinity],
    ['"1e3"', 1000],
    ['" 1.5\\n"', 1.5],
    ['"1."', 1],
    ['".5"', 0.5],
    ['"-.5e-1D"', -0.05],
    ['"+Infinity"', Infinity],
    ['"NaN"', NaN],
    ['"nan"', REFUSED],
    ['"1.5ff"', REFUSED],
    ['"."', REFUSED],
    ['"1e"', REFUSED],
    ['""', REFUSED],
    ['"0x1p3"', REFUSED],
    ['"1_000"', REFUSED],
    ['false', REFUSED],
    ['{"a":1}', REFUSED],
  ],
  string: [
    ['"text"', 'text'],
    ['""', ''],
    ['1', '1'],
    ['-0', '0'],
    ['1.0', '1.0'],
    ['-0.0', '-0.0'],
    ['1e3', '1000.0'],
    ['16777216.0', '1.6777216E7'],
    ['1e21', '1.0E21'],
    ['12345678901234567890', '12345678901234567890'],
    ['true', 'true'],
    ['{"a":1}', '{a=1}'],
    ['{"a":1.0,"b":[null,{"c":"d"}]}', '{a=1.0, b=[null, {c=d}]}'],
    ['[1,2]', '[1, 2]'],
    ['[]', '[]'],
    ['{}', '{}'],
    ['"\\ud83d\\ude00"', '😀'],
    ['"a\\u0000b"', REFUSED],
    ['"\\ud83d"', REFUSED],
    ['["\\u0000"]', REFUSED],
  ],
  object: [
    ['{ "a" : [ 1, 1.50, null ] }', '{"a":[1,1.5,null]}'],
    ['"text"', '"text"'],
    ['12345678901234567890', '12345678901234567890'],
    ['true', 'true'],
    ['[]', '[]'],
  ],
};

for (const type of PROPERTY_TYPES) {
  for (const [json, expected] of casts[type]) {
    test(`${json} as ${type} is ${expected === REFUSED ? 'refused' : `${String(expected)}`}`, () => {
      const cast = () => castForWrite(type, parseJson(json), 'field');
      if (expected === REFUSED) assert.throws(cast, isFailure('cast-failed'));
      else assert.ok(Object.is(cast(), expected), `${String(cast())} instead of ${String(expected)}`);
    });
  }
  test(`null as ${type} stays null`, () => {
    assert.equal(castForWrite(type, null, 'field'), null);
  });
}

test('a failed cast names the field, the value and the type, and shortens a long value', () => {
  assert.throws(() => castForWrite('int', 'abc', 'age'), /^Failure: age: "abc" cannot be cast to int$/);
  assert.throws(
    () => castForWrite('int', 'x'.repeat(10_000), 'age'),
    (failure: unknown) => failure instanceof Failure && failure.message.length < 120 && failure.details.field === 'age',
  );
});

test('a text of a million digits is refused without reading it', () => {
  assert.throws(() => castForWrite('long', '1'.repeat(1_000_000), 'field'), isFailure('cast-failed'));
});

const versions: readonly (readonly [json: string, expected: bigint | typeof REFUSED])[] = [
  ['123', 123n],
  ['"123"', 123n],
  ['" 123 "', 123n],
  ['"-5"', -5n],
  ['1.5', 1n],
  ['-1.5', -1n],
  ['1e3', 1000n],
  ['null', 0n],
  ['""', 0n],
  ['9223372036854775807', LONG_MAX],
  ['-9223372036854775808', LONG_MIN],
  ['"9223372036854775807"', LONG_MAX],
  ['9223372036854775808', REFUSED],
  ['"9223372036854775808"', REFUSED],
  ['1e19', REFUSED],
  ['1e400', REFUSED],
  ['"1.5"', REFUSED],
  ['"abc"', REFUSED],
  ['true', REFUSED],
  ['[1]', REFUSED],
  ['{}', REFUSED],
];

for (const [json, expected] of versions) {
  test(`the version ${json} is ${expected === REFUSED ? 'refused' : expected}`, () => {
    const cast = () => castVersion(parseJson(json));
    if (expected === REFUSED) assert.throws(cast, isFailure('malformed-json'));
    else assert.equal(cast(), expected);
  });
}

test('a missing version is 0', () => {
  assert.equal(castVersion(undefined), 0n);
});

test('the text of a query parameter is cast by the same rules, and undefined when it does not fit', () => {
  assert.equal(castText('long', '5'), 5n);
  assert.equal(castText('string', '5'), '5');
  assert.equal(castText('boolean', 'TRUE'), true);
  assert.equal(castText('boolean', 'yes'), false);
  assert.equal(castText('float', '0.1'), Math.fround(0.1));
  assert.equal(castText('int', '1.5'), undefined);
  assert.equal(castText('byte', '300'), undefined);
  assert.equal(castText('string', 'a\0b'), undefined);
});

function isFailure(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Failure && error.code === code;
}
