import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import { engineFailures } from './failures.ts';

/** The deadline of a call that has none. All deadlines count as `Clock.monotonicMs` does. */
export const NO_DEADLINE = Number.POSITIVE_INFINITY;

/** Failure `deadline-exceeded` when the deadline has passed. */
export function requireTime(clock: Clock, deadlineMs: number): void {
  if (clock.monotonicMs() >= deadlineMs) throw deadlineExceeded();
}

/** The refusal of what came too late to be begun. Nothing of it has happened. */
export function deadlineExceeded(): Failure {
  const message = 'the time that the request had is over; what it asked for was not done, and may be sent again';
  return new Failure(engineFailures['deadline-exceeded'], message);
}
