import { Failure } from '@actionbase/core/failure';
import type { TableLayout, TableSchema } from '@actionbase/core/model/schema';
import type { Table } from '@actionbase/core/model/table';
import type { SchemaProblem } from '@actionbase/core/model/validate-schema';
import { engineFailures } from '../failures.ts';
import { type Catalog, resolveTable } from './catalog.ts';

/** Refuses a table of layout HASH to a call that needs more than states. Failure: `not-indexed`. */
export function requireIndexed(table: Table): void {
  if (table.layout !== 'HASH') return;
  const name = `${table.database}.${table.name}`;
  const message = `This Label (${name}, ${table.layout}) is not indexed or not supported for edge mutation`;
  throw new Failure(engineFailures['not-indexed'], message, { table: name, layout: table.layout });
}

/** The active table or alias of a v3 data call. Failures: `unknown-table`, `not-indexed`. */
export function resolveIndexed(catalog: Catalog, database: string, name: string): Table {
  const { table } = resolveTable(catalog, database, name);
  requireIndexed(table);
  return table;
}

/** Why a table of this schema cannot have a layout. */
export function layoutProblems(schema: TableSchema, layout: TableLayout): readonly SchemaProblem[] {
  if (schema.kind === 'multiEdge' && layout !== 'INDEXED') {
    return [{ path: 'layout', message: `a table of multi edges is INDEXED, not ${layout}` }];
  }
  if (layout !== 'HASH' || schema.direction === 'OUT') return [];
  const message = `The hash LabelV0 HASH supports only OUT direction. Input direction: ${schema.direction}`;
  return [{ path: 'direction', message }];
}
