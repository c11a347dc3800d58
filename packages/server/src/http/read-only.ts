const GUARDED_PATHS = ['/graph/v2', '/graph/v3', '/actionbase/v1'] as const;
/** Calls that read with POST. */
const READING_ENDS = ['/edges/get', '/multi-edges/ids', '/query'] as const;

/** Whether a server that is read-only refuses this: all that is no GET, but for calls that only read. */
export function mayWrite(method: string, place: string): boolean {
  if (method === 'GET' || !GUARDED_PATHS.some((start) => place.startsWith(start))) return false;
  return !READING_ENDS.some((end) => place.endsWith(end));
}
