import { recordTypeOf } from '@actionbase/core/codec/record-type';
import { invariant } from '@actionbase/core/failure';
import { encodeFeedRecord } from '@actionbase/core/record/encode-feed-record';
import { forwardingDisk, forwardingFile } from '@actionbase/ports/contracts/broken/forwarding-disk';
import { ForwardingLog } from '@actionbase/ports/contracts/broken/forwarding-log';
import { ForwardingStore } from '@actionbase/ports/contracts/broken/forwarding-store';
import type { Disk, DiskFile } from '@actionbase/ports/disk';
import type { Appended, LogBounds } from '@actionbase/ports/log';
import type { FrameWrite, RowAddress, RowWrite, Store, StoreProgress, StoreReader } from '@actionbase/ports/store';
import { OWNER_MISTAKES, type PlantedMistake } from './planted-owners.ts';
import type { SimProcess } from './sim-process.ts';

/** Every mistake that the simulator must find. None of them is a switch in production code. */
export const PLANTED_MISTAKES: readonly PlantedMistake[] = [
  {
    name: 'sync-does-nothing',
    breaks: 'L1: what was acknowledged is only in the page cache',
    wrappers: { wrapDisk: (disk) => onFiles(disk, (file) => ({ sync: async () => void (await file.sizeBytes()) })) },
  },
  {
    name: 'sync-comes-later',
    breaks: 'L1: an append is acknowledged while its sync is still under way',
    wrappers: {
      wrapDisk: (disk) =>
        onFiles(disk, (file) => ({
          sync: async () => {
            file.sync().catch(() => undefined);
          },
        })),
    },
  },
  {
    name: 'names-are-not-synced',
    breaks: 'L1: a new log file has no name after a power cut',
    wrappers: { wrapDisk: (disk) => ({ ...forwardingDisk(disk), syncDirectory: async () => undefined }) },
  },
  {
    name: 'recover-does-nothing',
    breaks: 'L9: after a failed append the log takes no appends for ever',
    wrappers: { wrapLog: (log) => new UnrecoveringLog(log) },
  },
  {
    name: 'append-happens-twice',
    breaks: 'L1, L8: a slow append is sent again without asking what became of the first',
    wrappers: { wrapLog: (log) => new RepeatingLog(log) },
  },
  {
    name: 'flush-lies',
    breaks: 'L1: the log is trimmed above what the store holds durably',
    wrappers: { wrapStore: (store) => new LyingFlushStore(store) },
  },
  {
    name: 'rows-come-later',
    breaks: 'L2, L6: the position is written before the rows',
    wrappers: { wrapStore: (store) => new LateRowsStore(store) },
  },
  {
    name: 'feed-without-outcomes',
    breaks: 'L4: a change is not in the feed',
    wrappers: { wrapStore: (store) => new ForgetfulFeedStore(store) },
  },
  {
    name: 'inbox-forgets',
    breaks: 'L2: what was appended again before a crash takes effect twice',
    wrappers: { wrapStore: (store) => new ForgetfulInboxStore(store) },
  },
  {
    name: 'clock-inside-apply',
    breaks: 'L7: a row depends on when it was applied',
    wrappers: { wrapStore: (store, process) => new TimedRowsStore(store, process) },
  },
  {
    name: 'counter-read-too-early',
    breaks: 'L3: a counter is increased from a value that was read before the last write',
    wrappers: { wrapStore: (store) => new StaleCounterStore(store) },
  },
  {
    name: 'index-row-stays',
    breaks: 'L3: a deleted index row is still there',
    wrappers: { wrapStore: (store) => new KeepingIndexStore(store) },
  },
  {
    name: 'read-is-stale',
    breaks: 'L6: a get shows an edge as it was before the last write',
    wrappers: { wrapStore: (store) => new StaleReadStore(store) },
  },
  {
    name: 'scan-without-snapshot',
    breaks: 'L6: a page of an index and the count with it are of different positions',
    wrappers: { wrapStore: (store) => new LiveSnapshotStore(store) },
  },
  ...OWNER_MISTAKES,
];

function onFiles(disk: Disk, change: (file: DiskFile) => Partial<DiskFile>): Disk {
  return {
    ...forwardingDisk(disk),
    open: async (path, options) => {
      const file = await disk.open(path, options);
      return { ...forwardingFile(file), ...change(file) };
    },
  };
}

class UnrecoveringLog extends ForwardingLog {
  override recover(partition: number): Promise<LogBounds> {
    return Promise.resolve(this.inner.bounds(partition));
  }
}

