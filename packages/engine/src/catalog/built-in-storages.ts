import type { StorageDefinition } from '@actionbase/core/model/catalog';

/**
 * The storages that every server of the reference has, in the order in which it lists them: labels may name them, and
 * tools expect to see them. They are always there and never change.
 */
export const BUILT_IN_STORAGES: readonly StorageDefinition[] = [
  builtIn({ storage: 'local_only_storage', type: 'LOCAL', conf: '{"useGlobal":false}', comment: 'local storage' }),
  builtIn({
    storage: 'local_backed_metastore',
    type: 'LOCAL',
    conf: '{"useGlobal":true}',
    comment: 'Local backed JDBC storage',
  }),
  builtIn({ storage: 'metastore', type: 'JDBC', conf: '{}', comment: 'Metastore storage' }),
];

export function isBuiltInStorage(name: string): boolean {
  return BUILT_IN_STORAGES.some(({ storage }) => storage === name);
}

function builtIn(parts: Pick<StorageDefinition, 'storage' | 'type' | 'conf' | 'comment'>): StorageDefinition {
  const audit = { revision: 1, createdAt: 0, createdBy: 'system', updatedAt: 0, updatedBy: 'system' };
  return { ...parts, active: true, ...audit };
}
