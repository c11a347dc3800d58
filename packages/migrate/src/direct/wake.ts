import type { Clock } from '@actionbase/ports/clock';

/** Wakes a loop that sleeps. A call that finds nobody asleep is kept for the next sleep. */
export class Wake {
  #called = false;
  #wakeUp: (() => void) | undefined;

  call(): void {
    this.#called = true;
    this.#wakeUp?.();
  }

  /** Sleeps until the next call. */
  async wait(): Promise<void> {
    if (!this.#called) {
      await new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
      });
    }
    this.#wakeUp = undefined;
    this.#called = false;
  }

  /** Sleeps until the next call, or for this long. */
  async waitAtMost(clock: Clock, durationMs: number): Promise<void> {
    const over = new AbortController();
    const slept = clock.sleep(durationMs, over.signal).catch(() => undefined);
    await Promise.race([this.wait(), slept]);
    over.abort();
    this.#wakeUp = undefined;
  }
}
