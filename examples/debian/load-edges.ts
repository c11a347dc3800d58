import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { ActionbaseProcess, runActionbase } from '../driver/actionbase-process.ts';
import { ExampleFailure } from '../driver/example-failure.ts';
import type { ExampleServer } from '../driver/example-server.ts';
import { dependencySchema } from './dependency-edges.ts';

export const database = 'debian';
export const table = 'dependency';

export interface LoadJob {
  readonly server: ExampleServer;
  /** JSON lines, one edge each. */
  readonly path: string;
  readonly lines: number;
  /** Edges in one request. */
  readonly batch: number;
  /** Requests under way at once. */
  readonly concurrency: number;
}

export interface Load {
  readonly seconds: number;
  readonly linesPerSecond: number;
  /** How often the load command was started. */
  readonly starts: number;
  readonly kills: readonly Kill[];
}

/** A `kill -9` in the middle of a load. */
export interface Kill {
  readonly victim: 'loader' | 'server';
  /** The line, drawn from the seed, from which on the victim is to be killed. */
  readonly fromLine: number;
  /** Lines that the loader had noted as loaded when the victim was killed. */
  readonly atLine: number;
}

/** Shares of the lines between which a victim is killed, in this order. */
const killPlan = [
  { victim: 'loader', from: 0.1, to: 0.45 },
  { victim: 'server', from: 0.5, to: 0.9 },
] as const;

/** A load that was interrupted is started again by the same command; more often than this, something else is wrong. */
const startsMax = 10;
const pollMs = 2;

/** Creates the database and the table with the command, as one would by hand. */
export async function createTable(server: ExampleServer): Promise<void> {
  const url = ['--url', server.url];
  await runActionbase(['database', 'create', database, ...url, '--comment', 'the packages of a package index']);
  await runActionbase(['table', 'create', database, table, ...url, '--schema', JSON.stringify(dependencySchema)]);
}

/** Loads all lines by `actionbase load`, without disturbing it. */
export async function loadEdges(job: LoadJob): Promise<Load> {
  return loadThrough(job, []);
}

/** The same load, with a `kill -9` of the loader, later one of the server, and the same command again. */
export async function loadThroughKills(job: LoadJob, seed: number): Promise<Load> {
  const random = new SeededRandom(seed);
  const plan = killPlan.map(({ victim, from, to }) => ({
    victim,
    fromLine: Math.floor(job.lines * (from + (to - from) * random.next())),
  }));
  return loadThrough(job, plan);
}

async function loadThrough(job: LoadJob, plan: readonly Omit<Kill, 'atLine'>[]): Promise<Load> {
  rmSync(progressPath(job), { force: true });
  const kills: Kill[] = [];
  const startedMs = performance.now();
  let starts = 0;
  for (let loaded = false; !loaded; ) {
    if (starts === startsMax) throw new ExampleFailure(`the load isn't through after ${startsMax} starts`);
    starts += 1;
    const loader = new ActionbaseProcess(loadCommand(job));
    const next = plan[kills.length];
    if (next !== undefined) await killAtLine(job, loader, { next, onKill: (kill) => kills.push(kill) });
    const { code, signal, stderr } = await loader.finished;
    loaded = code === 0;
    if (!loaded && kills.length === 0) throw new ExampleFailure(`the load ended with ${code ?? signal}:\n${stderr}`);
  }
  if (kills.length < plan.length) {
    throw new ExampleFailure(
      `the load ended before ${plan.length} processes were killed: load more, or in smaller batches`,
    );
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return { seconds, linesPerSecond: Math.round(job.lines / seconds), starts, kills };
}

interface KillOptions {
  readonly next: Omit<Kill, 'atLine'>;
  readonly onKill: (kill: Kill) => void;
}

/** Waits until the loader has noted so many lines, then kills. Returns early when the loader ends before. */
async function killAtLine(job: LoadJob, loader: ActionbaseProcess, { next, onKill }: KillOptions): Promise<void> {
  while (loader.isRunning) {
    const atLine = readProgress(job);
    if (atLine >= next.fromLine) {
      await (next.victim === 'loader' ? loader : job.server).kill();
      onKill({ ...next, atLine });
      if (next.victim === 'server') await job.server.restart();
      return;
    }
    await sleep(pollMs);
  }
}

function loadCommand({ server, path, batch, concurrency }: LoadJob): string[] {
  const sizes = ['--batch', String(batch), '--concurrency', String(concurrency)];
  return ['load', path, database, table, '--format', 'jsonl', ...sizes, '--url', server.url, '--json'];
}

/** Where `actionbase load` notes how far it is, to go on from there when it is started again. */
function progressPath({ path }: LoadJob): string {
  return `${path}.load.json`;
}

function readProgress(job: LoadJob): number {
  if (!existsSync(progressPath(job))) return 0;
  const { line }: { readonly line: number } = JSON.parse(readFileSync(progressPath(job), 'utf8'));
  return line - 1;
}
