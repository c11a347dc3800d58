/**
 * Wishes (long source, long target, one index, both directions) into one durable server process over HTTP: in bulk, sorted by
 * key and in random order, and by mutations in batches of 500. The sender runs in this process, on the same cores.
 * Meanwhile single gets tell how long a reader waits. Afterwards every table is audited, and a sample of its edges is
 * compared with the same edges in the table that was written the slow way.
 *
 *     npm run bench -- bulk [--edges 1000000] [--slow 200000] [--inflight 3]
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { ActionbaseClient, type TableHandle } from '@actionbase/client';
import { printTable, writeReport } from '../driver/bench-report.ts';
import { type ServerProcess, startServerProcess } from '../driver/server-process.ts';
import { ReadProbe } from './read-probe.ts';
import { randomOrder, type Wish, wishes } from './wishes.ts';

const { values: flags } = parseArgs({
  options: {
    edges: { type: 'string', default: '1000000' },
    slow: { type: 'string', default: '200000' },
    inflight: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});

const DATABASE = 'bench';
const SLOW_BATCH = 500;
const SAMPLED_USERS = 200;
const schema = {
  type: 'EDGE',
  source: { type: 'long', comment: 'user' },
  target: { type: 'long', comment: 'product' },
  direction: 'BOTH',
  properties: [{ name: 'created_at', type: 'long', comment: 'milliseconds', nullable: false }],
  indexes: [{ index: 'newest', fields: [{ field: 'created_at', order: 'DESC' }], comment: '' }],
} as const;

interface Measured {
  readonly [name: string]: string | number;
}

if (flags.help) console.log('npm run bench -- bulk [--edges 1000000] [--slow 200000] [--inflight 3]');
else await run();

async function run(): Promise<void> {
  await using server = await startServerProcess();
  const client = new ActionbaseClient({ url: `http://${server.host}:${server.port}`, timeoutMs: 120_000 });
  await client.databases.create({ database: DATABASE, comment: '' });
  const edges = wishes(Number(flags.edges));
  const slow = edges.slice(0, Number(flags.slow));
  const results: Measured[] = [];
  const slowly = await tableOf(client, 'slow');
  results.push(await measure(server, { way: `mutations of ${SLOW_BATCH}`, edges: slow, table: slowly, send: mutate }));
  const same = await tableOf(client, 'same');
  results.push(await measure(server, { way: 'load of the same', edges: slow, table: same, send: load }));
  const sorted = await tableOf(client, 'sorted');
  results.push(await measure(server, { way: 'load, sorted by key', edges, table: sorted, send: load }));
  const random = await tableOf(client, 'random');
  results.push(
    await measure(server, { way: 'load, random order', edges: randomOrder(edges), table: random, send: load }),
  );
  printTable(results);
  const digest = await measureDigest(client, server, edges.length);
  printTable([digest]);
  const problems: string[] = [];
  for (const table of ['slow', 'same', 'sorted', 'random']) problems.push(...(await auditOf(client, table)));
  problems.push(...(await compareSample(slow, slowly, [same, sorted, random])));
  const checked = `4 tables audited, ${SAMPLED_USERS} users' edges compared with the slow path: ${problems.length} wrong`;
  console.log(`\n${checked}`);
  for (const problem of problems.slice(0, 5)) console.log(problem);
  const options = { edges: edges.length, slow: slow.length, inFlight: Number(flags.inflight) };
  console.log(
    writeReport({
      bench: 'bulk',
      options,
      correctness: { ok: problems.length === 0, checked },
      results: [...results, digest],
    }),
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}

/** A digest of the table that was loaded in order of its keys; it has to find every edge. */
async function measureDigest(client: ActionbaseClient, server: ServerProcess, expected: number): Promise<Measured> {
  const cpuBefore = server.cpuSeconds();
  const start = performance.now();
  const { edges } = await client.digest(DATABASE, 'sorted', { fields: ['source', 'target', 'created_at'] });
  const seconds = (performance.now() - start) / 1000;
  if (edges !== expected) throw new Error(`the digest found ${edges} of ${expected} edges`);
  const cpu = rounded(((server.cpuSeconds() - cpuBefore) * 1e6) / edges);
  return { way: 'digest', edges, 'edges/s': Math.round(edges / seconds), 'server cpu µs/edge': cpu };
}

