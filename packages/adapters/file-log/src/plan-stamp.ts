import { STAMP_WAITS_MAX } from './limits.ts';

/** How far the wall clock may be behind the last stamp before waiting for it is given up: it was set back. */
export const CLOCK_BEHIND_MS_MAX = 5;

export interface StampQuestion {
  readonly nowMs: number;
  readonly monotonicMs: number;
  readonly lastStampMs: number;
  /** Monotonic time at which the last frame got its stamp. */
  readonly lastFrameMonotonicMs: number;
  /** How often this frame has waited already. */
  readonly waits: number;
}

export type StampPlan =
  | { readonly kind: 'stamp'; readonly stampMs: number }
  | { readonly kind: 'wait'; readonly durationMs: number };

/**
 * Decides the stamp of the next frame: strictly above the last one (law G3), at most one frame a millisecond, and near the
 * clock whenever the clock allows it.
 *
 * - The clock has gone on: its time is the stamp.
 * - It stands in the millisecond of the last frame, or a little before: wait for it.
 * - It was set back further: nobody waits for it to catch up. The stamp is the last one plus 1, and frames are a
 *   millisecond of *monotonic* time apart, so that stamps don't run away from the clock but let it catch up.
 * - It was waited for too often, so it stands still or creeps: go on with the last stamp plus 1.
 */
export function planStamp(question: StampQuestion): StampPlan {
  const { nowMs, lastStampMs, waits } = question;
  if (nowMs > lastStampMs) return { kind: 'stamp', stampMs: nowMs };
  const next: StampPlan = { kind: 'stamp', stampMs: lastStampMs + 1 };
  if (waits >= STAMP_WAITS_MAX) return next;
  if (lastStampMs - nowMs <= CLOCK_BEHIND_MS_MAX) return { kind: 'wait', durationMs: 1 };
  const sinceLastMs = question.monotonicMs - question.lastFrameMonotonicMs;
  return sinceLastMs >= 1 ? next : { kind: 'wait', durationMs: 1 - sinceLastMs };
}
