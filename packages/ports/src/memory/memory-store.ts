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
import {
  checkAddress,
  checkFrames,
  checkLimit,
  checkPartition,
  checkRange,
  checkSpace,
  checkTerm,
  fencedStore,
} from '../store-arguments.ts';
import { SortedBytes, type SortedEntry } from './sorted-bytes.ts';

/** Everything a memory store holds at one moment; never changed, only replaced. */
interface Contents {
  readonly rows: SortedBytes;
  readonly partitions: ReadonlyMap<number, PartitionContents>;
}

interface PartitionContents {
  /** Of what was written; undefined when nothing was. */
  readonly progress: StoreProgress | undefined;
  readonly term: number;
  /** Feed records by offset, printed with sixteen digits so that text order is number order. */
  readonly feed: SortedBytes;
}

const nothing: Contents = { rows: SortedBytes.empty, partitions: new Map() };
const emptyPartition: PartitionContents = { progress: undefined, term: 0, feed: SortedBytes.empty };

/** What all stores on the same contents share: as two processes share the files of one store. */
interface Shared {
  contents: Contents;
  flushed: Contents;
  unflushed: Contents[];
}

/**
 * A store in memory that keeps all laws, and can crash. Every version since the last flush is kept, so `crash` can leave
 * the store as it was after any of the writes that were not flushed; without a flush they pile up.
 */
export class MemoryStore implements Store {
  readonly atomicity = 'batch';
  readonly wantsSaltedKeys = false;
  readonly keyBytesMax = 1_900;
  #shared: Shared = { contents: nothing, flushed: nothing, unflushed: [] };
  /** The term with which this store claimed a partition. */
  readonly #claimed = new Map<number, number>();
  #state: 'open' | 'closed' | 'crashed' = 'open';

  /** How many changes a crash may lose. */
  get unflushedWrites(): number {
    return this.#shared.unflushed.length;
  }

  /** The same store as another process opens it, which may go on beside this one. */
  beside(): MemoryStore {
    const store = new MemoryStore();
    store.#shared = this.#shared;
    return store;
  }

  /** Ends this store as its process ends, and gives the one that the next process opens. Nothing is lost. */
  kill(): MemoryStore {
    this.#state = 'crashed';
    return this.beside();
  }

  /**
   * Ends this store as a power cut would and gives the one that is found afterwards: what was flushed, and the first
   * `keptWrites` changes after that.
   */
  crash(keptWrites = 0): MemoryStore {
    const { flushed, unflushed } = this.#shared;
    invariant(keptWrites >= 0 && keptWrites <= unflushed.length, `a crash cannot keep ${keptWrites} writes`);
    const found = keptWrites === 0 ? flushed : unflushed[keptWrites - 1];
    this.#state = 'crashed';
    return MemoryStore.#holding(found ?? flushed);
  }

  /** The store that the next process opens after this one was closed. */
  reopen(): MemoryStore {
    invariant(this.#state === 'closed', 'a memory store is opened again after it was closed');
    return MemoryStore.#holding(this.#shared.contents);
  }

  static #holding(contents: Contents): MemoryStore {
    const store = new MemoryStore();
    store.#shared = { contents, flushed: contents, unflushed: [] };
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

  async claim(partition: number, term: number): Promise<void> {
    const contents = this.#open();
    checkTerm(term);
    const before = partitionOf(contents, partition);
    if (before.term > term) throw fencedStore(partition, term, before.term);
    this.#claimed.set(partition, term);
    this.#become(withPartition(contents, partition, { ...before, term }));
  }

  term(partition: number): number {
    return partitionOf(this.#open(), partition).term;
  }

  async write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    const contents = this.#writable(partition);
    checkPartition(partition);
    checkFrames(contents.partitions.get(partition)?.progress, frames, this.keyBytesMax);
    this.#become(frames.reduce((before, frame) => withFrame(before, partition, frame), contents));
  }

  async flush(): Promise<void> {
    this.#shared.flushed = this.#open();
    this.#shared.unflushed = [];
  }

  async clear(what: Clearing, rowsMax: number): Promise<boolean> {
    checkLimit(rowsMax);
    let contents = this.#open();
    for (const partition of this.#claimed.keys()) contents = this.#writable(partition);
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
        const feed = withoutKeys(found.feed, keys.slice(0, rowsMax));
        this.#become(withPartition(contents, what.partition, { ...found, feed }));
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
    this.#shared.contents = contents;
    this.#shared.unflushed.push(contents);
  }

  /** The contents, if nobody has claimed the partition with a higher term than this store. */
  #writable(partition: number): Contents {
    const contents = this.#open();
    const claimed = this.#claimed.get(partition);
    const { term } = partitionOf(contents, partition);
    if (claimed !== undefined && claimed !== term) throw fencedStore(partition, claimed, term);
    return contents;
  }

  #reader(): MemoryReader {
    return new MemoryReader(this.#open(), this.keyBytesMax);
  }

  #open(): Contents {
    if (this.#state !== 'open') throw new Failure(portFailures['store-failed'], `the memory store is ${this.#state}`);
    return this.#shared.contents;
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
  const before = partitionOf(contents, partition);
  const inbox = new Map(before.progress?.inbox);
  for (const { origin, position } of frame.inbox) {
    const highest = inbox.get(origin);
    if (highest === undefined || highest < position) inbox.set(origin, position);
  }
  const { epoch, offset, stampMs } = frame;
  const feed = before.feed.with(printOffset(offset), frame.feed.slice());
  const progress = { epoch, offset, stampMs, inbox };
  return withPartition({ ...contents, rows }, partition, { ...before, progress, feed });
}

function partitionOf(contents: Contents, partition: number): PartitionContents {
  return contents.partitions.get(partition) ?? emptyPartition;
}

function withPartition(contents: Contents, partition: number, after: PartitionContents): Contents {
  return { ...contents, partitions: new Map(contents.partitions).set(partition, after) };
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
