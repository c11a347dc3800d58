/**
 * The side that the truth moves away from: tables of a database with an ordered change log, for example MariaDB with a
 * row-based binary log. `migrate` talks to it through the three ports below; adapters implement them.
 *
 * Laws (suite: `contracts/legacy.ts`; one broken implementation per law in `contracts/broken/`):
 *
 *   M1  A chunk holds exactly the rows of its range as of its position; chunks joined = the range.
 *   M2  `follow(from)` gives every transaction after `from` that touches the tables, once, in commit order, each whole, with
 *       full images before and after; also when it is resumed at any transaction's position.
 *   M3  A position compares: a transaction's position is higher than that of every one committed before it.
 *   M4  A change of a followed table's columns ends the following with `legacy-schema-changed`, before any row of it.
 *   M5  `write` takes effect only where the legacy side is the truth of the bucket; else it changes nothing and says so.
 *   M6  Versions of one bucket that `write` gives grow in commit order, over all processes, and are above the rows they replace
 *       and above every version of the bucket that `backUp` brought.
 *   M7  Row and version of a `write` stand or fall together.
 *   M8  `backUp` applies a batch once: its rows and its position stand or fall together, a batch at or below the stored position changes nothing.
 *   M9  `hold` waits for every write under way; until it is released no `write` commits. A hold whose process dies is released,
 *       and what it did not settle did not happen.
 *
 * Failures: `legacy-unavailable` (may be sent again), `legacy-refused`, `legacy-log-gone` (the log was purged before the
 * position), `legacy-schema-changed`.
 */

/**
 * A value of a column: integers of any width are bigint, decimals and times text as the server prints them (times in UTC),
 * floating numbers number, texts and JSON string, binary columns text of hexadecimal digits.
 */
export type LegacyValue = null | bigint | number | string;

/** A row, by the names of its columns. */
export type LegacyRow = Readonly<Record<string, LegacyValue>>;

/** A place in the change log, as the server prints it. Compare two of them by `LegacySource.rank`. */
export type LegacyPosition = string & { readonly brand: 'LegacyPosition' };

/** Reads tables and their change log; never writes. */
export interface LegacySource extends AsyncDisposable {
  /** Columns, keys and what makes a table unfit to migrate. Throws `legacy-refused` when there is none of this name. */
  describe(table: string): Promise<LegacyTableDescription>;
  /** The end of the change log: all that is committed now is at or below it. */
  position(): Promise<LegacyPosition>;
  /** The number of a position in commit order, from 0 for the beginning of the log: rises with every transaction. */
  rank(position: LegacyPosition): bigint;
  /** The next rows of a range in key order, as of one exact position; takes no lock that a writer would wait for. */
  readChunk(request: ChunkRequest): Promise<LegacyChunk>;
  /** Digests of the whole table by buckets, as of one exact position, computed by the server where it can. */
  digest(request: DigestRequest): Promise<LegacyDigest>;
  /** The row with these values of the primary key: one or none. A key's text may stand for its value. */
  readRow(request: RowRequest): Promise<LegacyChunk>;
  /** The rows of one bucket as of one exact position, for looking at a difference: may read the whole table. */
  readBucket(request: BucketRequest): Promise<LegacyChunk>;
  /** How many rows each value of a field has, a page at a time, each value once, as of one exact position. */
  countBy(request: CountByRequest): AsyncIterable<LegacyCountPage>;
  /** Transactions after `from`, as they are committed, until `signal` aborts; then the iteration ends. */
  follow(request: FollowRequest): AsyncIterable<LegacyTransaction>;
  /** How busy the server is; the copier slows down by it. */
  health(): Promise<LegacyHealth>;
}

export interface LegacyTableDescription {
  readonly table: string;
  readonly columns: readonly LegacyColumn[];
  /** Columns of the primary key in order. */
  readonly primaryKey: readonly string[];
  /** About how many rows there are, as the server guesses. */
  readonly rowsAbout: number;
  /** Beside the primary key. */
  readonly uniqueKeys: readonly LegacyUniqueKey[];
  /** Sentences that say what must be changed before this table can be migrated; empty when it is fit. */
  readonly obstacles: readonly string[];
  /** Sentences on what the database does by itself, or refuses, when rows are written or deleted, and what to do about it. */
  readonly warnings: readonly string[];
}

