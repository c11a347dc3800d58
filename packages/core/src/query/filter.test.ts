import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aTable, giftTable, wishTable } from '../../fixtures/shop.ts';
import { Failure } from '../failure.ts';
import type { EdgeRow } from './edge-row.ts';
import { compileFilters, matchesRow, NO_FILTER } from './filter.ts';
import { parsePredicates } from './predicate.ts';

const wish = wishTable();
const gift = giftTable();

const BIG = 2n ** 53n;

/** Row of the table wish: at, color, qty. */
function aRow(values: EdgeRow['values'], members: Partial<EdgeRow> = {}): EdgeRow {
  return { version: 10n, source: 7n, target: 'sku-a', values, ...members };
}

describe('matchesRow', () => {
  const cases: readonly [string, EdgeRow, boolean][] = [
    ['color:eq:red', aRow([1n, 'red', 1]), true],
    ['color:eq:red', aRow([1n, 'Red', 1]), false],
    ['color:in:blue,red', aRow([1n, 'red', 1]), true],
    ['color:in:blue,green', aRow([1n, 'red', 1]), false],
    ['color:gt:blue', aRow([1n, 'red', 1]), true],
    ['color:gt:10', aRow([1n, '9', 1]), true],
    ['qty:gt:10', aRow([1n, 'red', 9]), false],
    ['qty:gte:9', aRow([1n, 'red', 9]), true],
    ['qty:lt:9', aRow([1n, 'red', 9]), false],
    ['qty:lte:9', aRow([1n, 'red', 9]), true],
    ['qty:bt:1,9', aRow([1n, 'red', 9]), true],
    ['qty:bt:9,1', aRow([1n, 'red', 5]), false],
    ['qty:in:3,1,2', aRow([1n, 'red', 3]), true],
    ['qty:in:3,1,2', aRow([1n, 'red', 4]), false],
    [`at:gt:${BIG}`, aRow([BIG + 1n, 'red', 1]), true],
    [`at:eq:${BIG}`, aRow([BIG + 1n, 'red', 1]), false],
    ['version:gte:10', aRow([1n, 'red', 1]), true],
    ['version:lt:10', aRow([1n, 'red', 1]), false],
    ['source:eq:7', aRow([1n, 'red', 1]), true],
    ['target:in:sku-b,sku-c', aRow([1n, 'red', 1]), false],
    ['color:eq:red;qty:eq:1', aRow([1n, 'red', 1]), true],
    ['color:eq:red;qty:eq:2', aRow([1n, 'red', 1]), false],
  ];
  for (const [text, row, expected] of cases) {
    it(`answers ${expected} to ${text} on ${row.values.join(' ')}`, () => {
      const filter = compileFilters(wish, parsePredicates(text, 'filters'));
      assert.equal(matchesRow(filter, row), expected);
    });
  }

  for (const op of ['eq:1', 'gt:1', 'gte:1', 'lt:1', 'lte:1', 'bt:0,9', 'in:0,1']) {
    it(`never matches an unset value with ${op}`, () => {
      const filter = compileFilters(wish, parsePredicates(`qty:${op}`, 'filters'));
      assert.equal(matchesRow(filter, aRow([1n, 'red', null])), false);
      assert.equal(matchesRow(filter, aRow([1n, 'red', undefined])), false);
    });
  }

  it('compares the id and the real ends of a multi edge', () => {
    const row: EdgeRow = { version: 1n, source: 'ann', target: 5n, id: 100n, values: ['ann', 5n, 1n, null] };
    assert.equal(matchesRow(compileFilters(gift, parsePredicates('_id:eq:100;source:eq:ann', 'filters')), row), true);
    assert.equal(matchesRow(compileFilters(gift, parsePredicates('_id:gt:100', 'filters')), row), false);
    assert.equal(matchesRow(compileFilters(gift, parsePredicates('target:eq:6', 'filters')), row), false);
  });

  it('passes every row when there is no check', () => assert.equal(matchesRow(NO_FILTER, aRow([])), true));
});

describe('compileFilters', () => {
  it('names an unknown field and those that exist', () => {
    const message = '`filters` names the field `colour`; shop.wish has version, source, target, at, color, qty';
    assert.throws(
      () => compileFilters(wish, parsePredicates('colour:eq:red', 'filters')),
      isFailure('invalid-filters', message),
    );
  });

  it('knows _id of multi edges only', () => {
    assert.throws(() => compileFilters(wish, parsePredicates('_id:eq:1', 'filters')), { name: 'Failure' });
  });

  it('does not take what every JavaScript object has for a field', () => {
    assert.throws(() => compileFilters(wish, parsePredicates('constructor:eq:1', 'filters')), { name: 'Failure' });
  });

  it('names field, value and type of a value that does not fit', () => {
    const message = '`filters` value "many" of the field `qty` is not of type int';
    assert.throws(
      () => compileFilters(wish, parsePredicates('qty:in:1,many', 'filters')),
      isFailure('cast-failed', message),
    );
  });

  it('casts to every type a property may have', () => {
    const types = ['boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'string'];
    const properties = types.map((type) => `{"name":"${type}","type":"${type}","comment":"","nullable":true}`);
    const table = aTable(`{"type":"edge","source":{"type":"long","comment":""},"target":{"type":"long","comment":""},
      "direction":"OUT","properties":[${properties.join(',')}]}`);
    const text = 'boolean:eq:true;byte:eq:1;short:eq:2;int:eq:3;long:eq:4;float:eq:0.1;double:eq:0.1;string:eq:x';
    const values = [true, 1, 2, 3, 4n, Math.fround(0.1), 0.1, 'x'];
    assert.equal(matchesRow(compileFilters(table, parsePredicates(text, 'filters')), aRow(values)), true);
  });
});

function isFailure(code: string, message: string): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof Failure);
    assert.deepEqual([error.code, error.message], [code, message]);
    return true;
  };
}
