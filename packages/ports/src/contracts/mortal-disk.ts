import type { Disk, DiskFile, OpenOptions } from '../disk.ts';

/**
 * A real disk as one process sees it, in a test that must outlive that process: `kill` does what the operating system does
 * when a process ends. Its open files are closed and its locks are free; what it had begun never settles.
 */
export class MortalDisk implements Disk {
  readonly #inner: Disk;
  readonly #files = new Set<DiskFile>();
  readonly #locks = new Set<AsyncDisposable>();
  readonly #running = new Set<Promise<unknown>>();
  #dead = false;

  constructor(inner: Disk) {
    this.#inner = inner;
  }

  async kill(): Promise<void> {
    this.#dead = true;
    await Promise.allSettled(this.#running);
    for (const file of this.#files) await file.close();
    for (const lock of this.#locks) await lock[Symbol.asyncDispose]();
    this.#files.clear();
    this.#locks.clear();
  }

  async open(path: string, options: OpenOptions): Promise<DiskFile> {
    return this.#run(async () => {
      const file = await this.#inner.open(path, options);
      this.#files.add(file);
      return {
        sizeBytes: () => this.#run(() => file.sizeBytes()),
        read: (offset, length) => this.#run(() => file.read(offset, length)),
        write: (offset, bytes) => this.#run(() => file.write(offset, bytes)),
        truncate: (sizeBytes) => this.#run(() => file.truncate(sizeBytes)),
        sync: () => this.#run(() => file.sync()),
        close: () =>
          this.#run(() => {
            this.#files.delete(file);
            return file.close();
          }),
      };
    });
  }

  list(directory: string): Promise<readonly string[]> {
    return this.#run(() => this.#inner.list(directory));
  }

  makeDirectory(directory: string): Promise<void> {
    return this.#run(() => this.#inner.makeDirectory(directory));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#run(() => this.#inner.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#run(() => this.#inner.remove(path));
  }

  syncDirectory(directory: string): Promise<void> {
    return this.#run(() => this.#inner.syncDirectory(directory));
  }

  lock(path: string): Promise<AsyncDisposable> {
    return this.#run(async () => {
      const lock = await this.#inner.lock(path);
      this.#locks.add(lock);
      return {
        [Symbol.asyncDispose]: () =>
          this.#run(async () => {
            this.#locks.delete(lock);
            await lock[Symbol.asyncDispose]();
          }),
      };
    });
  }

  async #run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#dead) return new Promise(() => {});
    const running = operation();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
      if (this.#dead) await new Promise(() => {});
    }
  }
}
