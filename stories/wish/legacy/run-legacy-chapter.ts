import { type StepReport, writeStoryReport } from '../story-report.ts';
import { type LegacyChapterOptions, LegacyContext } from './chapter/legacy-context.ts';
import { showBatch } from './chapter/show-batch.ts';
import { showDrift } from './chapter/show-drift.ts';
import { showGrowth } from './chapter/show-growth.ts';
import { showQueries } from './chapter/show-queries.ts';
import { showRedis } from './chapter/show-redis.ts';
import { showSharding } from './chapter/show-sharding.ts';

/** What the chapter has shown, step by step. */
export interface Figures {
  readonly steps: readonly StepReport[];
}

/** In this order: the first one fills the table that all others work on. */
const STEPS = [showGrowth, showQueries, showBatch, showRedis, showDrift, showSharding] as const;

/**
 * The first chapter of the wish story: the old service with its table, its batch and its cache, and what is wrong with them (WISH-01
 * to WISH-05). Throws a `StoryFailure` when something is not as it should be; writes `legacy.md` and `legacy.json`.
 */
export async function runLegacyChapter(options: LegacyChapterOptions): Promise<Figures> {
  await using context = await LegacyContext.open(options);
  const steps: StepReport[] = [];
  for (const show of STEPS) {
    const beginMs = context.clock.monotonicMs();
    const step = await show(context);
    steps.push(step);
    const seconds = ((context.clock.monotonicMs() - beginMs) / 1_000).toFixed(1);
    context.print(`${step.ids.join(', ')}: ${step.title} (${seconds} s)`);
    await writeStoryReport(options.report, 'legacy', steps);
  }
  return { steps };
}
