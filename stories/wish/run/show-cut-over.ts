import { setTimeout as pause } from 'node:timers/promises';
import { measureStaleness } from '../load/measure-staleness.ts';
import { check, type StepReport } from '../story-report.ts';
import { type Chapter, requireEqual, until } from './chapter.ts';
import { stallFigures } from './story-figures.ts';
import { USUAL_PACE } from './traffic.ts';

/** How often the truth of some keys moves there and back, to see how long writes are held. */
const MOVES = { small: 10, full: 60 } as const;
/** How often the toolkit is killed at random moments of a move. */
const KILLED_MOVES = { small: 3, full: 6 } as const;
/** Writes after the cut-over, before the last way back. */
const WRITES_AFTER = { small: 1_000, full: 100_000 } as const;
/** Wishes that are asked for right after they were acknowledged. */
const PROBES = { small: 12, full: 100 } as const;

/** WISH-17 to WISH-19, WISH-25: the ramp, the way back at any percent, kills in the middle of moves, and a drifted count. */
export async function showCutOver(chapter: Chapter): Promise<StepReport> {
  const { context, figures, advance } = chapter;
  const { toolkit } = context;
  const { size } = context.options;
  const held: string[] = [];
  for (const percent of [1, 50, 100]) {
    await advance('ramp');
    await ramp(chapter, percent);
    await pause(1_000);
    figures.rollbackMs[`${percent} %`] = await rollBack(chapter);
    await chapter.withoutWrites(async () => requireEqual(figures, 'WISH-18', await context.compareOldSide()));
    held.push(`Rolled back from ${percent} %: the old table and its counts equal what was acknowledged.`);
    await toolkit.until('the evidence for the ramp', ({ missing }) => missing.length === 0);
  }
  await advance('ramp');
  await chapter.turnTraffic('rollbacks');
  for (let move = 0; move < MOVES[size]; move += 1) await ramp(chapter, move % 2 === 0 ? 30 : 20);
  await chapter.turnTraffic('moves');
  const longestMs = figures.phases.moves?.writes.maxMs ?? 0;
  held.push(`While keys moved ${MOVES[size]} times, the longest write of a user took ${longestMs} ms.`);
  figures.toolkitKills['cut-over'] = await killInMoves(chapter);
  for (const percent of [1, 10, 50, 100]) await ramp(chapter, percent);
  held.push(await driftedCount(chapter));
  held.push(await backAfterManyWrites(chapter));
  await advance('ramp');
  await ramp(chapter, 100);
  await toolkit.until('the evidence for stage new', ({ missing }) => missing.length === 0);
  await advance('new');
  await chapter.withoutWrites(async () => requireEqual(figures, 'WISH-17', await context.compare(true)));
  held.push(await freshCounts(chapter));
  const { p50, p99, max, moves } = stallFigures(figures.stallsMs);
  return {
    ids: ['WISH-17', 'WISH-18', 'WISH-19', 'WISH-25'],
    title: 'cut-over by percent, rollback at any percent',
    held,
    tables: [
      {
        title: 'how long writes were held, ms',
        columns: ['moves', 'p50', 'p99', 'max'],
        rows: [[moves, p50, p99, max]],
      },
      {
        title: 'rollback, ms',
        columns: Object.keys(figures.rollbackMs),
        rows: [Object.values(figures.rollbackMs).map(Math.round)],
      },
    ],
  };
}

/** WISH-19: the old side, after the new one has decided about many writes. */
async function backAfterManyWrites(chapter: Chapter): Promise<string> {
  const { context, figures } = chapter;
  const wanted = WRITES_AFTER[context.options.size];
  const before = context.ledger.entries.length;
  await chapter.turnTraffic('100 %', { ...USUAL_PACE, writesPerS: Number.POSITIVE_INFINITY });
  await until('writes after the cut-over', async () => context.ledger.entries.length >= before + wanted, 3_600_000);
  await chapter.turnTraffic('100 %, as many writes as can be');
  figures.rollbackMs['100 %, after many writes'] = await rollBack(chapter);
  await chapter.withoutWrites(async () => requireEqual(figures, 'WISH-19', await context.compareOldSide()));
  await context.toolkit.until('the evidence for the ramp', ({ missing }) => missing.length === 0);
  return `Rolled back after ${wanted.toLocaleString('en-US')} writes that the new side decided: table and counts equal what was acknowledged.`;
}

/** WISH-25: counts by product are right at once, and at any moment equal to a recount. */
async function freshCounts({ context }: Chapter): Promise<string> {
  const { population, clock, toolkit, wishClient: client, options } = context;
  const probes = PROBES[options.size];
  const beyond = BigInt(population.options.users + population.options.products);
  const { seenAfter, unseen } = await measureStaleness({
    ...{ client, clock, probes, firstUser: beyond, firstProduct: beyond },
    ...{ everyMs: 50, waitMsMax: 10_000 },
    onLate: (key) =>
      check(false, 'WISH-25', () => `the count of product ${key.productId} did not show its wish at once`),
  });
  check(unseen === 0, 'WISH-25', () => `${unseen} wishes were not counted at all`);
  const recount = await toolkit.audit('gift.wish');
  check(recount.code === 0, 'WISH-25', () => `the recount under load: ${recount.out}${recount.err}`);
  const { p50Ms, maxMs } = seenAfter.figures();
  return `Of ${probes} wishes each was in its product's count at the first read after it was acknowledged (p50 ${p50Ms} ms, at most ${maxMs} ms, the read itself); a recount under load found no wrong row.`;
}

async function ramp({ context, figures }: Chapter, percent: number): Promise<void> {
  let out = '';
  await until(`the ramp to ${percent} %`, async () => {
    const flags = ['--percent', String(percent), '--why', 'the story goes on', '--json'];
    const moved = await context.toolkit.migrate('ramp', ...flags);
    out = moved.out;
    // For a moment a write may be owed, or a look may have found what the next one settles.
    const isEarly = moved.err.includes('stage-refused');
    check(moved.code === 0 || isEarly, 'WISH-17', () => `the ramp to ${percent} % was refused: ${moved.err}`);
    return moved.code === 0;
  });
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
  await toolkit.migrate('verify', '--only', 'derived', '--json');
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
  await until('the repaired count', async () => {
    const { code } = await toolkit.migrate('verify', '--only', 'derived', '--json');
    return code === 0;
  });
  return `A drifted count in Redis was named and repaired: ${text}`;
}
