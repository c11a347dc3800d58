import { isGuardedPath } from './route-access.ts';

/** Calls that read with POST. */
const READING_ENDS = ['/edges/get', '/multi-edges/ids', '/query', '/digest'] as const;

/** Whether a server that is read-only refuses this: all that is no GET, but for calls that only read. */
export function mayWrite(method: string, place: string): boolean {
  if (method === 'GET' || !isGuardedPath(place)) return false;
  return !READING_ENDS.some((end) => place.endsWith(end));
}
