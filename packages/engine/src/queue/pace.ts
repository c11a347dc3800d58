/** Says how long to wait so that no more than a rate passes, over any time longer than a second. */
export class Pace {
  readonly #perSecond: number;
  #freeAtMs = 0;

  /** 0 for any rate. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** How many may pass together: what passes in a second. */
  get burst(): number {
    return this.#perSecond === 0 ? Number.POSITIVE_INFINITY : this.#perSecond;
  }

  /** How long the next ones have to wait. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#freeAtMs - nowMs);
  }

  /** Takes note of what passes now. */
  pass(count: number, nowMs: number): void {
    if (this.#perSecond === 0) return;
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs) + (count * 1000) / this.#perSecond;
  }
}
