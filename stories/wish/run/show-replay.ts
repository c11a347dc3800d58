import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { digestOfTable } from '../migrated/wish-new-table.ts';
import { check, type StepReport } from '../story-report.ts';
import type { Chapter } from './chapter.ts';

const REPLAYS = 3;
/** What is replayed: so much time of users' writes, at least. */
const RANGE_MS = { small: 4_000, full: 60_000 } as const;
/** Looks in a row at which nothing is left to follow. */
const IDLE_LOOKS = 3;

/** WISH-10: the same range of the old log, followed again and again, changes nothing. */
export async function showReplay(chapter: Chapter): Promise<StepReport> {
  const { context } = chapter;
  const { toolkit, client } = context;
  const checkpoint = join(context.directory, 'wish', 'follow.checkpoint');
  const kept = join(context.directory, 'follow.checkpoint.before');
  await copyFile(checkpoint, kept);
  const before = context.ledger.entries.length;
  await pause(RANGE_MS[context.options.size]);
  const writes = context.ledger.entries.length - before;
  check(writes > 0, 'WISH-10', () => 'nobody has written anything');
  return chapter.withoutWrites(async () => {
    await followToTheEnd(chapter);
    const hash = await digestOfTable(client);
    for (let replay = 0; replay < REPLAYS; replay += 1) {
      await toolkit.stop();
      await copyFile(kept, checkpoint);
      await toolkit.start();
      await followToTheEnd(chapter);
      const again = await digestOfTable(client);
      check(again === hash, 'WISH-10', () => `replay ${replay} left ${again}, expected is ${hash}`);
    }
    return {
      ids: ['WISH-10', 'WISH-11'],
      title: 'the old log, replayed',
      held: [
        `The log was followed ${REPLAYS} times more from before the last ${writes} writes, and left the same rows each time: ${hash}.`,
      ],
      tables: [],
    };
  });
}

async function followToTheEnd({ context }: Chapter): Promise<void> {
  let idle = 0;
  await context.toolkit.until('the end of the old log', ({ follower, windows }) => {
    const isIdle = follower.isRunning && follower.hasPassedCopy && follower.lagMs === 0 && windows.clean > 0;
    idle = isIdle ? idle + 1 : 0;
    return idle >= IDLE_LOOKS;
  });
}
