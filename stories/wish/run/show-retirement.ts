import type { JournalEntry } from '@actionbase/migrate/stages/journal-state';
import { STAGES } from '@actionbase/migrate/stages/stage';
import { check, type StepReport } from '../story-report.ts';
import { type Chapter, requireEqual, until } from './chapter.ts';

/** A day takes some 40 ms: ninety pass in seconds. */
const SPEED = 2_000_000;

/** WISH-20, WISH-21, WISH-24, WISH-25: the live backup ends after ninety clean days, and the application goes on without it. */
export async function showRetirement(chapter: Chapter): Promise<StepReport> {
  const { context, figures } = chapter;
  const { toolkit, options } = context;
  const early = await toolkit.migrate('retire', '--why', 'too early');
  check(early.code !== 0 && early.err.includes('days'), 'WISH-24', () => `retired too early: ${early.out}${early.err}`);
  await toolkit.stop();
  await toolkit.start(['--speed', String(SPEED)]);
  await toolkit.migrate('incident', '--why', 'a list that a user complained about');
  const restarted = await toolkit.migrate('retire', '--why', 'after an incident');
  check(restarted.code !== 0, 'WISH-24', () => 'retired right after an incident');
  await until('ninety clean days', async () => (await toolkit.migrate('retire', '--why', '90 clean days')).code === 0);
  const back = await toolkit.migrate('rollback', '--why', 'regret');
  check(
    back.code !== 0 && back.err.includes('retired'),
    'WISH-20',
    () => `rolled back after retirement: ${back.out}${back.err}`,
  );
  await chapter.inSilence(async () => {
    await options.mariadb.kill();
    await options.redis.kill();
    await context.restartAppWithoutOldSide();
  });
  await chapter.turnTraffic('retired');
  await chapter.withoutWrites(async () => requireEqual(figures, 'WISH-20', await context.compare(true)));
  const trail = await auditTrail(chapter);
  return {
    ids: ['WISH-20', 'WISH-21', 'WISH-24', 'WISH-25'],
    title: 'retirement',
    held: [
      `Retirement was refused before its time: ${early.err.trim()}`,
      'An incident began the ninety days anew.',
      `A rollback after it was refused: ${back.err.trim()}`,
      'Without MariaDB and Redis, every answer equals what was acknowledged.',
      trail,
    ],
    tables: [],
  };
}

/** WISH-21: every stage in its order, every move and every refusal, each with who and why. */
async function auditTrail({ context }: Chapter): Promise<string> {
  const { code, out, err } = await context.toolkit.migrate('explain', '--json');
  check(code === 0, 'WISH-21', () => err);
  const { journal } = JSON.parse(out) as { journal: readonly JournalEntry[] };
  const nameless = journal.filter(({ who, why }) => who === '' || why === '');
  check(nameless.length === 0, 'WISH-21', () => `entries without who or why: ${JSON.stringify(nameless)}`);
  const opened = journal.flatMap((entry) => (entry.kind === 'stage' ? [entry.stage] : []));
  const firsts = [...new Set(opened)];
  check(firsts.join() === STAGES.slice(1).join(), 'WISH-21', () => `stages were opened in the order ${firsts.join()}`);
  const count = (kind: JournalEntry['kind']) => journal.filter((entry) => entry.kind === kind).length;
  return `The journal has ${opened.length} stages opened, ${count('move-settled')} moves settled and ${count('move-undone')} undone, ${count('refused')} refusals, ${count('incident')} incident, each with who and why.`;
}
