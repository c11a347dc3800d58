import { BUCKETS } from '@actionbase/core/digest/row-digest';
import type { DigestField, DigestRequest, VersionMin } from '@actionbase/ports/legacy';
import { type ColumnFacts, textSql } from './column-kind.ts';
import { refused } from './mysql-failure.ts';
import { quoteName } from './quote-name.ts';

/**
 * One statement that digests a whole table: a line per bucket that has rows, with `bucket`, `row_count` and `digest`, the sum of
 * the rows' hashes modulo 2^64. The sums are decimals of 65 digits, which 10^45 rows would not fill.
 */
export function digestSql(
  { table, fields, versionMin }: DigestRequest,
  columns: ReadonlyMap<string, ColumnFacts>,
): string {
  const texts = fields.map((field) => fieldSql(field, columns));
  const [source] = texts;
  if (source === undefined) throw refused('a digest has at least one field');
  const row = `CONCAT(${texts.map((text) => `IF(${text} IS NULL, '-', CONCAT(LENGTH(${text}), ':', ${text}))`).join(', ')})`;
  const hash = `CAST(CONV(LEFT(MD5(${row}), 16), 16, 10) AS UNSIGNED)`;
  return (
    `SELECT ${bucketSql(source)} AS bucket, COUNT(*) AS row_count, ` +
    `MOD(SUM(${hash}), 18446744073709551616) AS digest FROM ${quoteName(table)} ` +
    `WHERE ${countedSql(versionMin, columns)} GROUP BY bucket`
  );
}

/** The bucket of a row, by the text of its source. */
export function bucketSql(sourceText: string): string {
  return `CRC32(${sourceText}) MOD ${BUCKETS}`;
}

/** Whether a row counts, as a condition. */
export function countedSql(versionMin: VersionMin | undefined, columns: ReadonlyMap<string, ColumnFacts>): string {
  if (versionMin === undefined) return 'TRUE';
  const { column: name, value } = versionMin;
  if (columns.get(name)?.kind !== 'integer') throw refused(`column ${name} is no integer, as that of versions is`);
  return `${quoteName(name)} >= ${value}`;
}

/** The text of a field, as an expression; null for a null. */
export function fieldSql({ column: name, form }: DigestField, columns: ReadonlyMap<string, ColumnFacts>): string {
  const column = columns.get(name);
  if (column === undefined) throw refused(`there is no column ${name}`);
  const quoted = quoteName(name);
  if (form === 'plain') return textSql(column, quoted);
  if (form === 'boolean') {
    if (column.kind !== 'integer') throw refused(`column ${name} is no integer, which the form boolean needs`);
    return `IF(${quoted} IS NULL, NULL, IF(${quoted} <> 0, '1', '0'))`;
  }
  if (!/^(date|datetime|timestamp)\b/i.test(column.type)) {
    throw refused(`column ${name} is no DATE, DATETIME or TIMESTAMP, one of which the form milliseconds needs`);
  }
  return `CAST(FLOOR(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', ${quoted}) / 1000) AS CHAR)`;
}
