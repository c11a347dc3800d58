import type { LegacyColumn, LegacyValue } from '@actionbase/ports/legacy';
import { refused } from './mysql-failure.ts';

export type ColumnKind = LegacyColumn['kind'];

/** What is known of a column, for statements. */
export interface ColumnFacts extends LegacyColumn {
  /** Undefined for columns that are no text. */
  readonly collation: string | undefined;
}

const KINDS: Readonly<Record<string, ColumnKind>> = {
  ...kinds('integer', 'tinyint smallint mediumint int bigint year bit'),
  ...kinds('decimal', 'decimal'),
  ...kinds('float', 'float double'),
  ...kinds('text', 'char varchar tinytext text mediumtext longtext enum set json'),
  ...kinds('time', 'date datetime timestamp time'),
  ...kinds('binary', 'binary varbinary tinyblob blob mediumblob longblob'),
};

function kinds(kind: ColumnKind, types: string): Record<string, ColumnKind> {
  return Object.fromEntries(types.split(' ').map((type) => [type, kind]));
}

/** The kind of a column by its type, as `information_schema` and the log's own description of tables print it. */
export function kindOfType(type: string): ColumnKind | undefined {
  return KINDS[wordOf(type)];
}

/** Whether texts of this type are compared, and ordered, as texts. */
export function isOrderedType(type: string): boolean {
  const word = wordOf(type);
  return word !== 'enum' && word !== 'set' && word !== 'bit' && kindOfType(type) !== 'float';
}

function wordOf(type: string): string {
  return /^[a-z]+/.exec(type.toLowerCase())?.[0] ?? '';
}

/** A value as the driver or the log gives it. */
export function toLegacyValue(
  value: unknown,
  column: { readonly name: string; readonly kind: ColumnKind },
): LegacyValue {
  if (value === null) return null;
  switch (column.kind) {
    case 'integer':
      if (typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint') return BigInt(value);
      if (value instanceof Uint8Array) return BigInt(`0x${Buffer.from(value).toString('hex') || '0'}`);
      break;
    case 'float':
      if (typeof value === 'number') return value;
      break;
    case 'binary':
      if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
      break;
    case 'text':
      // The log has no text for the empty value that stands for a wrong one of an ENUM.
      if (value === undefined) return '';
      if (typeof value === 'string') return value;
      break;
    case 'decimal':
    case 'time':
      if (typeof value === 'string') return value;
  }
  throw refused(
    `column ${column.name}: the driver gave ${typeof value}, which can't be a value of the kind ${column.kind}`,
  );
}

/** How a statement takes a value of the column, so that keys are compared exactly: a text that is compared with a number is not. */
export function parameterSql(column: LegacyColumn): string {
  if (column.kind === 'binary') return 'UNHEX(?)';
  if (column.kind === 'integer') return `CAST(? AS ${isUnsigned(column) ? 'UNSIGNED' : 'SIGNED'})`;
  const digits = column.kind === 'decimal' ? /\((\d+),(\d+)\)/.exec(column.type) : null;
  return digits === null ? '?' : `CAST(? AS DECIMAL(${digits[1]},${digits[2]}))`;
}

/** A value as statements are given it. */
export function toParameter(value: LegacyValue): string | null {
  return value === null ? null : String(value);
}

/** An SQL expression for the text of a column's value, as `toLegacyValue` gives it. */
export function textSql(column: LegacyColumn, name: string): string {
  switch (column.kind) {
    case 'integer':
      return `CAST(CAST(${name} AS ${isUnsigned(column) ? 'UNSIGNED' : 'SIGNED'}) AS CHAR)`;
    case 'decimal':
    case 'time':
      return `CAST(${name} AS CHAR)`;
    case 'text':
      return `CONVERT(${name} USING utf8mb4)`;
    case 'binary':
      return `LOWER(HEX(${name}))`;
    case 'float':
      throw refused(
        `column ${column.name} is a floating number, whose text is not the same everywhere: make it a DECIMAL`,
      );
  }
}

function isUnsigned({ type }: LegacyColumn): boolean {
  return /unsigned|^bit|^year/i.test(type);
}
