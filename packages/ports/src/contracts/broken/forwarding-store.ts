import type { Awaitable } from '../../awaitable.ts';
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
} from '../../store.ts';

/** Forwards everything to another store; the broken ones override what they break. */
export class ForwardingStore implements Store {
  readonly inner: Store;

  constructor(inner: Store) {
    this.inner = inner;
  }

  get atomicity(): 'batch' | 'row' {
    return this.inner.atomicity;
  }

  get wantsSaltedKeys(): boolean {
    return this.inner.wantsSaltedKeys;
  }

  get keyBytesMax(): number {
    return this.inner.keyBytesMax;
  }

  get(space: number, key: Uint8Array): Awaitable<Uint8Array | undefined> {
    return this.inner.get(space, key);
  }

  getMany(addresses: readonly RowAddress[]): Awaitable<readonly (Uint8Array | undefined)[]> {
    return this.inner.getMany(addresses);
  }

  scan(range: RowRange): Awaitable<RowPage> {
    return this.inner.scan(range);
  }

  scanCells(range: CellRange): Awaitable<CellPage> {
    return this.inner.scanCells(range);
  }

  progress(partition: number): Awaitable<StoreProgress | undefined> {
    return this.inner.progress(partition);
  }

  readFeed(partition: number, from: number, limit: number): Awaitable<readonly StoredFeed[]> {
    return this.inner.readFeed(partition, from, limit);
  }

  snapshot(): StoreReader & Disposable {
    return this.inner.snapshot();
  }

  claim(partition: number, term: number): Promise<void> {
    return this.inner.claim(partition, term);
  }

  term(partition: number): Awaitable<number> {
    return this.inner.term(partition);
  }

  write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    return this.inner.write(partition, frames);
  }

  flush(): Promise<void> {
    return this.inner.flush();
  }

  clear(what: Clearing, rowsMax: number): Promise<boolean> {
    return this.inner.clear(what, rowsMax);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.inner[Symbol.asyncDispose]();
  }
}
