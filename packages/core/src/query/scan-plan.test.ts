import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { giftTable, wishTable } from '../../fixtures/shop.ts';
import { encodeCursor } from '../codec/cursor.ts';
import { Failure, invariant } from '../failure.ts';
import type { Table, TableIndex } from '../model/table.ts';
import { parsePredicates } from './predicate.ts';
import { planScan, type ScanOptions, type ScanPlan } from './scan-plan.ts';

const wish = wishTable();
const gift = giftTable();

describe('planScan', () => {
  // Bytes behind the prefix; "+1" is the prefix plus one. The table of section 4.5, with at = 16 (2c 80 ... 10).
  const asc = '2c8000000000000010';
  const ascNext = '2c8000000000000011';
  const desc = 'd37fffffffffffffef';
  const descNext = 'd37ffffffffffffff0';
  const red = '3472656400';
  const cases: readonly [string, string, string, string][] = [
    ['newest', '', '', '+1'],
    ['newest', 'at:eq:16', desc, descNext],
    ['newest', 'at:gt:16', '', desc],
    ['newest', 'at:gte:16', '', descNext],
    ['newest', 'at:lt:16', descNext, '+1'],
    ['newest', 'at:lte:16', desc, '+1'],
    ['newest', 'at:bt:16,17', 'd37fffffffffffffee', descNext],
    ['by_color', 'color:eq:red', red, '3472656401'],
    ['by_color', 'color:gt:red', '3472656401', '+1'],
    ['by_color', 'color:gte:red', red, '+1'],
    ['by_color', 'color:lt:red', '', red],
    ['by_color', 'color:lte:red', '', '3472656401'],
    ['by_color', 'color:bt:red,ree', red, '3472656501'],
    ['by_color', 'color:eq:red;at:gte:16', red, red + descNext],
    ['by_color', 'color:eq:red;at:lt:16', red + descNext, '3472656401'],
    ['by_color', 'color:eq:red;at:eq:16', red + desc, red + descNext],
    ['by_self', 'target:eq:red;version:gt:16', red, red + desc],
  ];
  for (const [index, ranges, start, end] of cases) {
    it(`bounds ${index} by ${ranges || 'nothing'}`, () => {
      const plan = planOf(wish, index, { ranges: ranges === '' ? [] : parsePredicates(ranges, 'ranges') });
      assert.deepEqual(boundsOf(plan), [start, end]);
      assert(plan.kind === 'scan');
      assert.deepEqual(plan.filter.checks, []);
    });
  }

  it('bounds an ascending long', () => {
    const bounds = (ranges: string) => {
      const text = `target:eq:red;version:${ranges}`;
      return boundsOf(planOf(ascending(), 'by_self', { ranges: parsePredicates(text, 'ranges') }));
    };
    assert.deepEqual(bounds('gt:16'), [red + ascNext, '3472656401']);
    assert.deepEqual(bounds('lte:16'), [red, red + ascNext]);
    assert.deepEqual(bounds('bt:16,16'), [red + asc, red + ascNext]);
  });

  it('equals the documented bounds of lt and gte', () => {
    const lt = planOf(wish, 'newest', { ranges: parsePredicates('at:lt:1737377177350', 'ranges') });
    const gte = planOf(wish, 'newest', { ranges: parsePredicates('at:gte:1737377177297', 'ranges') });
    assert.deepEqual(boundsOf(lt)[0], 'd37ffffe6b7c4020fa');
    assert.deepEqual(boundsOf(gte)[1], 'd37ffffe6b7c40212f');
  });

  it('checks row by row what follows a predicate that is no equality', () => {
    const plan = planOf(wish, 'by_color', { ranges: parsePredicates('color:gt:red;at:lt:16', 'ranges') });
    assert.deepEqual(boundsOf(plan), ['3472656401', '+1']);
    assert(plan.kind === 'scan');
    assert.deepEqual(
      plan.filter.checks.map((check) => [check.kind, check.member]),
      [['interval', { kind: 'property', place: 0 }]],
    );
  });

  it('adds the filters to the checks', () => {
    const plan = planOf(wish, 'newest', { filters: parsePredicates('color:in:red,blue', 'filters') });
    assert(plan.kind === 'scan');
    assert.deepEqual(
      plan.filter.checks.map((check) => check.kind),
      ['among'],
    );
  });

  it('knows version, source and target by their v2 names too', () => {
    const v2 = planOf(wish, 'by_self', { ranges: parsePredicates('tgt:eq:red;ts:gt:16', 'ranges') });
    const v3 = planOf(wish, 'by_self', { ranges: parsePredicates('target:eq:red;version:gt:16', 'ranges') });
    assert.deepEqual(v2, v3);
  });

  it('takes source in an index of a multi edge for the id', () => {
    const plan = planOf(gift, 'by_id', {
      vertex: 'ann',
      ranges: parsePredicates('at:gt:1;source:eq:100', 'ranges'),
    });
    assert(plan.kind === 'scan');
    assert.deepEqual(
      plan.filter.checks.map((check) => check.member),
      [{ kind: 'id' }],
    );
  });

  it('starts behind a cursor and keeps the end of the ranges', () => {
    const at20 = 'd37fffffffffffffeb';
    const offset = encodeCursor(Buffer.from(`${at20}346100`, 'hex'));
    const plan = planOf(wish, 'newest', { ranges: parsePredicates('at:bt:16,30', 'ranges'), offset });
    assert.deepEqual(boundsOf(plan), [`${at20}34610000`, descNext]);
  });

  it('does not let a cursor of another query out of the ranges', () => {
    const offset = encodeCursor(Buffer.from('d300', 'hex'));
    const plan = planOf(wish, 'newest', { ranges: parsePredicates('at:bt:16,30', 'ranges'), offset });
    assert.equal(boundsOf(plan)[0], 'd37fffffffffffffe1');
  });

  it('takes an empty offset for none', () => {
    assert.deepEqual(planOf(wish, 'newest', { offset: '' }), planOf(wish, 'newest', {}));
  });

  const empty: readonly [string, Partial<ScanOptions>][] = [
    ['inverted bounds', { ranges: parsePredicates('at:bt:40,20', 'ranges') }],
    [
      'a cursor beyond the end',
      { ranges: parsePredicates('at:gt:16', 'ranges'), offset: encodeCursor(Buffer.from('ff', 'hex')) },
    ],
    ['a limit of 0', { limit: 0 }],
  ];
  for (const [what, options] of empty) {
    it(`finds nothing with ${what}`, () => assert.equal(planOf(wish, 'newest', options).kind, 'empty'));
  }

  const bad: readonly [string, string, string, string][] = [
    [
      'by_color',
      'at:gt:1',
      'invalid-ranges',
      'valid `ranges` order for the index `by_color` is [color, at]. input was: [at].',
    ],
    [
      'newest',
      'at:eq:1;color:eq:x',
      'invalid-ranges',
      'valid `ranges` order for the index `newest` is [at]. input was: [at, color].',
    ],
    ['newest', 'ts:eq:1', 'invalid-ranges', 'valid `ranges` order for the index `newest` is [at]. input was: [ts].'],
    [
      'newest',
      'at:in:1,2',
      'invalid-ranges',
      'Unsupported predicate type: In(at); `ranges` takes eq, gt, gte, lt, lte and bt',
    ],
    ['newest', 'at:gt:soon', 'cast-failed', '`ranges` value "soon" of the field `at` is not of type long'],
  ];
  for (const [index, ranges, code, message] of bad) {
    it(`refuses ${ranges} on ${index}`, () => {
      assert.throws(
        () => planOf(wish, index, { ranges: parsePredicates(ranges, 'ranges') }),
        (error) => {
          assert(error instanceof Failure);
          assert.deepEqual([error.code, error.message], [code, message]);
          return true;
        },
      );
    });
  }

  it('refuses an offset that is not base64url', () => {
    assert.throws(() => planOf(wish, 'newest', { offset: '***' }), { name: 'Failure', code: 'invalid-offset' });
  });
});

