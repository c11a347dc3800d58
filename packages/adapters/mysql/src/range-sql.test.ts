import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ColumnFacts } from './column-kind.ts';
import { quoteName } from './quote-name.ts';
import { rangeCondition } from './range-sql.ts';

const key: readonly ColumnFacts[] = [
  { name: 'a', type: 'bigint(20) unsigned', kind: 'integer', nullable: false, collation: undefined },
  { name: 'b`c', type: 'varchar(9)', kind: 'text', nullable: false, collation: 'utf8mb4_nopad_bin' },
];

test('a range without bounds is everything', () => {
  assert.deepEqual(rangeCondition({}, key), { sql: 'TRUE', parameters: [] });
});

test('bounds are written out column by column, names are quoted and values are parameters', () => {
  assert.deepEqual(rangeCondition({ after: [7n, "x' OR 1"] }, key), {
    sql: '`a` >= CAST(? AS UNSIGNED) AND ((`a` > CAST(? AS UNSIGNED)) OR (`a` = CAST(? AS UNSIGNED) AND `b``c` > ?))',
    parameters: ['7', '7', '7', "x' OR 1"],
  });
  assert.deepEqual(rangeCondition({ after: [7n], through: [9n, 'z'] }, key), {
    sql:
      '`a` >= CAST(? AS UNSIGNED) AND ((`a` > CAST(? AS UNSIGNED))) AND ' +
      '`a` <= CAST(? AS UNSIGNED) AND ((`a` < CAST(? AS UNSIGNED)) OR (`a` = CAST(? AS UNSIGNED) AND `b``c` <= ?))',
    parameters: ['7', '7', '9', '9', '9', 'z'],
  });
});

test('what is no name is refused', () => {
  for (const name of ['', 'a\0b', 'x'.repeat(65)]) assert.throws(() => quoteName(name), { code: 'legacy-refused' });
});
