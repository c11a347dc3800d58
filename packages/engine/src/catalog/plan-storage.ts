import type { StorageDefinition } from '@actionbase/core/model/catalog';
import { isBuiltInStorage } from './built-in-storages.ts';
import type { Catalog } from './catalog.ts';
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

export function createStorage(catalog: Catalog, change: Change<'create-storage'>, facts: ChangeFacts): CatalogPlan {
  if (catalog.storages.has(change.storage)) return exists('storage', change.storage);
  const { kind: _, ...parts } = change;
  return putStorage(catalog, { ...parts, active: true, ...created(facts.stamp) });
}

export function updateStorage(catalog: Catalog, change: Change<'update-storage'>, facts: ChangeFacts): CatalogPlan {
  const before = catalog.storages.get(change.storage);
  if (before === undefined) return notFound('storage', change.storage);
  if (isBuiltInStorage(change.storage)) return ddlRefused('update', 'built-in storage never changes', fullName(change));
  if (change.active === false && isNamed(catalog, change.storage)) {
    return ddlRefused('update', 'entity cannot be deactivated', fullName(change));
  }
  return putStorage(catalog, {
    ...before,
    type: change.type ?? before.type,
    conf: change.conf ?? before.conf,
    active: change.active ?? before.active,
    comment: change.comment ?? before.comment,
    ...updated(before, facts.stamp),
  });
}

export function deleteStorage(catalog: Catalog, change: Change<'delete-storage'>): CatalogPlan {
  const before = catalog.storages.get(change.storage);
  if (before === undefined) return { kind: 'unchanged' };
  if (before.active) return ddlRefused('create', 'entity not deactivate', fullName(change));
  const storages = new Map(catalog.storages);
  storages.delete(change.storage);
  return changed({ ...catalog, storages }, null, [{ key: `storage/${change.storage}`, value: null }]);
}

/** Whether a table may lie in a storage: a URI is taken as it is, a name must be that of an active storage. */
export function isUsableStorage(catalog: Catalog, storage: string): boolean {
  return storage.includes('://') || (catalog.storages.get(storage)?.active ?? false);
}

function isNamed(catalog: Catalog, storage: string): boolean {
  return [...catalog.tables.values()].some(({ definition }) => definition.active && definition.storage === storage);
}

function fullName({ storage }: { readonly storage: string }): string {
  return `origin.${storage}`;
}

function putStorage(catalog: Catalog, definition: StorageDefinition): CatalogPlan {
  const storages = new Map(catalog.storages).set(definition.storage, definition);
  return changed({ ...catalog, storages }, { kind: 'storage', definition }, [
    { key: `storage/${definition.storage}`, value: definition },
  ]);
}
