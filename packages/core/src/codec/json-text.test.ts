import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BrokenInvariant } from '../failure.ts';
import type { PropertyType, Value } from '../model/value.ts';
import { JSON_DEPTH_MAX } from './json-reader.ts';
import { parseJson, printJson, printObjectProperty, printValue } from './json-text.ts';
import { JsonDecimal } from './json-value.ts';
import { JsonSplice } from './output-value.ts';

describe('parseJson', () => {
  it('reads integers of any size', () => {
    assert.deepEqual(
      parseJson('[0, -1, 9007199254740991, 9007199254740992, -9223372036854775808, 123456789012345678901234567890]'),
      [0, -1, 9007199254740991, 9007199254740992n, -9223372036854775808n, 123456789012345678901234567890n],
    );
  });

  it('keeps the text of literals with a fraction or an exponent', () => {
    for (const literal of ['1.0', '1e3', '1E+3', '-0.50', '1e-7', '0e0', '12345678901234567.5']) {
      assert.deepEqual(parseJson(literal), new JsonDecimal(literal));
      assert.deepEqual(parseJson(`{"a":${literal}}`), { a: new JsonDecimal(literal) });
      assert.deepEqual(parseJson(`[1,\n${literal} ]`), [1, new JsonDecimal(literal)]);
    }
    assert.equal(new JsonDecimal('1e3').value, 1000);
  });

  it('reads -0 as the integer 0', () => {
    assert.deepEqual(parseJson('-0'), 0);
    assert.deepEqual(parseJson('[-0]'), [0]);
    assert.deepEqual(parseJson('{"a":-0}'), { a: 0 });
    assert.deepEqual(parseJson('{"a": -0, "b": 1.5}'), { a: 0, b: new JsonDecimal('1.5') });
  });

  it('keeps a member called __proto__ as plain data', () => {
    for (const number of ['1', '12345678901234567890']) {
      const parsed = parseJson(`{"__proto__":{"polluted":${number}},"constructor":2}`);
      assert.ok(typeof parsed === 'object' && parsed !== null);
      assert.deepEqual(Object.keys(parsed), ['__proto__', 'constructor']);
      assert.equal(Object.getPrototypeOf(parsed), Object.prototype);
      assert.equal('polluted' in {}, false);
      assert.equal(printJson(parsed), `{"__proto__":{"polluted":${number}},"constructor":2}`);
    }
  });

  it('takes the last of two members of one name', () => {
    assert.deepEqual(parseJson('{"a":1,"a":2}'), { a: 2 });
    assert.deepEqual(parseJson('{"a":1.0,"a":12345678901234567890}'), { a: 12345678901234567890n });
  });

  it('reads texts that look like numbers as texts', () => {
    assert.deepEqual(parseJson('{"a":"x: 1.5","b":"1234567890123456789","c":"\\u00e9\\"\\\\","d":"\\\\"}'), {
      a: 'x: 1.5',
      b: '1234567890123456789',
      c: 'é"\\',
      d: '\\',
    });
  });

  it('names the place of a fault', () => {
    const faults: [string, number][] = [
      ['', 0],
      ['{"a":1', 6],
      ['{"a":1,}', 7],
      ['[1 2]', 3],
      ['[1.5 2]', 5],
      ['{"a" 1}', 5],
      ['{a:1}', 1],
      ['"abc', 0],
      ['[01]', 2],
      ['[1.]', 2],
      ['nul', 0],
      ['[NaN]', 1],
      ['1 x', 2],
      ['["a\u0001"]', 1],
      ['["\\x"]', 1],
      ['"\\"', 0],
      ["['a']", 1],
      ['\ufeff1', 0],
    ];
    for (const [text, position] of faults) {
      assert.throws(() => parseJson(text), { code: 'malformed-json', details: { position } }, text);
    }
  });

  it('reads a nesting at the limit and refuses a deeper one, without using up the stack', () => {
    const nested = (depth: number, inner: string) => '[{"a":'.repeat(depth / 2) + inner + '}]'.repeat(depth / 2);
    for (const inner of ['1', '1.0', '"]]]]{{{{[[[[\\""']) {
      assert.equal(printJson(parseJson(nested(JSON_DEPTH_MAX, inner))), nested(JSON_DEPTH_MAX, inner));
      const deep = nested(JSON_DEPTH_MAX + 2, inner);
      assert.throws(() => parseJson(deep), { code: 'malformed-json', message: /deeper than 256 levels/ });
    }
    assert.throws(() => parseJson('['.repeat(1_000_000)), { code: 'malformed-json' });
    assert.throws(() => parseJson(`"${'\\'.repeat(1_000_001)}`), { code: 'malformed-json' });
  });
});

describe('printJson', () => {
  it('prints trees with parts that are printed already, and leaves out undefined members', () => {
    const printed = printJson({
      text: 'a"\u2028\n',
      none: undefined,
      version: 9223372036854775807n,
      list: [null, true, new JsonDecimal('1.50'), new JsonSplice('{"x":1}'), []],
      empty: {},
    });
    assert.equal(
      printed,
      '{"text":"a\\"\u2028\\n","version":9223372036854775807,"list":[null,true,1.50,{"x":1},[]],"empty":{}}',
    );
  });

  it('prints -0 as 0 and stops at a number that JSON does not know', () => {
    assert.equal(printJson([-0, 1e21]), '[0,1e+21]');
    assert.throws(() => printJson([Number.NaN]), BrokenInvariant);
  });
});

describe('printObjectProperty', () => {
  it('prints decimals as Java prints doubles', () => {
    const tree = parseJson('{ "a": 1e3, "b": [1.50, 12345678901234567890], "c": 1e400, "d": 1e-7 }');
    assert.equal(printObjectProperty(tree), '{"a":1000.0,"b":[1.5,12345678901234567890],"c":"Infinity","d":1.0E-7}');
  });
});

describe('printValue', () => {
  const printed: readonly [PropertyType | null, Value, string][] = [
    [null, null, 'null'],
    ['long', null, 'null'],
    ['boolean', false, 'false'],
    ['byte', -3, '-3'],
    ['int', 2147483647, '2147483647'],
    ['long', -9223372036854775808n, '-9223372036854775808'],
    ['float', Math.fround(0.2), '0.2'],
    ['double', 201, '201.0'],
    ['double', 16777216, '1.6777216E7'],
    ['double', 1e21, '1.0E21'],
    ['double', Number.NaN, '"NaN"'],
    ['float', -Infinity, '"-Infinity"'],
    ['string', 'a"b', '"a\\"b"'],
    ['object', '{"a":1.0}', '{"a":1.0}'],
  ];
  for (const [type, value, text] of printed) {
    it(`prints ${String(value)} of type ${type} as ${text}`, () => assert.equal(printValue(type, value), text));
  }
});
