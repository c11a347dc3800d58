import type { LogLine } from '@actionbase/client/log-calls';
import type { DigestSum } from '@actionbase/ports/legacy';
import type { RowKey, ShownEdge } from './row-texts.ts';

/** The new table as the prover sees it: its change feed, and what is stored. */
export interface NewTable {
  /** The present end of the change feed; undefined when nothing was ever written. */
  end(): Promise<string | undefined>;
  /**
   * Records of the change feed after a position (from the oldest on when undefined), up to its present end; returns the end,
   * undefined when nothing was ever written.
   */
  changes(from: string | undefined): AsyncGenerator<LogLine, string | undefined>;
  /** Digests of the stored edges by buckets, as of one position of the feed. */
  digest(): Promise<NewDigest>;
  /** The stored edges of a bucket. */
  edgesOf(bucket: number): Promise<readonly ShownEdge[]>;
  get(key: RowKey): Promise<ShownEdge | undefined>;
  /** Compares what is derived with the states; each difference in words, with the positions of the records that touched it. */
  audit(): AsyncIterable<DerivedDifference>;
}

export interface NewDigest {
  readonly position: string;
  /** One per bucket, in order. */
  readonly sums: readonly DigestSum[];
}

export interface DerivedDifference {
  /** Names the row, every time that it is found. */
  readonly id: string;
  readonly text: string;
  readonly touchedBy: readonly string[];
}
