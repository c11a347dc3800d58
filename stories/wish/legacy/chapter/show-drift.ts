import { measureStaleness } from '../../load/measure-staleness.ts';
import { check, type Figure, type StepReport } from '../../story-report.ts';
import { measureDrift } from '../measure-drift.ts';
import { runWisherBatch } from '../wisher-batch.ts';
import type { LegacyContext } from './legacy-context.ts';
import { crashBatchProcess, runBatchProcess } from './run-batch-process.ts';

/** Looks at the gauge after the crash, with writes in between. */
const LOOKS = 4;

/** How long a wish may take to show before the measurement gives it up. */
const SEEN_MS_MAX = 600_000;

/** The second half of WISH-04: what the table and Redis say drifts apart, stays so, and even when all is well is old. */
export async function showDrift(context: LegacyContext): Promise<StepReport> {
  const { sql, counts, size } = context;
  const rows: Figure[][] = [];
  const look = async (when: string) => {
    const drift = await measureDrift(sql, counts);
    rows.push([when, drift.products, drift.wishers]);
    return drift.products;
  };
  await runBatchProcess(context);
  check((await look('after a run')) === 0, 'WISH-04', () => 'a run without writers beside it left a drift');
  await context.write(size.writes);
  await crashBatchProcess(context, { at: 'all-read', nth: 1 });
  for (let seen = 1; seen <= LOOKS; seen++) {
    const products = await look(`crash between read and write, look ${seen}`);
    check(products > 0, 'WISH-04', () => `look ${seen}: the drift has gone by itself`);
    if (seen < LOOKS) await context.write(Math.ceil(size.writes / LOOKS));
  }
  await runBatchProcess(context);
  const left = await look('after the killed run was finished: what it had read is old');
  check(left > 0, 'WISH-04', () => 'a run that read before the writes has their counts');
  await runBatchProcess(context);
  check((await look('after a whole run')) === 0, 'WISH-04', () => 'a whole run left a drift');
  return {
    ids: ['WISH-04'],
    title: 'table and Redis drift apart',
    held: [
      'A batch that dies between read and write leaves a drift, which stays until somebody starts it again.',
      'The run that goes on then publishes what it had read before, so a drift is left.',
      'Only a whole run with nobody writing ends it.',
    ],
    tables: [
      { title: 'drift gauge', columns: ['when', 'products that differ', 'wishers they differ by'], rows },
      await staleness(context),
    ],
  };
}

/** The batch runs again and again, as every night; wishes of products that nobody else wishes for are timed until they show. */
async function staleness(context: LegacyContext): Promise<StepReport['tables'][number]> {
  const { sql, counts, clock, client, size, population } = context;
  const { users, products } = population.options;
  let isOver = false;
  const nights = async () => {
    while (!isOver) {
      await runWisherBatch({ sql, counts, clock, chunkRows: size.chunkRows });
      await clock.sleep(size.batchPauseMs);
    }
  };
  const running = nights();
  const { seenAfter, unseen } = await measureStaleness({
    client,
    clock,
    firstUser: BigInt(users) + 1_000n,
    firstProduct: BigInt(products) + 1_000n,
    probes: size.probes,
    everyMs: size.probeEveryMs,
    waitMsMax: SEEN_MS_MAX,
  });
  isOver = true;
  await running;
  await runWisherBatch({ sql, counts, clock, chunkRows: size.chunkRows });
  const { products: left, worst } = await measureDrift(sql, counts);
  check(left === 0, 'WISH-04', () => `${left} counts outlive their last wisher: ${worst?.key}`);
  check(unseen === 0, 'WISH-04', () => `${unseen} of ${size.probes} wishes never showed in a count`);
  const quantiles = [0.1, 0.5, 0.9, 0.99, 1].map((share) => [
    `${share * 100} % within`,
    Math.round(seenAfter.quantileMs(share)),
  ]);
  return {
    title: `staleness: from a wish's acknowledgement until its product's count shows it; the batch pauses ${size.batchPauseMs} ms between runs`,
    columns: ['share', 'ms'],
    rows: quantiles,
  };
}
