/** Every bound of the director and of the way back, by name. Printed into `docs/limits.md`. */
export const DIRECT_LIMITS = {
  /** Pause between two looks at the truth map, milliseconds. */
  truthPollMs: 1_000,
  /** Pause between two looks at the truth map while writes wait for a move to end, milliseconds. */
  truthPollMovingMs: 5,
  /** How long a write waits for a move to end, milliseconds; then it fails with `move-takes-long`. */
  moveWaitMsMax: 5_000,
  /** Writes that wait for a move to end; one more fails with `move-takes-long`. */
  moveWaitsMax: 10_000,
  /** How often a write goes to the other side because the truth moved while it was under way. */
  turnsMax: 10,
  /** Time that a dual write gives the new side, milliseconds; then the edge is owed. */
  dualWriteMsMax: 250,
  /** Dual writes on their way to the new side; what is more is owed at once. */
  dualWritesMax: 64,
  /** Deadline of one attempt to write to the new side where it is the truth, milliseconds. */
  newWriteMsMax: 5_000,
  /** Attempts to write to the new side where it is the truth, while it is not known whether one took effect. */
  newAttemptsMax: 4,
  /** How often a version is raised because a newer one, of a writer whose clock is ahead, was there. */
  versionRaisesMax: 24,
  /** Failures of the new side in a row after which dual writes are owed at once. */
  breakerFailuresMax: 5,
  /** First pause before the new side is tried again, milliseconds; doubled with each failure. */
  drainPauseMsFirst: 100,
  /** Longest pause before the new side is tried again, milliseconds. */
  drainPauseMsMax: 5_000,
  /** Owed edges that one request pays. */
  drainBatchMax: 200,
  /** Time that a request which pays owed edges may take, milliseconds. */
  drainMsMax: 10_000,
  /** Keys that may be owed; beyond it an edge is not recorded, and only the follower of the old side brings it. */
  debtKeysMax: 200_000,
  /** Lines of the debt's file, beside those that are needed, after which it is written anew. */
  debtLinesMax: 20_000,
  /** Shadow reads under way; what is more is dropped, and counted. */
  shadowReadsMax: 64,
  /** How often two answers that differ are read again, to tell a race from wrong data. */
  shadowRechecksMax: 4,
  /** First pause before answers that differ are read again, milliseconds; doubled each time. */
  shadowRecheckMsFirst: 50,
  /** Mismatches that a report shows in full. */
  shadowExamplesMax: 20,
  /** Characters of an answer that a report shows. */
  shadowAnswerLengthMax: 2_000,
  /** Kinds of reads that are told apart; further ones count as "other". */
  readKindsMax: 64,
  /** Keys that are counted one by one to find the hot ones. */
  hotKeysMax: 64,
  /** Pause between two reports, milliseconds. */
  reportMs: 1_000,
  /** Records of the new side's stream that one batch brings back. */
  backBatchMax: 500,
  /** Time after which the old side is told how far the way back has read, when there was nothing to bring back, milliseconds. */
  backKeepMs: 1_000,
  /** Longest pause before the old side is tried again on the way back, milliseconds. */
  backPauseMsMax: 2_000,
  /** Keys of counts that are read and set at once. */
  countKeysMax: 200,
  /** Counts that may wait for caches that are away while the old table is still given what is new. */
  countMarksMax: 50_000,
} as const;
