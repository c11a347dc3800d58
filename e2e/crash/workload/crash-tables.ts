import { compileTable } from '@actionbase/core/model/compile-table';
import type { TableSchema } from '@actionbase/core/model/schema';
import { type Table, tableId } from '@actionbase/core/model/table';
import { orderSchema, wishSchema } from '@actionbase/engine/testing/wish-tables';

export const DATABASE = 'crash';

/** A table that the clients write to, and how. */
export interface CrashTable {
  readonly schema: TableSchema;
  readonly mode: 'SYNC' | 'ASYNC';
  /** The calls that write to it. */
  readonly calls: 'v3' | 'v2';
}

/** Unique edges, multi edges, asynchronous ones, and some that are written by the calls of v2. */
export const CRASH_TABLES = {
  wish: { schema: wishSchema, mode: 'SYNC', calls: 'v3' },
  orders: { schema: orderSchema, mode: 'SYNC', calls: 'v3' },
  later: { schema: wishSchema, mode: 'ASYNC', calls: 'v3' },
  likes: { schema: wishSchema, mode: 'SYNC', calls: 'v2' },
} as const satisfies Record<string, CrashTable>;

export type CrashTableName = keyof typeof CRASH_TABLES;

/** The table as the reducer knows it. */
export function compileCrashTable(name: CrashTableName): Table {
  const { schema, mode } = CRASH_TABLES[name];
  return compileTable({
    id: tableId(1),
    database: DATABASE,
    table: name,
    schema,
    schemaRevision: 1,
    mode,
    layout: 'INDEXED',
    event: false,
    readOnly: false,
    storage: `datastore://crash/${name}`,
    active: true,
    comment: '',
    revision: 1,
    createdAt: 0,
    createdBy: '',
    updatedAt: 0,
    updatedBy: '',
  });
}
