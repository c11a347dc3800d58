import { setTimeout as pause } from 'node:timers/promises';
import { check, type StepReport } from '../story-report.ts';
import type { Chapter } from './chapter.ts';

/** How long the new store is away during dual write. */
const AWAY_MS = { small: 8_000, full: 60_000 } as const;

/** WISH-06 to WISH-08, WISH-11, WISH-21: dual write with an outage, copy and follower with kills, until nothing is behind. */
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

  const locksBefore = await tableLocks(chapter);
  await advance('dual');
  await pause(300);
  await toolkit.kill();
  figures.toolkitKills.copy = 1;
  await context.killNewStore();
  await pause(AWAY_MS[context.options.size]);
  await context.startNewStore();
  await toolkit.start();
  await chapter.turnTraffic('dual write, new store away');
  const beganMs = performance.now();
  const copied = await toolkit.until('the end of the copy', ({ copy }) => copy.isDone, 3_600_000);
  figures.copyRowsPerS = copied.copy.rowsPerS;
  const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
  context.print(`copied ${copied.copy.rows} rows, ${seconds} s after the start`);
  await chapter.turnTraffic('copy');
  const locks = (await tableLocks(chapter)) - locksBefore;
  check(locks === 0, 'WISH-08', () => `${locks} table locks were taken, or waited for, during the copy`);
  await advance('loaded');
  await toolkit.kill();
  figures.toolkitKills.follow = 1;
  await pause(1_000);
  await toolkit.start();
  await toolkit.until('the end of debts and lag', ({ missing }) => missing.length === 0);
  await advance('caught-up');
  await chapter.turnTraffic('catching up');
  const { writes } = figures.phases.copy ?? { writes: { p50Ms: 0, p99Ms: 0, maxMs: 0 } };
  return {
    ids: ['WISH-06', 'WISH-07', 'WISH-08', 'WISH-11', 'WISH-21'],
    title: 'dual write, copy and follower, with the new store away and the toolkit killed',
    held: [
      `No request of a user failed while the new store was away for ${AWAY_MS[context.options.size] / 1_000} s; what was owed was paid.`,
      'The toolkit was killed while it copied and while it followed, and went on.',
      'Nobody locked a table, or waited for a lock of one, during the copy.',
      'Stages that were not due were refused, before and after a restart.',
    ],
    tables: [
      {
        title: 'copy, and users’ writes meanwhile',
        columns: ['rows', 'rows/s', 'write p50 ms', 'write p99 ms', 'longest write ms'],
        rows: [[copied.copy.rows, figures.copyRowsPerS, writes.p50Ms, writes.p99Ms, writes.maxMs]],
      },
    ],
  };
}

/** Tables that were locked by a statement or a flush, and waits for a table's lock, since the old database began. */
async function tableLocks({ context }: Chapter): Promise<number> {
  const rows = await context.sql.rows(
    "SELECT VARIABLE_VALUE AS value FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME IN ('COM_LOCK_TABLES', 'COM_FLUSH', 'TABLE_LOCKS_WAITED')",
  );
  check(rows.length === 3, 'WISH-08', () => `the old database tells ${rows.length} of 3 counters of locks`);
  return rows.reduce((sum, { value }) => sum + Number(value), 0);
}
