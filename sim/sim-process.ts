import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import { portFailures } from '@actionbase/ports/failures';
import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

/** How late an operation of a frozen process may happen, milliseconds. */
const DELAY_MS_MAX = 200;

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
  #frozen = false;
  /** What this life will go on with when it is thawed. */
  readonly #held: (() => void)[] = [];

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

  get isFrozen(): boolean {
    return this.#frozen;
  }

  /** Pauses this life: it does nothing, but what it has asked of the outside may still happen. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Lets it go on where it was, as if no time had passed. */
  thaw(): void {
    this.#frozen = false;
    for (const goOn of this.#held.splice(0)) this.#parts.scheduler.schedule(0, () => this.#wake(goOn));
  }

  /** Runs something in this life now, or when it is thawed. */
  whenAwake(run: () => void): void {
    this.#wake(run);
  }

  /** Lets a drawn time pass. */
  pause(): Promise<void> {
    return this.#wait(this.#parts.faults.latencyMs());
  }

  /** Lets a drawn time pass outside of the process, on the way to a disk: a frozen process does not stop it. */
  delay(): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.scheduler.schedule(this.#parts.random.next() * DELAY_MS_MAX, () => {
        if (this.#alive) resolve();
      });
    });
  }

  /** Runs an operation of the outside between two pauses: the process may die before its effect, or before it hears of it. */
  async between<T>(operation: () => T | PromiseLike<T>): Promise<T> {
    await this.#leave();
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
        this.#wake(resolve);
      });
    });
  }

  /** The way of a request out of the process: one that a frozen process had sent may arrive, late, or be sent when it wakes. */
  #leave(): Promise<void> {
    const { scheduler, faults, random } = this.#parts;
    return new Promise((resolve) => {
      scheduler.schedule(faults.latencyMs(), () => {
        if (this.#frozen && random.next() < 0.5) void this.delay().then(resolve);
        else this.#wake(resolve);
      });
    });
  }

  #wake(run: () => void): void {
    if (!this.#alive) return;
    if (this.#frozen) this.#held.push(run);
    else run();
  }

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.scheduler.schedule(delayMs, () => this.#wake(resolve));
    });
  }
}
