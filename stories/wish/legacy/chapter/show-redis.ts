import { WishCallFailed } from '../../load/wish-client.ts';
import { check, type StepReport } from '../../story-report.ts';
import { wishersKey } from '../wish-table.ts';
import type { LegacyContext } from './legacy-context.ts';

const HOTTEST = 1n;

/** WISH-03: counts by product come from Redis and from nowhere else; without it users see errors, and only of these counts. */
export async function showRedis(context: LegacyContext): Promise<StepReport> {
  const { client, counts, redis, clock } = context;
  const key = wishersKey(HOTTEST);
  const [before = 0n] = await counts.get([key]);
  await counts.set(new Map([[key, 123_456_789n]]));
  const shown = await client.countOfProduct(HOTTEST);
  await counts.set(new Map([[key, before]]));
  check(shown === 123_456_789, 'WISH-03', () => `Redis was told 123456789, the application answers ${shown}`);
  await redis.kill();
  const error = await client.countOfProduct(HOTTEST).then(
    (count) => new Error(`it answers ${count}`),
    (failed: unknown) => failed,
  );
  check(error instanceof WishCallFailed && error.status === 503, 'WISH-03', () => `without Redis: ${error}`);
  const byUser = await client.countOfUser(1n);
  await redis.launch();
  const backMs = await untilAnswered(context);
  const after = await client.countOfProduct(HOTTEST);
  check(BigInt(after) === before, 'WISH-03', () => `after the restart Redis says ${after}, before it ${before}`);
  return {
    ids: ['WISH-03'],
    title: 'Redis serves the counts by product',
    held: [
      'A count that was changed in Redis alone is what the application answers.',
      `Redis killed: "${error.message}".`,
      `By user all goes on: user 1 has ${byUser} wishes.`,
      `Redis started again: the counts are back, ${after} for product ${HOTTEST}.`,
    ],
    tables: [
      { title: 'outage', columns: ['from the start of Redis to the first answer, ms'], rows: [[Math.round(backMs)]] },
    ],
  };

  async function untilAnswered({ client: asked }: LegacyContext): Promise<number> {
    const beginMs = clock.monotonicMs();
    for (;;) {
      try {
        await asked.countOfProduct(HOTTEST);
        return clock.monotonicMs() - beginMs;
      } catch (failed) {
        const ms = clock.monotonicMs() - beginMs;
        check(ms < 30_000, 'WISH-03', () => `Redis has been back for ${ms} ms: ${failed}`);
        await clock.sleep(20);
      }
    }
  }
}
