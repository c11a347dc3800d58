import { open } from 'lmdb';
import { ByteSlab } from './byte-slab.ts';
import { type LmdbKey, prefixBytes, writeLmdbKey } from './lmdb-key.ts';

/**
 * The part of the lmdb package that the store uses, with our keys. Reads are synchronous; those outside of a snapshot see
 * the last commit.
 */
export interface LmdbTree {
  /** The value in a buffer that the next read overwrites. */
  getBinaryFast(key: LmdbKey, options?: LmdbReadOptions): Uint8Array | undefined;
  /** Entries whose keys and values are copies. */
  getRange(options: LmdbRange): Iterable<LmdbEntry>;
  useReadTransaction(): LmdbTransaction;
  /** Only inside `batch`. The value must not change until the batch is committed. */
  put(key: LmdbKey, value: Uint8Array): unknown;
  /** Only inside `batch`. */
  remove(key: LmdbKey): unknown;
  /** Everything that the callback puts and removes becomes one transaction. The callback must not throw. */
  batch(callback: () => void): Promise<boolean>;
  /**
   * As `batch`, if the first eight bytes of the key's value, read as a number in the machine's own order, are this number;
   * with null, if there is no such key. LMDB compares within the transaction. Resolves to false when nothing was done.
   */
  ifVersion(key: LmdbKey, version: number | null, callback: () => void): Promise<boolean>;
  /** Makes everything committed durable, on another thread. */
  sync(callback: (error?: unknown) => void): void;
  /** Copies everything, as of the last commit, to the file `data.mdb` of a folder, on another thread. */
  backup(directory: string, compact: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface LmdbTransaction {
  done(): void;
}

export interface LmdbReadOptions {
  readonly transaction: LmdbTransaction;
}

/** With `reverse`, `start` is the upper end. */
export interface LmdbRange {
  readonly start: LmdbKey;
  readonly end: LmdbKey;
  readonly reverse: boolean;
  readonly exclusiveStart: boolean;
  readonly inclusiveEnd: boolean;
  readonly limit: number;
  readonly transaction?: LmdbTransaction | undefined;
}

export interface LmdbEntry {
  /** The key without its prefix. */
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface LmdbTreeOptions {
  readonly directory: string;
  readonly readOnly: boolean;
  readonly mapBytes: number;
  readonly readersMax: number;
  readonly durability: LmdbDurability;
}

/** How commits reach the disk; docs/decisions/0001-lmdb-durability.md compares the settings. */
export interface LmdbDurability {
  readonly overlappingSync: boolean;
  readonly safeRestore: boolean;
  readonly noMetaSync: boolean;
  readonly noSync: boolean;
}

/** Opens the environment in the directory; files are made when they are missing, unless it is read only. */
export function openLmdbTree(options: LmdbTreeOptions): LmdbTree {
  const { overlappingSync, safeRestore, noMetaSync, noSync } = options.durability;
  const slab = new ByteSlab();
  const tree: unknown = open({
    path: options.directory,
    noSubdir: false,
    readOnly: options.readOnly,
    mapSize: options.mapBytes,
    maxReaders: options.readersMax,
    maxDbs: 1,
    overlappingSync: overlappingSync && !options.readOnly,
    noMetaSync,
    noSync,
    ...{ safeRestore },
    cache: false,
    // With it, the package makes a promise of its own per turn, whose rejection on a full disk nobody could catch.
    eventTurnBatching: false,
    keyEncoder: {
      writeKey: writeLmdbKey,
      readKey: (source: Uint8Array, start: number, end: number) => slab.copy(source, start + prefixBytes, end),
    },
    encoder: {
      encode: (value: Uint8Array) => value,
      // The package hands out a larger buffer of its own, whose `length` it sets to the value's size.
      decode: (bytes: Uint8Array) => slab.copy(bytes, 0, bytes.length),
    },
  });
  return tree as LmdbTree;
}
