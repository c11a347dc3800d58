import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';

/** ENOSPC, EDQUOT and EFBIG, as Linux and macOS number or word them, and LMDB's own limit. */
const fullPattern = /MDB_MAP_FULL|ENOSPC|No space left|EDQUOT|quota exceeded|EFBIG|File too large/i;

/** Turns what the lmdb package threw, or rejected a commit with, into a failure. */
export async function lmdbFailure(action: string, cause: unknown): Promise<Failure> {
  const reason = await reasonOf(cause);
  const kind = fullPattern.test(reason) ? portFailures['store-full'] : portFailures['store-failed'];
  return new Failure(kind, `LMDB could not ${action}: ${reason}`, { reason }, cause);
}

/** A rejected commit carries its reason as a promise of its own, which rejects as well. */
async function reasonOf(cause: unknown): Promise<string> {
  if (!(cause instanceof Error)) return String(cause);
  if (!('commitError' in cause)) return cause.message;
  try {
    await cause.commitError;
    return cause.message;
  } catch (reason) {
    return reason instanceof Error ? reason.message : String(reason);
  }
}
