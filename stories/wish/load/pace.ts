import type { Clock } from '@actionbase/ports/clock';

/** When the next request is due, by a rate: whoever is late catches up, so a stall is seen in full by all that waited for it. */
export class Pace {
  readonly #clock: Clock;
  readonly #perS: number | undefined;
  readonly #beginMs: number;
  #given = 0;

  /** Without a rate each request is due at once. */
  constructor(clock: Clock, perS: number | undefined) {
    this.#clock = clock;
    this.#perS = perS;
    this.#beginMs = clock.monotonicMs();
  }

  /** Waits for the next request's time and gives it; undefined when the signal aborts before. */
  async next(signal: AbortSignal): Promise<number | undefined> {
    if (signal.aborted) return undefined;
    if (this.#perS === undefined) return this.#clock.monotonicMs();
    const dueMs = this.#beginMs + (this.#given++ * 1_000) / this.#perS;
    const waitMs = dueMs - this.#clock.monotonicMs();
    if (waitMs <= 0) return dueMs;
    try {
      await this.#clock.sleep(waitMs, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
    return dueMs;
  }
}
