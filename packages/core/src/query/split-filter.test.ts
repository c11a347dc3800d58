import assert from 'node:assert/strict';
import test from 'node:test';
import { anEdgeSchema, anIndex, someProperties, tableOf } from '../reduce/test-edges.ts';
import { parsePredicates } from './predicate.ts';
import { splitFilter } from './split-filter.ts';

const table = tableOf(
  anEdgeSchema({
    properties: someProperties({ at: 'long', color: 'string' }),
    indexes: [anIndex('mixed', 'color', 'version DESC', 'at')],
  }),
);

function split(filter: string): readonly (readonly string[])[] {
  const [index] = table.indexes;
  assert.ok(index !== undefined);
  const { ranges, filters } = splitFilter(table, index, parsePredicates(filter, 'filter'));
  return [ranges, filters].map((all) => all.map(({ field, op, values }) => `${field} ${op} ${values}`));
}

test('what belongs to leading fields bounds the scan in their order, the rest is checked row by row', () => {
  for (const [filter, ranges, filters] of [
    ['color:eq:a', ['color eq a'], []],
    ['ts:gt:1;color:eq:a', ['color eq a', 'ts gt 1'], []],
    ['version:gt:1;color:eq:a;at:lt:5', ['color eq a', 'version gt 1', 'at lt 5'], []],
    ['at:eq:5', [], ['at eq 5']],
    ['at:eq:5;color:eq:a', ['color eq a'], ['at eq 5']],
    ['color:in:a,b;ts:eq:1', [], ['color in a,b', 'ts eq 1']],
    ['color:gt:a;color:lt:c', ['color gt a'], ['color lt c']],
    ['src:eq:x;tgt:eq:y', [], ['src eq x', 'tgt eq y']],
  ] as const) {
    assert.deepEqual(split(filter), [ranges, filters], filter);
  }
});

test('failures name the parameter of v2', () => {
  const [ranged, filtered, unknown] = ['ts:gt:x;color:eq:a', 'at:eq:x', 'size:eq:1'];
  assert.throws(() => split(ranged), { code: 'cast-failed', message: /^`filter` value "x" of the field `ts`/ });
  assert.throws(() => split(filtered), { code: 'cast-failed', message: /^`filter` value "x" of the field `at`/ });
  assert.throws(() => split(unknown), { code: 'invalid-filters', message: /^`filter` names the field `size`/ });
});
