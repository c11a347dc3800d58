import { check, type Figure, type StepReport } from '../../story-report.ts';
import { measureDrift } from '../measure-drift.ts';
import type { BatchPoint } from '../wisher-batch.ts';
import { checkAnswers } from './check-answers.ts';
import type { LegacyContext } from './legacy-context.ts';
import { crashBatchProcess, runBatchProcess } from './run-batch-process.ts';

/** Where the batch dies, and at which passing; the second passing is in the middle of a run. */
const CRASHES: readonly { readonly at: BatchPoint; readonly nth: number }[] = [
  { at: 'chunk-read', nth: 2 },
  { at: 'chunk-counted', nth: 2 },
  { at: 'all-read', nth: 1 },
  { at: 'page-set', nth: 1 },
  { at: 'all-set', nth: 1 },
];

/** WISH-02: the batch is killed again and again in the middle of one run, and started again; in the end every count is right. */
export async function showBatch(context: LegacyContext): Promise<StepReport> {
  const { sql, counts, client } = context;
  await context.write(context.size.writes);
  const rows: Figure[][] = [];
  for (const crash of CRASHES) {
    await crashBatchProcess(context, crash);
    const [run] = await sql.rows('SELECT * FROM batch_runs ORDER BY run_id DESC LIMIT 1');
    check(run?.state !== 'finished', 'WISH-02', () => `the run has ended although it was killed at ${crash.at}`);
    rows.push([crash.at, String(run?.run_id), String(run?.state), Number(run?.rows_read), Number(run?.products)]);
  }
  const run = await runBatchProcess(context);
  rows.push(['none', String(run.runId), 'finished', run.rowsRead, run.products]);
  const [table] = await sql.rows('SELECT COUNT(*) AS wishes FROM wishes');
  check(
    run.starts === CRASHES.length + 1,
    'WISH-02',
    () => `it took ${run.starts} processes, not ${CRASHES.length + 1}`,
  );
  check(run.rowsRead === Number(table?.wishes), 'WISH-02', () => `it read ${run.rowsRead} of ${table?.wishes} wishes`);
  const drift = await measureDrift(sql, counts);
  check(
    drift.products === 0,
    'WISH-02',
    () => `${drift.products} counts are wrong, ${JSON.stringify(drift.worst, text)}`,
  );
  return {
    ids: ['WISH-02'],
    title: 'a batch counts the wishers of every product, chunk by chunk',
    held: [
      `One run was killed ${CRASHES.length} times; each process went on where the one before had committed.`,
      `It read each of the ${run.rowsRead.toLocaleString('en-US')} wishes once.`,
      `All ${drift.compared.toLocaleString('en-US')} counts in Redis equal a recount of the table.`,
      await checkAnswers(context, { id: 'WISH-02', client, productCounts: true }),
    ],
    tables: [
      {
        title: 'the run as its row says after each death',
        columns: ['killed at', 'run', 'state', 'wishes read', 'products set'],
        rows,
      },
    ],
  };
}

function text(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
