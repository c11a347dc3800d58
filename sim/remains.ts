import type { EdgeOutcome } from '@actionbase/core/record/feed-record';
import type { MutateRecord } from '@actionbase/core/record/log-record';
import type { Ledger } from './ledger.ts';

/** A mutation as the log has it. */
export interface LoggedMutation {
  readonly offset: number;
  readonly record: MutateRecord;
}

/** What a finished run left behind. */
export interface Remains {
  readonly ledger: Ledger;
  /** The first frame that the log still has; 0 when it has all of them. */
  readonly start: number;
  readonly mutations: ReadonlyMap<string, readonly LoggedMutation[]>;
  readonly outcomes: readonly PlacedOutcome[];
  /** The first frame that the feed still has. */
  readonly feedStart: number;
}

export interface PlacedOutcome {
  readonly offset: number;
  readonly outcome: EdgeOutcome;
}
