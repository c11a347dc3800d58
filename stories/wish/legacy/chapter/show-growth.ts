import { WishPopulation } from '../../load/wish-population.ts';
import { READ_KINDS } from '../../load/wish-readers.ts';
import { check, type Figure, type StepReport } from '../../story-report.ts';
import { seedWishes } from '../seed-wishes.ts';
import type { LegacyContext } from './legacy-context.ts';
import { measureReads } from './measure-reads.ts';
import { runBatchProcess } from './run-batch-process.ts';

/** Parts of the full table at which everything is measured. */
const MULTIPLES = [1, 4, 16] as const;

/**
 * The first half of WISH-04: the table grows to sixteen times its size, and at each size the same reads, the same maintenance and the
 * batch are measured. Leaves the full table.
 */
export async function showGrowth(context: LegacyContext): Promise<StepReport> {
  const { population, sql, client, clock, size, print } = context;
  const { users } = population.options;
  const rows: Figure[][] = [];
  let start = 1;
  let wishes = 0;
  for (const multiple of MULTIPLES) {
    const limit = 1 + Math.floor((users * multiple) / MULTIPLES[2]);
    const before = wishes;
    const seedMs = await timed(async () => {
      const onProgress = (loaded: number) => print(`  ${(before + loaded).toLocaleString('en-US')} wishes`);
      wishes += await seedWishes({ sql, population, start, limit, onProgress });
    });
    start = limit;
    await checkRows(context, wishes);
    const present = new WishPopulation({ ...population.options, users: limit - 1 });
    const { latency } = await measureReads({ client, population: present, clock, reads: size.reads });
    const maintenance = [
      await timed(() => sql.run('ALTER TABLE wishes ADD KEY by_product (product_id)')),
      await timed(() => sql.run('ALTER TABLE wishes DROP KEY by_product, ALGORITHM=COPY')),
      await timed(() => sql.run('OPTIMIZE TABLE wishes')),
      await timed(async () => void (await runBatchProcess(context))),
    ];
    const p99 = READ_KINDS.map((kind) => latency[kind].figures().p99Ms);
    rows.push([`${multiple}×`, wishes, await tableMegabytes(context), ...p99, ...maintenance, seedMs]);
    print(`  ${multiple}×: ${wishes.toLocaleString('en-US')} wishes, p99 ${p99.join(' / ')} ms`);
  }
  return {
    ids: ['WISH-04'],
    title: 'the table grows',
    held: ['Every seeded wish is in the table, at each size.', 'No read failed.'],
    tables: [
      {
        title: 'p99 of reads and maintenance at 1×, 4× and 16× the rows',
        columns: [
          ...['size', 'wishes', 'MB', ...READ_KINDS.map((kind) => `${kind} p99 ms`)],
          ...['add key ms', 'copy table ms', 'optimize ms', 'batch ms', 'load ms'],
        ],
        rows,
      },
    ],
  };
}

/** LOAD DATA LOCAL makes warnings of errors: a row that did not go in is seen here. */
async function checkRows({ sql }: LegacyContext, wishes: number): Promise<void> {
  const [row] = await sql.rows('SELECT COUNT(*) AS wishes FROM wishes');
  check(Number(row?.wishes) === wishes, 'WISH-01', () => `${wishes} wishes were loaded, ${row?.wishes} are there`);
}

async function tableMegabytes({ sql }: LegacyContext): Promise<number> {
  const [row] = await sql.rows(
    "SELECT data_length + index_length AS bytes FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'wishes'",
  );
  return Math.round(Number(row?.bytes) / 1e6);
}

/** How long it takes, whole milliseconds. */
export async function timed(run: () => Promise<void>): Promise<number> {
  const beginMs = performance.now();
  await run();
  return Math.round(performance.now() - beginMs);
}
