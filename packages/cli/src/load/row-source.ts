import type { MappedRow } from './map-row.ts';
import type { TextRow } from './read-rows.ts';

/** Rows of a file that is neither plain lines of edges nor CSV, and how they become mutations. */
export interface RowSource {
  /** How many bytes or rows there are, as `endOffset` counts them. */
  readonly size: number;
  /** Rows from a place on. */
  readonly read: (start: {
    readonly offset: number;
    readonly line: number;
    readonly signal: AbortSignal;
  }) => AsyncGenerator<TextRow[]>;
  readonly map: (row: TextRow) => MappedRow;
}
