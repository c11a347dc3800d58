import { invariant } from '@actionbase/core/failure';
import type { Disk } from '@actionbase/ports/disk';

/** A small text that is kept durably, replaced whole. */
export interface Checkpoint {
  /** The text that was saved last; undefined when there is none. */
  load(): Promise<string | undefined>;
  /** Replaces the text; it is durable when this resolves. A crash leaves the old one or the new one. */
  save(text: string): Promise<void>;
}

const utf8 = new TextEncoder();

/** A checkpoint in a file of its own. */
export class FileCheckpoint implements Checkpoint {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #name: string;
  #saving: Promise<void> = Promise.resolve();

  constructor(disk: Disk, directory: string, name: string) {
    this.#disk = disk;
    this.#directory = directory;
    this.#name = name;
  }

  async load(): Promise<string | undefined> {
    if (!(await this.#disk.list(this.#directory)).includes(this.#name)) return undefined;
    const file = await this.#disk.open(this.#path, { create: false });
    try {
      const bytes = await file.read(0, await file.sizeBytes());
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } finally {
      await file.close();
    }
  }

  save(text: string): Promise<void> {
    const saved = this.#saving.then(() => this.#save(text));
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  get #path(): string {
    return `${this.#directory}/${this.#name}`;
  }

  async #save(text: string): Promise<void> {
    invariant(text !== '', 'a checkpoint says something');
    await this.#disk.makeDirectory(this.#directory);
    const file = await this.#disk.open(`${this.#path}.new`, { create: true });
    try {
      await file.truncate(0);
      await file.write(0, utf8.encode(text));
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#disk.rename(`${this.#path}.new`, this.#path);
    await this.#disk.syncDirectory(this.#directory);
  }
}

/** A checkpoint that lives as long as the program. */
export class MemoryCheckpoint implements Checkpoint {
  text: string | undefined;

  async load(): Promise<string | undefined> {
    return this.text;
  }

  async save(text: string): Promise<void> {
    this.text = text;
  }
}
