/** Buckets per doubling: a quantile is right within 5 %. */
const STEPS_PER_DOUBLING = 14;

/** The shortest time that is told from others, milliseconds. */
const SHORTEST_MS = 0.01;

const BUCKETS = STEPS_PER_DOUBLING * 30;

/** What a histogram says, for a report. */
export interface LatencyFigures {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Durations from 10 µs to hours in buckets that grow by 5 %; of fixed size, however many are recorded. */
export class LatencyHistogram {
  readonly #buckets = new Float64Array(BUCKETS);
  #count = 0;
  #maxMs = 0;

  record(durationMs: number): void {
    const step = Math.ceil(Math.log2(Math.max(durationMs, SHORTEST_MS) / SHORTEST_MS) * STEPS_PER_DOUBLING);
    const bucket = Math.min(step, BUCKETS - 1);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
    this.#maxMs = Math.max(this.#maxMs, durationMs);
  }

  /** The duration that this share of all has not exceeded; 0 when there are none. */
  quantileMs(share: number): number {
    const wanted = Math.ceil(this.#count * share);
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#buckets[bucket] ?? 0;
      if (seen >= wanted) return Math.min(SHORTEST_MS * 2 ** (bucket / STEPS_PER_DOUBLING), this.#maxMs);
    }
    return this.#maxMs;
  }

  figures(): LatencyFigures {
    return {
      count: this.#count,
      p50Ms: rounded(this.quantileMs(0.5)),
      p99Ms: rounded(this.quantileMs(0.99)),
      maxMs: rounded(this.#maxMs),
    };
  }
}

function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}
