import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';

/** What the operating system answers when there is no room: on the disk, or in the user's quota. */
const FULL_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** Runs a file operation and translates what the operating system says against it. */
export async function translating<T>(action: string, path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw translate(action, path, error);
  }
}

/** The failure that an error of the operating system is for our callers; failures pass through. */
export function translate(action: string, path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const cause = codeOf(error);
  const details = { path, action, cause };
  if (FULL_CODES.has(cause)) {
    return new Failure(portFailures['disk-full'], `${path}: no room left to ${action} (${cause})`, details, error);
  }
  const text = error instanceof Error ? error.message : String(error);
  return new Failure(portFailures['disk-failed'], `${path}: could not ${action}: ${text}`, details, error);
}

/** The code of an error of the operating system, "unknown" when it has none. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'unknown';
}
