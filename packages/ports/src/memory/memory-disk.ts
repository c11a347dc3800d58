import { Failure, invariant } from '@actionbase/core/failure';
import type { Awaitable } from '../awaitable.ts';
import type { Disk, DiskFile, OpenOptions } from '../disk.ts';
import { portFailures } from '../failures.ts';
import { MemoryFile } from './memory-file.ts';
import { directoryOf, MemoryNames } from './memory-names.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Process id that a lock of a memory disk names as its holder. */
const HOLDER_PID = 1;

export type DiskOperationKind =
  | 'open'
  | 'list'
  | 'makeDirectory'
  | 'rename'
  | 'remove'
  | 'syncDirectory'
  | 'lock'
  | 'size'
  | 'read'
  | 'write'
  | 'truncate'
  | 'sync'
  | 'close';

/** An operation that is about to take effect. */
export interface DiskOperation {
  readonly kind: DiskOperationKind;
  readonly path: string;
}

/**
 * What goes wrong instead. 'fail': nothing happens, and a failing sync loses what it should have made durable.
 * 'fail-in-part': a write does its first half, a sync makes every second sector durable. 'full': as 'fail', as a full disk.
 */
export type DiskFault = 'fail' | 'fail-in-part' | 'full';

export interface MemoryDiskOptions {
  /** Bytes that all files together may have; unlimited when missing. */
  readonly capacityBytes?: number;
  /** Runs before each operation takes effect: it may delay it, or answer with what goes wrong. */
  readonly intercept?: (operation: DiskOperation) => Awaitable<DiskFault | undefined>;
}

/**
 * A disk in memory, with a page cache that a power cut empties: what was not synced is then kept, lost or torn, file names
 * too. After `crash` or `kill` this disk is the dead process's view: its operations never settle and change nothing; the
 * returned disk is what the next process finds.
 */
export class MemoryDisk implements Disk {
  /** May be changed at any time, so that a full disk gets room again. */
  capacityBytes: number;
  /** May be changed at any time. */
  intercept: ((operation: DiskOperation) => Awaitable<DiskFault | undefined>) | undefined;
  #names = new MemoryNames();
  #directories = new Set<string>(['']);
  readonly #locks = new Set<string>();
  readonly #planned: { readonly kind: DiskOperationKind; readonly fault: DiskFault }[] = [];
  #dead = false;

  constructor(options: MemoryDiskOptions = {}) {
    this.capacityBytes = options.capacityBytes ?? Number.POSITIVE_INFINITY;
    this.intercept = options.intercept;
  }

  /** Lets the next operation of a kind go wrong; several plans for one kind are used up in order. */
  failNext(kind: DiskOperationKind, fault: DiskFault = 'fail'): void {
    this.#planned.push({ kind, fault });
  }

  /** Cuts the power: unsynced changes are kept, lost or torn as the seed says. */
  crash(random: SeededRandom): MemoryDisk {
    const names = this.#names.afterPowerCut(random);
    const files = new Map<MemoryFile, MemoryFile>();
    for (const file of names.values()) if (!files.has(file)) files.set(file, file.afterPowerCut(random));
    const after = new Map([...names].map(([path, file]) => [path, files.get(file) ?? file]));
    return this.#succeed(new MemoryNames(after));
  }

  /** Ends the process only: everything that programs saw is still there. */
  kill(): MemoryDisk {
    return this.#succeed(this.#names);
  }

  /**
   * The same files as another process sees them, which may go on beside this one: its locks are free there, as they are
   * where a lock was lost. What one writes, the other reads.
   */
  beside(): MemoryDisk {
    const other = new MemoryDisk({ capacityBytes: this.capacityBytes });
    other.intercept = this.intercept;
    other.#names = this.#names;
    other.#directories = this.#directories;
    return other;
  }

  async open(path: string, options: OpenOptions): Promise<DiskFile> {
    const name = normalized(path);
    return this.run('open', name, () => {
      const found = this.#names.get(name);
      if (found !== undefined && options.create === 'new') throw exists(name);
      if (found !== undefined) return new MemoryDiskFile(this, name, found);
      if (!options.create) throw missing(name);
      if (!this.#directories.has(directoryOf(name))) throw missing(directoryOf(name));
      const file = new MemoryFile();
      this.#names.add(name, file);
      return new MemoryDiskFile(this, name, file);
    });
  }

  async list(directory: string): Promise<readonly string[]> {
    const name = normalized(directory);
    return this.run('list', name, () => {
      const prefix = name === '' ? '' : `${name}/`;
      const names = new Set<string>();
      for (const [path] of this.#names.entries()) {
        if (directoryOf(path) === name) names.add(path.slice(prefix.length));
      }
      for (const path of this.#directories) {
        if (path !== '' && directoryOf(path) === name) names.add(path.slice(prefix.length));
      }
      return [...names].sort();
    });
  }

  async makeDirectory(directory: string): Promise<void> {
    const name = normalized(directory);
    return this.run('makeDirectory', name, () => {
      for (let path = name; path !== ''; path = directoryOf(path)) this.#directories.add(path);
    });
  }

  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [normalized(from), normalized(to)];
    invariant(directoryOf(source) === directoryOf(target), 'a file is renamed within its folder');
    return this.run('rename', source, () => {
      const file = this.#names.get(source);
      if (file === undefined) throw missing(source);
      this.#names.rename(source, target, file);
    });
  }

