import { Failure, invariant, unreachable } from '@actionbase/core/failure';
import { portFailures } from '../failures.ts';
import type {
  CellPage,
  CellRange,
  Clearing,
  FrameWrite,
  RowAddress,
  RowPage,
  RowRange,
  Store,
  StoredFeed,
  StoreProgress,
  StoreReader,
} from '../store.ts';
import { checkAddress, checkFrames, checkLimit, checkPartition, checkRange, checkSpace } from '../store-arguments.ts';
import { SortedBytes, type SortedEntry } from './sorted-bytes.ts';

/** Everything a memory store holds at one moment; never changed, only replaced. */
interface Contents {
  readonly rows: SortedBytes;
  readonly partitions: ReadonlyMap<number, PartitionContents>;
}

interface PartitionContents {
  readonly progress: StoreProgress;
  /** Feed records by offset, printed with sixteen digits so that text order is number order. */
  readonly feed: SortedBytes;
}

const nothing: Contents = { rows: SortedBytes.empty, partitions: new Map() };

/**
 * A store in memory that keeps all laws, and can crash. Every version since the last flush is kept, so `crash` can leave
 * the store as it was after any of the writes that were not flushed; without a flush they pile up.
 */
export class MemoryStore implements Store {
  readonly atomicity = 'batch';
  readonly wantsSaltedKeys = false;
  readonly keyBytesMax = 1_900;
  #contents: Contents;
  #flushed: Contents;
  #unflushed: Contents[] = [];
  #state: 'open' | 'closed' | 'crashed' = 'open';

  constructor() {
    this.#contents = nothing;
    this.#flushed = nothing;
  }

  /** How many changes a crash may lose. */
  get unflushedWrites(): number {
    return this.#unflushed.length;
  }

  /**
   * Ends this store as a power cut would and gives the one that is found afterwards: what was flushed, and the first
   * `keptWrites` changes after that.
   */
  crash(keptWrites = 0): MemoryStore {
    invariant(keptWrites >= 0 && keptWrites <= this.#unflushed.length, `a crash cannot keep ${keptWrites} writes`);
    const found = keptWrites === 0 ? this.#flushed : this.#unflushed[keptWrites - 1];
    this.#state = 'crashed';
    return MemoryStore.#holding(found ?? this.#flushed);
  }

  /** The store that the next process opens after this one was closed. */
  reopen(): MemoryStore {
    invariant(this.#state === 'closed', 'a memory store is opened again after it was closed');
    return MemoryStore.#holding(this.#contents);
  }

  static #holding(contents: Contents): MemoryStore {
    const store = new MemoryStore();
    store.#contents = contents;
    store.#flushed = contents;
    return store;
  }

  get(space: number, key: Uint8Array): Uint8Array | undefined {
    return this.#reader().get(space, key);
  }

  getMany(addresses: readonly RowAddress[]): readonly (Uint8Array | undefined)[] {
    return this.#reader().getMany(addresses);
  }

  scan(range: RowRange): RowPage {
    return this.#reader().scan(range);
  }

  scanCells(range: CellRange): CellPage {
    return this.#reader().scanCells(range);
  }

  progress(partition: number): StoreProgress | undefined {
    return this.#reader().progress(partition);
  }

  readFeed(partition: number, from: number, limit: number): readonly StoredFeed[] {
    return this.#reader().readFeed(partition, from, limit);
  }

  snapshot(): StoreReader & Disposable {
    return this.#reader();
  }

  async write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    const contents = this.#open();
    checkPartition(partition);
    checkFrames(contents.partitions.get(partition)?.progress, frames, this.keyBytesMax);
    this.#become(frames.reduce((before, frame) => withFrame(before, partition, frame), contents));
  }

  async flush(): Promise<void> {
    this.#flushed = this.#open();
    this.#unflushed = [];
  }

  async clear(what: Clearing, rowsMax: number): Promise<boolean> {
    checkLimit(rowsMax);
    const contents = this.#open();
    switch (what.kind) {
      case 'space': {
        const keys = keysOfSpace(contents.rows, what.space, rowsMax + 1);
        this.#become({ ...contents, rows: withoutKeys(contents.rows, keys.slice(0, rowsMax)) });
        return keys.length <= rowsMax;
      }
      case 'feed': {
        const found = contents.partitions.get(what.partition);
        if (found === undefined) return true;
        const range = { start: '', end: printOffset(what.before), limit: rowsMax + 1, reverse: false };
        const keys = found.feed.scan(range).map((entry) => entry.key);
        const partitions = new Map(contents.partitions);
        partitions.set(what.partition, { ...found, feed: withoutKeys(found.feed, keys.slice(0, rowsMax)) });
        this.#become({ ...contents, partitions });
        return keys.length <= rowsMax;
      }
      default:
        return unreachable(what);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'open') this.#state = 'closed';
  }

  #become(contents: Contents): void {
    this.#contents = contents;
    this.#unflushed.push(contents);
  }

  #reader(): MemoryReader {
    return new MemoryReader(this.#open(), this.keyBytesMax);
  }

  #open(): Contents {
    if (this.#state !== 'open') throw new Failure(portFailures['store-failed'], `the memory store is ${this.#state}`);
    return this.#contents;
  }
}

