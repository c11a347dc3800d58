import { WishClient } from '../../load/wish-client.ts';
import { check, type Figure, type FigureTable, type StepReport } from '../../story-report.ts';
import { ShardedWishStore } from '../sharded-wish-store.ts';
import { checkAnswers } from './check-answers.ts';
import { addressOf, type LegacyContext, schemaAddress, startLegacyApp } from './legacy-context.ts';
import { LATENCY_COLUMNS, latencyRows, measureReads } from './measure-reads.ts';
import { SHARDS, ShardSet } from './shard-set.ts';

/** WISH-05: what it costs to divide the table by user instead of moving away from it. Leaves nothing behind. */
export async function showSharding(context: LegacyContext): Promise<StepReport> {
  const { mariadb, redis, sql, print } = context;
  await using set = await ShardSet.create(mariadb);
  const fillMs: number[] = [];
  for (let shard = 0; shard < SHARDS; shard++) {
    fillMs.push(await set.fill(shard));
    print(`  shard ${shard} filled in ${fillMs.at(-1)} ms`);
  }
  const [table] = await sql.rows('SELECT COUNT(*) AS wishes FROM wishes');
  const rows = sum(await set.rows());
  check(rows === Number(table?.wishes), 'WISH-05', () => `the shards hold ${rows} of ${table?.wishes} wishes`);
  const statements = await countStatements(set);
  const schemas = set.shards.map((_, shard) => schemaAddress(mariadb, ShardSet.schema(shard)));
  await using app = await startLegacyApp({ schemas, redis: addressOf(redis) });
  using client = new WishClient({ port: app.port });
  const equal = await checkAnswers(context, { id: 'WISH-05', client, productCounts: true });
  const reads = await readsTable(context, client);
  const chores = await doChores(context, { set, fillMs });
  return {
    ids: ['WISH-05'],
    title: 'the alternative: the same table in eight shards',
    held: [
      `A request by user is ${statements.byUser} statement on one shard; one by product is ${statements.byProduct}, one on each.`,
      equal,
      `After one shard was split, all ${rows.toLocaleString('en-US')} wishes are there, each in one shard.`,
    ],
    tables: [await spreadTable(context), reads, chores],
  };
}

/** Counts what one request of each kind sends. */
async function countStatements(set: ShardSet): Promise<{ readonly byUser: number; readonly byProduct: number }> {
  const store = new ShardedWishStore(set.shards);
  const count = async (ask: () => Promise<unknown>) => {
    const before = store.statements;
    await ask();
    return store.statements - before;
  };
  const userId = 11n;
  const byUser = [
    await count(() => store.get({ userId, productId: 1n })),
    await count(() => store.scan({ userId, limit: 20, after: undefined })),
    await count(() => store.countOfUser(userId)),
  ];
  const byProduct = await count(() => store.countOfProduct(1n));
  check(
    byUser.every((statements) => statements === 1) && byProduct === SHARDS,
    'WISH-05',
    () => `by user ${byUser.join(', ')} statements, by product ${byProduct}`,
  );
  return { byUser: 1, byProduct };
}

async function readsTable(context: LegacyContext, client: WishClient): Promise<FigureTable> {
  const { population, clock, size } = context;
  const byUser = { get: 4, scan: 4, count: 2, 'product-count': 0 };
  const byProduct = { get: 0, scan: 0, count: 0, 'product-count': 1 };
  const rows: (readonly Figure[])[] = [];
  const one = await measureReads({ client: context.client, population, clock, reads: size.reads, mix: byUser });
  for (const row of latencyRows(one)) rows.push([`one table: ${row[0]}`, ...row.slice(1), 1]);
  const sharded = await measureReads({ client, population, clock, reads: size.reads, mix: byUser });
  for (const row of latencyRows(sharded)) rows.push([`eight shards: ${row[0]}`, ...row.slice(1), 1]);
  const fanned = await measureReads({ client, population, clock, reads: size.productReads, mix: byProduct });
  for (const row of latencyRows(fanned)) rows.push([`eight shards: ${row[0]}`, ...row.slice(1), SHARDS]);
  return { title: 'the same reads', columns: ['request', ...LATENCY_COLUMNS, 'statements'], rows };
}

/** Which column divides the rows how evenly. */
async function spreadTable({ sql }: LegacyContext): Promise<FigureTable> {
  const rows: Figure[][] = [];
  for (const [column, byUser, byProduct] of [
    ['user_id', 1, SHARDS],
    ['product_id', SHARDS, 1],
  ] as const) {
    const parts = await sql.rows(
      `SELECT ${column} % ${SHARDS} AS shard, COUNT(*) AS wishes FROM wishes GROUP BY shard`,
    );
    const wishes = parts.map((part) => Number(part.wishes));
    const mean = sum(wishes) / SHARDS;
    rows.push([
      column,
      Math.max(...wishes),
      Math.min(...wishes),
      Number((Math.max(...wishes) / mean).toFixed(2)),
      byUser,
      byProduct,
    ]);
  }
  return {
    title: 'the choice of the shard key: whichever it is, one of the two questions goes to every shard',
    columns: [
      'shard key',
      'most rows',
      'fewest rows',
      'most / mean',
      'shards asked by user',
      'shards asked by product',
    ],
    rows,
  };
}

async function doChores(
  { print }: LegacyContext,
  { set, fillMs }: { readonly set: ShardSet; readonly fillMs: readonly number[] },
): Promise<FigureTable> {
  const rows: Figure[][] = [
    chore('first division into shards', fillMs, 'writes stop, or go to both, until the last shard is filled'),
  ];
  const keyMs: number[] = [];
  for (let shard = 0; shard < SHARDS; shard++) keyMs.push(await set.addKey(shard));
  rows.push(
    chore('schema change: one key more', keyMs, 'the code must live with both schemas until the last shard is done'),
  );
  const backups: { ms: number; bytes: number }[] = [];
  for (let shard = 0; shard < SHARDS; shard++) backups.push(await set.backUp(shard));
  check(
    backups.every(({ bytes }) => bytes > 0),
    'WISH-05',
    () => 'a backup is empty',
  );
  rows.push(
    chore(
      'backup',
      backups.map(({ ms }) => ms),
      `${SHARDS} files as of ${SHARDS} different moments`,
    ),
  );
  print('  schema change and backup done');
  const before = sum(await set.rows());
  const { moved, copyMs, deleteMs, rebuildMs } = await set.splitFirst();
  const after = sum(await set.rows());
  check(
    after + moved === before && moved > 0,
    'WISH-05',
    () => `${before} wishes before the split, ${after} + ${moved} after`,
  );
  rows.push(
    chore(
      'resharding: one shard to two',
      [copyMs, deleteMs, rebuildMs],
      'writes to the shard stop from the copy to the new routing; clients change their routing together',
    ),
  );
  return { title: 'chores', columns: ['chore', 'statements', 'all ms', 'slowest ms', 'what it asks of people'], rows };
}

function chore(name: string, ms: readonly number[], people: string): Figure[] {
  return [name, ms.length, sum(ms), Math.max(...ms), people];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
