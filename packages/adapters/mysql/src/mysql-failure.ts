import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';

/** Errors of the server after which the same may be tried again: shutdown, too many connections, locks, time limits, killed. */
const RETRIED = new Set([
  1040, 1053, 1077, 1080, 1158, 1159, 1160, 1161, 1205, 1213, 1290, 1317, 1927, 1969, 3024, 4031,
]);
const LOG_GONE = new Set([1236]);

/** Turns what the driver threw into a failure of the ports; `what` says what was being done. */
export function toLegacyFailure(error: unknown, what: string): Failure {
  if (error instanceof Failure) return error;
  const number = errorNumber(error);
  const words = error instanceof Error ? error.message : String(error);
  if (number === undefined) return unavailable(`${what}: ${words}`, error);
  if (LOG_GONE.has(number)) {
    return new Failure(portFailures['legacy-log-gone'], `${what}: ${words}`, { error: number }, error);
  }
  if (RETRIED.has(number)) return unavailable(`${what}: ${words}`, error);
  return new Failure(portFailures['legacy-refused'], `${what}: ${words}`, { error: number }, error);
}

export function unavailable(message: string, cause?: unknown): Failure {
  return new Failure(portFailures['legacy-unavailable'], message, {}, cause);
}

export function refused(message: string): Failure {
  return new Failure(portFailures['legacy-refused'], message);
}

/** The server broke a deadlock by this transaction: nothing of it happened. */
export function isDeadlock(error: unknown): boolean {
  return errorNumber(error instanceof Failure ? error.cause : error) === 1213;
}

/** The server's number of the error; undefined when the connection failed, not the statement. */
export function errorNumber(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const isOfServer = 'sqlState' in error && 'errno' in error;
  return isOfServer && typeof error.errno === 'number' ? error.errno : undefined;
}
