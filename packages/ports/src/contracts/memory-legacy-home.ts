import { MemoryLegacy, memoryColumns } from '../memory/memory-legacy.ts';
import { MemoryLegacySource } from '../memory/memory-legacy-source.ts';
import { MemoryLegacyStore } from '../memory/memory-legacy-store.ts';
import { type AppChange, LEGACY_COLUMNS, LEGACY_KEY, LEGACY_TABLE, type LegacyHome } from './legacy-home.ts';

/** A home of sources and stores in memory. */
export async function makeMemoryLegacyHome(): Promise<LegacyHome> {
  const legacy = new MemoryLegacy();
  const columns = memoryColumns(LEGACY_COLUMNS);
  legacy.createTable(LEGACY_TABLE, { columns, primaryKey: LEGACY_KEY });
  legacy.createTable('other', { columns: memoryColumns({ id: 'integer' }), primaryKey: ['id'] });
  const stores = new Set<MemoryLegacyStore>();
  const transact = (changes: readonly AppChange[], end: () => void) => {
    legacy.transact((writer) => {
      for (const change of changes) {
        if (change.kind === 'put') writer.put(LEGACY_TABLE, change.row);
        else if (change.kind === 'delete') writer.delete(LEGACY_TABLE, change.key);
        else writer.update(LEGACY_TABLE, change.key, change.values);
      }
      end();
    });
  };
  return {
    source: new MemoryLegacySource(legacy),
    async openStore() {
      const store = new MemoryLegacyStore(legacy);
      stores.add(store);
      return store;
    },
    async crash(store) {
      if (store instanceof MemoryLegacyStore) store.crash();
    },
    async transact(changes) {
      transact(changes, () => {});
    },
    async rollBack(changes) {
      const taken = new Error('taken back');
      try {
        transact(changes, () => {
          throw taken;
        });
      } catch (error) {
        if (error !== taken) throw error;
      }
    },
    async touchOther() {
      legacy.transact((writer) => writer.put('other', { id: 1n }));
    },
    async alter() {
      legacy.alterTable(LEGACY_TABLE, [...columns, ...memoryColumns({ extra: 'integer?' })]);
    },
    async purge() {
      legacy.purgeLog();
    },
    async [Symbol.asyncDispose]() {
      for (const store of stores) store.crash();
    },
  };
}
