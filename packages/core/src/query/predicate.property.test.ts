import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { OPERATORS, type Predicate, parsePredicates } from './predicate.ts';

const name = fc.string({ minLength: 1, unit: fc.constantFrom('a', 'B', ':', ';', ',', '\\', 'é') });
const value = fc.string({ unit: fc.constantFrom('a', '7', ':', ';', ',', '\\', '😀', '-') });

const predicate: fc.Arbitrary<Predicate> = fc.constantFrom(...OPERATORS).chain((op) => {
  const counts = { minLength: op === 'bt' ? 2 : 1, maxLength: op === 'bt' ? 2 : op === 'in' ? 4 : 1 };
  return fc.record({ field: name, op: fc.constant(op), values: fc.array(value, counts) }, { noNullPrototype: true });
});

it('what is written with escapes is read back, whatever separators it holds', () => {
  fc.assert(
    fc.property(fc.array(predicate, { minLength: 1, maxLength: 4 }), (predicates) => {
      const text = predicates
        .map(({ field, op, values }) => `${escaped(field)}:${op}:${values.map(escaped).join(',')}`)
        .join(';');
      assert.deepEqual(parsePredicates(text, 'filters'), predicates);
    }),
    { numRuns: 300 },
  );
});

function escaped(text: string): string {
  return text.replace(/[:;,\\]/g, '\\$&');
}