export interface LegacyUniqueKey {
  readonly name: string;
  /** Names of columns, in order; of a column whose beginning alone counts, its length too: `sku(3)`. */
  readonly columns: readonly string[];
}

export interface LegacyColumn {
  readonly name: string;
  /** The server's word for the type, for people. */
  readonly type: string;
  readonly kind: 'integer' | 'decimal' | 'float' | 'text' | 'time' | 'binary';
  readonly nullable: boolean;
}

/** Rows with `after` < key <= `through`, in the order of the primary key; undefined bounds are open. */
export interface KeyRange {
  /** Values of the primary key's columns in order; may be a prefix of them, which stands for all keys that begin so. */
  readonly after?: readonly LegacyValue[] | undefined;
  readonly through?: readonly LegacyValue[] | undefined;
}

export interface ChunkRequest extends KeyRange {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rowsMax: number;
}

export interface LegacyChunk {
  readonly rows: readonly LegacyRow[];
  /** The position whose rows these are, exactly. */
  readonly position: LegacyPosition;
  /** False when the range holds no row behind the last one given. */
  readonly more: boolean;
}

/** Asks for one digest per bucket of the whole table. */
export interface DigestRequest {
  readonly table: string;
  /** What the digest of a row is made of, in this order; the first one is the source, whose text decides the bucket. */
  readonly fields: readonly DigestField[];
  readonly versionMin?: VersionMin | undefined;
}

/** Rows whose integer column is below the value, or null, are as if they were not there. */
export interface VersionMin {
  readonly column: string;
  readonly value: bigint;
}

export interface DigestField {
  readonly column: string;
  readonly form: ColumnForm;
}

/**
 * How a column's value becomes a value of an edge, and its text in digests: `plain` as it is (an integer's digits, a text);
 * `milliseconds` a time as milliseconds since the epoch; `boolean` an integer as whether it is not 0
 * (`1` or `0` in digests).
 */
export type ColumnForm = 'plain' | 'milliseconds' | 'boolean';

export interface LegacyDigest {
  readonly position: LegacyPosition;
  /** One per bucket, in order; `BUCKETS` of core/digest. */
  readonly sums: readonly DigestSum[];
}

/**
 * An additive digest of rows: their number, and the sum of their 64-bit hashes modulo 2^64, where a row's hash is the first
 * eight bytes, as a big-endian number, of the MD5 of its fields' texts, each written `LENGTH:TEXT` (bytes of UTF-8), a null `-`:
 *     7, "sku-a", null  ->  "1:75:sku-a-"
 */
export interface DigestSum {
  readonly rows: number;
  readonly sum: bigint;
}

export interface RowRequest {
  readonly table: string;
  readonly columns: readonly string[];
  readonly key: LegacyRow;
}

export interface BucketRequest {
  readonly table: string;
  readonly columns: readonly string[];
  /** The field whose text decides the bucket. */
  readonly source: DigestField;
  readonly bucket: number;
  readonly versionMin?: VersionMin | undefined;
}

export interface CountByRequest {
  readonly table: string;
  readonly field: DigestField;
}

export interface LegacyCountPage {
  readonly position: LegacyPosition;
  /** By the field's text. */
  readonly counts: ReadonlyMap<string, bigint>;
}

export interface FollowRequest {
  readonly tables: readonly string[];
  readonly from: LegacyPosition;
  readonly signal: AbortSignal;
}

/** What one transaction did to the followed tables, in order. Empty now and then, to tell how far the log was read. */
export interface LegacyTransaction {
  readonly position: LegacyPosition;
  /** When the server committed it, milliseconds. For people: positions order. */
  readonly committedMs: number;
  readonly changes: readonly LegacyChange[];
}

/** An insert has no `before`, a delete no `after`; an update of the key has both, with different keys. */
export interface LegacyChange {
  readonly table: string;
  readonly before: LegacyRow | undefined;
  readonly after: LegacyRow | undefined;
}

export interface LegacyHealth {
  /** Statements that run at this moment. */
  readonly threadsRunning: number;
  /** Milliseconds that a smallest possible query took. */
  readonly pingMs: number;
}

/** Which side decides about the keys of a bucket, and answers reads for them. */
export type TruthSide = 'legacy' | 'new';

