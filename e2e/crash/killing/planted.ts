import { override } from '@actionbase/engine/testing/override';
import type { Disk } from '@actionbase/ports/disk';
import type { Log } from '@actionbase/ports/log';
import type { FrameWrite, Store } from '@actionbase/ports/store';

/** A mistake that a database could have, and that only a crash brings to light. */
export interface Planted {
  readonly says: string;
  readonly disk?: (disk: Disk) => Disk;
  readonly log?: (log: Log) => Log;
  readonly store?: (store: Store) => Store;
}

/** Rows that a mistake keeps apart are written as those of a partition that nobody reads. */
const ELSEWHERE = 1;

/** The mistakes that the crash runs must find: `npm run crash -- --planted`. */
export const PLANTED = {
  'answer-before-log': {
    says: 'A mutation takes effect and is answered before its frame is in the log.',
    log: (log: Log) => {
      let last: Promise<unknown> = Promise.resolve();
      let next = log.bounds(0).end;
      const appending = override(log, 'append', async (partition, entries) => {
        last = last.then(() => log.append(partition, entries));
        const { epoch, lastStampMs } = log.bounds(partition);
        const stampMs = Math.max(Date.now(), lastStampMs + 1);
        return { epoch, offset: next++, stampMs, firstEntry: 0, entryCount: entries.length };
      });
      return override(appending, 'read', async (...range) => {
        await last;
        return log.read(...range);
      });
    },
  },
  'position-before-rows': {
    says: 'The position is stored in one transaction, the rows in the next one.',
    store: (store: Store) =>
      override(store, 'write', async (partition, frames) => {
        await store.write(partition, frames.map(withoutRows));
        await store.write(ELSEWHERE, frames.map(rowsOnly));
      }),
  },
  'rows-before-position': {
    says: 'The rows are stored in one transaction, the position and the feed in the next one.',
    store: (store: Store) =>
      override(store, 'write', async (partition, frames) => {
        await store.write(ELSEWHERE, frames.map(rowsOnly));
        await store.write(partition, frames.map(withoutRows));
      }),
  },
  'inbox-forgotten': {
    says: 'What the queue has appended again is not remembered beyond a restart.',
    store: (store: Store) =>
      override(store, 'write', (partition, frames) =>
        store.write(
          partition,
          frames.map((frame) => ({ ...frame, inbox: [] })),
        ),
      ),
  },
  'meta-without-draft': {
    says: 'log.meta has its name before its text is written.',
    disk: (disk: Disk) => {
      const named = (path: string): string => path.replace('log.meta.new', 'log.meta');
      const opening = override(disk, 'open', (path, options) => disk.open(named(path), options));
      return override(opening, 'rename', async (from, to) => {
        if (named(from) !== to) await disk.rename(from, to);
      });
    },
  },
} satisfies Record<string, Planted>;

export type PlantedName = keyof typeof PLANTED;

function withoutRows(frame: FrameWrite): FrameWrite {
  return { ...frame, rows: [] };
}

let lastElsewhere = 0;

/** Of an offset that rises, over restarts too: the same frame may come again. */
function rowsOnly(frame: FrameWrite): FrameWrite {
  lastElsewhere = Math.max(lastElsewhere + 1, Date.now());
  return { ...frame, offset: lastElsewhere, stampMs: lastElsewhere, inbox: [], feed: new Uint8Array(0) };
}