class RepeatingLog extends ForwardingLog {
  #appends = 0;

  override async append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    const appended = await this.inner.append(partition, entries);
    this.#appends += 1;
    return this.#appends % 30 === 0 ? this.inner.append(partition, entries) : appended;
  }
}

class LyingFlushStore extends ForwardingStore {
  override flush(): Promise<void> {
    return Promise.resolve();
  }
}

/** Writes the rows of a frame together with the next one. */
class LateRowsStore extends ForwardingStore {
  #late: readonly RowWrite[] = [];

  override async write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    const late = this.#late;
    await this.inner.write(
      partition,
      frames.map((frame, place) => (place === 0 ? { ...frame, rows: late } : frame)),
    );
    this.#late = frames.flatMap(({ rows }) => rows);
  }
}

/** Forgets what every fortieth frame changed. */
class ForgetfulFeedStore extends ForwardingStore {
  override write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    const changed = frames.map((frame) => {
      if (frame.offset % 40 !== 39) return frame;
      const { offset, stampMs } = frame;
      return { ...frame, feed: encodeFeedRecord({ offset, previousOffset: offset - 1, stampMs, outcomes: [] }) };
    });
    return this.inner.write(partition, changed);
  }
}

class ForgetfulInboxStore extends ForwardingStore {
  override async progress(partition: number): Promise<StoreProgress | undefined> {
    const progress = await this.inner.progress(partition);
    return progress === undefined ? undefined : { ...progress, inbox: new Map() };
  }
}

/** Group cells keep the time of their last entry: here it is the time of applying. */
class TimedRowsStore extends ForwardingStore {
  readonly #process: SimProcess;

  constructor(inner: Store, process: SimProcess) {
    super(inner);
    this.#process = process;
  }

  override write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    const timed = (row: RowWrite): RowWrite => {
      if (row.space === 0 || row.value === undefined || recordTypeOf(row.key, 0) !== 'group') return row;
      const value = row.value.slice();
      new DataView(value.buffer).setBigInt64(value.length - 8, BigInt(this.#process.nowMs()));
      return { ...row, value };
    };
    return this.inner.write(
      partition,
      frames.map((frame) => ({ ...frame, rows: frame.rows.map(timed) })),
    );
  }
}

/** Now and then gives the value that a counter had when it was read before. */
class StaleCounterStore extends ForwardingStore {
  #before = new Map<string, Uint8Array | undefined>();
  #reads = 0;

  override async getMany(addresses: readonly RowAddress[]): Promise<readonly (Uint8Array | undefined)[]> {
    const values = await this.inner.getMany(addresses);
    return values.map((value, place) => {
      const address = addresses[place];
      invariant(address !== undefined, 'a value has an address');
      if (address.space === 0 || recordTypeOf(address.key, 0) !== 'count') return value;
      const name = `${address.space} ${address.key.join()}`;
      const stale = this.#before.get(name);
      this.#before.set(name, value);
      this.#reads += 1;
      return this.#reads % 30 === 0 ? stale : value;
    });
  }
}

class KeepingIndexStore extends ForwardingStore {
  override write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    const stays = (row: RowWrite): boolean =>
      row.space !== 0 &&
      row.value === undefined &&
      row.qualifier === undefined &&
      recordTypeOf(row.key, 0) === 'index' &&
      row.key.at(-2) === 0x62;
    return this.inner.write(
      partition,
      frames.map((frame) => ({ ...frame, rows: frame.rows.filter((row) => !stays(row)) })),
    );
  }
}

/** Reads the newest rows through its snapshots. */
class LiveSnapshotStore extends ForwardingStore {
  override snapshot(): StoreReader & Disposable {
    return Object.assign(new ForwardingStore(this.inner), { [Symbol.dispose]: () => undefined });
  }
}

/** Remembers what it read of a state, and gives that to the next reader of it. */
class StaleReadStore extends ForwardingStore {
  #seen = new Map<string, Uint8Array | undefined>();
  #reads = 0;

  override async getMany(addresses: readonly RowAddress[]): Promise<readonly (Uint8Array | undefined)[]> {
    const values = await this.inner.getMany(addresses);
    const [address] = addresses;
    // One key alone is what a get of the clients asks for; applying asks for more most of the time.
    if (address === undefined || addresses.length > 1 || address.space === 0) return values;
    const name = `${address.space} ${address.key.join()}`;
    this.#reads += 1;
    if (this.#reads % 5 === 0 && this.#seen.has(name)) return [this.#seen.get(name)];
    this.#seen.set(name, values[0]);
    return values;
  }
}