  async remove(path: string): Promise<void> {
    const name = normalized(path);
    return this.run('remove', name, () => {
      if (this.#names.get(name) === undefined) throw missing(name);
      this.#names.remove(name);
    });
  }

  async syncDirectory(directory: string): Promise<void> {
    const name = normalized(directory);
    return this.run('syncDirectory', name, () => this.#names.sync(name));
  }

  async lock(path: string): Promise<AsyncDisposable> {
    const name = normalized(path);
    return this.run('lock', name, () => {
      if (this.#locks.has(name)) {
        const message = `${name} is locked by process ${HOLDER_PID}`;
        throw new Failure(portFailures.locked, message, { path: name, pid: HOLDER_PID });
      }
      this.#locks.add(name);
      return {
        [Symbol.asyncDispose]: async () => {
          if (!this.#dead) this.#locks.delete(name);
        },
      };
    });
  }

  /**
   * Runs an operation of this disk or of one of its files. Nothing comes between the look at whether the process still lives
   * and the effect: otherwise a sync could take effect, and be answered, after the power was cut. The effect is handed a
   * fault that leaves something behind; others are thrown instead of it.
   */
  async run<T>(kind: DiskOperationKind, path: string, effect: (fault: DiskFault | undefined) => T): Promise<T> {
    if (this.#dead) return new Promise(() => {});
    const intercepted = await this.intercept?.({ kind, path });
    if (this.#dead) return new Promise(() => {});
    const index = this.#planned.findIndex((plan) => plan.kind === kind);
    const fault = intercepted ?? (index < 0 ? undefined : this.#planned.splice(index, 1)[0]?.fault);
    const leavesSomething = kind === 'sync' || (kind === 'write' && fault === 'fail-in-part');
    if (fault === undefined || leavesSomething) return effect(fault);
    throw fault === 'full' ? full(path) : broken(kind, path);
  }

  /** How many of `growthBytes` more bytes there is room for. */
  roomFor(growthBytes: number): number {
    if (this.capacityBytes === Number.POSITIVE_INFINITY) return growthBytes;
    let used = 0;
    for (const [, file] of this.#names.entries()) used += file.sizeBytes;
    return Math.max(0, Math.min(growthBytes, this.capacityBytes - used));
  }

  #succeed(names: MemoryNames): MemoryDisk {
    const next = this.beside();
    next.#names = names;
    this.#dead = true;
    return next;
  }
}

/** An open file of a `MemoryDisk`. It goes on working after its name is gone, as on a real disk. */
class MemoryDiskFile implements DiskFile {
  readonly #disk: MemoryDisk;
  readonly #path: string;
  readonly #file: MemoryFile;
  #open = true;

  constructor(disk: MemoryDisk, path: string, file: MemoryFile) {
    this.#disk = disk;
    this.#path = path;
    this.#file = file;
  }

  async sizeBytes(): Promise<number> {
    return this.#run('size', () => this.#file.sizeBytes);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    return this.#run('read', () => this.#file.read(offset, length));
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#run('write', (fault) => {
      const wanted = fault === undefined ? bytes.length : bytes.length >> 1;
      const growth = Math.max(0, offset + wanted - this.#file.sizeBytes);
      const room = this.#disk.roomFor(growth);
      const written = wanted - Math.min(wanted, growth - room);
      if (written > 0) this.#file.write(offset, bytes.subarray(0, written));
      if (room < growth) throw full(this.#path);
      if (fault !== undefined) throw broken('write', this.#path);
    });
  }

  async truncate(sizeBytes: number): Promise<void> {
    return this.#run('truncate', () => {
      const growth = sizeBytes - this.#file.sizeBytes;
      if (growth > 0 && this.#disk.roomFor(growth) < growth) throw full(this.#path);
      this.#file.resize(sizeBytes);
    });
  }

  async sync(): Promise<void> {
    return this.#run('sync', (fault) => {
      if (fault === undefined) return this.#file.sync();
      this.#file.failSync(fault === 'fail-in-part' ? 'every second sector' : 'nothing');
      throw fault === 'full' ? full(this.#path) : broken('sync', this.#path);
    });
  }

  async close(): Promise<void> {
    return this.#run('close', () => {
      this.#open = false;
    });
  }

  #run<T>(kind: DiskOperationKind, effect: (fault: DiskFault | undefined) => T): Promise<T> {
    invariant(this.#open, `${this.#path} is closed`);
    return this.#disk.run(kind, this.#path, (fault) => {
      invariant(this.#open, `${this.#path} was closed during an operation`);
      return effect(fault);
    });
  }
}

function normalized(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function missing(path: string): Failure {
  return new Failure(portFailures['disk-failed'], `${path}: no such file or folder`, { path, cause: 'ENOENT' });
}

function exists(path: string): Failure {
  return new Failure(portFailures['disk-failed'], `${path}: the file is there already`, { path, cause: 'EEXIST' });
}

function full(path: string): Failure {
  return new Failure(portFailures['disk-full'], `${path}: no room left on the disk`, { path, cause: 'ENOSPC' });
}

function broken(kind: DiskOperationKind, path: string): Failure {
  return new Failure(portFailures['disk-failed'], `${path}: ${kind} failed`, { path, cause: 'EIO' });
}
