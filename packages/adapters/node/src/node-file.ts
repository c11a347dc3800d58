import { writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { DiskFile } from '@actionbase/ports/disk';
import { translating } from './node-failure.ts';

/**
 * Writes up to this size go to the page cache at once: copying them costs less than handing them to a thread and waiting.
 */
const SYNCHRONOUS_WRITE_BYTES_MAX = 262_144;

/** An open file of a `NodeDisk`. */
export class NodeFile implements DiskFile {
  readonly #handle: FileHandle;
  readonly #path: string;
  /** fdatasync promises the bytes, and the length only as far as reading them needs it: a cut needs the full fsync. */
  #lengthChanged = false;

  constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  sizeBytes(): Promise<number> {
    return translating('look at', this.#path, async () => (await this.#handle.stat()).size);
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return translating('read', this.#path, async () => {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await this.#handle.read(bytes, filled, bytes.length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled === bytes.length ? bytes : bytes.subarray(0, filled);
    });
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return translating('write', this.#path, async () => {
      const synchronous = bytes.length <= SYNCHRONOUS_WRITE_BYTES_MAX;
      let written = 0;
      while (written < bytes.length) {
        written += synchronous
          ? writeSync(this.#handle.fd, bytes, written, bytes.length - written, offset + written)
          : (await this.#handle.write(bytes, written, bytes.length - written, offset + written)).bytesWritten;
      }
    });
  }

  truncate(sizeBytes: number): Promise<void> {
    return translating('resize', this.#path, async () => {
      this.#lengthChanged = true;
      await this.#handle.truncate(sizeBytes);
    });
  }

  sync(): Promise<void> {
    return translating('sync', this.#path, async () => {
      const full = this.#lengthChanged;
      this.#lengthChanged = false;
      await (full ? this.#handle.sync() : this.#handle.datasync());
    });
  }

  close(): Promise<void> {
    return translating('close', this.#path, () => this.#handle.close());
  }
}
