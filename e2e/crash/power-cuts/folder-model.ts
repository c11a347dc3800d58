import { dirname } from 'node:path';
import { DiskModel, type UnitBytes } from '@actionbase/adapter-lmdb/testing/power-cut/disk-model';
import type { DiskCall } from './read-calls.ts';

type Node = { readonly kind: 'folder' } | { readonly kind: 'file'; readonly content: DiskModel };

/** A change of names in one folder; later ones have higher numbers. */
interface NameChange {
  readonly number: number;
  /** Null: the name is gone. */
  readonly node: Node | null;
  readonly path: string;
  /** The name that a rename took away. */
  readonly from: string | null;
}

type Names = Map<string, Node>;

/** What a power cut left: the folders, and the bytes of each file. */
export interface FolderImage {
  readonly folders: readonly string[];
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Numbers in [0, 1). */
export type Chance = () => number;

/**
 * A folder with all below it, on a disk that forgets. The bytes of each file are kept, lost or torn as `DiskModel` says. A name
 * that was given, taken or changed is durable when its folder was synced afterwards; of the changes in one folder since then, a
 * power cut keeps any first part, as file systems with a journal do. What lies in a folder that is lost is lost.
 */
export class FolderModel {
  readonly #root: string;
  readonly #unitBytes: UnitBytes;
  readonly #names: Names = new Map();
  readonly #durable: Names = new Map();
  readonly #pending = new Map<string, NameChange[]>();
  /** For each sync of a folder under way: the last change that it covers. */
  readonly #syncs = new Map<number, number>();
  #number = 0;

  /** The folder `root` itself is durable. */
  constructor(root: string, unitBytes: UnitBytes) {
    this.#root = root;
    this.#unitBytes = unitBytes;
  }

  apply(call: DiskCall): void {
    switch (call.kind) {
      case 'file': {
        const node = this.#names.get(call.path);
        if (node?.kind === 'file') node.content.apply(call.event);
        return;
      }
      case 'create': {
        const node = this.#names.get(call.path);
        if (node === undefined) this.#change({ path: call.path, node: this.#newFile(), from: null });
        else if (call.isEmptied && node.kind === 'file') node.content.apply({ kind: 'resize', sizeBytes: 0 });
        return;
      }
      case 'folder':
        return this.#change({ path: call.path, node: { kind: 'folder' }, from: null });
      case 'rename':
        return this.#change({ path: call.path, node: this.#names.get(call.from) ?? null, from: call.from });
      case 'remove':
        return this.#change({ path: call.path, node: null, from: null });
      case 'sync-folder':
        if (this.#names.get(call.path)?.kind === 'file') return;
        if (!call.isDone) this.#syncs.set(call.call, this.#number);
        else this.#makeDurable(call.path, this.#syncs.get(call.call) ?? 0);
        return;
      case 'mark':
        return;
    }
  }

  /** What a power cut may leave now. `kept` is the share of unsynced units of files that are kept. */
  cut(chance: Chance, kept: number): FolderImage {
    const changes: NameChange[] = [];
    for (const pending of this.#pending.values()) {
      const keepsAll = chance() < kept;
      changes.push(...pending.slice(0, keepsAll ? pending.length : Math.floor(chance() * (pending.length + 1))));
    }
    const names = new Map(this.#durable);
    for (const change of changes.sort((a, b) => a.number - b.number)) applyChange(names, change);
    return imageOf(names, this.#root, (content) => content.cut(chance, kept) ?? new Uint8Array(0));
  }

  /** The folder as the running system sees it. */
  newest(): FolderImage {
    return imageOf(this.#names, this.#root, (content) => content.newest());
  }

  #newFile(): Node {
    const content = new DiskModel(this.#unitBytes);
    // Its name is looked after here.
    content.apply({ kind: 'name' });
    content.apply({ kind: 'sync', call: -1, what: 'folder' });
    content.apply({ kind: 'synced', call: -1 });
    return { kind: 'file', content };
  }

  #change(given: Omit<NameChange, 'number'>): void {
    const change = { ...given, number: ++this.#number };
    applyChange(this.#names, change);
    const folder = dirname(change.path);
    const pending = this.#pending.get(folder) ?? [];
    pending.push(change);
    this.#pending.set(folder, pending);
  }

  #makeDurable(folder: string, last: number): void {
    const pending = this.#pending.get(folder) ?? [];
    for (const change of pending) {
      if (change.number > last) continue;
      applyChange(this.#durable, change);
      if (change.from !== null) this.#forget(change.from, change.number);
    }
    this.#pending.set(
      folder,
      pending.filter(({ number }) => number > last),
    );
  }

  /** A rename into another folder is durable: that its old name was given once must not come back. */
  #forget(path: string, before: number): void {
    const folder = dirname(path);
    const pending = this.#pending.get(folder);
    if (pending === undefined) return;
    this.#pending.set(
      folder,
      pending.filter((change) => change.path !== path || change.number > before),
    );
  }
}

function applyChange(names: Names, { path, node, from }: NameChange): void {
  if (from !== null) names.delete(from);
  if (node === null) names.delete(path);
  else names.set(path, node);
}

function imageOf(names: Names, root: string, bytesOf: (content: DiskModel) => Uint8Array): FolderImage {
  const isThere = (path: string): boolean => {
    const above = dirname(path);
    return above === root || (names.get(above)?.kind === 'folder' && isThere(above));
  };
  const files = new Map<string, Uint8Array>();
  const folders: string[] = [];
  for (const [path, node] of names) {
    if (!isThere(path)) continue;
    if (node.kind === 'folder') folders.push(path);
    else files.set(path, bytesOf(node.content));
  }
  return { folders: folders.sort(), files };
}
