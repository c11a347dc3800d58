/**
 * What is left of a server's work when far more is asked of it than it can do. Capacity is measured by closed loops; then calls
 * are offered at 1, 2, 5 and 10 times that rate, whatever comes of them, each worth something for one second only. Beside them
 * stand clients that do harm: idle connections, readers that do not read, requests that arrive a byte at a time. In the end
 * every edge is read: what was acknowledged must be there, what was refused must not.
 *
 * The load, the adversaries and the server are three processes on the same cores: what the load costs, the server lacks.
 *
 *     npm run bench -- overload [--seconds 10] [--connections 2000] [--idle 10000] [--levels 1,2,5,10]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable, writeReport } from '../driver/bench-report.ts';
import type { EdgeMix, Verification } from '../driver/edge-calls.ts';
import { LoadProcess } from '../driver/load-process.ts';
import type { OpenResult } from '../driver/open-loop.ts';
import { type ServerProcess, startServerProcess } from '../driver/server-process.ts';
import type { AdversaryOrder, AdversaryReport } from './adversaries.ts';

const USAGE = 'npm run bench -- overload [--seconds 10] [--connections 2000] [--idle 10000] [--levels 1,2,5,10]';
const DEADLINE_MS = 1_000;
const CLOSED_CONNECTIONS = 128;
const SAMPLE_MS = 200;
const SETTLE_MS = 5_000;
/** Files of a process besides the connections that are counted here. */
const FILES_SPARE = 500;
/** Goodput under the highest load may be this much lower than at capacity. */
const SHARE_MIN = 0.7;

const MIX: EdgeMix = { writes: 0.3, deletes: 0.2, scans: 0.1, counts: 0.1, sums: 0.02, deadlineMs: DEADLINE_MS };

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '2000' },
    idle: { type: 'string', default: '10000' },
    levels: { type: 'string', default: '1,2,5,10' },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) console.log(USAGE);
else await measureAll();

async function measureAll(): Promise<void> {
  await using server = await startServerProcess();
  using load = new LoadProcess();
  const { host, port } = server;
  const durationMs = Number(flags.seconds) * 1000;
  await load.ask('prepare', { host, port, mix: MIX });
  const capacity = await load.ask('capacity', { connections: CLOSED_CONNECTIONS, durationMs });
  console.log(`capacity: ${Math.round(capacity)} calls a second by ${CLOSED_CONNECTIONS} connections in closed loops`);
  const adversaries = fork(join(import.meta.dirname, 'adversaries.ts'));
  const idle = await openAdversaries(adversaries, server);
  const results: Level[] = [];
  for (const times of flags.levels.split(',').map(Number)) {
    results.push(await offer(server, load, { times, capacity, durationMs }));
  }
  const report = await reportOf(adversaries);
  const adversary = `${report.idle} of ${idle.wanted} idle connections kept (${idle.bytesPerConnection} bytes each), ${report.idleLost} lost; cut off: ${report.slowReadersCut} slow readers, ${report.slowHeadersCut} slow headers, ${report.slowBodiesCut} slow bodies`;
  adversaries.disconnect();
  const verified = await load.ask('verify', { step: 1 });
  printTable(results);
  console.log(`\n${adversary}`);
  const checked = describe(verified);
  console.log(checked);
  const ok = verified.lost + verified.risen + verified.wrongCounts === 0;
  const options = {
    seconds: Number(flags.seconds),
    connections: Number(flags.connections),
    idle: idle.wanted,
    deadlineMs: DEADLINE_MS,
    capacity: Math.round(capacity),
    adversaries: adversary,
  };
  console.log(writeReport({ bench: 'overload', options, correctness: { ok, checked }, results }));
  const isFlat = tellShare(results);
  process.exitCode = ok && isFlat ? 0 : 1;
}

interface Level {
  readonly [name: string]: string | number;
  readonly load: string;
  readonly 'goodput/s': number;
}

interface Offer {
  readonly times: number;
  readonly capacity: number;
  readonly durationMs: number;
}

