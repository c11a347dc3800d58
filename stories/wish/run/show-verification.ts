import { setTimeout as pause } from 'node:timers/promises';
import type { TimedPass, Verification } from '@actionbase/migrate/operate/proof-loop';
import { parseTime, type SqlRow } from '../legacy/wish-sql.ts';
import { check, type StepReport } from '../story-report.ts';
import type { Chapter } from './chapter.ts';

/** Users whose wishes are compared one by one. */
const PLAIN_USERS = { small: 1_500, full: 20_000 } as const;
const USERS_AT_ONCE = 100;
const PLAIN_READS_AT_ONCE = 8;
const LIST_MAX = 500;
/** How long the cost of changes is measured. */
const COST_MS = { small: 5_000, full: 30_000 } as const;

/** What the proof costs: a look at every row, beside the copy and beside a plain comparison, and each change. */
export async function showVerification(chapter: Chapter): Promise<StepReport> {
  const { context, figures } = chapter;
  const { toolkit } = context;
  await toolkit.until('the first clean window', ({ windows }) => windows.clean > 0);
  const { code, out, err } = await toolkit.migrate('verify', '--json');
  check(code === 0, 'verification', () => `it finds: ${out}${err}`);
  const { sides, stored, secondPath, derived } = JSON.parse(out) as Verification;
  check(
    sides !== null && stored !== null && secondPath !== null && derived !== null,
    'verification',
    () => `it left something out: ${out}`,
  );
  const plain = await comparePlainly(chapter);
  const { rows } = stored;
  const copyMs = (rows * 1_000) / figures.copyRowsPerS;
  const plainMs = (plain.ms * rows) / plain.rows;
  figures.verifyToCopyRatio = rounded(copyMs / stored.ms);
  figures.plainToCopyRatio = rounded(copyMs / plainMs);
  figures.proofMicrosPerChange = await measureChanges(chapter);
  const pass = (name: string, { ms }: TimedPass) => [name, ms, rounded(copyMs / ms)];
  await chapter.turnTraffic('verification');
  return {
    ids: ['WISH-11', 'WISH-12'],
    title: 'what the proof costs',
    held: [
      'While users wrote, a look at everything found nothing.',
      `Reading lists and asking for each found ${plain.differing} of ${plain.rows.toLocaleString('en-US')} rows different: without positions, nobody can tell faults from writes under way.`,
      `A change of either log costs the proof ${figures.proofMicrosPerChange} µs.`,
    ],
    tables: [
      {
        title: `passes over ${rows.toLocaleString('en-US')} rows`,
        columns: ['pass', 'ms', 'fits into the copy'],
        rows: [
          pass('digests of both logs, at one position', sides),
          pass('every stored row of both sides', stored),
          pass('the change feed, folded from its first record', secondPath),
          pass('everything that is derived', derived),
          ['plain SELECT and compare', Math.round(plainMs), figures.plainToCopyRatio],
        ],
      },
    ],
  };
}

/** Reads lists of the old table and asks the new one for each, as one does without digests. */
async function comparePlainly({ context }: Chapter): Promise<{ rows: number; ms: number; differing: number }> {
  const { sql, client, options } = context;
  const table = client.table('gift', 'wish');
  const beganMs = performance.now();
  let [rows, differing] = [0, 0];
  for (let first = 1; first <= PLAIN_USERS[options.size]; first += USERS_AT_ONCE) {
    const page = await sql.rows(
      'SELECT user_id, product_id, created_at, note FROM wishes WHERE user_id BETWEEN ? AND ?',
      [first, first + USERS_AT_ONCE - 1],
    );
    rows += page.length;
    const users = [...Map.groupBy(page, ({ user_id: user }) => String(user))][Symbol.iterator]();
    const lanes = Array.from({ length: PLAIN_READS_AT_ONCE }, async () => {
      for (const [user, old] of users) {
        const { edges } = await table.scan('newest', { start: user, direction: 'OUT', limit: LIST_MAX });
        const found = new Map(
          edges.map(({ target, properties }) => [
            String(target),
            `${String(properties.created_at)} ${String(properties.note ?? null)}`,
          ]),
        );
        differing += old.filter((row) => found.get(String(row.product_id)) !== textOf(row)).length;
      }
    });
    await Promise.all(lanes);
  }
  return { rows, ms: performance.now() - beganMs, differing };
}

function textOf({ created_at: createdAt, note }: SqlRow): string {
  return `${parseTime(String(createdAt))} ${String(note)}`;
}

/** Microseconds of the proof per change of either log. */
async function measureChanges({ context }: Chapter): Promise<number> {
  const before = (await context.toolkit.status()).proofCost;
  await pause(COST_MS[context.options.size]);
  const after = (await context.toolkit.status()).proofCost;
  return rounded(((after.ms - before.ms) * 1_000) / Math.max(1, after.changes - before.changes));
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
