import { Failure } from '@actionbase/core/failure';
import type { MutationMode } from '@actionbase/core/model/catalog';
import type { ResolvedMode } from '@actionbase/core/record/log-record';
import { engineFailures } from '../failures.ts';

export interface ModeQuestion {
  readonly table: MutationMode;
  readonly request: MutationMode | null;
  readonly system: MutationMode | null;
  readonly force: boolean;
}

/**
 * Decides which mode a request runs in. The first that applies: force takes the request's mode, then the system's, the
 * request's, the table's. A DROP table takes no SYNC request unless forced or overridden by the system.
 */
export function resolveMode(question: ModeQuestion): ResolvedMode {
  const { table, request, system, force } = question;
  if (force && request === null) {
    throw new Failure(engineFailures['mode-conflict'], 'force requires a non-null request. force=true, request=null', {
      force,
    });
  }
  if (!force && system === null && request === 'SYNC' && table === 'DROP') {
    const message = 'SYNC request is not allowed when table mode is IGNORE without force or system override.';
    throw new Failure(engineFailures['mode-conflict'], message, { table, request });
  }
  const effective = (force ? request : (system ?? request)) ?? table;
  return { ...question, effective };
}
