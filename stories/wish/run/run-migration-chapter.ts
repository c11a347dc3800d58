import { READ_KINDS } from '../load/wish-readers.ts';
import { check, type StepReport, writeStoryReport } from '../story-report.ts';
import { type Chapter, until } from './chapter.ts';
import { type MigrationChapterOptions, MigrationContext } from './migration-context.ts';
import { showCutOver } from './show-cut-over.ts';
import { showFaults } from './show-faults.ts';
import { showLoad } from './show-load.ts';
import { showRetirement } from './show-retirement.ts';
import { showShadow } from './show-shadow.ts';
import { newFigures, type StoryFigures } from './story-figures.ts';
import { errorsOf, failedOf, Traffic } from './traffic.ts';

const STEPS = [showLoad, showFaults, showShadow, showCutOver, showRetirement] as const;

/**
 * The second chapter of the wish story: the truth moves from MariaDB and Redis to Actionbase while users write and read all the time
 * (WISH-06 to WISH-25). Throws a `StoryFailure` when something is not as it should be; writes `migration.md` and `migration.json`.
 */
export async function runMigrationChapter(options: MigrationChapterOptions): Promise<StoryFigures> {
  await using context = await MigrationContext.open(options);
  const figures = newFigures();
  figures.wishes = context.wishes;
  const pace = { writesPerS: 60, readsPerS: 120 };
  let seed = 1;
  let traffic = new Traffic(context, { ...pace, seed });
  const endTraffic = async (phase: string): Promise<void> => {
    const seen = await traffic.end();
    const failed = failedOf(seen);
    figures.failedRequests += failed;
    figures.readP99Ms[phase] = Math.max(...READ_KINDS.map((kind) => seen.readers.latency[kind].figures().p99Ms));
    check(
      failed === 0,
      'no user sees an error',
      () => `${failed} requests failed in phase "${phase}": ${errorsOf(seen)}`,
    );
  };
  const beginTraffic = (): void => {
    seed += 1;
    traffic = new Traffic(context, { ...pace, seed });
  };
  const chapter: Chapter = {
    context,
    figures,
    turnTraffic: async (phase) => {
      await endTraffic(phase);
      beginTraffic();
    },
    inSilence: async (work) => {
      await endTraffic('others');
      const result = await work();
      beginTraffic();
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
  } catch (error) {
    context.print(`the toolkit said:\n${context.toolkit.output.slice(-3_000)}`);
    throw error;
  } finally {
    await traffic.end();
  }
  return figures;
}
