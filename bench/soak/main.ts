/**
 * A server under a steady load for a long time: does its memory grow, do files stay open, do answers become slower? Capacity
 * is measured shortly; then calls come at a share of it, whatever comes of them: 85 % reads (get, scan, count, sum) and 15 %
 * writes, a third of which delete. In the end the edges are compared with what was acknowledged, and an audit compares the
 * derived rows with the states. The load runs in a process of its own, on the same cores.
 *
 *     npm run soak -- [--minutes 30] [--load 70] [--connections 500] [--json]
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeReport } from '../driver/bench-report.ts';
import type { EdgeMix, Verification } from '../driver/edge-calls.ts';
import { LoadProcess } from '../driver/load-process.ts';
import type { OpenResult } from '../driver/open-loop.ts';
import { type ServerProcess, startServerProcess } from '../driver/server-process.ts';
import { plotSoak } from './plot-soak.ts';
import { type Sample, type Trend, trendOf } from './sample.ts';

const USAGE = `npm run soak -- [--minutes 30] [--load 70] [--connections 500] [--json]

  --minutes <number>      how long the load lasts
  --load <percent>        how much of the measured capacity is offered
  --connections <number>  connections of the load
  --json                  print the summary as JSON

Writes bench/results/soak.json and docs/soak.svg. Ends with 1 when something was lost, differs, or grows.`;

const ROOT = join(import.meta.dirname, '../..');
const CLI = join(ROOT, 'packages/cli/src/main.ts');
const PLOT = 'docs/soak.svg';
const DEADLINE_MS = 1_000;
const CAPACITY_MS = 8_000;
const CLOSED_CONNECTIONS = 128;
const SAMPLES = 360;
const SAMPLE_MS_MIN = 2_000;
/** Every so-manieth user's edges are read in the end. */
const VERIFY_STEP = 10;

const MIX: EdgeMix = { writes: 0.15, deletes: 1 / 3, scans: 0.1, counts: 0.1, sums: 0.02, deadlineMs: DEADLINE_MS };

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    load: { type: 'string', default: '70' },
    connections: { type: 'string', default: '500' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) console.log(USAGE);
else await soak();

async function soak(): Promise<void> {
  await using server = await startServerProcess();
  using load = new LoadProcess();
  const { host, port } = server;
  await load.ask('prepare', { host, port, mix: MIX });
  const capacity = await load.ask('capacity', { connections: CLOSED_CONNECTIONS, durationMs: CAPACITY_MS });
  const ratePerS = (capacity * Number(flags.load)) / 100;
  say(`capacity ${Math.round(capacity)} calls/s; ${flags.load} % of it are offered for ${flags.minutes} minutes`);
  const samples: Sample[] = [];
  const result = await sampleWhile(server, load, { ratePerS, samples });
  const verified = await load.ask('verify', { step: VERIFY_STEP });
  const audit = auditOf(server);
  report({ capacity, samples, result, verified, audit });
}

interface Soaking {
  readonly ratePerS: number;
  readonly samples: Sample[];
}

