import type { TruthSide } from '@actionbase/ports/legacy';
import { type HotKey, HotKeys } from './hot-keys.ts';
import { type Latencies, LatencyCounter } from './latencies.ts';
import { DIRECT_LIMITS } from './limits.ts';

/** A difference that stayed while both sides were read again and again: wrong data. */
export interface ShadowMismatch {
  readonly name: string;
  readonly key: string;
  readonly atMs: number;
  /** The side that was the truth, and what both said, cut where it is long. */
  readonly truth: TruthSide;
  readonly legacy: string;
  readonly new: string;
}

/** What became of the shadow reads of one kind. */
export interface ShadowCounts {
  /** Reads that were to be shadowed. */
  sampled: number;
  /** Of these: not done, because too many were under way. */
  dropped: number;
  /** The shadow's side failed. */
  errors: number;
  /** Not compared: not chosen, or one of the sides was known to lack a write. */
  notCompared: number;
  owed: number;
  equal: number;
  /** Differed at first, and were equal when they were read again: a race. */
  races: number;
  /** Still differed, but changed while they were read again. */
  unsettled: number;
  mismatches: number;
  /** Reads of the truth against itself, and how many of them differed. */
  noiseCompared: number;
  noiseDiffered: number;
}

/** How one kind of reads went, as a report has it. */
export interface ReadReport extends Readonly<ShadowCounts> {
  readonly name: string;
  /** Reads of users, by the side that answered. */
  readonly legacyReads: number;
  readonly newReads: number;
  readonly failedReads: number;
  /** Times of users' reads and shadow reads, by the side that was asked. */
  readonly legacyMs: Latencies;
  readonly newMs: Latencies;
  readonly lastError: string | null;
  readonly hotKeys: readonly HotKey[];
}

/** Counts reads of one kind. */
export class ReadFigures {
  readonly name: string;
  readonly shadow: ShadowCounts = {
    sampled: 0,
    dropped: 0,
    errors: 0,
    notCompared: 0,
    owed: 0,
    equal: 0,
    races: 0,
    unsettled: 0,
    mismatches: 0,
    noiseCompared: 0,
    noiseDiffered: 0,
  };
  readonly #reads = { legacy: 0, new: 0 };
  readonly #ms = { legacy: new LatencyCounter(), new: new LatencyCounter() };
  readonly #keys = new HotKeys(DIRECT_LIMITS.hotKeysMax);
  #failed = 0;
  #lastError: string | null = null;

  constructor(name: string) {
    this.name = name;
  }

  asked(key: string): void {
    this.#keys.add(key);
  }

  answered(side: TruthSide): void {
    this.#reads[side] += 1;
  }

  took(side: TruthSide, ms: number): void {
    this.#ms[side].add(ms);
  }

  failed(): void {
    this.#failed += 1;
  }

  shadowFailed(error: unknown): void {
    this.shadow.errors += 1;
    this.#lastError = error instanceof Error ? error.message : String(error);
  }

  get report(): ReadReport {
    return {
      name: this.name,
      legacyReads: this.#reads.legacy,
      newReads: this.#reads.new,
      failedReads: this.#failed,
      ...this.shadow,
      legacyMs: this.#ms.legacy.latencies,
      newMs: this.#ms.new.latencies,
      lastError: this.#lastError,
      hotKeys: this.#keys.top(10),
    };
  }
}
