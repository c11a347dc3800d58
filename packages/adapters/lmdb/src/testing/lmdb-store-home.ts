import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreHome } from '@actionbase/ports/contracts/store-home';
import { LmdbStore } from '../lmdb-store.ts';

/**
 * A home of LMDB stores in a temporary folder. A crash leaves the file as the operating system holds it at that moment,
 * which is what the end of a process leaves; power cuts are in `power-cut/`.
 */
export async function makeLmdbStoreHome(): Promise<StoreHome> {
  const root = await mkdtemp(join(tmpdir(), 'lmdb-store-'));
  let generation = 0;
  const directory = () => join(root, String(generation));
  return {
    atomicity: 'batch',
    open: () => LmdbStore.open({ directory: directory() }),
    beside: () => LmdbStore.open({ directory: directory() }),
    async crash(store) {
      const from = join(directory(), 'data.mdb');
      generation += 1;
      await mkdir(directory());
      await copyFile(from, join(directory(), 'data.mdb'));
      await store[Symbol.asyncDispose]();
      return await LmdbStore.open({ directory: directory() });
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true });
    },
  };
}
