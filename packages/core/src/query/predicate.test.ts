import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../failure.ts';
import { IN_VALUES_MAX, PREDICATES_MAX, parsePredicates } from './predicate.ts';

describe('parsePredicates', () => {
  const good: readonly [string, unknown][] = [
    ['at:eq:5', [{ field: 'at', op: 'eq', values: ['5'] }]],
    [
      'color:eq:red;at:bt:10,20',
      [
        { field: 'color', op: 'eq', values: ['red'] },
        { field: 'at', op: 'bt', values: ['10', '20'] },
      ],
    ],
    ['color:in:red, blue ,green', [{ field: 'color', op: 'in', values: ['red', 'blue', 'green'] }]],
    ['color:eq:', [{ field: 'color', op: 'eq', values: [''] }]],
    ['color:eq:a,b', [{ field: 'color', op: 'eq', values: ['a,b'] }]],
    ['url:eq:http\\://x\\;y', [{ field: 'url', op: 'eq', values: ['http://x;y'] }]],
    ['name:in:a\\,b,c', [{ field: 'name', op: 'in', values: ['a,b', 'c'] }]],
    ['name:bt:a\\,b,c', [{ field: 'name', op: 'bt', values: ['a,b', 'c'] }]],
    ['name:eq:a\\\\', [{ field: 'name', op: 'eq', values: ['a\\'] }]],
    [
      'name:eq:\\\\;at:gt:1',
      [
        { field: 'name', op: 'eq', values: ['\\'] },
        { field: 'at', op: 'gt', values: ['1'] },
      ],
    ],
    ['name:eq:C\\Windows\\', [{ field: 'name', op: 'eq', values: ['C\\Windows\\'] }]],
  ];
  for (const [text, expected] of good) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parsePredicates(text, 'ranges'), expected));
  }

  const bad: readonly [string, RegExp][] = [
    ['', /`ranges` is empty/],
    ['at', /piece "at" is not field:op:value/],
    ['at:eq', /piece "at:eq" is not field:op:value/],
    [':eq:5', /piece ":eq:5" is not field:op:value/],
    ['at:eq:5;', /piece "" is not field:op:value/],
    ['at:eq:5;b', /piece "b" is not field:op:value/],
    ['at:eq:1:2', /piece "at:eq:1:2" has a third ":"; write "\\:"/],
    ['at:like:5', /Unsupported operator: like/],
    ['at:EQ:5', /Unsupported operator: EQ/],
    ['at:bt:5', /has 1 values; bt takes "from,to"/],
    ['at:bt:1,2,3', /has 3 values/],
    [`at:in:${'1,'.repeat(IN_VALUES_MAX)}`, /lists 1001 values; at most 1000/],
    [
      Array(PREDICATES_MAX + 1)
        .fill('a:eq:1')
        .join(';'),
      /has 65 predicates; at most 64/,
    ],
  ];
  for (const [text, message] of bad) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))}`, () => {
      assert.throws(() => parsePredicates(text, 'ranges'), isFailure('invalid-ranges', message));
    });
  }

  it('gives filters a code of their own', () => {
    assert.throws(() => parsePredicates('x', 'filters'), isFailure('invalid-filters', /`filters` piece "x"/));
  });

  it('takes as many predicates and values as the limits say', () => {
    assert.equal(parsePredicates(Array(PREDICATES_MAX).fill('a:eq:1').join(';'), 'filters').length, PREDICATES_MAX);
    const [list] = parsePredicates(`a:in:${Array(IN_VALUES_MAX).fill('1').join(',')}`, 'filters');
    assert.equal(list?.values.length, IN_VALUES_MAX);
  });
});

function isFailure(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Failure && error.code === code && message.test(error.message);
}
