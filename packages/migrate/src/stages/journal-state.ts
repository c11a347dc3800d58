import { BUCKETS } from '@actionbase/core/digest/row-digest';
import { invariant } from '@actionbase/core/failure';
import type { StagePlace } from './plan-move.ts';
import type { Stage } from './stage.ts';

/** Who asked for something, why, and when it was written down. */
export interface JournalStamp {
  readonly atMs: number;
  readonly who: string;
  readonly why: string;
}

/** What a migration's journal keeps, in order. A move of keys has two entries, so that one that was interrupted is seen. */
export type JournalEntry = JournalStamp & JournalEvent;

export type JournalEvent =
  /** `evidence`: hash of the newest line of the evidence file, on which the decision rests. */
  | { readonly kind: 'stage'; readonly stage: Stage; readonly evidence: string }
  | {
      readonly kind: 'move-begun';
      readonly stage: Stage;
      readonly revision: number;
      readonly newBuckets: number;
      readonly evidence: string;
    }
  /** Writers are held: from this position of the new side's change feed on, the next map holds, if it is settled. */
  | { readonly kind: 'move-ready'; readonly revision: number; readonly fromPosition: string }
  | { readonly kind: 'move-settled'; readonly revision: number; readonly stallMs: number }
  /** It did not happen: the revision before stays. */
  | { readonly kind: 'move-undone'; readonly revision: number }
  | { readonly kind: 'refused'; readonly command: string; readonly reasons: readonly string[] }
  /** Ends the period without issues that the retirement asks for. */
  | { readonly kind: 'incident'; readonly what: string };

export interface OpenMove {
  readonly stage: Stage;
  readonly revision: number;
  readonly newBuckets: number;
  /** Undefined before writers were held. */
  readonly fromPosition: string | undefined;
}

export interface JournalState {
  readonly place: StagePlace;
  readonly stageSinceMs: number;
  /** Revision of the truth map. */
  readonly revision: number;
  /** A move that was begun and neither settled nor undone. */
  readonly openMove: OpenMove | undefined;
  readonly lastIncidentMs: number | undefined;
}

export const JOURNAL_START: JournalState = {
  place: { stage: 'planned', newBuckets: 0 },
  stageSinceMs: 0,
  revision: 0,
  openMove: undefined,
  lastIncidentMs: undefined,
};

/** The state after an entry. */
export function foldJournal(state: JournalState, entry: JournalEntry): JournalState {
  switch (entry.kind) {
    case 'refused':
      return state;
    case 'stage':
      invariant(state.openMove === undefined, 'a stage is not changed while keys are moved');
      return { ...state, place: { ...state.place, stage: entry.stage }, stageSinceMs: entry.atMs };
    case 'move-begun':
      return begin(state, entry);
    case 'move-ready':
      invariant(state.openMove?.revision === entry.revision, 'only a move that was begun gets ready');
      return { ...state, openMove: { ...state.openMove, fromPosition: entry.fromPosition } };
    case 'move-settled':
      return settle(state, entry);
    case 'move-undone':
      invariant(state.openMove?.revision === entry.revision, 'only a move that was begun is undone');
      return { ...state, openMove: undefined };
    case 'incident':
      return { ...state, lastIncidentMs: entry.atMs };
  }
}

function begin(state: JournalState, entry: JournalEntry & { kind: 'move-begun' }): JournalState {
  const { stage, revision, newBuckets } = entry;
  invariant(state.openMove === undefined, 'one move at a time');
  invariant(newBuckets >= 0 && newBuckets <= BUCKETS, 'a move names a number of buckets');
  return { ...state, openMove: { stage, revision, newBuckets, fromPosition: undefined } };
}

function settle(state: JournalState, entry: JournalEntry & { kind: 'move-settled' }): JournalState {
  const { openMove } = state;
  invariant(openMove?.revision === entry.revision, 'only a move that was begun is settled');
  const { stage, revision, newBuckets, fromPosition } = openMove;
  invariant(fromPosition !== undefined, 'only a move that was ready is settled');
  return {
    ...state,
    place: { stage, newBuckets },
    stageSinceMs: stage === state.place.stage ? state.stageSinceMs : entry.atMs,
    revision,
    openMove: undefined,
  };
}
