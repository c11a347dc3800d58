import { FileLog } from '@actionbase/adapter-file-log/file-log';
import { Engine } from '@actionbase/engine/engine';
import type { Disk } from '@actionbase/ports/disk';
import type { Log } from '@actionbase/ports/log';
import type { MemoryStore } from '@actionbase/ports/memory/memory-store';
import type { Store } from '@actionbase/ports/store';
import { SimDisk } from './sim-disk.ts';
import type { SimProcess } from './sim-process.ts';
import { SimStore } from './sim-store.ts';

/** What a planted mistake puts around the parts of a process; see `planted.ts`. */
export interface Wrappers {
  readonly wrapDisk?: (disk: Disk, process: SimProcess) => Disk;
  readonly wrapLog?: (log: Log, process: SimProcess) => Log;
  readonly wrapStore?: (store: Store, process: SimProcess) => Store;
}

export interface DatabaseParts {
  readonly disk: Disk;
  readonly store: MemoryStore;
  readonly process: SimProcess;
  readonly wrappers: Wrappers;
  /** Bytes of log that are kept. */
  readonly retentionBytes: number;
  /** Mutations that the side queue takes. */
  readonly sideQueueRowsMax: number;
}

/** Small files and short rounds, so that a run of seconds meets everything that a server of months does. */
const SEGMENT_BYTES = 6_000;
const PREALLOCATED_BYTES = 2_000;
const HOUSEKEEPING_PAUSE_MS = 300;
const LIMITS = {
  frameEntriesMax: 6,
  queueGroupMax: 3,
  replayFramesMax: 4,
  pendingEntriesMax: 40,
  clearRowsMax: 5,
  reworkRowsMax: 4,
  reworkStatesInCallMax: 2,
  pageRowsMax: 1,
  auditPageRowsMax: 4,
  auditCountersMax: 12,
  auditFeedFramesMax: 3,
};

/** The database of production on simulated parts. */
export interface Database extends AsyncDisposable {
  readonly engine: Engine;
  readonly log: Log;
}

/** Opens the database as a server does: the log up to what the store knows to be durable, then the engine with its replay. */
export async function openDatabase({
  disk,
  store,
  process,
  wrappers,
  retentionBytes,
  sideQueueRowsMax,
}: DatabaseParts): Promise<Database> {
  const simDisk = new SimDisk(disk, process);
  const simStore = new SimStore(store, process);
  const ownStore = wrappers.wrapStore?.(simStore, process) ?? simStore;
  const progress = store.progress(0);
  await using opened = new AsyncDisposableStack();
  const fileLog = opened.use(
    await FileLog.open({
      directory: 'log',
      disk: wrappers.wrapDisk?.(simDisk, process) ?? simDisk,
      clock: process,
      segmentBytes: SEGMENT_BYTES,
      preallocatedBytes: PREALLOCATED_BYTES,
      durableAtLeast: progress === undefined ? undefined : { epoch: progress.epoch, offset: progress.offset + 1 },
    }),
  );
  const log = wrappers.wrapLog?.(fileLog, process) ?? fileLog;
  const engine = opened.use(
    await Engine.open(
      { log, store: ownStore, clock: process },
      {
        limits: { ...LIMITS, sideQueueRowsMax },
        retention: { ageMs: Number.MAX_SAFE_INTEGER, bytes: retentionBytes },
        housekeepingPauseMs: HOUSEKEEPING_PAUSE_MS,
      },
    ),
  );
  const closing = opened.move();
  return { engine, log, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}
