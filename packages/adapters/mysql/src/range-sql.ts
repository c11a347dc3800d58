import { invariant } from '@actionbase/core/failure';
import type { KeyRange, LegacyValue } from '@actionbase/ports/legacy';
import { type ColumnFacts, parameterSql, toParameter } from './column-kind.ts';
import { quoteName } from './quote-name.ts';

/** A condition with its parameters. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
}

/**
 * The rows of a key range, as a condition that the server answers from the primary key. A bound of several columns is written
 * out, because the comparison of lists is not:
 *     after (7, "b")  ->  a >= 7 AND (a > 7 OR (a = 7 AND b > "b"))
 */
export function rangeCondition(range: KeyRange, key: readonly ColumnFacts[]): Condition {
  const parts: Condition[] = [];
  if (range.after !== undefined) parts.push(bound(range.after, key, '>'));
  if (range.through !== undefined) parts.push(bound(range.through, key, '<='));
  if (parts.length === 0) return { sql: 'TRUE', parameters: [] };
  return { sql: parts.map(({ sql }) => sql).join(' AND '), parameters: parts.flatMap(({ parameters }) => parameters) };
}

function bound(values: readonly LegacyValue[], key: readonly ColumnFacts[], comparison: '>' | '<='): Condition {
  invariant(values.length > 0 && values.length <= key.length, 'a bound has values of the first columns of the key');
  const strict = comparison === '>' ? '>' : '<';
  const alternatives: string[] = [];
  const parameters: (string | null)[] = [];
  for (let i = 0; i < values.length; i++) {
    const isLast = i === values.length - 1;
    const equals = compare(key, values, { from: 0, to: i, by: '=' });
    const differs = compare(key, values, { from: i, to: i + 1, by: isLast ? comparison : strict });
    alternatives.push(`(${[...equals.sql, ...differs.sql].join(' AND ')})`);
    parameters.push(...equals.parameters, ...differs.parameters);
  }
  const outer = compare(key, values, { from: 0, to: 1, by: comparison === '>' ? '>=' : '<=' });
  return {
    sql: `${outer.sql.join('')} AND (${alternatives.join(' OR ')})`,
    parameters: [...outer.parameters, ...parameters],
  };
}

interface Comparison {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

function compare(key: readonly ColumnFacts[], values: readonly LegacyValue[], { from, to, by }: Comparison) {
  const columns = key.slice(from, to);
  return {
    sql: columns.map((column) => `${quoteName(column.name)} ${by} ${parameterSql(column)}`),
    parameters: values.slice(from, to).map(toParameter),
  };
}
