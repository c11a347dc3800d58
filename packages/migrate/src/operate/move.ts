import { invariant } from '@actionbase/core/failure';
import type { LegacyPosition, TruthHold } from '@actionbase/ports/legacy';
import type { JournalEntry, JournalEvent, OpenMove } from '../stages/journal-state.ts';
import type { StagePlace } from '../stages/plan-move.ts';

/** What a move of the truth works on. */
export interface MoveParts {
  readonly journal: {
    readonly state: { readonly place: StagePlace; readonly revision: number; readonly openMove: OpenMove | undefined };
    write(entry: JournalEntry): Promise<void>;
  };
  /** Brings both followers to the ends of both logs while writers go on, so that little is left to do while they are held. */
  readonly approach: () => Promise<void>;
  /** Holds the writes that the old side decides. */
  readonly hold: () => Promise<TruthHold>;
  /** The names under which the new side takes writes that it decides; each revision has its own. */
  readonly fences: Fences;
  /** The forward follower: resolves when the new side has everything of the old side's log up to the position. */
  readonly forwardReached: (position: LegacyPosition) => Promise<void>;
  /** The way back: resolves when the old side has everything that the new side decided up to the position. */
  readonly backReached: (position: string) => Promise<void>;
  readonly monotonicMs: () => number;
}

export interface Fences {
  /** Makes a revision's name, or opens it again: writes under it are taken, also when a close that was asked for before comes late. */
  open(revision: number): Promise<void>;
  /**
   * Refuses writes under a revision's name. Resolves to a position of the change feed such that no write under the name
   * takes effect behind it.
   */
  close(revision: number): Promise<string>;
}

/** Who asked for a move, and why; kept in the journal. */
export interface MoveOrder {
  readonly place: StagePlace;
  readonly evidence: string;
  readonly stamp: { readonly atMs: number; readonly who: string; readonly why: string };
}

export interface MoveResult {
  readonly revision: number;
  /** How long writes were held. */
  readonly stallMs: number;
}

/**
 * Moves the truth of a number of buckets, in either direction. Every writer is held by its own side: the old side's by a lock that
 * MariaDB keeps, the new side's because the name that they write under is closed. Then both followers bring each side what the
 * other one decided, the old side's map is changed in the transaction that holds the lock, and the writers go on by the new map.
 * Neither side waits for the other one before the map is changed.
 *
 * Dying between any two steps leaves one of two things, by the old side's map alone: it did not happen, or it did; `finishMove`
 * tells which at the next start.
 */
export async function moveTruth(parts: MoveParts, { place, evidence, stamp }: MoveOrder): Promise<MoveResult> {
  const { journal, fences, monotonicMs } = parts;
  invariant(journal.state.openMove === undefined, 'one move at a time');
  const revision = journal.state.revision + 1;
  const { stage, newBuckets } = place;
  const tell = (event: JournalEvent): Promise<void> => journal.write({ ...stamp, ...event });
  await tell({ kind: 'move-begun', stage, revision, newBuckets, evidence });
  let startedMs: number;
  try {
    await fences.open(revision);
    await parts.approach();
    startedMs = monotonicMs();
    const { hold, caughtUp } = await holdBothSides(parts, {
      newBuckets,
      tellReady: (fromPosition) => tell({ kind: 'move-ready', revision, fromPosition }),
    });
    await using held = hold;
    invariant(held.truth.revision === revision - 1, 'journal and old side agree on the revision');
    await caughtUp;
    await held.settle(newBuckets);
  } catch (error) {
    await finishMove(parts, stamp);
    throw error;
  }
  const stallMs = monotonicMs() - startedMs;
  await tell({ kind: 'move-settled', revision, stallMs });
  return { revision, stallMs };
}

interface HoldOrder {
  readonly newBuckets: number;
  /** Writes down from where on the new map holds. */
  readonly tellReady: (fromPosition: string) => Promise<void>;
}

interface HeldSides {
  readonly hold: TruthHold;
  /** Resolves when each side has what the other one decided, and all that comes before the settling is done. */
  readonly caughtUp: Promise<unknown>;
}

/**
 * Holds the writers of both sides at once, and lets each side catch up as soon as the other one's writers are held. It answers when
 * both are held. When one of them is not, it waits for the other one all the same before it throws: neither a hold nor a closed
 * name may come after the move was undone.
 */
async function holdBothSides(
  { journal, hold, fences, forwardReached, backReached }: MoveParts,
  { newBuckets, tellReady }: HoldOrder,
): Promise<HeldSides> {
  const holding = hold();
  const closing = fences.close(journal.state.revision);
  const caughtUp = Promise.all([
    holding.then((held) => Promise.all([forwardReached(held.position), held.prepare(newBuckets)])),
    closing.then((fromPosition) => Promise.all([backReached(fromPosition), tellReady(fromPosition)])),
  ]);
  // Whoever waits for it is told; nobody does when a side could not be held.
  caughtUp.catch(() => undefined);
  const [held, closed] = await Promise.allSettled([holding, closing]);
  if (held.status === 'rejected') throw held.reason;
  if (closed.status === 'rejected') {
    await held.value[Symbol.asyncDispose]();
    throw closed.reason;
  }
  return { hold: held.value, caughtUp };
}

/**
 * Ends a move that was cut off, by what the old side's map says: settled or undone. Undefined when there is none. The map is read
 * while writers are held for a moment: a settling whose connection broke may still be done, and holds its locks until then.
 */
export async function finishMove(
  parts: Pick<MoveParts, 'journal' | 'hold' | 'fences'>,
  stamp: MoveOrder['stamp'],
): Promise<'settled' | 'undone' | undefined> {
  const { journal, fences } = parts;
  const { openMove, revision } = journal.state;
  if (openMove === undefined) return undefined;
  const settled = await settledRevision(parts);
  invariant(settled === revision || settled === openMove.revision, 'the old side knows this move, or the one before');
  if (settled === openMove.revision) {
    await journal.write({ ...stamp, kind: 'move-settled', revision: settled, stallMs: 0 });
    return 'settled';
  }
  await fences.open(revision);
  await fences.close(openMove.revision);
  await journal.write({ ...stamp, kind: 'move-undone', revision: openMove.revision });
  return 'undone';
}

async function settledRevision({ hold }: Pick<MoveParts, 'hold'>): Promise<number> {
  await using held = await hold();
  return held.truth.revision;
}