function planOf(table: Table, indexName: string, options: Partial<ScanOptions>): ScanPlan {
  const index = indexOf(table, indexName);
  return planScan(table, index, { direction: 'OUT', vertex: 7n, ranges: [], filters: [], limit: 10, ...options });
}

function indexOf(table: Table, name: string): TableIndex {
  const index = table.indexes.find((each) => each.name === name);
  invariant(index !== undefined, `the table has the index ${name}`);
  return index;
}

/** Start and end behind the prefix, in hexadecimal. */
function boundsOf(plan: ScanPlan): [string, string] {
  assert(plan.kind === 'scan' && plan.end !== undefined);
  const start = Buffer.from(plan.start).toString('hex');
  const end = Buffer.from(plan.end).toString('hex');
  const prefix = start.slice(0, plan.prefixLength * 2);
  if (end.startsWith(prefix)) return [start.slice(prefix.length), end.slice(prefix.length)];
  const beyond = (BigInt(`0x${prefix}`) + 1n).toString(16).padStart(prefix.length, '0');
  assert.equal(end, beyond);
  return [start.slice(prefix.length), '+1'];
}

/** The table wish with version ascending in by_self. */
function ascending(): Table {
  const indexes = wish.indexes.map((index) => ({
    ...index,
    fields: index.fields.map((field) => ({ ...field, order: 'ASC' as const })),
  }));
  return { ...wish, indexes };
}
