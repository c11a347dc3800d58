import { Failure } from '@actionbase/core/failure';
import type { LegacyPosition, LegacyValue } from '@actionbase/ports/legacy';
import { migrateFailures } from '../failures.ts';

/** How far a copy has come: what its checkpoint says. */
export interface CopyState {
  readonly table: string;
  /** The end of the old log before the first row was read: the follower begins here. */
  readonly from: LegacyPosition;
  /** The key of the last row that is in the new table; null before the first. */
  readonly after: readonly LegacyValue[] | null;
  readonly rows: number;
  /** The position of the last chunk: behind it, the follower alone decides. */
  readonly through: LegacyPosition;
  readonly isDone: boolean;
}

/**
 * The text of a state. Integers are kept as objects, since JSON numbers may not be exact:
 *     {"table":"wish","from":"0-1-7","after":[{"integer":"42"},"sku-a"],"rows":1,"through":"0-1-9","isDone":false}
 */
export function printCopyState(state: CopyState): string {
  const replacer = (_: string, value: unknown) => (typeof value === 'bigint' ? { integer: String(value) } : value);
  return JSON.stringify(state, replacer);
}

/** Failure `migration-unfit` for the state of another table. */
export function parseCopyState(text: string, table: string): CopyState {
  const found = JSON.parse(text, (_, value) => (isInteger(value) ? BigInt(value.integer) : value)) as CopyState;
  if (found.table === table) return found;
  throw new Failure(
    migrateFailures['migration-unfit'],
    `the checkpoint of the copy is of the table ${found.table}, not of ${table}: give each migration a folder of its own`,
  );
}

function isInteger(value: unknown): value is { readonly integer: string } {
  return typeof value === 'object' && value !== null && 'integer' in value && typeof value.integer === 'string';
}
