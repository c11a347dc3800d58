import { setTimeout as pause } from 'node:timers/promises';
import { check, type StepReport } from '../story-report.ts';
import { type Chapter, requireEqual, until } from './chapter.ts';

/** How often the truth moves there and back while the toolkit is killed at random moments of it. */
const KILLED_MOVES = { small: 3, full: 20 } as const;
/** Writes after the cut-over, before the last way back. */
const WRITES_AFTER = { small: 600, full: 20_000 } as const;

/** WISH-17 to WISH-19: the ramp, the way back at any percent, kills in the middle of moves, and a drifted count. */
export async function showCutOver(chapter: Chapter): Promise<StepReport> {
  const { context, figures, advance } = chapter;
  const { toolkit } = context;
  const held: string[] = [];
  for (const percent of [1, 50, 100]) {
    await advance('ramp');
    await ramp(chapter, percent);
    await pause(1_000);
    figures.rollbackMs[`${percent} %`] = await rollBack(chapter);
    await chapter.inSilence(async () => requireEqual(figures, 'WISH-18', await context.compareOldSide()));
    held.push(`Rolled back from ${percent} %: the old table and its counts equal what was acknowledged.`);
    await toolkit.until('the evidence for the ramp', ({ missing }) => missing.length === 0);
  }
  await advance('ramp');
  figures.toolkitKills['cut-over'] = await killInMoves(chapter);
  for (const percent of [1, 10, 50, 100]) await ramp(chapter, percent);
  held.push(await driftedCount(chapter));
  const before = context.ledger.entries.length;
  await until(
    'writes after the cut-over',
    async () => context.ledger.entries.length > before + WRITES_AFTER[context.options.size],
    3_600_000,
  );
  figures.rollbackMs['100 %, after many writes'] = await rollBack(chapter);
  await chapter.inSilence(async () => requireEqual(figures, 'WISH-19', await context.compareOldSide()));
  held.push(
    `Rolled back after ${WRITES_AFTER[context.options.size]} writes that the new side decided: table and counts equal what was acknowledged.`,
  );
  await toolkit.until('the evidence for the ramp', ({ missing }) => missing.length === 0);
  await advance('ramp');
  await ramp(chapter, 100);
  await toolkit.until('the evidence for stage new', ({ missing }) => missing.length === 0);
  await advance('new');
  await chapter.inSilence(async () => requireEqual(figures, 'WISH-17', await context.compare(true)));
  return {
    ids: ['WISH-17', 'WISH-18', 'WISH-19', 'WISH-25'],
    title: 'cut-over by percent, rollback at any percent',
    held,
    tables: [
      {
        title: 'rollback, ms',
        columns: Object.keys(figures.rollbackMs),
        rows: [Object.values(figures.rollbackMs).map(Math.round)],
      },
    ],
  };
}

async function ramp({ context, figures }: Chapter, percent: number): Promise<void> {
  const { code, out, err } = await context.toolkit.migrate(
    'ramp',
    '--percent',
    String(percent),
    '--why',
    'the story goes on',
    '--json',
  );
  check(code === 0, 'WISH-17', () => `the ramp to ${percent} % was refused: ${err}`);
  const { stallMs } = JSON.parse(out) as { stallMs: number };
  figures.stallsMs.push(stallMs);
  context.print(`${percent} % moved, writes were held for ${Math.round(stallMs)} ms`);
}

/** How long it takes from the order until the old side decides about all keys. */
async function rollBack({ context, figures }: Chapter): Promise<number> {
  const { code, out, err } = await context.toolkit.migrate('rollback', '--why', 'to see that it works', '--json');
  check(code === 0, 'WISH-18', () => `the rollback was refused: ${err}`);
  const { stallMs } = JSON.parse(out) as { stallMs: number };
  figures.stallsMs.push(stallMs);
  return stallMs;
}

/** Kills the toolkit at random moments of moves; each is finished or undone at the next start. */
async function killInMoves({ context }: Chapter): Promise<number> {
  const { toolkit } = context;
  const moves = KILLED_MOVES[context.options.size];
  for (let move = 0; move < moves; move += 1) {
    const moving = toolkit.migrate('ramp', '--percent', String(10 + 5 * (move % 9)), '--why', 'killed in the middle');
    await pause(250 + ((move * 97) % 400));
    await toolkit.kill();
    await moving;
    await toolkit.start();
    await toolkit.until(
      'the proof after a restart',
      ({ missing, follower }) => follower.isRunning && !missing.some((text) => text.includes('pass')),
    );
  }
  return moves;
}

/** A count in Redis that somebody changed. */
async function driftedCount({ context, figures }: Chapter): Promise<string> {
  const { toolkit, counts, population } = context;
  await toolkit.until('a clean state', ({ mismatches }) => mismatches.length === 0);
  const product = BigInt(population.options.products);
  const key = `wishers:${product}`;
  const [before = 0n] = await counts.get([key]);
  figures.faultsPlanted += 1;
  await counts.set(new Map([[key, before + 1_000n]]));
  await toolkit.migrate('verify', '--json');
  const status = await toolkit.status();
  const text = status.mismatches.map((mismatch) => mismatch.text).join('; ');
  check(text.includes(key), 'WISH-14', () => `the drifted count ${key} is not named: ${text}`);
  figures.faultsFound += 1;
  const refused = await toolkit.migrate('advance', 'new', '--why', 'with a mismatch');
  check(refused.code !== 0, 'WISH-14', () => 'stage new opened with a drifted count');
  // Any write of the product brings the count of the new side to Redis.
  const userId = BigInt(population.options.users);
  const wish = { userId, productId: product, createdAtMs: Date.now(), note: null };
  await context.wishClient.add(wish);
  const requestId = context.ledger.begin({ lane: -1, op: { kind: 'add', wish }, sentMs: Date.now() });
  context.ledger.end(requestId, { kind: 'acknowledged', atMs: Date.now() });
  await until('the repaired count', async () => (await toolkit.migrate('verify', '--json')).code === 0);
  return `A drifted count in Redis was named and repaired: ${text}`;
}
