import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import { portFailures } from '@actionbase/ports/failures';
import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

export interface ProcessParts {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly faults: Faults;
}

/**
 * One life of the simulated process. Everything it asks of the outside goes through `pause`, where it may die: what it waits
 * for then never settles, as if the machine had gone on without it.
 */
export class SimProcess implements Clock {
  /** Requests that this life has not answered. */
  pending = 0;
  readonly #parts: ProcessParts;
  #alive = true;

  constructor(parts: ProcessParts) {
    this.#parts = parts;
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  /** Ends this life. Whoever waits for something of it waits for ever. */
  die(): void {
    this.#alive = false;
  }

  /** Lets a drawn time pass. */
  pause(): Promise<void> {
    return this.#wait(this.#parts.faults.latencyMs());
  }

  /** Runs an operation of the outside between two pauses: the process may die before its effect, or before it hears of it. */
  async between<T>(operation: () => T | PromiseLike<T>): Promise<T> {
    await this.pause();
    let outcome: { readonly value: T } | { readonly error: unknown };
    try {
      outcome = { value: await operation() };
    } catch (error) {
      outcome = { error };
    }
    await this.pause();
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** Throws what the store says when it fails, if it fails now. */
  failStore(): void {
    const fault = this.#parts.faults.storeFault();
    if (fault === 'fail') throw new Failure(portFailures['store-failed'], 'the simulated store failed');
    if (fault === 'full') throw new Failure(portFailures['store-full'], 'the simulated store is full');
  }

  nowMs(): number {
    return this.#parts.faults.systemTimeMs();
  }

  monotonicMs(): number {
    return this.#parts.scheduler.nowMs;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        if (this.#alive) reject(signal?.reason);
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.#parts.scheduler.schedule(durationMs, () => {
        signal?.removeEventListener('abort', abort);
        if (this.#alive) resolve();
      });
    });
  }

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.scheduler.schedule(delayMs, () => {
        if (this.#alive) resolve();
      });
    });
  }
}
