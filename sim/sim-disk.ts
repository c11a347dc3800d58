import type { Disk, DiskFile, OpenOptions } from '@actionbase/ports/disk';
import type { SimProcess } from './sim-process.ts';

/** A disk as one simulated process sees it: every operation takes time, and the process may die around each. */
export class SimDisk implements Disk {
  readonly #inner: Disk;
  readonly #process: SimProcess;

  constructor(inner: Disk, process: SimProcess) {
    this.#inner = inner;
    this.#process = process;
  }

  async open(path: string, options: OpenOptions): Promise<DiskFile> {
    const process = this.#process;
    const file = await process.between(() => this.#inner.open(path, options));
    return {
      sizeBytes: () => process.between(() => file.sizeBytes()),
      read: (offset, length) => process.between(() => file.read(offset, length)),
      write: (offset, bytes) => process.between(() => writeLate(process, file, { offset, bytes })),
      truncate: (sizeBytes) => process.between(() => file.truncate(sizeBytes)),
      sync: () => process.between(() => file.sync()),
      close: () => process.between(() => file.close()),
    };
  }

  list(directory: string): Promise<readonly string[]> {
    return this.#process.between(() => this.#inner.list(directory));
  }

  makeDirectory(directory: string): Promise<void> {
    return this.#process.between(() => this.#inner.makeDirectory(directory));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#process.between(() => this.#inner.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#process.between(() => this.#inner.remove(path));
  }

  syncDirectory(directory: string): Promise<void> {
    return this.#process.between(() => this.#inner.syncDirectory(directory));
  }

  lock(path: string): Promise<AsyncDisposable> {
    return this.#process.between(() => this.#inner.lock(path));
  }
}

/** A write of a frozen process may arrive in parts. */
async function writeLate(
  process: SimProcess,
  file: DiskFile,
  { offset, bytes }: { readonly offset: number; readonly bytes: Uint8Array },
): Promise<void> {
  if (process.isFrozen && bytes.length > 1) {
    await file.write(offset, bytes.subarray(0, bytes.length >> 1));
    await process.delay();
  }
  await file.write(offset, bytes);
}
