import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { Disk, DiskFile, OpenOptions } from '@actionbase/ports/disk';
import { codeOf, translating } from './node-failure.ts';
import { NodeFile } from './node-file.ts';
import { lockFile } from './process-lock.ts';

export interface NodeDiskOptions {
  /** Files are opened for reading only, so that nothing can be changed and rights to read are enough. Default false. */
  readonly readOnly?: boolean;
}

const CREATE_FLAGS = { false: 0, true: constants.O_CREAT, new: constants.O_CREAT | constants.O_EXCL };

/** The files of this computer. Relative paths start at `root`. */
export class NodeDisk implements Disk {
  readonly #root: string;
  readonly #readOnly: boolean;

  constructor(root: string = process.cwd(), { readOnly = false }: NodeDiskOptions = {}) {
    this.#root = resolve(root);
    this.#readOnly = readOnly;
  }

  open(path: string, options: OpenOptions): Promise<DiskFile> {
    const file = resolve(this.#root, path);
    return translating('open', file, async () => {
      const flags = this.#readOnly ? constants.O_RDONLY : constants.O_RDWR;
      return new NodeFile(await open(file, flags | CREATE_FLAGS[`${options.create}`], 0o644), file);
    });
  }

  list(directory: string): Promise<readonly string[]> {
    const folder = resolve(this.#root, directory);
    return translating('list', folder, async () => {
      try {
        return (await readdir(folder)).sort();
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return [];
        throw error;
      }
    });
  }

  makeDirectory(directory: string): Promise<void> {
    const folder = resolve(this.#root, directory);
    return translating('make the folder', folder, async () => {
      const first = await mkdir(folder, { recursive: true });
      if (first === undefined) return;
      const parts = relative(first, folder)
        .split('/')
        .filter((part) => part !== '');
      let made = folder;
      for (let remaining = parts.length; remaining >= 0; remaining--) {
        made = dirname(made);
        await syncFolder(made);
      }
    });
  }

  rename(from: string, to: string): Promise<void> {
    const source = resolve(this.#root, from);
    return translating('rename', source, () => rename(source, resolve(this.#root, to)));
  }

  remove(path: string): Promise<void> {
    const file = resolve(this.#root, path);
    return translating('remove', file, () => unlink(file));
  }

  syncDirectory(directory: string): Promise<void> {
    const folder = resolve(this.#root, directory);
    return translating('sync the folder', folder, () => syncFolder(folder));
  }

  async lock(path: string): Promise<AsyncDisposable> {
    return lockFile(resolve(this.#root, path));
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
