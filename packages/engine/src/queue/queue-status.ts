import type { VisibilityFigures } from './visibility-times.ts';

/**
 * What the queue does.
 *
 *   idle              no asynchronous mutation waits
 *   draining          it appends them again, as fast as it may
 *   waiting-for-room  the side queue is full: nothing is appended until a parked mutation is dropped or retried with success
 *   failing           log or store refuse, or the engine has stopped; `reason` says what
 */
export type QueueState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'draining' }
  | { readonly kind: 'waiting-for-room' }
  | { readonly kind: 'failing'; readonly reason: string };

export interface QueueStatus {
  readonly state: QueueState;
  /** Frames of the log that may hold asynchronous mutations which are not in effect yet. */
  readonly framesBehind: number;
  /** No mutation that waits is older than this, milliseconds since 1970; null when none waits, or the log was not read yet. */
  readonly waitingSinceMs: number | null;
  readonly visibility: VisibilityFigures;
  /** Mutations in the side queue, and how many it takes. */
  readonly parked: number;
  readonly parkedMax: number;
}
