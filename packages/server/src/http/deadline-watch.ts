/** Something that waits, and what becomes of it when its time is over. */
export interface Watched {
  readonly deadlineMs: number;
  readonly expire: () => void;
}

/**
 * Ends what waits beyond its deadline. One timer for all, which looks now and then: a deadline is kept to within `checkMs`.
 * Without anything that waits there is no timer.
 */
export class DeadlineWatch {
  readonly #nowMs: () => number;
  readonly #checkMs: number;
  readonly #watched = new Set<Watched>();
  #isTimed = false;

  constructor(nowMs: () => number, checkMs: number) {
    this.#nowMs = nowMs;
    this.#checkMs = checkMs;
  }

  add(watched: Watched): void {
    this.#watched.add(watched);
    this.#time();
  }

  /** What is no longer watched does not expire. */
  remove(watched: Watched): void {
    this.#watched.delete(watched);
  }

  #time(): void {
    if (this.#isTimed) return;
    this.#isTimed = true;
    setTimeout(() => this.#check(), this.#checkMs).unref();
  }

  #check(): void {
    this.#isTimed = false;
    const nowMs = this.#nowMs();
    for (const watched of this.#watched) {
      if (watched.deadlineMs > nowMs) continue;
      this.#watched.delete(watched);
      watched.expire();
    }
    if (this.#watched.size > 0) this.#time();
  }
}
