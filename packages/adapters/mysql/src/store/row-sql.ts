import type { ColumnFacts } from '../column-kind.ts';
import { parameterSql } from '../column-kind.ts';
import type { TableFacts } from '../describe-table.ts';
import { refused } from '../mysql-failure.ts';
import { quoteName } from '../quote-name.ts';

export interface RowShape {
  readonly versionColumn: string;
  readonly valueColumns: readonly string[];
}

/** The statements that write rows of one shape. Parameters: keys, values, version, in the order of the columns. */
export interface RowSql {
  readonly keyColumns: readonly string[];
  readonly valueColumns: readonly string[];
  /** Puts one row under a version above that of the row it replaces; gives `version`. */
  readonly put: string;
  /** Deletes one row; gives its `version`. */
  readonly delete: string;
  /** Puts rows, except over those of higher versions. */
  putMany(count: number): string;
  /** Deletes rows, except those of higher versions. */
  deleteMany(count: number): string;
}

/** Builds the statements from what is known of the table; refuses columns that it has not. */
export function rowSql({ description, columns }: TableFacts, shape: RowShape): RowSql {
  const { table, primaryKey, uniqueKeys } = description;
  const narrower = uniqueKeys.find((key) => !primaryKey.every((name) => key.columns.includes(name)));
  if (narrower !== undefined) {
    throw refused(
      `table ${table} has the unique key ${narrower.name} without its whole primary key, so a row may stand in the way of another`,
    );
  }
  const facts = (name: string) => {
    const column = columns.get(name);
    if (column === undefined) throw refused(`table ${table} has no column ${name}`);
    return column;
  };
  const all = [...primaryKey, ...shape.valueColumns, shape.versionColumn].map(facts);
  const version = quoteName(shape.versionColumn);
  const values = shape.valueColumns.map(quoteName);
  const line = `(${all.map(valueSql).join(', ')})`;
  const into = `INSERT INTO ${quoteName(table)} (${all.map(({ name }) => quoteName(name)).join(', ')}) VALUES`;
  const replaced = values.map((name) => `${name} = VALUES(${name}), `).join('');
  const guarded = values
    .map((name) => `${name} = IF(VALUES(${version}) >= ${version}, VALUES(${name}), ${name}), `)
    .join('');
  const isKey = primaryKey.map((name) => `${quoteName(name)} = ${parameterSql(facts(name))}`).join(' AND ');
  const from = `DELETE FROM ${quoteName(table)} WHERE`;
  return {
    keyColumns: primaryKey,
    valueColumns: shape.valueColumns,
    put:
      `${into} ${line} ON DUPLICATE KEY UPDATE ${replaced}${version} = GREATEST(VALUES(${version}), ${version} + 1) ` +
      `RETURNING ${version} AS version`,
    delete: `${from} ${isKey} RETURNING ${version} AS version`,
    putMany: (count) =>
      `${into} ${repeat(line, count, ', ')} ON DUPLICATE KEY UPDATE ${guarded}${version} = GREATEST(VALUES(${version}), ${version})`,
    deleteMany: (count) => `${from} ${repeat(`(${isKey} AND ${version} <= CAST(? AS SIGNED))`, count, ' OR ')}`,
  };
}

function valueSql({ kind }: ColumnFacts): string {
  return kind === 'binary' ? 'UNHEX(?)' : '?';
}

function repeat(text: string, count: number, separator: string): string {
  return Array.from({ length: count }, () => text).join(separator);
}
