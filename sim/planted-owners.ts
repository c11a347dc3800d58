import { Failure } from '@actionbase/core/failure';
import { forwardingDisk } from '@actionbase/ports/contracts/broken/forwarding-disk';
import { ForwardingStore } from '@actionbase/ports/contracts/broken/forwarding-store';
import type { Disk } from '@actionbase/ports/disk';
import type { Wrappers } from './database.ts';
import type { SimProcess } from './sim-process.ts';

/** A mistake that somebody could make, as a wrapper around a port, and the law that it breaks. */
export interface PlantedMistake {
  readonly name: string;
  readonly breaks: string;
  readonly wrappers: Wrappers;
}

/** How much later an owner that comes late takes the place of the one before, milliseconds. */
const LATE_MS = 60;

/** Mistakes with owners of a log that were replaced. */
export const OWNER_MISTAKES: readonly PlantedMistake[] = [
  {
    name: 'term-is-not-checked',
    breaks: 'G9, L1: who was replaced acknowledges what its successor has not found',
    wrappers: { wrapDisk: believing },
  },
  {
    name: 'fence-comes-late',
    breaks: 'G9, S8, L1: the end of the log is read before the owner that still writes is kept from acknowledging',
    wrappers: { wrapDisk: fencingLate, wrapStore: (store) => new UnclaimedStore(store) },
  },
  {
    name: 'store-takes-everybody',
    breaks: 'S8: who was replaced writes rows into the store of its successor',
    wrappers: { wrapStore: (store) => new UnclaimedStore(store) },
  },
  {
    name: 'older-segment-wins',
    breaks: 'G10: of two segments that begin with one frame, the one of the replaced owner is read',
    wrappers: { wrapDisk: hidingSuccessors },
  },
];

/** Takes a term for its own although its file is gone. */
function believing(disk: Disk): Disk {
  return {
    ...forwardingDisk(disk),
    open: async (path, options) => {
      try {
        return await disk.open(path, options);
      } catch (error) {
        const isGone = error instanceof Failure && error.details.cause === 'ENOENT' && path.endsWith('.term');
        if (!isGone || options.create !== false) throw error;
        return disk.open('log/log.meta', options);
      }
    },
  };
}

/** Removes the files of earlier terms some time after it was asked to. */
function fencingLate(disk: Disk, process: SimProcess): Disk {
  return {
    ...forwardingDisk(disk),
    remove: async (path) => {
      if (!path.endsWith('.term')) return disk.remove(path);
      void process.sleep(LATE_MS).then(() => disk.remove(path).catch(() => undefined));
    },
  };
}

class UnclaimedStore extends ForwardingStore {
  override async claim(): Promise<void> {}
}

/** Shows of the segments that begin with one frame only the oldest. */
function hidingSuccessors(disk: Disk): Disk {
  return {
    ...forwardingDisk(disk),
    list: async (directory) => {
      const seen = new Set<string>();
      return (await disk.list(directory)).filter((name) => {
        const base = /^(\d{20})\.\d{10}\.log$/.exec(name)?.[1];
        const isShown = base === undefined || !seen.has(base);
        if (base !== undefined) seen.add(base);
        return isShown;
      });
    },
  };
}
