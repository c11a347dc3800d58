/**
 * One durable server process under 64 connections: single mutations, mutations of 25 edges, get, count and scans of 25, over
 * HTTP on loopback, every mutation a new edge that is on disk before it is answered. The load generator runs in this
 * process, on the same cores. Afterwards all counts are compared with the edges that were acknowledged.
 *
 *     npm run bench -- embedded [--seconds 8] [--rounds 3] [--connections 64]
 */
import { parseArgs } from 'node:util';
import { printTable, writeReport } from '../driver/bench-report.ts';
import { getRequest, type LoadAnswer, postRequest } from '../driver/http-connection.ts';
import { type Load, runLoad } from '../driver/run-load.ts';
import { type ServerProcess, startBareServer, startServerProcess } from '../driver/server-process.ts';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '64' },
    help: { type: 'boolean', default: false },
  },
});

/** CPU that the design allows for one durable edge over HTTP, all threads together, in microseconds. */
const BUDGET_MICROS_PER_EDGE = 90;
const USERS = 2_000;
const BATCH = 25;
const TABLE = '/graph/v3/databases/bench/tables/wish';

const schema = {
  type: 'EDGE',
  source: { type: 'long', comment: 'user' },
  target: { type: 'string', comment: 'product' },
  direction: 'BOTH',
  properties: [
    { name: 'created_at', type: 'long', comment: 'milliseconds', nullable: false },
    { name: 'memo', type: 'string', comment: '', nullable: true },
  ],
  indexes: [{ index: 'newest', fields: [{ field: 'created_at', order: 'DESC' }], comment: '' }],
};

/** Edges whose mutation was acknowledged, and edges that were asked for. */
let acknowledged = 0;
let nextEdge = 0;

interface Scenario {
  readonly name: string;
  readonly edgesPerCall: number;
  readonly request: Load['request'];
  readonly check: Load['check'];
}

const scenarios: readonly Scenario[] = [
  { name: 'mutate 1 edge', edgesPerCall: 1, request: () => mutation(1), check: (answer) => acknowledge(answer, 1) },
  {
    name: `mutate ${BATCH} edges`,
    edgesPerCall: BATCH,
    request: () => mutation(BATCH),
    check: (answer) => acknowledge(answer, BATCH),
  },
  { name: 'get', edgesPerCall: 0, request: getOne, check: expectOne },
  {
    name: 'count',
    edgesPerCall: 0,
    request: (call) => getRequest(`${TABLE}/edges/count?start=${call % USERS}&direction=OUT`),
    check: expectOk,
  },
  {
    name: `scan ${BATCH}`,
    edgesPerCall: 0,
    request: (call) => getRequest(`${TABLE}/edges/scan/newest?start=${call % USERS}&direction=OUT&limit=${BATCH}`),
    check: expectOk,
  },
];

/** The same requests to a server that only reads and parses them. */
const bareScenarios: readonly Scenario[] = [
  { name: 'bare POST', edgesPerCall: 0, request: (call) => bareMutation(call), check: expectOk },
  {
    name: 'bare GET',
    edgesPerCall: 0,
    request: () => getRequest(`${TABLE}/edges/get?source=1&target=sku-1`),
    check: expectOk,
  },
];

if (flags.help) {
  console.log('npm run bench -- embedded [--seconds 8] [--rounds 3] [--connections 64]');
} else {
  await using server = await startServerProcess();
  await using bare = await startBareServer();
  await createTable(server);
  const results: Measured[] = [];
  for (let round = 1; round <= Number(flags.rounds); round++) {
    for (const scenario of bareScenarios) results.push(await measure(bare, scenario, round));
    for (const scenario of scenarios) results.push(await measure(server, scenario, round));
  }
  const wrong = await countDifferences(server);
  printTable(results);
  const checked = `${USERS} counts of ${acknowledged} acknowledged edges: ${wrong} different`;
  console.log(`\n${checked}`);
  console.log(budgetLine(results));
  const options = {
    seconds: Number(flags.seconds),
    rounds: Number(flags.rounds),
    connections: Number(flags.connections),
  };
  console.log(writeReport({ bench: 'embedded', options, correctness: { ok: wrong === 0, checked }, results }));
  process.exitCode = wrong === 0 ? 0 : 1;
}

interface Measured {
  readonly [name: string]: string | number;
  readonly scenario: string;
  readonly 'cpu µs/call': number;
}

