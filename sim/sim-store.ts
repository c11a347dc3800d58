import { ForwardingStore } from '@actionbase/ports/contracts/broken/forwarding-store';
import type {
  CellPage,
  CellRange,
  Clearing,
  FrameWrite,
  RowAddress,
  RowPage,
  RowRange,
  Store,
  StoreReader,
} from '@actionbase/ports/store';
import type { SimProcess } from './sim-process.ts';
import { SimSnapshot } from './sim-snapshot.ts';

/** A store as one simulated process sees it: writes and the reads that applying does take time and may fail. Those of snapshots take time. */
export class SimStore extends ForwardingStore {
  readonly #process: SimProcess;

  constructor(inner: Store, process: SimProcess) {
    super(inner);
    this.#process = process;
  }

  override snapshot(): StoreReader & Disposable {
    return new SimSnapshot(this.inner.snapshot(), this.#process);
  }

  override scan(range: RowRange): Promise<RowPage> {
    return this.#process.between(() => this.inner.scan(range));
  }

  override scanCells(range: CellRange): Promise<CellPage> {
    return this.#process.between(() => this.inner.scanCells(range));
  }

  override getMany(addresses: readonly RowAddress[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#process.between(() => {
      this.#process.failStore();
      return this.inner.getMany(addresses);
    });
  }

  override write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    return this.#process.between(() => {
      this.#process.failStore();
      return this.inner.write(partition, frames);
    });
  }

  override flush(): Promise<void> {
    return this.#process.between(() => {
      this.#process.failStore();
      return this.inner.flush();
    });
  }

  override clear(what: Clearing, rowsMax: number): Promise<boolean> {
    return this.#process.between(() => {
      this.#process.failStore();
      return this.inner.clear(what, rowsMax);
    });
  }
}
