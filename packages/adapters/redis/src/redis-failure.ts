import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';

/** Answers of a server that will do it later: it loads its data, runs a script, has no room, or lost its primary. */
const later = /^(?:LOADING|BUSY|OOM|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|READONLY|MISCONF)\b/;

/** Turns what ioredis rejected a command with into a failure. */
export function redisFailure(action: string, cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isRefusal = cause instanceof Error && cause.name === 'ReplyError' && !later.test(reason);
  const kind = isRefusal ? portFailures['legacy-refused'] : portFailures['legacy-unavailable'];
  return new Failure(kind, `Redis could not ${action}: ${reason}`, { reason }, cause);
}
