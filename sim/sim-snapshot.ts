import type {
  CellPage,
  CellRange,
  RowAddress,
  RowPage,
  RowRange,
  StoredFeed,
  StoreProgress,
  StoreReader,
} from '@actionbase/ports/store';
import type { SimProcess } from './sim-process.ts';

/** A snapshot as one simulated process reads it: time passes around every read, and others write meanwhile. */
export class SimSnapshot implements StoreReader, Disposable {
  readonly #inner: StoreReader & Disposable;
  readonly #process: SimProcess;

  constructor(inner: StoreReader & Disposable, process: SimProcess) {
    this.#inner = inner;
    this.#process = process;
  }

  get keyBytesMax(): number {
    return this.#inner.keyBytesMax;
  }

  get(space: number, key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#process.between(() => this.#inner.get(space, key));
  }

  getMany(addresses: readonly RowAddress[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#process.between(() => this.#inner.getMany(addresses));
  }

  scan(range: RowRange): Promise<RowPage> {
    return this.#process.between(() => this.#inner.scan(range));
  }

  scanCells(range: CellRange): Promise<CellPage> {
    return this.#process.between(() => this.#inner.scanCells(range));
  }

  progress(partition: number): Promise<StoreProgress | undefined> {
    return this.#process.between(() => this.#inner.progress(partition));
  }

  readFeed(partition: number, from: number, limit: number): Promise<readonly StoredFeed[]> {
    return this.#process.between(() => this.#inner.readFeed(partition, from, limit));
  }

  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]();
  }
}
