/** Upper bounds of the buckets of `VisibilityTimes`, milliseconds. */
export const VISIBILITY_BOUNDS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 7_200_000,
] as const;

/** How long it took from the acknowledgement of asynchronous mutations until they were visible. */
export interface VisibilityFigures {
  readonly count: number;
  readonly sumMs: number;
  /** Of the one that became visible last; null before the first. */
  readonly lastMs: number | null;
  /** Per bound of `VISIBILITY_BOUNDS_MS` how many took at most so long and longer than the bound before; then those above all. */
  readonly buckets: readonly number[];
}

/** Counts those times since the engine was opened. */
export class VisibilityTimes {
  readonly #buckets = new Array<number>(VISIBILITY_BOUNDS_MS.length + 1).fill(0);
  #count = 0;
  #sumMs = 0;
  #lastMs: number | null = null;

  /** A clock that was set back gives a time below zero, which counts as none. */
  add(tookMs: number): void {
    const ms = Math.max(0, tookMs);
    this.#count += 1;
    this.#sumMs += ms;
    this.#lastMs = ms;
    let place = 0;
    while (ms > (VISIBILITY_BOUNDS_MS[place] ?? Number.POSITIVE_INFINITY)) place += 1;
    this.#buckets[place] = (this.#buckets[place] ?? 0) + 1;
  }

  get figures(): VisibilityFigures {
    return { count: this.#count, sumMs: this.#sumMs, lastMs: this.#lastMs, buckets: [...this.#buckets] };
  }
}