async function offer(server: ServerProcess, load: LoadProcess, { times, capacity, durationMs }: Offer): Promise<Level> {
  await server.metrics();
  let resident = 0;
  const sampling = setInterval(() => {
    resident = Math.max(resident, server.residentBytes());
  }, SAMPLE_MS);
  const cpuBefore = server.cpuSeconds();
  const connections = Number(flags.connections);
  const order = { connections, ratePerS: capacity * times, durationMs, deadlineMs: DEADLINE_MS };
  const result = await load.ask('offer', order);
  const cpu = server.cpuSeconds() - cpuBefore;
  clearInterval(sampling);
  const metrics = await server.metrics();
  return levelOf(times, result, {
    resident,
    cpu,
    delayMs: (metrics.get('nodejs_eventloop_delay_seconds_max') ?? Number.NaN) * 1000,
  });
}

function levelOf(
  times: number,
  result: OpenResult,
  server: { readonly resident: number; readonly cpu: number; readonly delayMs: number },
): Level {
  const { seconds, latencyMs } = result;
  const perSecond = (count: number): number => Math.round(count / seconds);
  return {
    load: `${times}x`,
    'offered/s': perSecond(result.offered),
    'goodput/s': perSecond(result.good),
    'refused/s': perSecond(result.refused),
    'unsent/s': perSecond(result.unsent),
    'gave up/s': perSecond(result.gaveUp),
    other: result.otherAnswers + result.cutOff + result.refusedWithoutRetryAfter,
    'p50 ms': rounded(latencyMs.p50),
    'p99 ms': rounded(latencyMs.p99),
    'server CPUs': rounded(server.cpu / seconds),
    'max RSS MB': Math.round(server.resident / 1e6),
    'max loop delay ms': rounded(server.delayMs),
  };
}

/** Opens them, and tells what an idle connection costs. */
async function openAdversaries(
  child: ChildProcess,
  server: ServerProcess,
): Promise<{ readonly wanted: number; readonly bytesPerConnection: number }> {
  const wanted = Math.min(Number(flags.idle), filesMax() - Number(flags.connections) - FILES_SPARE);
  if (wanted < Number(flags.idle))
    console.log(`${wanted} idle connections only: a process may open ${filesMax()} files`);
  const nobody = { host: server.host, port: server.port, slowReaders: 0, slowHeaders: 0, slowBodies: 0 };
  const before = server.ownBytes();
  await order(child, { ...nobody, idle: wanted });
  const bytesPerConnection = Math.round((server.ownBytes() - before) / wanted);
  await order(child, { ...nobody, idle: 0, slowReaders: 20, slowHeaders: 100, slowBodies: 100 });
  // Their answers are made once; what matters is that they stay.
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return { wanted, bytesPerConnection };
}

async function order(child: ChildProcess, what: AdversaryOrder): Promise<void> {
  child.send(what);
  await once(child, 'message');
}

async function reportOf(child: ChildProcess): Promise<AdversaryReport> {
  child.send('report');
  const [report] = (await once(child, 'message')) as [AdversaryReport];
  return report;
}

/** Open files that a process may have: Node raises the soft limit to the hard one. */
function filesMax(): number {
  try {
    const [, , hard] = /Max open files +(\d+) +(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return Number(hard ?? 1024);
  } catch {
    return 1024;
  }
}

function describe({ edges, lost, risen, wrongCounts, unknown }: Verification): string {
  return `${edges} edges read: ${lost} acknowledged ones lost, ${risen} refused or deleted ones there, ${wrongCounts} counts wrong, ${unknown} without an answer`;
}

function tellShare(results: readonly Level[]): boolean {
  const [first] = results;
  const last = results.at(-1);
  if (first === undefined || last === undefined) return false;
  const share = last['goodput/s'] / first['goodput/s'];
  console.log(`goodput at ${last.load} is ${Math.round(share * 100)} % of that at ${first.load}`);
  return share >= SHARE_MIN;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
