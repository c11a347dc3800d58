import { unreachable } from '@actionbase/core/failure';
import type { CatalogChange, CatalogEntity } from '@actionbase/core/model/catalog';
import type { Catalog } from './catalog.ts';

/** The entity that a change names, as this catalog has it; null when it has none. */
export function changedEntity(catalog: Catalog, change: CatalogChange): CatalogEntity | null {
  switch (change.kind) {
    case 'create-database':
    case 'update-database':
    case 'delete-database': {
      const definition = catalog.databases.get(change.database);
      return definition === undefined ? null : { kind: 'database', definition };
    }
    case 'create-table':
    case 'update-table':
    case 'delete-table': {
      const definition = catalog.tables.get(`${change.database}.${change.table}`)?.definition;
      return definition === undefined ? null : { kind: 'table', definition };
    }
    case 'create-alias':
    case 'update-alias':
    case 'delete-alias': {
      const definition = catalog.aliases.get(`${change.database}.${change.alias}`);
      return definition === undefined ? null : { kind: 'alias', definition };
    }
    case 'create-query':
    case 'update-query': {
      const definition = catalog.queries.get(`${change.database}.${change.query}`);
      return definition === undefined ? null : { kind: 'query', definition };
    }
    case 'create-storage':
    case 'update-storage':
    case 'delete-storage': {
      const definition = catalog.storages.get(change.storage);
      return definition === undefined ? null : { kind: 'storage', definition };
    }
    default:
      return unreachable(change);
  }
}
