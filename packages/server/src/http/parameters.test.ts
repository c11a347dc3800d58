import assert from 'node:assert/strict';
import test from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { Parameters } from './parameters.ts';

const cases: readonly {
  readonly query: string;
  readonly text: string | undefined;
  readonly list: readonly string[] | undefined;
}[] = [
  { query: '', text: undefined, list: undefined },
  { query: 'other=1', text: undefined, list: undefined },
  { query: 'x=', text: '', list: [] },
  { query: 'x', text: '', list: [] },
  { query: 'x=1', text: '1', list: ['1'] },
  { query: 'x=a,b', text: 'a,b', list: ['a', 'b'] },
  { query: 'x=a%2Cb', text: 'a,b', list: ['a', 'b'] },
  { query: 'x=a,+b+,,c', text: 'a, b ,,c', list: ['a', 'b', '', 'c'] },
  { query: 'x=a&x=b', text: 'a,b', list: ['a', 'b'] },
  { query: 'x=a,b&y=1&x=+c', text: 'a,b, c', list: ['a,b', ' c'] },
  { query: 'x=&x=', text: ',', list: ['', ''] },
  { query: 'x=%E2%82%AC%2B1', text: '€+1', list: ['€+1'] },
  { query: 'x=a=b&&', text: 'a=b', list: ['a=b'] },
  { query: '__proto__=1&x=2', text: '2', list: ['2'] },
];

for (const { query, text, list } of cases) {
  test(`"${query}" is the text ${JSON.stringify(text)} and the list ${JSON.stringify(list)}`, () => {
    const parameters = Parameters.parse(query);
    assert.equal(parameters.text('x'), text);
    assert.deepEqual(parameters.list('x'), list);
  });
}

test('a query that is not percent-encoded UTF-8 is refused', () => {
  for (const query of ['x=%', 'x=%zz', 'x=%ff', '%c3=1']) {
    assert.throws(
      () => Parameters.parse(query),
      (error) => error instanceof Failure && error.code === 'invalid-parameter',
    );
  }
});
