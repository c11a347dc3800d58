/** What the chapter adds up: its last line, and what decides whether it held. */
export interface StoryFigures {
  failedRequests: number;
  lostWrites: number;
  faultsPlanted: number;
  faultsFound: number;
  /** How long writes were held by each move, milliseconds. */
  readonly stallsMs: number[];
  readonly rollbackMs: Record<string, number>;
  copyRowsPerS: number;
  bulkLoadEdgesPerS: number;
  /** How often the full verification fits into the time of the copy. */
  verifyToCopyRatio: number;
  /** The same for reading all rows and comparing them one by one. */
  plainToCopyRatio: number;
  wishes: number;
  /** p99 of users' reads in milliseconds, by what the new store was like. */
  readonly readP99Ms: Record<string, number>;
  readonly toolkitKills: Record<string, number>;
}

export function newFigures(): StoryFigures {
  return {
    failedRequests: 0,
    lostWrites: 0,
    faultsPlanted: 0,
    faultsFound: 0,
    stallsMs: [],
    rollbackMs: {},
    copyRowsPerS: 0,
    bulkLoadEdgesPerS: 0,
    verifyToCopyRatio: 0,
    plainToCopyRatio: 0,
    wishes: 0,
    readP99Ms: {},
    toolkitKills: {},
  };
}

/** The last line of the story: one JSON object. */
export function printFigures(figures: StoryFigures): string {
  const { stallsMs, ...rest } = figures;
  const sorted = [...stallsMs].sort((a, b) => a - b);
  const quantile = (share: number): number =>
    Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
  const cutoverStallMs = { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1), moves: sorted.length };
  return JSON.stringify({ ...rest, cutoverStallMs });
}
