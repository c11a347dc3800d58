import type { Awaitable } from '@actionbase/ports/awaitable';
import type { Clock } from '@actionbase/ports/clock';
import type {
  CellPage,
  CellRange,
  RowAddress,
  RowPage,
  RowRange,
  Store,
  StoredFeed,
  StoreProgress,
  StoreReader,
} from '@actionbase/ports/store';
import { NO_DEADLINE, requireTime } from '../deadline.ts';

/** What queries read from: single reads, and a snapshot for those that need several of one position. */
export type ReadSource = StoreReader & Pick<Store, 'snapshot'>;

/**
 * The source with a deadline, as `Clock.monotonicMs` counts: a read that would begin after it is refused with
 * `deadline-exceeded`. So a query of many pages or items ends soon after nobody waits for it any more.
 */
export function readUntil(source: ReadSource, clock: Clock, deadlineMs: number): ReadSource {
  return deadlineMs === NO_DEADLINE ? source : new TimedSource(source, clock, deadlineMs);
}

class TimedReader<R extends StoreReader> implements StoreReader {
  readonly keyBytesMax: number;
  protected readonly reader: R;
  protected readonly clock: Clock;
  protected readonly deadlineMs: number;

  constructor(reader: R, clock: Clock, deadlineMs: number) {
    this.reader = reader;
    this.clock = clock;
    this.deadlineMs = deadlineMs;
    this.keyBytesMax = reader.keyBytesMax;
  }

  get(space: number, key: Uint8Array): Awaitable<Uint8Array | undefined> {
    requireTime(this.clock, this.deadlineMs);
    return this.reader.get(space, key);
  }

  getMany(addresses: readonly RowAddress[]): Awaitable<readonly (Uint8Array | undefined)[]> {
    requireTime(this.clock, this.deadlineMs);
    return this.reader.getMany(addresses);
  }

  scan(range: RowRange): Awaitable<RowPage> {
    requireTime(this.clock, this.deadlineMs);
    return this.reader.scan(range);
  }

  scanCells(range: CellRange): Awaitable<CellPage> {
    requireTime(this.clock, this.deadlineMs);
    return this.reader.scanCells(range);
  }

  progress(partition: number): Awaitable<StoreProgress | undefined> {
    return this.reader.progress(partition);
  }

  readFeed(partition: number, from: number, limit: number): Awaitable<readonly StoredFeed[]> {
    requireTime(this.clock, this.deadlineMs);
    return this.reader.readFeed(partition, from, limit);
  }
}

class TimedSource extends TimedReader<ReadSource> implements ReadSource {
  snapshot(): StoreReader & Disposable {
    requireTime(this.clock, this.deadlineMs);
    return new TimedSnapshot(this.reader.snapshot(), this.clock, this.deadlineMs);
  }
}

class TimedSnapshot extends TimedReader<StoreReader & Disposable> implements Disposable {
  [Symbol.dispose](): void {
    this.reader[Symbol.dispose]();
  }
}