/** Reads of one version; later versions do not touch it. */
class MemoryReader implements StoreReader, Disposable {
  readonly keyBytesMax: number;
  readonly #contents: Contents;

  constructor(contents: Contents, keyBytesMax: number) {
    this.#contents = contents;
    this.keyBytesMax = keyBytesMax;
  }

  get(space: number, key: Uint8Array): Uint8Array | undefined {
    return this.#read({ space, key });
  }

  getMany(addresses: readonly RowAddress[]): readonly (Uint8Array | undefined)[] {
    return addresses.map((address) => this.#read(address));
  }

  scan(range: RowRange): RowPage {
    checkRange(range);
    const { entries, more } = this.#page(rowsPrefix(range.space), range);
    return { rows: entries.map(({ key, value }) => ({ key: toBytes(key.slice(4)), value: value.slice() })), more };
  }

  scanCells(range: CellRange): CellPage {
    checkRange(range);
    checkAddress(range, this.keyBytesMax);
    const prefix = cellsPrefix(range.space) + toText(range.key);
    const { entries, more } = this.#page(prefix, range);
    const cells = entries.map(({ key, value }) => ({
      qualifier: toBytes(key.slice(prefix.length)),
      value: value.slice(),
    }));
    return { cells, more };
  }

  progress(partition: number): StoreProgress | undefined {
    checkPartition(partition);
    const progress = this.#contents.partitions.get(partition)?.progress;
    return progress === undefined ? undefined : { ...progress, inbox: new Map(progress.inbox) };
  }

  readFeed(partition: number, from: number, limit: number): readonly StoredFeed[] {
    checkPartition(partition);
    checkLimit(limit);
    const feed = this.#contents.partitions.get(partition)?.feed ?? SortedBytes.empty;
    const entries = feed.scan({ start: printOffset(from), end: undefined, limit, reverse: false });
    return entries.map(({ key, value }) => ({ offset: Number(key), record: value.slice() }));
  }

  [Symbol.dispose](): void {}

  #read(address: RowAddress): Uint8Array | undefined {
    checkAddress(address, this.keyBytesMax);
    return this.#contents.rows.get(rowName(address))?.slice();
  }

  /** One entry more than the limit tells whether there are more. */
  #page(prefix: string, { start, end, limit, reverse }: RowRange): { entries: SortedEntry[]; more: boolean } {
    const found = this.#contents.rows.scan({
      start: start === undefined ? prefix : prefix + toText(start),
      end: end === undefined ? afterPrefix(prefix) : prefix + toText(end),
      limit: limit + 1,
      reverse: reverse === true,
    });
    return { entries: found.slice(0, limit), more: found.length > limit };
  }
}

function withFrame(contents: Contents, partition: number, frame: FrameWrite): Contents {
  let rows = contents.rows;
  for (const row of frame.rows) {
    rows = row.value === undefined ? rows.without(rowName(row)) : rows.with(rowName(row), row.value.slice());
  }
  const before = contents.partitions.get(partition);
  const inbox = new Map(before?.progress.inbox);
  for (const { origin, position } of frame.inbox) {
    const highest = inbox.get(origin);
    if (highest === undefined || highest < position) inbox.set(origin, position);
  }
  const { epoch, offset, stampMs } = frame;
  const feed = (before?.feed ?? SortedBytes.empty).with(printOffset(offset), frame.feed.slice());
  const partitions = new Map(contents.partitions);
  partitions.set(partition, { progress: { epoch, offset, stampMs, inbox }, feed });
  return { rows, partitions };
}

function withoutKeys(rows: SortedBytes, keys: readonly string[]): SortedBytes {
  return keys.reduce((left, key) => left.without(key), rows);
}

function keysOfSpace(rows: SortedBytes, space: number, limit: number): string[] {
  checkSpace(space);
  const found: string[] = [];
  for (const prefix of [rowsPrefix(space), cellsPrefix(space)]) {
    const range = { start: prefix, end: afterPrefix(prefix), limit: limit - found.length, reverse: false };
    for (const entry of rows.scan(range)) found.push(entry.key);
  }
  return found;
}

function rowName(address: RowAddress): string {
  if (address.qualifier === undefined) return rowsPrefix(address.space) + toText(address.key);
  return cellsPrefix(address.space) + toText(address.key) + toText(address.qualifier);
}

/** Four characters: the space, big-endian. */
function rowsPrefix(space: number): string {
  return String.fromCharCode(space >>> 24, (space >>> 16) & 0xff, (space >>> 8) & 0xff, space & 0xff);
}

/** Cells have the first bit set, so a scan of rows never meets them. */
function cellsPrefix(space: number): string {
  return rowsPrefix((space | 0x8000_0000) >>> 0);
}

/** The first text above all texts that begin with the prefix; undefined when there is none. */
function afterPrefix(prefix: string): string | undefined {
  for (let at = prefix.length - 1; at >= 0; at -= 1) {
    const code = prefix.charCodeAt(at);
    if (code < 0xff) return prefix.slice(0, at) + String.fromCharCode(code + 1);
  }
  return undefined;
}

function printOffset(offset: number): string {
  return String(Math.max(0, offset)).padStart(16, '0');
}

function toText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}
