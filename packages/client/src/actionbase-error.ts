import type { RetryRule } from '@actionbase/core/failure';

/** What an `ActionbaseError` is made of. */
export interface ErrorParts {
  /** HTTP status of the answer; 0 when there was none. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retry: RetryRule;
  readonly cause?: unknown;
}

/**
 * A call did not succeed. Programs go by `code`; `message` is for people. The server's codes are in `docs/failures.md`;
 * the client adds its own:
 *
 *   not-reachable      no connection could be made: nothing was sent
 *   connection-lost    the connection broke before the answer was complete: a write may have happened
 *   timed-out          the call's deadline passed before the answer was complete: a write may have happened
 *   bad-argument       the call cannot be sent as it is; nothing was sent
 *   malformed-answer   the answer is not one of this API: is there another server at this address?
 *   http-NNN           an answer with status NNN that names no code
 */
export class ActionbaseError extends Error {
  /** HTTP status of the answer; 0 when there was none. */
  readonly status: number;
  readonly code: string;
  /** Whether the same call may be sent again; `unknown-outcome` says that it may already have taken effect. */
  readonly retry: RetryRule;

  constructor({ status, code, message, retry, cause }: ErrorParts) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ActionbaseError';
    this.status = status;
    this.code = code;
    this.retry = retry;
  }
}

/** The error of a call that cannot be sent as it is. */
export function badArgument(message: string, cause?: unknown): ActionbaseError {
  return new ActionbaseError({ status: 0, code: 'bad-argument', message, retry: 'never', cause });
}
