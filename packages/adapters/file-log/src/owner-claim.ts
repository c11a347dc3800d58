import { Failure, invariant } from '@actionbase/core/failure';
import type { Disk } from '@actionbase/ports/disk';
import { portFailures } from '@actionbase/ports/failures';
import { CLAIM_ATTEMPTS_MAX } from './limits.ts';
import { parseSegmentName, printTerm, TERM_MAX } from './segment-header.ts';

/** What an owner asks before it tells anybody that something is durable, and before it changes what is not its own. */
export interface OwnerClaim {
  readonly term: number;
  /** Resolves while no later owner has begun; else the failure `fenced`. */
  confirm(): Promise<void>;
}

/**
 * Makes this process the owner of a log, for the case that the directory's lock was lost and another one believes the same.
 *
 * An owner is in force as long as its file `0000000007.term` is there. The next one creates the file of a higher term, which
 * only one process can, and removes those below, durably, before it reads anything. So whoever finds its own file after its
 * frame was durable knows that every later owner reads that frame; whoever does not find it acknowledges nothing.
 */
export async function claimLog(disk: Disk, directory: string, termAtLeast: number): Promise<OwnerClaim> {
  for (let attempt = 0; attempt < CLAIM_ATTEMPTS_MAX; attempt++) {
    const term = 1 + Math.max(termAtLeast - 1, ...termsIn(await disk.list(directory)));
    invariant(term <= TERM_MAX, `terms end at ${TERM_MAX}`);
    if (!(await create(disk, directory, term))) continue;
    await disk.syncDirectory(directory);
    const claims = (await disk.list(directory)).flatMap((name) => parseClaimName(name) ?? []);
    // Of two that begin at once the higher one stays: it may not have seen this one's file.
    if (claims.some((other) => other > term)) throw fenced(directory, term);
    for (const other of claims) if (other < term) await removeIfThere(disk, claimPath(directory, other));
    await disk.syncDirectory(directory);
    return { term, confirm: () => confirm(disk, directory, term) };
  }
  const message = `${directory}: ${CLAIM_ATTEMPTS_MAX} other processes began to own it at this moment`;
  throw new Failure(portFailures.locked, message, { path: directory, pid: null });
}

async function create(disk: Disk, directory: string, term: number): Promise<boolean> {
  try {
    const file = await disk.open(claimPath(directory, term), { create: 'new' });
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Failure && error.details.cause === 'EEXIST') return false;
    throw error;
  }
}

/** Looks for the file by its name, not through an open file: a removed file can still be read through that. */
async function confirm(disk: Disk, directory: string, term: number): Promise<void> {
  try {
    const file = await disk.open(claimPath(directory, term), { create: false });
    await file.close();
  } catch (error) {
    if (error instanceof Failure && error.details.cause === 'ENOENT') throw fenced(directory, term);
    throw error;
  }
}

/** Removes a file that somebody else may be removing as well. */
export async function removeIfThere(disk: Disk, path: string): Promise<void> {
  try {
    await disk.remove(path);
  } catch (error) {
    if (!(error instanceof Failure) || error.details.cause !== 'ENOENT') throw error;
  }
}

function fenced(directory: string, term: number): Failure {
  const message =
    `another process has opened ${directory} since and owns it now; this one (term ${term}) writes nothing any more. ` +
    'Its lock was lost: find out how, and run one server on a directory';
  return new Failure(portFailures.fenced, message, { directory, term });
}

function termsIn(names: readonly string[]): number[] {
  return names.flatMap((name) => parseClaimName(name) ?? parseSegmentName(name)?.term ?? []);
}

function claimPath(directory: string, term: number): string {
  return `${directory}/${printTerm(term)}.term`;
}

/** The term that a claim's name says; undefined for other files. */
function parseClaimName(name: string): number | undefined {
  const match = /^(\d{10})\.term$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}
