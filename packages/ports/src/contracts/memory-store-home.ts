import { invariant } from '@actionbase/core/failure';
import { MemoryStore } from '../memory/memory-store.ts';
import type { StoreHome } from './store-home.ts';

/** A home of memory stores; after a crash the store holds what `keptWrites` says of the changes that were not flushed. */
export async function makeMemoryStoreHome(keptWrites: (unflushed: number) => number): Promise<StoreHome> {
  let current: MemoryStore | undefined;
  return {
    atomicity: 'batch',
    async open() {
      current = current === undefined ? new MemoryStore() : current.reopen();
      return current;
    },
    async beside() {
      invariant(current !== undefined, 'a store is opened beside one that is open');
      return current.beside();
    },
    async crash(store) {
      invariant(current !== undefined && store === current, 'the store that crashes is the one that was opened last');
      current = current.crash(keptWrites(current.unflushedWrites));
      return current;
    },
    async [Symbol.asyncDispose]() {},
  };
}
