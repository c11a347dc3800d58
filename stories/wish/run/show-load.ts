import { setTimeout as pause } from 'node:timers/promises';
import { check, type StepReport } from '../story-report.ts';
import type { Chapter } from './chapter.ts';

/** How long the new store is away during dual write. */
const AWAY_MS = { small: 8_000, full: 60_000 } as const;

/** WISH-06 to WISH-11, WISH-21: dual write with an outage, copy and follower with kills, until nothing is behind. */
export async function showLoad(chapter: Chapter): Promise<StepReport> {
  const { context, figures, advance } = chapter;
  const { toolkit } = context;
  const plan = await toolkit.plan();
  check(plan.code === 0, 'WISH-21', () => `the plan finds: ${plan.out}${plan.err}`);
  const early = await toolkit.migrate('advance', 'ramp', '--why', 'too early');
  check(early.code !== 0, 'WISH-21', () => 'stage ramp opened before all others');
  await toolkit.kill();
  await toolkit.start();
  const again = await toolkit.migrate('advance', 'shadow', '--why', 'too early, after a restart');
  check(again.code !== 0, 'WISH-21', () => 'stage shadow opened after a restart');
  await chapter.turnTraffic('before');

  await advance('dual');
  await pause(300);
  await toolkit.kill();
  figures.toolkitKills.copy = 1;
  await context.killNewStore();
  await pause(AWAY_MS[context.options.size]);
  await context.startNewStore();
  await toolkit.start();
  await chapter.turnTraffic('new store away, dual write');
  const beganMs = performance.now();
  const copied = await toolkit.until('the end of the copy', ({ copy }) => copy.isDone, 1_800_000);
  figures.copyRowsPerS = copied.copy.rowsPerS;
  context.print(
    `copied ${copied.copy.rows} rows, ${((performance.now() - beganMs) / 1_000).toFixed(1)} s after the start`,
  );
  await advance('loaded');
  await toolkit.kill();
  figures.toolkitKills.follow = 1;
  await pause(1_000);
  await toolkit.start();
  await toolkit.until('the end of debts and lag', ({ missing }) => missing.length === 0);
  await advance('caught-up');
  await chapter.turnTraffic('loading');
  return {
    ids: ['WISH-06', 'WISH-07', 'WISH-08', 'WISH-09', 'WISH-10', 'WISH-11', 'WISH-21'],
    title: 'dual write, copy and follower, with the new store away and the toolkit killed',
    held: [
      `No request of a user failed while the new store was away for ${AWAY_MS[context.options.size] / 1_000} s; what was owed was paid.`,
      'The toolkit was killed while it copied and while it followed, and went on.',
      'Stages that were not due were refused, before and after a restart.',
    ],
    tables: [{ title: 'copy', columns: ['rows', 'rows/s'], rows: [[copied.copy.rows, figures.copyRowsPerS]] }],
  };
}
