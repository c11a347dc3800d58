import { Failure, invariant } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';
import type {
  CellPage,
  CellRange,
  RowAddress,
  RowPage,
  RowRange,
  StoredFeed,
  StoreProgress,
  StoreReader,
} from '@actionbase/ports/store';
import { checkAddress, checkLimit, checkPartition, checkRange } from '@actionbase/ports/store-arguments';
import { afterHead, cellKey, cellsPrefix, type LmdbKey, ownPrefix, prefixStart, rowKey } from './lmdb-key.ts';
import {
  decodeInboxPosition,
  decodeProgress,
  feedHead,
  feedKey,
  feedOffset,
  inboxHead,
  inboxOrigin,
  type ProgressRecord,
  progressKey,
} from './lmdb-record.ts';
import type { LmdbEntry, LmdbRange, LmdbReadOptions, LmdbTransaction, LmdbTree } from './lmdb-tree.ts';

/** Longest key plus qualifier. LMDB itself allows 1,978 bytes with pages of 4 KiB, our prefix of 4 included. */
export const lmdbKeyBytesMax = 1_900;

/** Most origins that one partition's inbox may have. */
const originsMax = 100_000;

/** Reads of the last commit or, with a transaction, of the commit that it began after. All answers are there at once. */
export class LmdbReader implements StoreReader {
  readonly keyBytesMax = lmdbKeyBytesMax;
  readonly #tree: LmdbTree;
  readonly #transaction: LmdbTransaction | undefined;
  readonly #options: LmdbReadOptions | undefined;
  #closed = false;

  constructor(tree: LmdbTree, transaction?: LmdbTransaction) {
    this.#tree = tree;
    this.#transaction = transaction;
    this.#options = transaction === undefined ? undefined : { transaction };
  }

  get(space: number, key: Uint8Array): Uint8Array | undefined {
    return this.#read({ space, key });
  }

  getMany(addresses: readonly RowAddress[]): readonly (Uint8Array | undefined)[] {
    return addresses.map((address) => this.#read(address));
  }

  scan(range: RowRange): RowPage {
    checkRange(range);
    const { space, start, end } = range;
    const first = start === undefined ? prefixStart(space) : rowKey(space, cut(start, 0));
    const above = end === undefined ? prefixStart(space + 1) : rowKey(space, cut(end, 0));
    const { entries, more } = this.#page(first, above, range);
    return { rows: entries, more };
  }

  scanCells(range: CellRange): CellPage {
    checkRange(range);
    checkAddress(range, lmdbKeyBytesMax);
    const { space, key, start, end } = range;
    const prefix = cellsPrefix(space);
    const first = start === undefined ? { prefix, head: key } : cellKey(space, key, cut(start, key.length));
    const above = end === undefined ? afterHead(prefix, key) : cellKey(space, key, cut(end, key.length));
    const { entries, more } = this.#page(first, above, range);
    const cells = entries.map((entry) => ({
      qualifier: entry.key.subarray(key.length),
      value: entry.value,
    }));
    return { cells, more };
  }

  progress(partition: number): StoreProgress | undefined {
    const record = this.progressRecord(partition);
    if (record === undefined) return undefined;
    const head = inboxHead(partition);
    const inbox = new Map<string, bigint>();
    const end = afterHead(ownPrefix, head);
    const entries = this.entries({ prefix: ownPrefix, head }, end, originsMax + 1);
    invariant(entries.length <= originsMax, `the inbox of partition ${partition} has more than ${originsMax} origins`);
    for (const { key, value } of entries) {
      inbox.set(inboxOrigin(key), decodeInboxPosition(value));
    }
    return { ...record, inbox };
  }

  readFeed(partition: number, from: number, limit: number): readonly StoredFeed[] {
    checkPartition(partition);
    checkLimit(limit);
    const end = afterHead(ownPrefix, feedHead(partition));
    const entries = this.entries(feedKey(partition, from), end, limit);
    return entries.map(({ key, value }) => ({ offset: feedOffset(key), record: value }));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Ends reading: LMDB itself would touch memory that is gone. */
  close(): void {
    this.#closed = true;
  }

  checkOpen(): void {
    if (this.#closed) throw new Failure(portFailures['store-failed'], 'the store or the snapshot was closed');
  }

  /** Progress without the inbox. */
  progressRecord(partition: number): ProgressRecord | undefined {
    checkPartition(partition);
    const bytes = this.value(progressKey(partition));
    return bytes === undefined ? undefined : decodeProgress(bytes);
  }

  /** The value of any key. */
  value(key: LmdbKey): Uint8Array | undefined {
    this.checkOpen();
    try {
      const bytes = this.#tree.getBinaryFast(key, this.#options);
      if (bytes === undefined) return undefined;
      // A copy of its own memory, of as much as the package says: its buffer is larger, and the next read overwrites it.
      return new Uint8Array(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    } catch (cause) {
      throw readFailure(cause);
    }
  }

  /** Entries with first <= key < above, in key order, at most `limit`. */
  entries(first: LmdbKey, above: LmdbKey, limit: number): LmdbEntry[] {
    return this.#range({
      start: first,
      end: above,
      reverse: false,
      exclusiveStart: false,
      inclusiveEnd: false,
      limit,
      transaction: this.#transaction,
    });
  }

  /** Keys with first <= key < above, as they are removed, at most `limit`. */
  keys(first: LmdbKey, above: LmdbKey, limit: number): LmdbKey[] {
    const { prefix } = first;
    return this.entries(first, above, limit).map(({ key }) => ({ prefix, head: key }));
  }

  #read(address: RowAddress): Uint8Array | undefined {
    checkAddress(address, lmdbKeyBytesMax);
    const { space, key, qualifier } = address;
    return this.value(qualifier === undefined ? rowKey(space, key) : cellKey(space, key, qualifier));
  }

  /** One entry more than the limit tells whether there are more. */
  #page(first: LmdbKey, above: LmdbKey, range: RowRange): { entries: LmdbEntry[]; more: boolean } {
    const entries =
      range.reverse === true
        ? this.#range({
            start: above,
            end: first,
            reverse: true,
            exclusiveStart: true,
            inclusiveEnd: true,
            limit: range.limit + 1,
            transaction: this.#transaction,
          })
        : this.entries(first, above, range.limit + 1);
    const more = entries.length > range.limit;
    if (more) entries.pop();
    return { entries, more };
  }

  #range(range: LmdbRange): LmdbEntry[] {
    this.checkOpen();
    try {
      return Array.from(this.#tree.getRange(range));
    } catch (cause) {
      throw readFailure(cause);
    }
  }
}

/** A bound that makes a key longer than any stored one may be cut there: what is cut off cannot decide. */
function cut(bound: Uint8Array, bytesBefore: number): Uint8Array {
  const bytesMax = lmdbKeyBytesMax + 1 - bytesBefore;
  return bound.length > bytesMax ? bound.subarray(0, bytesMax) : bound;
}

function readFailure(cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Failure(portFailures['store-failed'], `LMDB could not read: ${reason}`, { reason }, cause);
}
