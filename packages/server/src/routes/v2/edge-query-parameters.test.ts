import assert from 'node:assert/strict';
import test from 'node:test';
import { ENGINE_LIMITS } from '@actionbase/engine/limits';
import { Parameters } from '../../http/parameters.ts';
import { readEdgeQuery } from './edge-query-parameters.ts';

const limits = { ...ENGINE_LIMITS, getPairsMax: 2, countStartsMax: 3 };

test('lists of vertices are bounded, counted without doubles', () => {
  const read = (query: string) => readEdgeQuery(Parameters.parse(query), limits).query;
  for (const [query, message] of [
    ['self=1,2,3', /^distinct values of self are 3; allowed are 0\.\.2$/],
    ['src=1&tgt=1,2,3', /^distinct values of tgt are 3; allowed are 0\.\.2$/],
    ['src=1,2,3,4', /^distinct values of src are 4; allowed are 0\.\.3$/],
  ] as const) {
    assert.throws(() => read(query), { code: 'limit-out-of-range', message });
  }
  assert.deepEqual(read('self=1,2,1'), { kind: 'self', vertices: ['1', '2'] });
  assert.deepEqual(read('src=1&tgt=2&tgt=3,2'), { kind: 'get', source: '1', targets: ['2', '3'] });
  assert.deepEqual(read('src=3, 2,3'), { kind: 'scan', vertices: ['3', ' 2'] });
});

test('what is read follows from self, src, tgt and select', () => {
  const kindOf = (query: string) => readEdgeQuery(Parameters.parse(query), limits).query.kind;
  for (const [query, kind] of [
    ['self=1&src=2&tgt=3&select=COUNT(1)', 'self'],
    ['src=1&tgt=2&select=COUNT(1)', 'get'],
    ['src=1,2&select=COUNT(1)', 'count'],
    ['src=1&select=COUNT(1),ts', 'scan'],
    ['src=1', 'scan'],
  ] as const) {
    assert.equal(kindOf(query), kind, query);
  }
});
