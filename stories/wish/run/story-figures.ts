import type { LatencyFigures } from '../load/latency-histogram.ts';

/** How users fared in a phase, milliseconds. */
export interface PhaseFigures {
  readonly writes: Pick<LatencyFigures, 'p50Ms' | 'p99Ms' | 'maxMs'>;
  /** Of the slowest kind of read. */
  readonly reads: Pick<LatencyFigures, 'p50Ms' | 'p99Ms' | 'maxMs'>;
}

/** What the chapter adds up: its last line, and what decides whether it held. */
export interface StoryFigures {
  failedRequests: number;
  lostWrites: number;
  faultsPlanted: number;
  faultsFound: number;
  /** How long writes were held by each move, milliseconds. */
  readonly stallsMs: number[];
  /** From the order until the old side decides about all keys, by what had moved. */
  readonly rollbackMs: Record<string, number>;
  copyRowsPerS: number;
  bulkLoadEdgesPerS: number;
  /** The same edges sent as mutations. */
  mutationEdgesPerS: number;
  /** How often looking at every row of both sides fits into the time of the copy. */
  verifyToCopyRatio: number;
  /** The same for reading every row and asking the new side for it. */
  plainToCopyRatio: number;
  /** What a change costs the proof that is kept up to date, of either log, microseconds. */
  proofMicrosPerChange: number;
  wishes: number;
  readonly phases: Record<string, PhaseFigures>;
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
    mutationEdgesPerS: 0,
    verifyToCopyRatio: 0,
    plainToCopyRatio: 0,
    proofMicrosPerChange: 0,
    wishes: 0,
    phases: {},
    toolkitKills: {},
  };
}

/** The last line of the story: one JSON object. */
export function printFigures(figures: StoryFigures): string {
  const { stallsMs, rollbackMs, ...rest } = figures;
  return JSON.stringify({ ...rest, cutoverStallMs: stallFigures(stallsMs), rollbackMs: rounded(rollbackMs) });
}

/** Times that writes were held, milliseconds. */
export function stallFigures(stallsMs: readonly number[]): Record<'p50' | 'p99' | 'max' | 'moves', number> {
  const sorted = [...stallsMs].sort((a, b) => a - b);
  const quantile = (share: number): number =>
    Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
  return { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1), moves: sorted.length };
}

function rounded(times: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, Math.round(ms)]));
}