async function measure(server: ServerProcess, scenario: Scenario, round: number): Promise<Measured> {
  const { host, port } = server;
  const load = { host, port, connections: Number(flags.connections), request: scenario.request, check: scenario.check };
  const cpuBefore = server.cpuSeconds();
  const { calls, callsPerSecond, latencyMs } = await runLoad({ ...load, durationMs: Number(flags.seconds) * 1000 });
  const cpuMicros = ((server.cpuSeconds() - cpuBefore) * 1e6) / calls;
  return {
    scenario: scenario.name,
    round,
    calls,
    'calls/s': Math.round(callsPerSecond),
    'edges/s': Math.round(callsPerSecond * scenario.edgesPerCall),
    'p50 ms': rounded(latencyMs.p50),
    'p99 ms': rounded(latencyMs.p99),
    'max ms': rounded(latencyMs.max),
    'cpu µs/call': rounded(cpuMicros),
    'cpu µs/edge': scenario.edgesPerCall === 0 ? '' : rounded(cpuMicros / scenario.edgesPerCall),
    'resident MB': Math.round(server.residentBytes() / 1e6),
  };
}

async function createTable(server: ServerProcess): Promise<void> {
  const base = `http://${server.host}:${server.port}/graph/v3/databases`;
  await post(base, { database: 'bench', comment: '' });
  await post(`${base}/bench/tables`, {
    table: 'wish',
    schema,
    mode: 'SYNC',
    storage: 'datastore://bench/wish',
    comment: '',
  });
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${await answer.text()}`);
}

/** Counts of all users by the server that differ from the acknowledged edges; edges are dealt to the users in turn. */
async function countDifferences(server: ServerProcess): Promise<number> {
  const starts = Array.from({ length: USERS }, (_, user) => user);
  const url = `http://${server.host}:${server.port}${TABLE}/edges/counts?direction=OUT&start=`;
  let wrong = 0;
  for (let first = 0; first < USERS; first += 500) {
    const answer = await fetch(url + starts.slice(first, first + 500).join(','));
    const { counts } = (await answer.json()) as { counts: { start: number; count: number }[] };
    for (const { start, count } of counts) {
      if (count !== Math.ceil((acknowledged - start) / USERS)) wrong++;
    }
  }
  return wrong;
}

function mutation(edges: number): string {
  let items = '';
  for (let place = 0; place < edges; place++) items += (place === 0 ? '' : ',') + insertion(nextEdge++);
  return postRequest(`${TABLE}/edges`, `{"mutations":[${items}]}`);
}

function bareMutation(call: number): string {
  return postRequest(`${TABLE}/edges`, `{"mutations":[${insertion(call)}]}`);
}

function insertion(edge: number): string {
  const version = 1_750_000_000_000 + edge;
  const properties = `{"created_at":${version},"memo":"a wish from the bench"}`;
  const members = `"version":${version},"source":${edge % USERS},"target":"sku-${edge}","properties":${properties}`;
  return `{"type":"INSERT","edge":{${members}}}`;
}

function getOne(call: number): string {
  const edge = (call * 7919) % Math.max(1, acknowledged);
  return getRequest(`${TABLE}/edges/get?source=${edge % USERS}&target=sku-${edge}`);
}

function acknowledge(answer: LoadAnswer, edges: number): void {
  expectOk(answer);
  const created = answer.body.split('"status":"CREATED"').length - 1;
  if (created !== edges) throw new Error(`${created} of ${edges} edges were created: ${answer.body}`);
  acknowledged += edges;
}

function expectOne(answer: LoadAnswer): void {
  expectOk(answer);
  if (!answer.body.includes('"count":1,')) throw new Error(`one edge was expected: ${answer.body}`);
}

function expectOk(answer: LoadAnswer): void {
  if (answer.status !== 200) throw new Error(`status ${answer.status}: ${answer.body}`);
}

function budgetLine(results: readonly Measured[]): string {
  const single = medianCpu(results, 'mutate 1 edge');
  const bare = medianCpu(results, 'bare POST');
  const share = Math.round((single / BUDGET_MICROS_PER_EDGE) * 100);
  return [
    `CPU per single durable edge, all threads together: ${single} µs, ${share} % of the budget of ${BUDGET_MICROS_PER_EDGE} µs.`,
    `A bare POST of the same body cost ${bare} µs in the same minutes: a durable edge costs ${rounded(single / bare)} of them.`,
  ].join('\n');
}

function medianCpu(results: readonly Measured[], scenario: string): number {
  const costs = results.filter((result) => result.scenario === scenario).map((result) => result['cpu µs/call']);
  return costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 2)] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
