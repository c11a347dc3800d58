import type { LegacyRow, LegacySource, LegacyStore, LegacyValue } from '../legacy.ts';

/** What an application, which knows nothing of any migration, does to rows of the table. */
export type AppChange =
  | { readonly kind: 'put'; readonly row: LegacyRow }
  | { readonly kind: 'delete'; readonly key: LegacyRow }
  | { readonly kind: 'update'; readonly key: LegacyRow; readonly values: LegacyRow };

/** An old database with one empty table of `LEGACY_COLUMNS`. Disposing it removes everything. */
export interface LegacyHome extends AsyncDisposable {
  readonly source: LegacySource;
  /** Opens a store as another process would: several are open at once. */
  openStore(): Promise<LegacyStore>;
  /** Ends a store as the death of its process would. */
  crash(store: LegacyStore): Promise<void>;
  transact(changes: readonly AppChange[]): Promise<void>;
  /** Does the same, then takes it back. */
  rollBack(changes: readonly AppChange[]): Promise<void>;
  /** A transaction that touches another table only. */
  touchOther(): Promise<void>;
  /** Gives the table another column. */
  alter(): Promise<void>;
  /** Forgets the change log up to now. */
  purge(): Promise<void>;
}

export const LEGACY_TABLE = 'contract_wish';
export const LEGACY_MIGRATION = 'contract';

/** Columns by kind; "?" allows null. `big` is unsigned, `raw` up to eight bytes, `price` has two decimals, `at` milliseconds. */
export const LEGACY_COLUMNS = {
  user_id: 'integer',
  sku: 'text',
  note: 'text?',
  price: 'decimal?',
  at: 'time?',
  flag: 'integer?',
  big: 'integer?',
  raw: 'binary?',
  version: 'integer',
} as const;

export const LEGACY_KEY = ['user_id', 'sku'] as const;
export const LEGACY_COLUMN_NAMES: readonly string[] = Object.keys(LEGACY_COLUMNS);

/** A row of the table; what is not said is null. */
export function aRow(row: { readonly user_id: bigint; readonly sku: string } & Partial<LegacyRow>): LegacyRow {
  const nulls = Object.fromEntries(LEGACY_COLUMN_NAMES.map((name): [string, LegacyValue] => [name, null]));
  return { ...nulls, version: 1n, ...definedOf(row) };
}

function definedOf(row: Partial<LegacyRow>): LegacyRow {
  const defined: Record<string, LegacyValue> = {};
  for (const [name, value] of Object.entries(row)) if (value !== undefined) defined[name] = value;
  return defined;
}

/** The key of a row, and its text. */
export function keyOf({ user_id = null, sku = null }: LegacyRow): LegacyRow {
  return { user_id, sku };
}

export function printKey(row: LegacyRow): string {
  return `${String(row.user_id)} ${String(row.sku)}`;
}
