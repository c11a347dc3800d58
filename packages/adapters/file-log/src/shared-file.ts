import { invariant } from '@actionbase/core/failure';
import type { DiskFile } from '@actionbase/ports/disk';

/** An open file that its owner may let go of while others still use it: the last one closes it. */
export class SharedFile {
  readonly #file: DiskFile;
  #users = 1;

  /** The owner is the first user. */
  constructor(file: DiskFile) {
    this.#file = file;
  }

  async use<T>(run: (file: DiskFile) => Promise<T>): Promise<T> {
    invariant(this.#users > 0, 'a file is used while it is open');
    this.#users++;
    try {
      return await run(this.#file);
    } finally {
      await this.release();
    }
  }

  /** The owner needs the file no longer. */
  async release(): Promise<void> {
    this.#users--;
    if (this.#users === 0) await this.#file.close();
  }
}
