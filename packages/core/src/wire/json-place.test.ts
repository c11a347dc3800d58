import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseJson } from '../codec/json-text.ts';
import { Failure } from '../failure.ts';
import { describeJson, type JsonPlace, memberOf, PROBLEMS_MAX, parseWhole } from './json-place.ts';

describe('parseWhole', () => {
  it('gives what the reader made when nothing is wrong', () => {
    const read = (place: JsonPlace) => [
      place.member('a').text(),
      place
        .member('b')
        .items()
        .map((each) => each.boolean()),
    ];
    assert.deepEqual(parseWhole(parseJson('{"a":"x","b":[true,false]}'), '', read), ['x', [true, false]]);
  });

  const cases: readonly [string, (place: JsonPlace) => unknown, string][] = [
    ['{}', (place) => place.member('a').text(), 'a is missing'],
    ['{"a":null}', (place) => place.member('a').text(), 'a is null; expected text'],
    ['{"a":{"b":1}}', (place) => place.member('a').member('b').text(), 'a.b is 1; expected text'],
    [
      '{"a":[true,1.50]}',
      (place) =>
        place
          .member('a')
          .items()
          .map((each) => each.boolean()),
      'a[1] is 1.50; expected true or false',
    ],
    ['{"a":"x"}', (place) => place.member('a').items(), 'a is "x"; expected an array'],
    ['{"a":[]}', (place) => place.member('a').object().member('b').text(), 'a is an array; expected an object'],
    ['[1]', (place) => place.object().member('b').text(), 'the body is an array; expected an object'],
    ['{"a":"X"}', (place) => place.member('a').oneOf(['x', 'y']), 'a is "X"; expected one of x, y'],
    ['{"a":"X"}', (place) => place.member('a').oneOf(['x']), 'a is "X"; expected "x"'],
    ['{"a":0}', (place) => place.member('a').integer(1, 9), 'a is 0; expected an integer from 1 to 9'],
    ['{"a":1.5}', (place) => place.member('a').integer(1, 9), 'a is 1.5; expected an integer from 1 to 9'],
    ['{"a":"1"}', (place) => place.member('a').integer(1, 9), 'a is "1"; expected an integer from 1 to 9'],
    ['{"a":12345678901234567890}', (place) => place.member('a').text(), 'a is 12345678901234567890; expected text'],
  ];
  for (const [text, read, message] of cases) {
    it(`says that ${message}`, () => assert.deepEqual(refusalOf(text, read), ['malformed-json', message]));
  }

  it('names all problems at once, up to a limit', () => {
    const items = (place: JsonPlace) => place.items().map((each) => each.text());
    assert.deepEqual(refusalOf('[1,2]', items)[1], '[0] is 1; expected text; [1] is 2; expected text');
    const [, message = ''] = refusalOf(
      `[${Array(PROBLEMS_MAX + 3)
        .fill(1)
        .join(',')}]`,
      items,
    );
    assert.match(message, /\[19\] is 1; expected text; and 3 more$/);
  });

  it('takes an integer that is written with a fraction or an exponent', () => {
    assert.equal(
      parseWhole(parseJson('{"a":1e3}'), '', (place) => place.member('a').integer(1, 9_999)),
      1_000,
    );
  });
});

it('memberOf does not find what every JavaScript object inherits', () => {
  assert.equal(memberOf({}, 'constructor'), undefined);
  assert.equal(memberOf({}, '__proto__'), undefined);
  assert.equal(memberOf({ constructor: 1 }, 'constructor'), 1);
});

it('describeJson shortens long texts', () => {
  assert.equal(describeJson('x'.repeat(100)), `"${'x'.repeat(60)}"...`);
});

function refusalOf(text: string, read: (place: JsonPlace) => unknown): [string, string] {
  try {
    parseWhole(parseJson(text), '', read);
  } catch (error) {
    assert(error instanceof Failure);
    return [error.code, error.message];
  }
  return ['none', ''];
}
