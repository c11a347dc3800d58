import type { EdgeStatus } from '@actionbase/client';
import { unreachable } from '@actionbase/core/failure';

/** What became of a row. */
export type RowOutcome =
  | { readonly kind: 'done'; readonly status: Exclude<EdgeStatus, 'ERROR'> }
  /** The server took the request and refused this edge. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  /** The row could not be read, or the server refused the request because of it. */
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string };

/** A row that is on its way. */
export interface LedgerRow {
  readonly line: number;
  readonly nextLine: number;
  readonly endOffset: number;
  readonly text: string;
  outcome: RowOutcome | null;
}

export interface LoadCounts {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly idle: number;
  readonly queued: number;
  readonly errors: number;
  readonly rejected: number;
}

export const NO_COUNTS: LoadCounts = { created: 0, updated: 0, deleted: 0, idle: 0, queued: 0, errors: 0, rejected: 0 };

/** What was settled since the last time: every row up to a place in the file, without a gap. */
export interface Settled {
  readonly endOffset: number;
  /** Number of the line at this place. */
  readonly line: number;
  readonly refused: readonly LedgerRow[];
}

/**
 * The rows that are on their way, in the order of the file. Answers come in any order; only the rows in front that are all
 * settled count as loaded, so that what was loaded is always "the file up to here".
 */
export class LoadLedger {
  #rows: LedgerRow[] = [];
  #counts: LoadCounts;
  #endOffset: number;
  #line: number;

  constructor(start: { readonly counts: LoadCounts; readonly endOffset: number; readonly line: number }) {
    this.#counts = start.counts;
    this.#endOffset = start.endOffset;
    this.#line = start.line;
  }

  get counts(): LoadCounts {
    return this.#counts;
  }

  /** Rows that are not yet taken out by `settle`. */
  get length(): number {
    return this.#rows.length;
  }

  add(row: LedgerRow): void {
    this.#rows.push(row);
  }

  /** Takes out the rows in front that have an outcome, and counts them. */
  settle(): Settled {
    const open = this.#rows.findIndex((row) => row.outcome === null);
    const settled = open < 0 ? this.#rows : this.#rows.slice(0, open);
    this.#rows = open < 0 ? [] : this.#rows.slice(open);
    const last = settled.at(-1);
    if (last !== undefined) {
      this.#endOffset = last.endOffset;
      this.#line = last.nextLine;
      this.#counts = countRows(this.#counts, settled);
    }
    const refused = settled.filter(({ outcome }) => outcome !== null && outcome.kind !== 'done');
    return { endOffset: this.#endOffset, line: this.#line, refused };
  }
}

/** How many rows were counted. */
export function sumOf(counts: LoadCounts): number {
  return Object.values(counts).reduce((sum: number, count: number) => sum + count, 0);
}

function countRows(before: LoadCounts, rows: readonly LedgerRow[]): LoadCounts {
  const counts = { ...before };
  for (const { outcome } of rows) {
    if (outcome !== null) counts[nameOf(outcome)] += 1;
  }
  return counts;
}

function nameOf(outcome: RowOutcome): keyof LoadCounts {
  if (outcome.kind === 'error') return 'errors';
  if (outcome.kind === 'rejected') return 'rejected';
  switch (outcome.status) {
    case 'CREATED':
      return 'created';
    case 'UPDATED':
      return 'updated';
    case 'DELETED':
      return 'deleted';
    case 'IDLE':
      return 'idle';
    case 'QUEUED':
      return 'queued';
    default:
      return unreachable(outcome.status);
  }
}
