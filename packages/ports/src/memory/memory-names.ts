import type { MemoryFile } from './memory-file.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A change of names that its folder was not synced for: what is removed and what is added belong together. */
interface NameChange {
  readonly directory: string;
  readonly removed: string | undefined;
  readonly added: { readonly path: string; readonly file: MemoryFile } | undefined;
}

/** The names of a `MemoryDisk`, as programs see them and as they are on the disk. Files keep their identity. */
export class MemoryNames {
  readonly #seen: Map<string, MemoryFile>;
  readonly #durable: Map<string, MemoryFile>;
  #unsynced: NameChange[] = [];

  constructor(durable: ReadonlyMap<string, MemoryFile> = new Map()) {
    this.#seen = new Map(durable);
    this.#durable = new Map(durable);
  }

  get(path: string): MemoryFile | undefined {
    return this.#seen.get(path);
  }

  entries(): IterableIterator<[string, MemoryFile]> {
    return this.#seen.entries();
  }

  add(path: string, file: MemoryFile): void {
    this.#change({ directory: directoryOf(path), removed: undefined, added: { path, file } });
  }

  remove(path: string): void {
    this.#change({ directory: directoryOf(path), removed: path, added: undefined });
  }

  rename(from: string, to: string, file: MemoryFile): void {
    this.#change({ directory: directoryOf(to), removed: from, added: { path: to, file } });
  }

  sync(directory: string): void {
    for (const change of this.#unsynced) if (change.directory === directory) applyChange(this.#durable, change);
    this.#unsynced = this.#unsynced.filter((change) => change.directory !== directory);
  }

  /** The names that a power cut leaves: each unsynced change is kept or lost, whatever happens to the others. */
  afterPowerCut(random: SeededRandom): ReadonlyMap<string, MemoryFile> {
    const mode = random.below(3);
    const left = new Map(this.#durable);
    for (const change of this.#unsynced) {
      const kept = mode === 0 || (mode === 2 && random.below(2) === 0);
      if (kept) applyChange(left, change);
    }
    return left;
  }

  #change(change: NameChange): void {
    applyChange(this.#seen, change);
    this.#unsynced.push(change);
  }
}

/** The folder of a path, "" for a name at the root. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function applyChange(names: Map<string, MemoryFile>, change: NameChange): void {
  if (change.removed !== undefined) names.delete(change.removed);
  if (change.added !== undefined) names.set(change.added.path, change.added.file);
}
