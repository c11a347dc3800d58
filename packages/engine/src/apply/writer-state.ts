import { Failure } from '@actionbase/core/failure';
import { engineFailures } from '../failures.ts';

/**
 * Whether mutations are taken, and if not, why.
 *
 *   running     appends and applies
 *   log-down    an append failed with unknown fate; nothing is appended until the log was opened again
 *   store-down  a durable frame could not be applied; it is tried again, reads go on
 *   fenced      another process owns log and store now; this one is to end
 *   broken      stored bytes or our own rules contradict one another; only a restart helps
 *   stopped     closed in order
 */
export type WriterStatus =
  | { readonly kind: 'running' }
  | { readonly kind: 'log-down'; readonly failure: Failure }
  | { readonly kind: 'store-down'; readonly failure: Failure }
  | { readonly kind: 'fenced'; readonly failure: Failure }
  | { readonly kind: 'broken'; readonly error: unknown }
  | { readonly kind: 'stopped' };

/** The failure that a new mutation meets in this state; undefined when it is taken. Nothing was written then. */
export function refusalOf(status: WriterStatus): Failure | undefined {
  switch (status.kind) {
    case 'running':
      return undefined;
    case 'log-down':
    case 'store-down':
    case 'fenced':
      return status.failure;
    case 'broken': {
      const message = 'the engine has stopped: stored bytes contradict the rules; see the server log';
      return new Failure(engineFailures['engine-stopped'], message, {}, status.error);
    }
    case 'stopped':
      return new Failure(engineFailures['engine-stopped'], 'the server is shutting down', {});
  }
}

/** The failure that says that another process owns log and store now; undefined for all else that is thrown. */
export function fencedFailure(error: unknown): Failure | undefined {
  return error instanceof Failure && error.code === 'fenced' ? error : undefined;
}

/** Whether nothing but a new process can take mutations again. */
export function isOver(status: WriterStatus): boolean {
  return status.kind === 'broken' || status.kind === 'fenced' || status.kind === 'stopped';
}

/** How long to wait before the next try: doubled from `min` at every try, up to `max`. Milliseconds. */
export function retryPauseMs(attempt: number, bounds: { readonly min: number; readonly max: number }): number {
  return Math.min(bounds.max, bounds.min * 2 ** Math.min(attempt, 30));
}
