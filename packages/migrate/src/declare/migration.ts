import type { ColumnForm } from '@actionbase/ports/legacy';

/** A column of the old table, and how its value becomes a value of an edge. */
export interface ColumnMapping {
  readonly column: string;
  readonly form: ColumnForm;
}

/**
 * Where versions come from, one domain per table:
 *
 *   column  a column that every writer raises; the application's director keeps it (dual write is possible)
 *   log     the old database's change log: nobody but the follower writes to the new table
 */
export type VersionSource = { readonly kind: 'column'; readonly column: string } | { readonly kind: 'log' };

/** How a row of the old table is an edge of the new one. */
export interface EdgeMapping {
  readonly source: ColumnMapping;
  readonly target: ColumnMapping;
  readonly version: VersionSource;
  readonly properties: Readonly<Record<string, ColumnMapping>>;
}

/** Counts that the old side computes from the table by a batch and serves from a cache. */
export interface CountsMapping {
  readonly name: string;
  /** `target`: how many sources each target has. */
  readonly of: 'source' | 'target';
  /** The cache's key is this and the vertex' text. */
  readonly prefix: string;
}

/** How fast the copier may go. */
export interface Throttle {
  readonly rowsPerSMax: number;
  /** The copier waits while the old database runs more statements than this at once. */
  readonly threadsRunningMax: number;
  /** Rows of a chunk. */
  readonly chunkRows: number;
}

/** What the gates of the stages ask for. */
export interface Gates {
  /** Windows without a mismatch before shadow reads may begin. */
  readonly cleanWindows: number;
  /** Shadow reads that must have been compared before the ramp. */
  readonly shadowReads: number;
  /** Largest share of shadow reads, above the noise of old against old, that may differ. */
  readonly shadowMismatchShareMax: number;
  /** Largest p99 of the new side's reads while shadowed, milliseconds. */
  readonly shadowP99MsMax: number;
  /** Days without a mismatch or an incident as live backup before retirement. */
  readonly cleanDays: number;
}

/** One migration, as it is declared in a file. */
export interface Migration {
  readonly name: string;
  /** The old table. */
  readonly from: string;
  /** The new table; it is created before. */
  readonly to: { readonly database: string; readonly table: string };
  readonly edge: EdgeMapping;
  readonly counts: readonly CountsMapping[];
  readonly throttle: Throttle;
  readonly gates: Gates;
  /** Only what is written from now on moves; what is old stays where it is until it has aged out. */
  readonly forwardOnly: boolean;
}
