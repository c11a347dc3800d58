import { MemoryDisk } from '../memory/memory-disk.ts';
import { SeededRandom } from '../memory/seeded-random.ts';
import type { DiskHome } from './disk.ts';

/** A memory disk whose crashes cut the power. */
export async function makeMemoryDiskHome(): Promise<DiskHome> {
  const disk = new MemoryDisk();
  await disk.makeDirectory('/home');
  let current = disk;
  return {
    disk,
    directory: '/home',
    losesUnsynced: true,
    async crash(_disk, seed) {
      current = current.crash(new SeededRandom(seed));
      return current;
    },
    async [Symbol.asyncDispose]() {},
  };
}
