/** What the parts of a migration know at a moment: what the gates of the stages look at. */
export interface StageFacts {
  readonly nowMs: number;
  /** Sentences of the plan that say what is in the way; empty when nothing is. */
  readonly obstacles: readonly string[];
  readonly copy: { readonly isDone: boolean; readonly rows: number };
  /** Whether the follower has passed the end of the copy, and how far it is behind, in milliseconds. */
  readonly follower: { readonly isRunning: boolean; readonly hasPassedCopy: boolean; readonly lagMs: number };
  /** Writes that directors still owe to the new side. */
  readonly debts: number;
  /** Directors that have not told how they stand for a while, by name. */
  readonly silentDirectors: readonly string[];
  readonly proof: ProofFacts;
  /** Undefined before shadow reads have been reported. */
  readonly shadow: ShadowFacts | undefined;
  /** Whether everything that the new side decided has reached the old one. */
  readonly backUp: { readonly isRunning: boolean; readonly lagMs: number };
}

export interface ProofFacts {
  /** Windows without a mismatch since the last one that had any, or since the proof began. */
  readonly cleanWindows: number;
  readonly openMismatches: number;
  /** Whether the newest full digests, the derived data and the second path were all right. */
  readonly isFullPassClean: boolean;
  /** When the present period without mismatch and incident began; undefined while there is one. */
  readonly cleanSinceMs: number | undefined;
}

export interface ShadowFacts {
  /** Why the new side is not known to carry the real traffic; empty when it is. */
  readonly reasons: readonly string[];
}
