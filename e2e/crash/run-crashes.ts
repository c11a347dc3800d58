import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { killBackups, killRestores } from './copies.ts';
import { inspect } from './inspect.ts';
import { CrashProcesses } from './killing/crash-process.ts';
import { KILL_POINTS, type KillPhase } from './killing/kill-points.ts';
import type { PlantedName } from './killing/planted.ts';
import { type Killed, Life } from './life.ts';
import { type PlannedLife, planLives } from './plan-lives.ts';

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  /** The points to kill at; of all kills about half are at random moments instead, if `random` says so. */
  readonly points: readonly string[];
  readonly random: boolean;
  readonly withinMs: number;
  readonly planted: PlantedName | null;
  readonly onKill: (progress: CrashProgress) => void;
  /** Ends the run early, at the next kill. */
  readonly isEnough?: (result: CrashResult) => boolean;
}

/** One kill, and what came out at it. */
export interface CrashProgress {
  /** The point, or null for a random moment. */
  readonly point: string | null;
  readonly result: CrashResult;
  /** Found at this kill, or after the one before. */
  readonly violations: readonly string[];
}

/** What is known of one point. */
export interface PointFigures {
  /** How often it was passed by processes that were killed at a point. */
  passed: number;
  kills: number;
  violations: number;
}

export interface CrashResult {
  readonly kills: number;
  readonly randomKills: number;
  /** Planned kills whose point was not passed in time: they came at another moment. */
  readonly notReached: number;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly points: ReadonlyMap<string, PointFigures>;
  readonly violations: readonly string[];
}

/** How often a data directory is opened and recounted between two kills. */
const INSPECT_EVERY = 10;

const PHASES = new Map<string, KillPhase>(KILL_POINTS.map(({ name, phase }) => [name, phase]));

/**
 * Kills servers, backups and restores, at named points and at random moments, again and again on data directories that live
 * on, and compares what each start shows with the ledger of what was answered. Every few kills a directory is opened and
 * every table recounted.
 */
export async function runCrashes(options: CrashOptions): Promise<CrashResult> {
  const root = await mkdtemp(join(tmpdir(), 'actionbase-crash-'));
  const processes = new CrashProcesses(process.env.NODE_COMPILE_CACHE ?? join(root, 'compiled'));
  const run = new Run(options, processes);
  try {
    await processes.serve({ dataDir: join(root, 'warm-up'), kill: null, planted: null, warmUp: true, marks: null })
      .ended;
    for (const [place, life] of planLives(options).entries()) {
      await run.live(life, join(root, `life-${place}`));
      if (run.isEnough) break;
    }
    return run.result;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

class Run {
  readonly #options: CrashOptions;
  readonly #processes: CrashProcesses;
  readonly #random: SeededRandom;
  readonly #points = new Map<string, PointFigures>();
  readonly #violations: string[] = [];
  #kills = 0;
  #randomKills = 0;
  #notReached = 0;
  /** Of the lives that are over. */
  #before = { acknowledged: 0, unknown: 0 };
  #life: Life | undefined;

  constructor(options: CrashOptions, processes: CrashProcesses) {
    this.#options = options;
    this.#processes = processes;
    this.#random = new SeededRandom(options.seed);
    for (const name of options.points) this.#points.set(name, { passed: 0, kills: 0, violations: 0 });
  }

  get result(): CrashResult {
    return {
      kills: this.#kills,
      randomKills: this.#randomKills,
      notReached: this.#notReached,
      acknowledged: this.#before.acknowledged + (this.#life?.ledger.acknowledged ?? 0),
      unknown: this.#before.unknown + (this.#life?.ledger.unknown ?? 0),
      points: this.#points,
      violations: this.#violations,
    };
  }

  get isEnough(): boolean {
    return this.#options.isEnough?.(this.result) ?? false;
  }

  /** One data directory from its making to its end. A violation ends it: what comes after would only repeat it. */
  async live(planned: PlannedLife, root: string): Promise<void> {
    await mkdir(root, { recursive: true });
    const { withinMs, planted } = this.#options;
    const life = new Life({ root, processes: this.#processes, random: this.#random, planted, withinMs });
    this.#life = life;
    try {
      if ((await this.#killAll(life, planned)) && planned.copies.length > 0)
        await this.#copy(life, planned.copies, root);
    } catch (error) {
      this.#note(null, [
        `a promise was broken so that the run could not go on: ${error instanceof Error ? error.stack : error}`,
      ]);
    }
    this.#before = { acknowledged: this.result.acknowledged, unknown: this.result.unknown };
    this.#life = undefined;
    await rm(root, { recursive: true, force: true });
  }

  /** False when a violation ended it. */
  async #killAll(life: Life, { births, kills }: PlannedLife): Promise<boolean> {
    for (const point of births) if (this.#tell(point, await life.killStart({ point, pass: 1 })) > 0) return false;
    for (const [place, plan] of kills.entries()) {
      const point = plan?.point ?? null;
      const killed =
        plan !== null && PHASES.get(plan.point) === 'start' ? await life.killStart(plan) : await life.killServing(plan);
      if (this.#tell(point, killed) > 0 || this.isEnough) return false;
      if ((place + 1) % INSPECT_EVERY !== 0 && place + 1 !== kills.length) continue;
      const found = await inspect(life.directory);
      this.#note(point, found);
      if (found.length > 0) return false;
    }
    return true;
  }

  async #copy(life: Life, copies: readonly string[], root: string): Promise<void> {
    const copying = { life, processes: this.#processes, scratch: join(root, 'copies') };
    for (const [phase, killCopies] of [
      ['backup', killBackups],
      ['restore', killRestores],
    ] as const) {
      const points = copies.filter((point) => PHASES.get(point) === phase);
      if (points.length === 0) continue;
      const found = await killCopies(copying, points, (point, { passed, violations }) =>
        this.#tell(point, { isReached: passed !== null, passed: passed ?? {}, violations }),
      );
      this.#note(points[0] ?? null, found);
    }
  }

  /** Counts a kill and tells of it; the number of violations. */
  #tell(point: string | null, { isReached, passed, violations }: Killed): number {
    this.#kills += 1;
    const isAtPoint = point !== null && isReached;
    if (point === null) this.#randomKills += 1;
    else if (!isReached) this.#notReached += 1;
    for (const [name, times] of Object.entries(passed)) {
      const figures = this.#points.get(name);
      if (figures !== undefined) figures.passed += times;
    }
    const figures = point === null ? undefined : this.#points.get(point);
    if (figures !== undefined && isAtPoint) figures.kills += 1;
    this.#note(point, violations);
    return violations.length;
  }

  #note(point: string | null, violations: readonly string[]): void {
    this.#violations.push(...violations);
    const figures = point === null ? undefined : this.#points.get(point);
    if (figures !== undefined) figures.violations += violations.length;
    this.#options.onKill({ point, result: this.result, violations });
  }
}
