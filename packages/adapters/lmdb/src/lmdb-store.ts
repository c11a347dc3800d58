import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, invariant, unreachable } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';
import type {
  CellPage,
  CellRange,
  Clearing,
  FrameWrite,
  RowAddress,
  RowPage,
  RowRange,
  Store,
  StoredFeed,
  StoreProgress,
  StoreReader,
} from '@actionbase/ports/store';
import {
  checkFrames,
  checkLimit,
  checkPartition,
  checkSpace,
  checkTerm,
  fencedStore,
} from '@actionbase/ports/store-arguments';
import { checkDataFile, createDataFile, dataFile, freeBytesOf, syncPath } from './lmdb-data-file.ts';
import { lmdbFailure } from './lmdb-failure.ts';
import { cellsPrefix, type LmdbKey, prefixStart } from './lmdb-key.ts';
import { LmdbReader, lmdbKeyBytesMax } from './lmdb-reader.ts';
import {
  decodeFormat,
  decodeTerm,
  encodeProgress,
  encodeTerm,
  feedKey,
  formatKey,
  formatVersion,
  type ProgressRecord,
  progressKey,
  termKey,
} from './lmdb-record.ts';
import { type LmdbDurability, type LmdbTransaction, type LmdbTree, openLmdbTree } from './lmdb-tree.ts';
import { type LmdbWrite, planWrite } from './lmdb-write.ts';

export interface LmdbStoreOptions {
  /** Folder of the files `data.mdb` and `lock.mdb`. One writing process at a time; see `readOnly`. */
  readonly directory: string;
  /** For further processes: they see what the writing process has committed. Default false. */
  readonly readOnly?: boolean;
  /** Address space to reserve at first, in bytes; the map grows beyond by itself. Default 16 GiB. */
  readonly mapBytes?: number;
  /** Snapshots and processes that may read at a time. Default 512. */
  readonly readersMax?: number;
  /** Room to keep free on the disk, in bytes: with less, writes are refused as `store-full`. Default 64 MiB. */
  readonly diskReserveBytes?: number;
  /** For tests of the default only. */
  readonly durability?: LmdbDurability;
}

const defaultMapBytes = 16 * 2 ** 30;
const defaultReadersMax = 512;
const defaultDiskReserveBytes = 64 * 2 ** 20;
/** Clearing may use a part of the reserve, since it makes room in the file. */
const clearingShare = 1 / 8;

/** Chosen by measurements and simulated power cuts: docs/decisions/0001-lmdb-durability.md. */
export const defaultDurability: LmdbDurability = {
  overlappingSync: false,
  safeRestore: false,
  noMetaSync: true,
  noSync: false,
};

/**
 * The embedded store: rows, feed, inbox and progress in one LMDB environment, each `write` one transaction. Reads are
 * answered at once. A commit may be lost by a power cut until `flush` resolved; what is left is the store as it was after
 * an earlier write.
 *
 * `write`, `clear` and `flush` may be called while others are under way: they happen in the order of the calls. That only
 * one process writes is the caller's to ensure (the data directory's lock). After a failure other than a full disk, writes
 * are refused until the store has been opened again.
 */
export class LmdbStore implements Store {
  readonly atomicity = 'batch';
  readonly wantsSaltedKeys = false;
  readonly keyBytesMax = lmdbKeyBytesMax;
  readonly #tree: LmdbTree;
  readonly #reader: LmdbReader;
  readonly #readOnly: boolean;
  readonly #directory: string;
  readonly #diskReserveBytes: number;
  readonly #snapshots = new Set<LmdbSnapshot>();
  /** Progress of the partitions that this store has written. */
  readonly #progress = new Map<number, ProgressRecord>();
  /** The partition that this store has claimed, and the term. */
  #claim: { readonly partition: number; readonly term: number } | undefined;
  /** Settles when the last change that was asked for is done. */
  #turn: Promise<unknown> = Promise.resolve();
  #refusal: Failure | undefined;

  private constructor(tree: LmdbTree, options: LmdbStoreOptions) {
    this.#tree = tree;
    this.#reader = new LmdbReader(tree);
    this.#readOnly = options.readOnly ?? false;
    this.#directory = options.directory;
    this.#diskReserveBytes = options.diskReserveBytes ?? defaultDiskReserveBytes;
  }

  static async open(options: LmdbStoreOptions): Promise<LmdbStore> {
    const store = new LmdbStore(await openTree(options), options);
    try {
      store.#checkFormat();
      return store;
    } catch (error) {
      await store[Symbol.asyncDispose]();
      throw error;
    }
  }

  get(space: number, key: Uint8Array): Uint8Array | undefined {
    return this.#reader.get(space, key);
  }

