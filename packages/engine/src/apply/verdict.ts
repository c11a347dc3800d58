import type { FailureKind } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import type { EntryStatus } from '@actionbase/core/model/edge';
import { engineFailures } from '../failures.ts';

/** What became of one entry, in the order of the request's entries. */
export interface EntryResult {
  readonly status: EntryStatus;
  /** Why the status is ERROR. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
  /** The state cell after the entry; null where there is no row, and for what was not reduced here. */
  readonly after: Uint8Array | null;
}

/** What became of one entry, with the state cell before it. */
export interface Verdict extends EntryResult {
  readonly before: Uint8Array | null;
}

/**
 * State cells, before and after, that one request may put into the feed. Beyond it, a request that touches many large edges
 * would make a record that no process can hold. Part of the rules by which a log is read: it never changes.
 */
export const CELL_BYTES_PER_REQUEST_MAX = 67_108_864;

/** What becomes of every mutation of a table that keeps nothing. */
export const KEPT_NOTHING: Verdict = { status: 'IDLE', refusal: null, before: null, after: null };

export const QUEUED: Verdict = { status: 'QUEUED', refusal: null, before: null, after: null };

export const SCHEMA_CHANGED: Verdict = refusedVerdict(
  null,
  coreFailures['schema-changed'],
  'the table was changed or deleted while the mutation was on its way; send it again',
);

export const CELLS_TOO_LARGE: Verdict = refusedVerdict(
  null,
  engineFailures['request-too-large'],
  `the edges of this request have more than ${CELL_BYTES_PER_REQUEST_MAX} bytes together; send fewer of them at a time`,
);

export function refusedVerdict(cell: Uint8Array | null, failure: FailureKind, message: string): Verdict {
  return { status: 'ERROR', refusal: { code: failure.code, message }, before: cell, after: cell };
}
