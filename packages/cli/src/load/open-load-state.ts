import { UsageError } from '../arguments/usage-error.ts';
import { identifyFile, readIfThere } from './load-files.ts';
import { NO_COUNTS } from './load-ledger.ts';
import { findDifference, type LoadPlan, type LoadState, parseLoadState } from './load-state.ts';

/** A state to begin with. */
export interface OpenedLoadState {
  readonly state: LoadState;
  /** Undefined for standard input, which has no state. */
  readonly statePath: string | undefined;
  readonly isResumed: boolean;
}

/**
 * Finds where to begin: where an earlier load of the same file into the same table stopped, or at the beginning. A state
 * that does not fit is a usage error that says what to do.
 */
export async function openLoadState(parts: {
  readonly path: string | undefined;
  readonly plan: LoadPlan;
  readonly isFresh: boolean;
}): Promise<OpenedLoadState> {
  const { path, plan, isFresh } = parts;
  const file = path === undefined ? { sizeBytes: 0, headSha256: '' } : await identifyFile(path);
  const fresh: LoadState = {
    file,
    plan,
    startedAtMs: Date.now(),
    columns: [],
    offset: 0,
    line: 1,
    rejectsBytes: 0,
    counts: NO_COUNTS,
  };
  const statePath = path === undefined ? undefined : `${path}.load.json`;
  const text = statePath === undefined || isFresh ? undefined : await readIfThere(statePath);
  if (text === undefined) return { state: fresh, statePath, isResumed: false };
  const state = parseLoadState(text);
  if (state === undefined) {
    throw new UsageError(`${statePath} is not the state of a load; remove it, or begin anew with --fresh.`);
  }
  const difference = findDifference(state, { file, plan });
  if (difference === undefined) return { state, statePath, isResumed: true };
  throw new UsageError(
    `${statePath} is of another load: ${difference}. Finish that one with its own file and flags, ` +
      'or begin anew with --fresh: edges that are loaded already come out as idle.',
  );
}
