import type { RetryRule } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';

const BACK_OFF_MS_FIRST = 100;
/** Longest wait between two attempts, unless the server names a longer one. */
export const BACK_OFF_MS_MAX = 5_000;

/** The retry rule of an answer that tells none: that of the code where it is known, else what the status means. */
export function retryRuleOf(status: number, code: string): RetryRule {
  if (code === 'unknown-outcome') return 'unknown-outcome';
  const known = Object.values(coreFailures).find((kind) => kind.code === code);
  if (known !== undefined) return known.retry;
  if (status === 503 || status === 429) return 'later';
  // 502 and 504 come from something between us and the server, which may have passed the request on.
  return status >= 500 && status !== 501 ? 'unknown-outcome' : 'never';
}

/** What is known when an attempt has failed. */
export interface FailedAttempt {
  readonly status: number;
  readonly retry: RetryRule;
  /** Counts from 1. */
  readonly attempt: number;
  /** How many attempts may follow the first one. */
  readonly retries: number;
  /** Whether a second sending does no harm if the first one took effect. */
  readonly repeatable: boolean;
  /** Milliseconds until the call's deadline. */
  readonly leftMs: number;
  /** What the server asked for, if it did. */
  readonly retryAfterMs?: number | undefined;
  /** From 0 to 1: spreads the clients that failed at the same time. */
  readonly random: number;
}

/** How many milliseconds to wait before the next attempt; undefined when there shall be none. A 4xx is never sent again. */
export function planRetry(failed: FailedAttempt): number | undefined {
  const { status, retry, attempt, retries, repeatable, leftMs } = failed;
  if (attempt > retries || (status >= 400 && status < 500)) return undefined;
  if (retry === 'never' || (retry === 'unknown-outcome' && !repeatable)) return undefined;
  const waitMs = Math.max(backOffMs(attempt, failed.random), failed.retryAfterMs ?? 0);
  return waitMs < leftMs ? waitMs : undefined;
}

/** Doubles with each attempt up to `BACK_OFF_MS_MAX`; `random` takes off up to half. */
export function backOffMs(attempt: number, random: number): number {
  const fullMs = Math.min(BACK_OFF_MS_FIRST * 2 ** (attempt - 1), BACK_OFF_MS_MAX);
  return Math.round(fullMs * (1 - random / 2));
}

/** Reads the header `Retry-After`: seconds, or a date. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
