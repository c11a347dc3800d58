import type { DiskFault, DiskOperation } from '@actionbase/ports/memory/memory-disk';
import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { Scheduler } from './scheduler.ts';

/** A time span in which something goes wrong, virtual milliseconds. */
export interface FaultWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Which faults a run has, drawn from its seed before it begins. */
export interface FaultPlan {
  /** When the process dies, and how. */
  readonly deaths: readonly { readonly atMs: number; readonly kind: 'kill' | 'power-cut' }[];
  /** When the process is paused and loses its lock, so that another one starts beside it, and for how long it is. */
  readonly zombies: readonly { readonly atMs: number; readonly forMs: number }[];
  /** The disk fails now and then. */
  readonly diskFails: FaultWindow | null;
  readonly diskFull: FaultWindow | null;
  readonly storeFails: FaultWindow | null;
  /** Everything takes long. */
  readonly slow: FaultWindow | null;
  /** The system's time jumps. */
  readonly clockJumps: readonly { readonly atMs: number; readonly byMs: number }[];
  /** Share of requests that arrive twice. */
  readonly duplicates: number;
  /** Longest way of a request or an answer, milliseconds. */
  readonly networkMs: number;
}

const START_MS = 1_750_000_000_000;
/** Share of operations that fail within a window. */
const FAIL_SHARE = 0.15;
/** Share of the runs that have zombies. */
const ZOMBIE_SHARE = 0.4;
const SLOW_FACTOR = 50;
const DISK_FAULTS: readonly DiskFault[] = ['fail', 'fail', 'fail-in-part'];

/** The zombies of a seed, drawn apart, so that the other faults are what they are without. */
export function drawZombies(random: SeededRandom, lengthMs: number): FaultPlan['zombies'] {
  const count = random.next() < ZOMBIE_SHARE ? 1 + random.below(3) : 0;
  return Array.from({ length: count }, () => ({
    atMs: random.below(lengthMs),
    forMs: random.next() < 0.5 ? 1 + random.below(20) : random.below(lengthMs / 2),
  }));
}

/** The plan of a seed but for its zombies: first which faults exist, then their times. */
export function drawPlan(random: SeededRandom, lengthMs: number): Omit<FaultPlan, 'zombies'> {
  const has = (share: number): boolean => random.next() < share;
  const window = (share: number): FaultWindow | null => {
    if (!has(share)) return null;
    const fromMs = random.below(lengthMs);
    return { fromMs, toMs: fromMs + 1 + random.below(lengthMs / 3) };
  };
  const deaths = has(0.8) ? 1 + random.below(6) : 0;
  const jumps = has(0.3) ? 1 + random.below(3) : 0;
  return {
    deaths: Array.from({ length: deaths }, () => ({
      atMs: random.below(lengthMs),
      kind: has(0.6) ? ('power-cut' as const) : ('kill' as const),
    })),
    diskFails: window(0.4),
    diskFull: window(0.2),
    storeFails: window(0.3),
    slow: window(0.3),
    clockJumps: Array.from({ length: jumps }, () => ({
      atMs: random.below(lengthMs),
      byMs: (random.below(7_200) - 3_600) * 1_000,
    })),
    duplicates: has(0.5) ? 0.2 : 0,
    networkMs: has(0.5) ? 60 : 3,
  };
}

/** The faults of a run as they happen. After `heal` there are none. */
export class Faults {
  readonly #random: SeededRandom;
  readonly #scheduler: Scheduler;
  readonly #plan: FaultPlan;
  /** Nothing goes wrong before the tables are made, nor after everything has healed. */
  #active = false;
  #beganMs = 0;

  constructor(plan: FaultPlan, scheduler: Scheduler, random: SeededRandom) {
    this.#plan = plan;
    this.#scheduler = scheduler;
    this.#random = random;
  }

  /** From now on things go wrong; the plan's times count from here. */
  begin(): void {
    this.#active = true;
    this.#beganMs = this.#scheduler.nowMs;
  }

  heal(): void {
    this.#active = false;
  }

  latencyMs(): number {
    const base = this.#random.next() < 0.3 ? 0 : this.#random.next();
    return this.#isIn(this.#plan.slow) ? base * SLOW_FACTOR : base;
  }

  networkMs(): number {
    return this.#random.next() * this.#plan.networkMs;
  }

  isDuplicated(): boolean {
    return this.#active && this.#random.next() < this.#plan.duplicates;
  }

  diskFault({ kind }: DiskOperation): DiskFault | undefined {
    if (this.#isIn(this.#plan.diskFull) && (kind === 'write' || kind === 'truncate' || kind === 'open')) return 'full';
    if (!this.#isIn(this.#plan.diskFails) || this.#random.next() > FAIL_SHARE) return undefined;
    return DISK_FAULTS[this.#random.below(DISK_FAULTS.length)];
  }

  storeFault(): 'fail' | 'full' | undefined {
    if (!this.#isIn(this.#plan.storeFails) || this.#random.next() > FAIL_SHARE) return undefined;
    return this.#random.next() < 0.5 ? 'fail' : 'full';
  }

  systemTimeMs(): number {
    let timeMs = START_MS + Math.floor(this.#scheduler.nowMs);
    for (const { atMs, byMs } of this.#plan.clockJumps)
      if (atMs <= this.#scheduler.nowMs - this.#beganMs) timeMs += byMs;
    return timeMs;
  }

  #isIn(window: FaultWindow | null): boolean {
    if (!this.#active || window === null) return false;
    const nowMs = this.#scheduler.nowMs - this.#beganMs;
    return nowMs >= window.fromMs && nowMs < window.toMs;
  }
}