  getMany(addresses: readonly RowAddress[]): readonly (Uint8Array | undefined)[] {
    return this.#reader.getMany(addresses);
  }

  scan(range: RowRange): RowPage {
    return this.#reader.scan(range);
  }

  scanCells(range: CellRange): CellPage {
    return this.#reader.scanCells(range);
  }

  progress(partition: number): StoreProgress | undefined {
    return this.#reader.progress(partition);
  }

  readFeed(partition: number, from: number, limit: number): readonly StoredFeed[] {
    return this.#reader.readFeed(partition, from, limit);
  }

  snapshot(): StoreReader & Disposable {
    this.#reader.checkOpen();
    const snapshot = new LmdbSnapshot(this.#tree, () => this.#snapshots.delete(snapshot));
    this.#snapshots.add(snapshot);
    return snapshot;
  }

  claim(partition: number, term: number): Promise<void> {
    return this.#inTurn(async () => {
      checkPartition(partition);
      checkTerm(term);
      invariant((this.#claim?.partition ?? partition) === partition, 'an LMDB store is claimed for one partition');
      const claim = { key: termKey(partition), value: encodeTerm(term) };
      for (let done = false; !done; ) {
        const stored = this.term(partition);
        if (stored > term) throw fencedStore(partition, term, stored);
        done = await this.#commitIf({ partition, term: stored === 0 ? null : stored }, [claim]);
      }
      this.#claim = { partition, term };
      this.#progress.delete(partition);
    });
  }

  term(partition: number): number {
    checkPartition(partition);
    const stored = this.#reader.value(termKey(partition));
    return stored === undefined ? 0 : decodeTerm(stored);
  }

  write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    return this.#inTurn(async () => {
      checkPartition(partition);
      // Whoever holds the claim is the only writer: its own memory of the progress is what is stored, or it is refused.
      const before = this.#progress.get(partition) ?? this.#reader.progressRecord(partition);
      this.#checkClaim();
      checkFrames(before, frames, lmdbKeyBytesMax);
      this.#checkRoom(this.#diskReserveBytes);
      await this.#commit(planWrite(partition, frames, (key) => this.#reader.value(key)));
      const last = frames.at(-1);
      if (last !== undefined) this.#progress.set(partition, last);
    });
  }

  clear(what: Clearing, rowsMax: number): Promise<boolean> {
    return this.#inTurn(async () => {
      checkLimit(rowsMax);
      this.#checkRoom(this.#diskReserveBytes * clearingShare);
      const keys = this.#keysOf(what, rowsMax + 1);
      await this.#commit(keys.slice(0, rowsMax).map((key) => ({ key, value: undefined })));
      return keys.length <= rowsMax;
    });
  }

  async flush(): Promise<void> {
    await this.#turn;
    this.#checkWritable();
    await this.#sync();
  }

  /**
   * Copies the store as of its last commit into a folder that has none, durably; other processes may go on writing. As a
   * snapshot does, it keeps the pages of that commit from being used again as long as it takes.
   */
  async copyTo(directory: string): Promise<void> {
    this.#reader.checkOpen();
    try {
      await mkdir(directory, { recursive: true });
      await this.#tree.backup(directory, false);
      await syncPath(join(directory, dataFile));
      await syncPath(directory);
    } catch (cause) {
      throw await lmdbFailure(`copy the store to ${directory}`, cause);
    }
  }

  /**
   * Says that all that was written of a partition belongs to a later epoch now: a restore, which begins one. Its log has owners
   * of its own, so the term of whoever owned the copied store is forgotten.
   */
  beginEpoch(partition: number, epoch: number): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#reader.progressRecord(partition);
      invariant(before !== undefined, 'an epoch begins where an earlier one ended');
      invariant(epoch > before.epoch, `epoch ${epoch} begins after epoch ${before.epoch}`);
      const progress = { ...before, epoch };
      await this.#commit([
        { key: progressKey(partition), value: encodeProgress(progress) },
        { key: termKey(partition), value: undefined },
      ]);
      this.#claim = undefined;
      this.#progress.set(partition, progress);
    });
  }

  /** Closes the files; what was committed is made durable first, unless a failure came before. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    if (this.#reader.closed) return;
    try {
      if (!this.#readOnly && this.#refusal === undefined) await this.#sync();
    } finally {
      for (const snapshot of this.#snapshots) snapshot[Symbol.dispose]();
      this.#reader.close();
      await this.#tree.close();
    }
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(() => {
      this.#checkWritable();
      return change();
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #checkWritable(): void {
    this.#reader.checkOpen();
    if (this.#readOnly) throw new Failure(portFailures['store-read-only'], 'the store was opened for reading only');
    if (this.#refusal !== undefined) throw this.#refusal;
  }

  /** LMDB may end the process when it finds the disk full (decision 0001), so it is not let come to that. */
  #checkRoom(reserveBytes: number): void {
    const freeBytes = freeBytesOf(this.#directory);
    if (freeBytes >= reserveBytes) return;
    throw new Failure(
      portFailures['store-full'],
      `the disk of ${this.#directory} has ${freeBytes} bytes free, and ${reserveBytes} are kept free`,
      { directory: this.#directory, freeBytes, reserveBytes },
    );
  }

  async #commit(writes: readonly LmdbWrite[]): Promise<void> {
    if (writes.length === 0) return;
    const claim = this.#claim;
    if (await this.#commitIf(claim, writes)) return;
    invariant(claim !== undefined, 'only a claim keeps a commit from being done');
    throw fencedStore(claim.partition, claim.term, this.term(claim.partition));
  }

  /** One transaction, if the stored term is that one; without one always. Answers whether it was done. */
  async #commitIf(
    claim: { readonly partition: number; readonly term: number | null } | undefined,
    writes: readonly LmdbWrite[],
  ): Promise<boolean> {
    const write = (): void => {
      for (const { key, value } of writes) {
        if (value === undefined) this.#tree.remove(key);
        else this.#tree.put(key, value);
      }
    };
    try {
      if (claim === undefined) return await this.#tree.batch(write);
      return await this.#tree.ifVersion(termKey(claim.partition), claim.term, write);
    } catch (cause) {
      throw this.#afterFailure(await lmdbFailure('commit', cause));
    }
  }

  /** Refuses early what the transaction would refuse, so that frames that go on elsewhere are no mistake of the caller. */
  #checkClaim(): void {
    if (this.#claim === undefined) return;
    const { partition, term } = this.#claim;
    const stored = this.term(partition);
    if (stored !== term) throw fencedStore(partition, term, stored);
  }

  async #sync(): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#tree.sync((error) => (error === undefined ? resolve() : reject(error)));
      });
    } catch (cause) {
      throw this.#afterFailure(await lmdbFailure('sync its file', cause));
    }
  }

  /** LMDB goes on after a full disk, unless it failed in the middle of a meta page: then not even reads work. */
  #afterFailure(failure: Failure): Failure {
    if (failure.code !== 'store-full' || !this.#readable()) this.#refusal = failure;
    return failure;
  }

  #readable(): boolean {
    try {
      return this.#reader.value(formatKey) !== undefined;
    } catch {
      return false;
    }
  }

  #keysOf(what: Clearing, limit: number): LmdbKey[] {
    switch (what.kind) {
      case 'space': {
        checkSpace(what.space);
        const rows = this.#reader.keys(prefixStart(what.space), prefixStart(what.space + 1), limit);
        if (rows.length === limit) return rows;
        const cells = cellsPrefix(what.space);
        return [...rows, ...this.#reader.keys(prefixStart(cells), prefixStart(cells + 1), limit - rows.length)];
      }
      case 'feed':
        checkPartition(what.partition);
        return this.#reader.keys(feedKey(what.partition, 0), feedKey(what.partition, what.before), limit);
      default:
        return unreachable(what);
    }
  }

  #checkFormat(): void {
    const directory = this.#directory;
    const found = this.#reader.value(formatKey);
    const version = found === undefined ? 'none' : decodeFormat(found);
    if (version === formatVersion) return;
    throw new Failure(
      portFailures['store-unknown-format'],
      `the store in ${directory} has format ${version}, this program knows ${formatVersion}. Start the program that wrote it`,
      { directory, format: version, allowed: formatVersion },
    );
  }
}

class LmdbSnapshot extends LmdbReader implements Disposable {
  readonly #transaction: LmdbTransaction;
  readonly #onDispose: () => void;

  constructor(tree: LmdbTree, onDispose: () => void) {
    const transaction = tree.useReadTransaction();
    super(tree, transaction);
    this.#transaction = transaction;
    this.#onDispose = onDispose;
  }

  [Symbol.dispose](): void {
    if (this.closed) return;
    this.close();
    this.#transaction.done();
    this.#onDispose();
  }
}

async function openTree(options: LmdbStoreOptions): Promise<LmdbTree> {
  const { directory, readOnly = false } = options;
  const treeOptions = {
    directory,
    readOnly,
    mapBytes: options.mapBytes ?? defaultMapBytes,
    readersMax: options.readersMax ?? defaultReadersMax,
    durability: options.durability ?? defaultDurability,
  };
  try {
    if (!readOnly) await createDataFile(treeOptions);
    await checkDataFile(treeOptions);
    return openLmdbTree(treeOptions);
  } catch (cause) {
    throw await lmdbFailure(`open the store in ${directory}`, cause);
  }
}
