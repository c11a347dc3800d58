import { invariant } from '@actionbase/core/failure';
import type { Clock } from '../clock.ts';

export interface ManualClockOptions {
  /** What `nowMs` starts with. */
  readonly nowMs?: number;
  /**
   * What a sleep does: 'wait' sleeps until somebody calls `advance`; 'advance' moves the clock itself to the end of the
   * sleep, for programs that only want to go on.
   */
  readonly sleeps?: 'wait' | 'advance';
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is moved. Sleepers wake in the order of their time, then of their going to sleep. */
export class ManualClock implements Clock {
  readonly #sleeps: 'wait' | 'advance';
  #nowMs: number;
  #monotonicMs = 0;
  #sleepers: Sleeper[] = [];

  constructor(options: ManualClockOptions = {}) {
    this.#nowMs = options.nowMs ?? 1_750_000_000_000;
    this.#sleeps = options.sleeps ?? 'wait';
  }

  nowMs(): number {
    return Math.floor(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const dueMs = this.#monotonicMs + Math.max(0, durationMs);
    if (this.#sleeps === 'advance') return this.#advanceTo(dueMs);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper: Sleeper = { dueMs, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Lets time pass, on both clocks, and wakes everybody whose sleep is over. */
  advance(durationMs: number): void {
    invariant(durationMs >= 0, 'time passes forwards; use jump to set the wall clock back');
    this.#advanceTo(this.#monotonicMs + durationMs);
  }

  /** Lets time pass up to the next sleeper's end and wakes it; false when nobody sleeps. */
  advanceToNext(): boolean {
    const dueMs = this.nextDueMs();
    if (dueMs === undefined) return false;
    this.#advanceTo(Math.max(dueMs, this.#monotonicMs));
    return true;
  }

  /** Sets the wall clock forward or back; nobody's sleep gets longer or shorter. */
  jump(byMs: number): void {
    this.#nowMs += byMs;
  }

  /** Monotonic time at which the next sleep ends; undefined when nobody sleeps. */
  nextDueMs(): number | undefined {
    let next: number | undefined;
    for (const { dueMs } of this.#sleepers) if (next === undefined || dueMs < next) next = dueMs;
    return next;
  }

  #advanceTo(monotonicMs: number): void {
    this.#nowMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
    const due = this.#sleepers.filter((sleeper) => sleeper.dueMs <= monotonicMs);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.dueMs > monotonicMs);
    for (const sleeper of due.sort((a, b) => a.dueMs - b.dueMs)) sleeper.wake();
  }
}
