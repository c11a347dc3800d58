import { check, type StepReport, writeStoryReport } from '../story-report.ts';
import { type Chapter, until } from './chapter.ts';
import { type MigrationChapterOptions, MigrationContext } from './migration-context.ts';
import { showBulkLoad } from './show-bulk-load.ts';
import { showCutOver } from './show-cut-over.ts';
import { showFaults } from './show-faults.ts';
import { showLoad } from './show-load.ts';
import { showReplay } from './show-replay.ts';
import { showRetirement } from './show-retirement.ts';
import { showShadow } from './show-shadow.ts';
import { showVerification } from './show-verification.ts';
import { newFigures, type StoryFigures } from './story-figures.ts';
import { errorsOf, failedOf, readLatencyOf, Traffic, type TrafficPace, USUAL_PACE } from './traffic.ts';

const STEPS = [
  showLoad,
  showVerification,
  showReplay,
  showBulkLoad,
  showFaults,
  showShadow,
  showCutOver,
  showRetirement,
] as const;

/**
 * The second chapter of the wish story: the truth moves from MariaDB and Redis to Actionbase while users write and read all the time
 * (WISH-06 to WISH-25). Throws a `StoryFailure` when something is not as it should be; writes `migration.md` and `migration.json`.
 */
export async function runMigrationChapter(options: MigrationChapterOptions): Promise<StoryFigures> {
  await using context = await MigrationContext.open(options);
  const figures = newFigures();
  figures.wishes = context.wishes;
  const users = new Users(context, figures);
  const chapter: Chapter = {
    context,
    figures,
    turnTraffic: (phase, pace) => users.turn(phase, pace),
    withoutWrites: async (work) => {
      await users.turn('between', { ...USUAL_PACE, writesPerS: 0 });
      const result = await work();
      await users.turn('without writes');
      return result;
    },
    inSilence: async (work) => {
      await users.end('between');
      const result = await work();
      users.begin();
      return result;
    },
    advance: async (stage) => {
      let refusal = '';
      // Something may be owed for a moment, on a busy machine.
      await until(`stage ${stage} (${refusal})`, async () => {
        const { code, err } = await context.toolkit.migrate('advance', stage, '--why', 'the story goes on');
        refusal = err;
        return code === 0;
      });
      context.print(`stage ${stage}`);
    },
  };
  const steps: StepReport[] = [];
  try {
    for (const show of STEPS) {
      const beganMs = performance.now();
      const step = await show(chapter);
      steps.push(step);
      context.print(`${step.ids.join(', ')}: ${step.title} (${((performance.now() - beganMs) / 1_000).toFixed(1)} s)`);
      await writeStoryReport(options.report, 'migration', steps);
    }
    await users.end('last');
  } catch (error) {
    context.print(`the toolkit said:\n${context.toolkit.output.slice(-3_000)}`);
    throw error;
  } finally {
    await users.leave();
  }
  return figures;
}

/** All who use the application; whoever is turned away or sees an error ends the story. */
class Users {
  readonly #context: MigrationContext;
  readonly #figures: StoryFigures;
  #traffic: Traffic | undefined;
  #seed = 0;

  constructor(context: MigrationContext, figures: StoryFigures) {
    this.#context = context;
    this.#figures = figures;
    this.begin();
  }

  begin(pace: TrafficPace = USUAL_PACE): void {
    this.#seed += 1;
    this.#traffic = new Traffic(this.#context, pace, this.#seed);
  }

  async end(phase: string): Promise<void> {
    if (this.#traffic === undefined) return;
    const seen = await this.#traffic.end();
    this.#traffic = undefined;
    const failed = failedOf(seen);
    this.#figures.failedRequests += failed;
    const { p50Ms, p99Ms, maxMs } = seen.writer.latency.figures();
    this.#figures.phases[phase] = { writes: { p50Ms, p99Ms, maxMs }, reads: readLatencyOf(seen) };
    check(
      failed === 0,
      'no user sees an error',
      () => `${failed} requests failed in phase "${phase}": ${errorsOf(seen)}`,
    );
  }

  async turn(phase: string, pace?: TrafficPace): Promise<void> {
    await this.end(phase);
    this.begin(pace);
  }

  /** Without a look at what they saw: something else has gone wrong. */
  async leave(): Promise<void> {
    await this.#traffic?.end();
    this.#traffic = undefined;
  }
}
