import { Failure } from '@actionbase/core/failure';
import { portFailures } from '../failures.ts';
import type { KeyRange, LegacyColumn, LegacyRow, LegacyValue } from '../legacy.ts';

interface StoredRow {
  readonly key: readonly LegacyValue[];
  readonly row: LegacyRow;
}

/** What a memory table is made with. */
export interface MemoryTableDefinition {
  readonly columns: readonly LegacyColumn[];
  readonly primaryKey: readonly string[];
}

/** Rows in the order of their primary key. */
export class MemoryLegacyTable {
  readonly name: string;
  readonly primaryKey: readonly string[];
  columns: readonly LegacyColumn[];
  readonly #rows: StoredRow[] = [];

  constructor(name: string, { columns, primaryKey }: MemoryTableDefinition) {
    this.name = name;
    this.columns = columns;
    this.primaryKey = primaryKey;
  }

  get size(): number {
    return this.#rows.length;
  }

  keyOf(row: LegacyRow): readonly LegacyValue[] {
    return this.primaryKey.map((name) => row[name] ?? null);
  }

  get(key: readonly LegacyValue[]): LegacyRow | undefined {
    const { index, isThere } = this.#find(key);
    return isThere ? this.#rows[index]?.row : undefined;
  }

  /** Throws `legacy-refused` for a row that its columns don't take; gives the row that it replaced. */
  put(row: LegacyRow): { readonly before: LegacyRow | undefined; readonly after: LegacyRow } {
    const after = this.#checked(row);
    const key = this.keyOf(after);
    const { index, isThere } = this.#find(key);
    const before = isThere ? this.#rows[index]?.row : undefined;
    this.#rows.splice(index, isThere ? 1 : 0, { key, row: after });
    return { before, after };
  }

  delete(key: readonly LegacyValue[]): LegacyRow | undefined {
    const { index, isThere } = this.#find(key);
    return isThere ? this.#rows.splice(index, 1)[0]?.row : undefined;
  }

  /** Rows of a range in order, at most `rowsMax`. */
  read({ after, through }: KeyRange, rowsMax: number): LegacyRow[] {
    const rows: LegacyRow[] = [];
    for (let i = after === undefined ? 0 : this.#behind(after); i < this.#rows.length && rows.length < rowsMax; i++) {
      const stored = this.#rows[i];
      if (stored === undefined || (through !== undefined && comparePrefix(stored.key, through) > 0)) break;
      rows.push(stored.row);
    }
    return rows;
  }

  /** The index of the first row behind all keys that begin with these values. */
  #behind(prefix: readonly LegacyValue[]): number {
    return this.#search((key) => comparePrefix(key, prefix) <= 0);
  }

  #find(key: readonly LegacyValue[]): { readonly index: number; readonly isThere: boolean } {
    const index = this.#search((other) => comparePrefix(other, key) < 0);
    const found = this.#rows[index];
    return { index, isThere: found !== undefined && comparePrefix(found.key, key) === 0 };
  }

  #search(isBefore: (key: readonly LegacyValue[]) => boolean): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(this.#rows[middle]?.key ?? [])) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #checked(row: LegacyRow): LegacyRow {
    for (const name of Object.keys(row)) {
      if (!this.columns.some((column) => column.name === name))
        throw refused(`table ${this.name} has no column ${name}`);
    }
    const entries = this.columns.map((column) => [column.name, checkValue(column, row[column.name] ?? null)]);
    return Object.fromEntries(entries);
  }
}

const TEXTS: Partial<Record<LegacyColumn['kind'], RegExp>> = {
  decimal: /^-?\d+(\.\d+)?$/,
  time: /^[\d:. -]+$/,
  binary: /^([\da-f]{2})*$/,
};

function checkValue(column: LegacyColumn, value: LegacyValue): LegacyValue {
  if (value === null && column.nullable) return null;
  const type = column.kind === 'integer' ? 'bigint' : column.kind === 'float' ? 'number' : 'string';
  const isFit = typeof value === type && (TEXTS[column.kind]?.test(String(value)) ?? true);
  if (isFit) return value;
  throw refused(`column ${column.name}: ${String(value)} should be of the kind ${column.kind}`);
}

/** Compares a key with the first values of keys: 0 for each that begins with them. */
function comparePrefix(key: readonly LegacyValue[], prefix: readonly LegacyValue[]): number {
  for (let i = 0; i < prefix.length; i++) {
    const order = compareValues(key[i] ?? null, prefix[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(a: LegacyValue, b: LegacyValue): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By code points, as the binary collation of UTF-8 compares; JavaScript's own order is that of UTF-16 units. */
function compareTexts(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return rankOfUnit(a.charCodeAt(i)) - rankOfUnit(b.charCodeAt(i));
  }
  return a.length - b.length;
}

/** Halves of surrogate pairs stand for code points above all single units. */
function rankOfUnit(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

function refused(message: string): Failure {
  return new Failure(portFailures['legacy-refused'], message);
}
