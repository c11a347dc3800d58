import type { QueryDefinition } from '@actionbase/core/model/catalog';
import { type Catalog, isActiveDatabase } from './catalog.ts';
import {
  type CatalogPlan,
  type Change,
  type ChangeFacts,
  changed,
  created,
  ddlRefused,
  exists,
  notFound,
  updated,
} from './catalog-plan.ts';

/** Decides what the creation of a stored query does. Its text is kept as it is: nothing runs it. */
export function createQuery(catalog: Catalog, change: Change<'create-query'>, facts: ChangeFacts): CatalogPlan {
  const fullName = `${change.database}.${change.query}`;
  if (!isActiveDatabase(catalog, change.database)) return ddlRefused('create', 'service not exists', change.database);
  if (catalog.queries.has(fullName)) return exists('query', fullName);
  const { kind: _, ...parts } = change;
  return putQuery(catalog, { ...parts, active: true, ...created(facts.stamp) });
}

export function updateQuery(catalog: Catalog, change: Change<'update-query'>, facts: ChangeFacts): CatalogPlan {
  const fullName = `${change.database}.${change.query}`;
  const before = catalog.queries.get(fullName);
  if (before === undefined) return notFound('query', fullName);
  return putQuery(catalog, {
    ...before,
    text: change.text ?? before.text,
    stats: change.stats ?? before.stats,
    active: change.active ?? before.active,
    comment: change.comment ?? before.comment,
    ...updated(before, facts.stamp),
  });
}

/** Whether an active stored query speaks of a table: one whose text holds "database.table". */
export function isQueried(catalog: Catalog, tableName: string): boolean {
  return [...catalog.queries.values()].some((query) => query.active && query.text.includes(tableName));
}

function putQuery(catalog: Catalog, definition: QueryDefinition): CatalogPlan {
  const fullName = `${definition.database}.${definition.query}`;
  const queries = new Map(catalog.queries).set(fullName, definition);
  return changed({ ...catalog, queries }, { kind: 'query', definition }, [
    { key: `query/${fullName}`, value: definition },
  ]);
}