/** Who is the truth of which bucket, as the legacy side keeps it: buckets below `newBuckets` have moved. */
export interface TruthMap {
  /** Raised by one with every settled move. */
  readonly revision: number;
  readonly newBuckets: number;
  /** No version that was given before this revision is above it: whoever decides next begins above it. */
  readonly versionFloor: bigint;
  /** What `announce` said last, for the applications' directors: JSON text, empty before the first. */
  readonly settings: string;
}

/** Writes rows for the application and for the way back, and keeps who is the truth. */
export interface LegacyStore extends AsyncDisposable {
  /** Creates what the ports keep on the legacy side (small tables of their own), unless it is there. */
  prepare(migration: string): Promise<void>;
  truth(migration: string): Promise<TruthMap>;
  /** Tells all directors something, for example the stage; changes no truth. */
  announce(migration: string, settings: string): Promise<void>;
  /** Writes one row for the application, where the legacy side is the truth. */
  write(write: LegacyWrite): Promise<LegacyWritten>;
  /** Writes rows that the new side decided, as its log has them. */
  backUp(batch: BackUpBatch): Promise<void>;
  /** How far `backUp` has come, undefined before the first batch. */
  backedUp(migration: string): Promise<string | undefined>;
  /** Stops all writes of the application until the hold is settled or disposed of. */
  hold(migration: string): Promise<TruthHold>;
}

export interface LegacyWrite {
  readonly migration: string;
  readonly table: string;
  /** Of the key that orders its writes: `bucketOfText` of core/digest. */
  readonly bucket: number;
  /** The column that takes the version. */
  readonly versionColumn: string;
  /** Values of the primary key. */
  readonly key: LegacyRow;
  /** Values of the other columns, but the version's; undefined deletes the row. */
  readonly values: LegacyRow | undefined;
  /** The version is at least this, microseconds since the epoch by the writer's clock. */
  readonly versionMin: bigint;
}

export type LegacyWritten =
  | {
      readonly kind: 'written';
      readonly version: bigint;
      /** The truth map's revision under which it took effect. */
      readonly revision: number;
      /** False for the deletion of a row that is not there. */
      readonly existed: boolean;
    }
  /** The new side is the truth of the bucket: nothing was written. */
  | { readonly kind: 'moved'; readonly truth: TruthMap };

export interface BackUpBatch {
  readonly migration: string;
  readonly table: string;
  readonly versionColumn: string;
  /** The new side's log position of the last row, and its number in order: batches rise. */
  readonly position: string;
  readonly order: bigint;
  readonly rows: readonly BackUpRow[];
}

/** A row to put, or to delete when `values` is undefined. */
export interface BackUpRow {
  readonly bucket: number;
  readonly version: bigint;
  readonly key: LegacyRow;
  readonly values: LegacyRow | undefined;
}

/** While it is held, no write of the application commits on the legacy side. */
export interface TruthHold extends AsyncDisposable {
  /** The map before. */
  readonly truth: TruthMap;
  /** The end of the change log: every write before the hold is at or below it. */
  readonly position: LegacyPosition;
  /**
   * Does beforehand what it can of a settling with this number, so that writes are held for a shorter time. Nobody sees anything of
   * it, nothing of it stays unless the hold is settled, and it may be settled with another number.
   */
  prepare(newBuckets: number): Promise<void>;
  /** Sets the number of moved buckets, raises the revision, and lets the writes go on. */
  settle(newBuckets: number): Promise<TruthMap>;
}

/**
 * Counts that the legacy side serves from a cache, for example Redis. Kept right after the cut-over, and checked.
 *
 * Laws: C1 `add` applies a batch once: its deltas and its order stand or fall together. C2 `get` gives what was set and added.
 */
export interface LegacyCounts extends AsyncDisposable {
  /** Counts of keys in their order; undefined where there is none. */
  get(keys: readonly string[]): Promise<readonly (bigint | undefined)[]>;
  /** Sets counts whatever was there; a count of 0 removes it. */
  set(counts: ReadonlyMap<string, bigint>): Promise<void>;
  /** Adds deltas, unless a batch of this name with this order or a higher one has been added already. */
  add(batch: CountDeltas): Promise<void>;
  /** The order of the last batch of this name; undefined before the first. */
  added(name: string): Promise<bigint | undefined>;
  /** All keys with their counts, a page at a time, in no order; a key may come twice. */
  scan(): AsyncIterable<ReadonlyMap<string, bigint>>;
}

export interface CountDeltas {
  readonly name: string;
  readonly order: bigint;
  readonly deltas: ReadonlyMap<string, bigint>;
}
