import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { CrashServerOptions } from '../killing/crash-server.ts';
import type { CrashTableName } from '../workload/crash-tables.ts';
import { Ledger } from '../workload/ledger.ts';
import { Operator } from '../workload/operator.ts';
import { type SentRequest, write } from '../workload/writer.ts';
import { callArguments, type DiskCall, readCalls } from './read-calls.ts';
import { settleCalls } from './settle-calls.ts';

/** Which table each writer writes to. */
export const WRITERS: readonly CrashTableName[] = ['wish', 'wish', 'wish', 'orders', 'later', 'likes'];

export interface Recording {
  readonly calls: readonly DiskCall[];
  /** In the order in which they were sent. */
  readonly requests: readonly SentRequest[];
  readonly violations: readonly string[];
}

export interface RecordOptions {
  /** Folder for the data directory `data` and for traces. */
  readonly root: string;
  readonly seed: number;
  /** How long the clients write to each life of the server. */
  readonly writeMs: number;
  /** Lives of the server: all but the last are ended by kill -9, and the next one repairs what it finds. */
  readonly lives: number;
}

/** More than the calls of one life. */
const CALLS_OF_LIFE_MAX = 10_000_000;

/** Has clients write to a server of a new data directory while strace records every call that changes a file of it. */
export async function recordLife({ root, seed, writeMs, lives }: RecordOptions): Promise<Recording> {
  const paths = { root, marks: join(root, 'marks') };
  const operator = new Operator();
  const random = new SeededRandom(seed);
  const ledger = new Ledger();
  const calls: DiskCall[] = [];
  const requests: SentRequest[] = [];
  const violations: string[] = [];
  for (let life = 0; life < lives; life += 1) {
    const output = join(root, `trace-${life}`);
    await using server = await startTraced(output, join(root, 'data'), paths.marks);
    const agent = new Agent({ keepAlive: true });
    if (life === 0) await operator.createTables(server.port, agent);
    let isOver = false;
    const isOverNow = (): boolean => isOver;
    const onViolation = (text: string): void => void violations.push(text);
    const common = { port: server.port, agent, isOver: isOverNow, onViolation };
    const clients = WRITERS.map((table, writer) => {
      const own = new SeededRandom(Math.floor(random.next() * 2 ** 31));
      const onRequest = (request: SentRequest): void => void requests.push(request);
      return write({ ...common, writer, table, random: own, ledger, onRequest });
    });
    clients.push(operator.work(common));
    await pause(writeMs);
    await server.kill();
    isOver = true;
    await Promise.all(clients);
    agent.destroy();
    const trace = readCalls(await readFile(output, 'latin1'), paths, (life + 1) * CALLS_OF_LIFE_MAX);
    for (const call of await settleCalls(root, calls, trace)) calls.push(call);
  }
  return { calls, requests, violations };
}

interface TracedServer extends AsyncDisposable {
  readonly port: number;
  readonly kill: () => Promise<void>;
}

async function startTraced(output: string, dataDir: string, marks: string): Promise<TracedServer> {
  const options: CrashServerOptions = { dataDir, kill: null, planted: null, warmUp: false, marks };
  const program = join(import.meta.dirname, '../killing/crash-server.ts');
  const command = [process.execPath, program, JSON.stringify(options)];
  const child = spawn('strace', [...callArguments, `--output=${output}`, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, UV_USE_IO_URING: '0' },
  });
  const ended = once(child, 'exit');
  const [port, pid] = await new Promise<readonly [number, number]>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /:(\d+) pid (\d+)/.exec(line);
      if (found !== null) resolve([Number(found[1]), Number(found[2])]);
    });
    child.once('error', reject).once('exit', (code) => reject(new Error(`the traced server ended with ${code}`)));
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, 'SIGKILL');
    await ended;
  };
  return { port, kill, [Symbol.asyncDispose]: kill };
}
