import type { IncomingHttpHeaders } from 'node:http';
import { Failure } from '@actionbase/core/failure';
import { serverFailures } from '../failures.ts';

const HEADER = 'x-request-timeout-ms';

/**
 * Milliseconds that a request has: what its header X-Request-Timeout-Ms says, but no more than the server gives. A header
 * that is no such number counts as not given here; `requireTimeout` refuses it.
 */
export function timeoutOf(headers: IncomingHttpHeaders, mostMs: number): number {
  const given = headers[HEADER];
  return typeof given === 'string' && isTimeout(given) ? Math.min(Number(given), mostMs) : mostMs;
}

/** Failure `invalid-parameter` for a header X-Request-Timeout-Ms that is no number of milliseconds. */
export function requireTimeout(headers: IncomingHttpHeaders): void {
  const given = headers[HEADER];
  if (given === undefined || (typeof given === 'string' && isTimeout(given))) return;
  const message = `header X-Request-Timeout-Ms is "${String(given)}"; expected 1 to 10 digits (milliseconds)`;
  throw new Failure(serverFailures['invalid-parameter'], message, { parameter: 'X-Request-Timeout-Ms' });
}

function isTimeout(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}
