import { writeSync } from 'node:fs';
import { KILL_POINTS } from './kill-points.ts';

/** Which passing of which point ends the process, counted from 1. */
export interface KillPlan {
  readonly point: string;
  readonly pass: number;
}

/** What a process says of itself before it ends: how often it passed each point. */
export const PASSED_LINE = 'passed ';

const NAMES = new Set(KILL_POINTS.map(({ name }) => name));

/** Counts the points that a process passes, and ends it with SIGKILL at the planned one: no handler runs, nothing is flushed. */
export class KillSwitch {
  /** Starting until the database is open, then serving. */
  phase: 'start' | 'serve' = 'start';
  readonly #plan: KillPlan | null;
  readonly #passed: Record<string, number> = {};

  constructor(plan: KillPlan | null) {
    this.#plan = plan;
    if (plan !== null && !NAMES.has(plan.point)) throw new Error(`${plan.point} is no point to kill at`);
  }

  pass(name: string): void {
    if (this.isDue(name)) this.die();
  }

  /** Counts a passing; true when it is the planned one and the caller has to `die` in its own way. */
  isDue(name: string): boolean {
    if (!NAMES.has(name)) throw new Error(`${name} stands in no row of the points`);
    const count = (this.#passed[name] ?? 0) + 1;
    this.#passed[name] = count;
    return this.#plan?.point === name && count === this.#plan.pass;
  }

  die(): never {
    writeSync(1, `${PASSED_LINE}${JSON.stringify(this.#passed)}\n`);
    process.kill(process.pid, 'SIGKILL');
    throw new Error('a killed process goes on');
  }
}