interface Way {
  readonly way: string;
  readonly edges: readonly Wish[];
  readonly table: TableHandle;
  readonly send: (table: TableHandle, edges: readonly Wish[]) => Promise<void>;
}

async function measure(server: ServerProcess, { way, edges, table, send }: Way): Promise<Measured> {
  await using probe = new ReadProbe(table);
  const cpuBefore = server.cpuSeconds();
  const ownBefore = process.cpuUsage();
  const start = performance.now();
  await send(table, edges);
  const seconds = (performance.now() - start) / 1000;
  const own = process.cpuUsage(ownBefore);
  const { p50, p99, max } = probe.latencies();
  return {
    way,
    edges: edges.length,
    'edges/s': Math.round(edges.length / seconds),
    'server cpu µs/edge': rounded(((server.cpuSeconds() - cpuBefore) * 1e6) / edges.length),
    'sender cpu µs/edge': rounded((own.user + own.system) / edges.length),
    'get p50 ms': rounded(p50),
    'get p99 ms': rounded(p99),
    'get max ms': rounded(max),
    'resident MB': Math.round(server.residentBytes() / 1e6),
  };
}

async function load(table: TableHandle, edges: readonly Wish[]): Promise<void> {
  const { created, refused } = await table.load(edges, { inFlight: Number(flags.inflight) });
  if (created !== edges.length) throw new Error(`${created} of ${edges.length} edges were created, ${refused} refused`);
}

async function mutate(table: TableHandle, edges: readonly Wish[]): Promise<void> {
  const lanes = Array.from({ length: Number(flags.inflight) }, async (_, lane) => {
    for (let at = lane * SLOW_BATCH; at < edges.length; at += SLOW_BATCH * Number(flags.inflight)) {
      await table.insert(edges.slice(at, at + SLOW_BATCH));
    }
  });
  await Promise.all(lanes);
}

async function tableOf(client: ActionbaseClient, table: string): Promise<TableHandle> {
  await client.tables.create(DATABASE, {
    table,
    schema,
    mode: 'SYNC',
    storage: `datastore://bench/${table}`,
    comment: '',
  });
  return client.table(DATABASE, table);
}

async function auditOf(client: ActionbaseClient, table: string): Promise<string[]> {
  for await (const line of client.audit(DATABASE, table, { ratePerS: 1_000_000 })) {
    if (line.kind === 'summary') return line.summary.found === 0 ? [] : [`audit of ${table}: ${line.text}`];
  }
  return [`audit of ${table}: no summary`];
}

/** Edges, both ways, and counts of users and products that the loaded tables have and the slow one has not. */
async function compareSample(
  slow: readonly Wish[],
  slowly: TableHandle,
  loaded: readonly TableHandle[],
): Promise<string[]> {
  const users = [...new Set(slow.map(({ source }) => source))].slice(0, SAMPLED_USERS);
  const problems: string[] = [];
  for (const start of users) {
    const scan = { start, direction: 'OUT', limit: 1_000 } as const;
    const expected = JSON.stringify((await slowly.scan('newest', scan)).edges);
    const count = await slowly.count(start, 'OUT');
    for (const table of loaded) {
      const found = JSON.stringify((await table.scan('newest', scan)).edges);
      if (found !== expected) problems.push(`${table.table}: edges of ${start}: ${found} instead of ${expected}`);
      if ((await table.count(start, 'OUT')) !== count) problems.push(`${table.table}: count of ${start}`);
    }
  }
  return problems;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
