import type { PopulationOptions } from '../../load/wish-population.ts';

/** `small` is for tests, `full` for the figures. */
export type StorySize = 'small' | 'full';

/** How much of everything there is at a size. */
export interface LegacySize {
  readonly population: PopulationOptions;
  /** Reads that a measurement asks for. */
  readonly reads: number;
  /** Writes between two looks at the drift, and before a comparison. */
  readonly writes: number;
  /** Wishes that the batch counts in one transaction. */
  readonly chunkRows: number;
  readonly probes: number;
  readonly probeEveryMs: number;
  /** How long the batch pauses between two runs while staleness is measured: a short night. */
  readonly batchPauseMs: number;
  /** Products whose counts are compared. */
  readonly productsCompared: number;
  /** Counts by product that are asked of all shards. */
  readonly productReads: number;
}

export const LEGACY_SIZES: Readonly<Record<StorySize, LegacySize>> = {
  small: {
    population: { seed: 20_260_105, users: 4_800, products: 2_000, wishesMean: 11 },
    reads: 300,
    writes: 80,
    chunkRows: 5_000,
    probes: 12,
    probeEveryMs: 50,
    batchPauseMs: 200,
    productsCompared: 300,
    productReads: 50,
  },
  full: {
    population: { seed: 20_260_105, users: 480_000, products: 100_000, wishesMean: 11.5 },
    reads: 20_000,
    writes: 5_000,
    chunkRows: 50_000,
    probes: 100,
    probeEveryMs: 1_000,
    batchPauseMs: 30_000,
    productsCompared: 5_000,
    productReads: 1_000,
  },
};
