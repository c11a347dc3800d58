import type { CatalogChange } from '@actionbase/core/model/catalog';
import type { Table } from '@actionbase/core/model/table';
import type { StoreReader } from '@actionbase/ports/store';
import type { Catalog } from '../catalog/catalog.ts';

/** The table whose schema or layout a change would replace. */
export function changedTable(catalog: Catalog, change: CatalogChange): { table: Table } | undefined {
  if (change.kind !== 'update-table') return undefined;
  if (change.schema === undefined && change.layout === undefined) return undefined;
  return catalog.tables.get(`${change.database}.${change.table}`);
}

/** Whether a table holds any row, an inactive edge's state included. */
export async function spaceHasRows(reader: StoreReader, space: number): Promise<boolean> {
  const page = await reader.scan({ space, limit: 1 });
  return page.rows.length > 0;
}
