import { setImmediate } from 'node:timers/promises';
import type { ManualClock } from '@actionbase/ports/memory/manual-clock';
import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';

/**
 * Lets one step of all that are under way happen after the other, in an order that a seed draws. Time passes when nobody can
 * go on, and now and then before.
 */
export class Turns {
  readonly #random: SeededRandom;
  readonly #clock: ManualClock;
  readonly #waiting: (() => void)[] = [];

  constructor(random: SeededRandom, clock: ManualClock) {
    this.#random = random;
    this.#clock = clock;
  }

  /** Resolves when it is this caller's turn. */
  take(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Gives turns until the work is done. */
  async run(work: Promise<unknown>, turnsMax = 200_000): Promise<void> {
    let isDone = false;
    const ended = work.finally(() => {
      isDone = true;
    });
    ended.catch(() => undefined);
    for (let turn = 0; ; turn += 1) {
      await setImmediate();
      if (isDone) break;
      if (turn > turnsMax) throw new Error('the program does not end');
      this.#next();
    }
    await ended;
  }

  #next(): void {
    const isTime = this.#waiting.length === 0 || this.#random.below(16) === 0;
    if (isTime && this.#clock.advanceToNext()) return;
    const [taken] = this.#waiting.splice(this.#random.below(Math.max(1, this.#waiting.length)), 1);
    taken?.();
  }
}
