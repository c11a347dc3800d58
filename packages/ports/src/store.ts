import type { Awaitable } from './awaitable.ts';

/**
 * Rows that remember the log position they correspond to.
 *
 * A row is named by a space (a table's id, at most 2^31 - 2; 0 is the engine's own) and a key; a wide row's cell has a
 * qualifier as well. Keys compare as unsigned bytes; no key of a wide row begins another one's. Rows and cells lie apart: a
 * scan of rows never meets a cell. `undefined` means: no such row. Bytes that are read may be views into larger buffers.
 *
 * Laws (suite: `contracts/store.ts`; one broken implementation per law in `contracts/broken/`):
 *
 *   S1  After `write` resolved, every read sees it; before, a reader sees all of a frame or nothing (atomicity 'batch').
 *   S2  Rows, feed, inbox and progress of a batch stand or fall together (atomicity 'batch'); with 'row', each row does.
 *   S3  Scans give rows in key order (or its reverse), within [start, end), each once, no other; pages joined = the whole.
 *   S4  After a crash the store holds a prefix of the writes, at least all before the last resolved `flush`.
 *   S5  A snapshot's reads all belong to one progress, whatever is written meanwhile.
 *   S6  Bytes come back as they were put; what was returned does not change under the caller.
 *   S7  `clear` removes only what it names, and says how much is left to do.
 *   S8  After `claim` resolved, no `write` and no `clear` of whoever claimed the partition with a lower term changes anything,
 *       in whatever process: it is refused as `fenced`, and so is a claim with a lower term.
 *
 * Failures: `store-full`, `store-failed`, `store-read-only`, `fenced`. A failed `write` changed nothing and may be tried again.
 */
export interface Store extends StoreReader, AsyncDisposable {
  readonly atomicity: 'batch' | 'row';
  /**
   * Whether row keys should come with the salt that spreads the rows of one vertex (the reference's keys, for a store of
   * many machines) or without, so that they lie together. The store itself treats keys as bytes either way.
   */
  readonly wantsSaltedKeys: boolean;
  /**
   * Makes this store the writer of a partition, by the term of its log. Whoever claims reads the progress afterwards: from
   * then on it is what this store has written. One that never claims is trusted, as a tool with a store of its own.
   */
  claim(partition: number, term: number): Promise<void>;
  /** The highest term that claimed the partition; 0 when none did. */
  term(partition: number): Awaitable<number>;
  /**
   * Applies frames of one partition in order: offsets rise, epochs never fall. Row order within a frame is the order of
   * writing. An origin keeps its highest position, a signed 64-bit number.
   */
  write(partition: number, frames: readonly FrameWrite[]): Promise<void>;
  /** Resolves when everything written before the call survives a power cut. */
  flush(): Promise<void>;
  /** A consistent view; short-lived (see `docs/limits.md`): dispose it. */
  snapshot(): StoreReader & Disposable;
  /** Removes a part of what `what` names; resolves to true when nothing of it is left. Call again until then. */
  clear(what: Clearing, rowsMax: number): Promise<boolean>;
}

/** What can be read, from a store or from a snapshot of it. */
export interface StoreReader {
  /** Longest key plus qualifier, in bytes, that a row may have. */
  readonly keyBytesMax: number;
  get(space: number, key: Uint8Array): Awaitable<Uint8Array | undefined>;
  /** Values in the order of the addresses. */
  getMany(addresses: readonly RowAddress[]): Awaitable<readonly (Uint8Array | undefined)[]>;
  /** Plain rows of a space, one page. */
  scan(range: RowRange): Awaitable<RowPage>;
  /**
   * Cells of one wide row, one page. With an empty `key`: of all wide rows of the space, a cell's qualifier then being its
   * row's key followed by its qualifier; audits read so.
   */
  scanCells(range: CellRange): Awaitable<CellPage>;
  /** How far the partition has been applied; undefined for a store that never was written. */
  progress(partition: number): Awaitable<StoreProgress | undefined>;
  /** Feed records of frames from `from` on, in order, at most `limit`. */
  readFeed(partition: number, from: number, limit: number): Awaitable<readonly StoredFeed[]>;
}

export interface RowAddress {
  readonly space: number;
  readonly key: Uint8Array;
  /** Set for a cell of a wide row. */
  readonly qualifier?: Uint8Array | undefined;
}

/** Rows with start <= key < end; an undefined bound is open. With `reverse`, from the end downwards. */
export interface RowRange {
  readonly space: number;
  readonly start?: Uint8Array | undefined;
  readonly end?: Uint8Array | undefined;
  readonly limit: number;
  readonly reverse?: boolean | undefined;
}

export interface Row {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface RowPage {
  readonly rows: readonly Row[];
  /** True when the range may hold more rows after the last one given. */
  readonly more: boolean;
}

/** Cells of the wide row `key` with start <= qualifier < end. */
export interface CellRange extends RowRange {
  readonly key: Uint8Array;
}

export interface Cell {
  readonly qualifier: Uint8Array;
  readonly value: Uint8Array;
}

export interface CellPage {
  readonly cells: readonly Cell[];
  readonly more: boolean;
}

export interface StoreProgress {
  readonly epoch: number;
  /** The last frame whose rows are in. */
  readonly offset: number;
  readonly stampMs: number;
  /** Highest foreign position per origin. */
  readonly inbox: ReadonlyMap<string, bigint>;
}

/** Everything that one frame changes. */
export interface FrameWrite {
  readonly epoch: number;
  readonly offset: number;
  readonly stampMs: number;
  readonly rows: readonly RowWrite[];
  /** The frame's feed record, encoded. */
  readonly feed: Uint8Array;
  /** Origins whose highest position this frame raised. */
  readonly inbox: readonly InboxWrite[];
}

/** A put, or a delete when `value` is undefined. */
export interface RowWrite extends RowAddress {
  readonly value: Uint8Array | undefined;
}

export interface InboxWrite {
  readonly origin: string;
  readonly position: bigint;
}

export interface StoredFeed {
  readonly offset: number;
  readonly record: Uint8Array;
}

/** Rows of a dropped space, or feed records of frames below an offset. */
export type Clearing =
  | { readonly kind: 'space'; readonly space: number }
  | { readonly kind: 'feed'; readonly partition: number; readonly before: number };