async function sampleWhile(server: ServerProcess, load: LoadProcess, soaking: Soaking): Promise<OpenResult> {
  const durationMs = Number(flags.minutes) * 60_000;
  const order = {
    connections: Number(flags.connections),
    ratePerS: soaking.ratePerS,
    durationMs,
    deadlineMs: DEADLINE_MS,
  };
  const beganMs = performance.now();
  let before = { seconds: 0, good: 0 };
  let isOver = false;
  const running = load.ask('offer', order).finally(() => {
    isOver = true;
  });
  const pauseMs = Math.max(SAMPLE_MS_MIN, durationMs / SAMPLES);
  for (;;) {
    await Promise.race([running, new Promise((resolve) => setTimeout(resolve, pauseMs))]);
    if (isOver) break;
    const look = await load.ask('look', null);
    if (look === null) break;
    const seconds = (performance.now() - beganMs) / 1000;
    const goodPerS = (look.good - before.good) / (seconds - before.seconds);
    before = { seconds, good: look.good };
    const { refused, gaveUp, latencyMs } = look;
    const metrics = await server.metrics();
    const connections = metrics.get('actionbase_http_connections') ?? Number.NaN;
    // While the load ends, its connections do.
    if (isOver) break;
    soaking.samples.push({
      seconds: rounded(seconds),
      residentMB: rounded(server.residentBytes() / 1e6),
      ownMB: rounded(server.ownBytes() / 1e6),
      heapMB: rounded((metrics.get('nodejs_heap_used_bytes') ?? Number.NaN) / 1e6),
      openFiles: server.openFiles(),
      connections,
      directoryMB: rounded(sizeOf(server.dataDirectory) / 1e6),
      goodPerS: Math.round(goodPerS),
      refused,
      gaveUp,
      p50Ms: rounded(latencyMs.p50),
      p99Ms: rounded(latencyMs.p99),
    });
    showProgress(soaking.samples.at(-1));
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  return running;
}

interface Outcome {
  readonly capacity: number;
  readonly samples: readonly Sample[];
  readonly result: OpenResult;
  readonly verified: Verification;
  readonly audit: { readonly isClean: boolean; readonly text: string };
}

function report({ capacity, samples, result, verified, audit }: Outcome): void {
  const trend = trendOf(samples);
  const isRight = verified.lost + verified.risen + verified.wrongCounts === 0 && audit.isClean;
  const isSteady = trend.isMemorySteady && trend.areFilesSteady;
  const checked = `${verified.edges} edges read: ${verified.lost} lost, ${verified.risen} risen, ${verified.wrongCounts} counts wrong; audit: ${audit.text}`;
  const { latencyMs: _, ...counts } = result;
  const options = {
    minutes: Number(flags.minutes),
    load: Number(flags.load),
    connections: Number(flags.connections),
    capacity: Math.round(capacity),
    ...roundedAll(counts),
    ...roundedAll({
      ...trend,
      isMemorySteady: Number(trend.isMemorySteady),
      areFilesSteady: Number(trend.areFilesSteady),
    }),
  };
  const correctness = { ok: isRight, checked };
  const file = writeReport({ bench: 'soak', options, correctness, results: samples });
  writeFileSync(join(ROOT, PLOT), plotSoak(samples));
  if (flags.json) console.log(JSON.stringify({ ...options, correctness, isSteady, file, plot: PLOT }));
  else printSummary(result, trend, { checked, verdict: isRight && isSteady ? 'steady' : 'NOT steady', file });
  process.exitCode = isRight && isSteady ? 0 : 1;
}

function printSummary(
  result: OpenResult,
  trend: Trend,
  { checked, verdict, file }: { readonly checked: string; readonly verdict: string; readonly file: string },
): void {
  console.log(
    `offered ${result.offered}, good ${result.good}, refused ${result.refused}, gave up ${result.gaveUp}, unsent ${result.unsent}`,
  );
  console.log(
    `memory after the warm-up: ${Math.round(trend.ownMBFirst)} MB, in the end ${Math.round(trend.ownMBLast)} MB, slope ${Math.round(trend.ownMBPerHour)} MB/h (heap ${Math.round(trend.heapMBPerHour)} MB/h): ${trend.isMemorySteady ? 'steady' : 'grows'}`,
  );
  console.log(
    `open files: ${trend.openFilesMin} to ${trend.openFilesMax}: ${trend.areFilesSteady ? 'steady' : 'grow'}; median of the p99: ${rounded(trend.p99MsMedian)} ms`,
  );
  console.log(checked);
  console.log(`verdict: ${verdict}`);
  console.log(`${file}, ${PLOT}`);
}

function auditOf({ host, port }: ServerProcess): Outcome['audit'] {
  const args = [CLI, 'audit', 'bench.wish', '--url', `http://${host}:${port}`, '--rate', '100000'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const text = `${stdout}${stderr}`.trim().split('\n').at(-1) ?? '';
  return { isClean: status === 0, text };
}

function sizeOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    // A file of the log may be trimmed while we look.
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function showProgress(sample: Sample | undefined): void {
  if (sample === undefined || !process.stderr.isTTY) return;
  const { seconds, goodPerS, p99Ms, ownMB, openFiles, connections, directoryMB } = sample;
  const time = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')} of ${flags.minutes}:00`;
  process.stderr.write(
    `\r${time}  ${goodPerS}/s  p99 ${p99Ms} ms  memory ${Math.round(ownMB)} MB  files ${openFiles} + ${connections}  data ${Math.round(directoryMB)} MB   `,
  );
}

function say(text: string): void {
  if (!flags.json) console.log(text);
}

function roundedAll(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)]));
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
