import { READ_KINDS, runReaders } from '../../load/wish-readers.ts';
import { check, type StepReport } from '../../story-report.ts';
import { checkAnswers } from './check-answers.ts';
import type { LegacyContext } from './legacy-context.ts';
import { LATENCY_COLUMNS, latencyRows } from './measure-reads.ts';

/** WISH-01: one table answers get, scan and count by user while it is written to. */
export async function showQueries(context: LegacyContext): Promise<StepReport> {
  const { client, population, clock, size } = context;
  const stopped = new AbortController();
  const mix = { get: 4, scan: 4, count: 2, 'product-count': 0 };
  const reading = runReaders({ client, population, clock, seed: 1, readers: 4, signal: stopped.signal, mix });
  const writer = await context.write(size.writes * 4);
  stopped.abort();
  const readers = await reading;
  const failed = READ_KINDS.reduce((sum, kind) => sum + readers.failed[kind], 0);
  check(failed === 0, 'WISH-01', () => `${failed} reads failed: ${readers.errors[0]}`);
  const { count, p50Ms, p99Ms, maxMs } = writer.latency.figures();
  const [row] = await context.sql.rows('SELECT COUNT(*) AS wishes FROM wishes');
  return {
    ids: ['WISH-01'],
    title: 'one table answers get, scan and count by user',
    held: [
      `${Number(row?.wishes).toLocaleString('en-US')} wishes; no request failed.`,
      await checkAnswers(context, { id: 'WISH-01', client, productCounts: false }),
    ],
    tables: [
      {
        title: 'reads of 4 readers beside 4 writers',
        columns: ['request', ...LATENCY_COLUMNS],
        rows: [...latencyRows(readers), ['write', count, p50Ms, p99Ms, maxMs]],
      },
    ],
  };
}
