/** Bounds grow by a quarter of an octave. */
const STEPS_PER_OCTAVE = 4;
/** Upper bound of the first step, milliseconds. */
const FIRST_MS = 0.05;
/** Steps of a histogram; the last one has no upper bound (above 60 s). */
const STEPS = 84;

/** How often something took how long, in steps that grow by a quarter of an octave. Several can be added up. */
export type Latencies = readonly number[];

/** Counts latencies. */
export class LatencyCounter {
  readonly #counts = new Array<number>(STEPS).fill(0);

  add(ms: number): void {
    const step = ms <= FIRST_MS ? 0 : Math.min(STEPS - 1, Math.ceil(Math.log2(ms / FIRST_MS) * STEPS_PER_OCTAVE));
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
  }

  /** Without the empty steps at the end. */
  get latencies(): Latencies {
    return trimmed(this.#counts);
  }
}

export function addLatencies(a: Latencies, b: Latencies): Latencies {
  const longer = a.length >= b.length ? a : b;
  return longer.map((_, step) => (a[step] ?? 0) + (b[step] ?? 0));
}

export function countOf(latencies: Latencies): number {
  return latencies.reduce((sum, count) => sum + count, 0);
}

/** The time, milliseconds, that this share of them took at most (up to a step more); null when there are none. */
export function quantileMs(latencies: Latencies, share: number): number | null {
  const total = countOf(latencies);
  if (total === 0) return null;
  let left = Math.ceil(total * share);
  for (const [step, count] of latencies.entries()) {
    left -= count;
    if (left <= 0) return Number((FIRST_MS * 2 ** (step / STEPS_PER_OCTAVE)).toPrecision(3));
  }
  return null;
}

function trimmed(counts: readonly number[]): Latencies {
  return counts.slice(0, counts.findLastIndex((count) => count > 0) + 1);
}
