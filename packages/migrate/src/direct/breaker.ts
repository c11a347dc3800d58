/**
 * Whether dual writes try the new side, or are owed at once. It opens after some failures in a row and closes with the first
 * success. While it is open, only the payment of what is owed tries the new side: no user waits for a trial.
 */
export interface Breaker {
  readonly kind: 'closed' | 'open';
  readonly failures: number;
  /** How often it has opened. */
  readonly openings: number;
}

export const CLOSED_BREAKER: Breaker = { kind: 'closed', failures: 0, openings: 0 };

export function afterSuccess(breaker: Breaker): Breaker {
  return { ...breaker, kind: 'closed', failures: 0 };
}

export function afterFailure(breaker: Breaker, failuresMax: number): Breaker {
  const failures = breaker.failures + 1;
  if (breaker.kind === 'open' || failures < failuresMax) return { ...breaker, failures };
  return { kind: 'open', failures, openings: breaker.openings + 1 };
}
