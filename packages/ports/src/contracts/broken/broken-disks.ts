import type { Disk, DiskFile } from '../../disk.ts';
import type { DiskHome } from '../disk.ts';
import type { MakeHome } from '../law.ts';
import { forwardingDisk, forwardingFile } from './forwarding-disk.ts';

/** One way to break a law of `Disk`, which the law's sentences must notice. */
export interface BrokenDisk {
  readonly law: 'D1' | 'D2' | 'D3' | 'D4' | 'D5' | 'D6';
  readonly mistake: string;
  wrap(inner: Disk): Disk;
}

/** A home whose disks are all wrapped. */
export async function makeBrokenDiskHome(make: MakeHome<DiskHome>, broken: BrokenDisk): Promise<DiskHome> {
  const home = await make();
  return {
    disk: broken.wrap(home.disk),
    directory: home.directory,
    losesUnsynced: home.losesUnsynced,
    crash: async (disk, seed) => broken.wrap(await home.crash(disk, seed)),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

export const brokenDisks: readonly BrokenDisk[] = [
  {
    law: 'D1',
    mistake: 'answers a sync at once',
    wrap: (inner) => withFiles(inner, (file) => ({ ...forwardingFile(file), sync: async () => undefined })),
  },
  {
    law: 'D1',
    mistake: 'syncs bytes but not a length that was cut',
    wrap: (inner) => withFiles(inner, cutsLate),
  },
  {
    law: 'D2',
    mistake: 'does not sync directories',
    wrap: (inner) => ({ ...forwardingDisk(inner), syncDirectory: async () => undefined }),
  },
  {
    law: 'D3',
    mistake: 'writes whole pages, through an emptied file',
    wrap: (inner) => withFiles(inner, rewritesEverything),
  },
  {
    law: 'D4',
    mistake: 'gives the lock to everybody',
    wrap: (inner) => ({
      ...forwardingDisk(inner),
      lock: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
    }),
  },
  {
    law: 'D5',
    mistake: 'reads one byte short of the end',
    wrap: (inner) =>
      withFiles(inner, (file) => ({
        ...forwardingFile(file),
        read: async (offset, length) => {
          const bytes = await file.read(offset, length);
          return bytes.length < length ? bytes.subarray(0, -1) : bytes;
        },
      })),
  },
  {
    law: 'D6',
    mistake: 'opens what is there as if it were new',
    wrap: (inner) => ({
      ...forwardingDisk(inner),
      open: (path, options) => inner.open(path, { create: options.create !== false }),
    }),
  },
];

/** Cuts a file only when it is written or made longer the next time. */
function cutsLate(file: DiskFile): DiskFile {
  let wantedBytes: number | undefined;
  return {
    ...forwardingFile(file),
    sizeBytes: async () => wantedBytes ?? (await file.sizeBytes()),
    truncate: async (sizeBytes) => {
      const before = wantedBytes ?? (await file.sizeBytes());
      wantedBytes = sizeBytes < before ? sizeBytes : undefined;
      if (sizeBytes >= before) await file.truncate(sizeBytes);
    },
  };
}

/** Empties the file and writes all of it again, with the change in it. */
function rewritesEverything(file: DiskFile): DiskFile {
  return {
    ...forwardingFile(file),
    write: async (offset, bytes) => {
      const before = await file.read(0, await file.sizeBytes());
      await file.truncate(0);
      await file.write(0, before);
      await file.write(offset, bytes);
    },
  };
}

function withFiles(inner: Disk, wrap: (file: DiskFile) => DiskFile): Disk {
  return { ...forwardingDisk(inner), open: async (path, options) => wrap(await inner.open(path, options)) };
}
