import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const BARE = join(import.meta.dirname, 'bare-server.ts');

/** Clock ticks per second in /proc: fixed at 100 on Linux. */
const TICKS_PER_SECOND = 100;

export interface ServerProcess extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** CPU seconds of all threads of the server so far; NaN where /proc does not exist. */
  cpuSeconds(): number;
  /** Resident memory in bytes; NaN where /proc does not exist. */
  residentBytes(): number;
  /** Of these, such as are the process's own: without the pages of the store's file. */
  ownBytes(): number;
  /** Open files, sockets not counted; NaN where /proc does not exist. */
  openFiles(): number;
  /** What the server says of itself under `/actuator/prometheus`, by the name of each line. */
  metrics(): Promise<ReadonlyMap<string, number>>;
  readonly dataDirectory: string;
}

/** Starts `actionbase serve` with an empty data directory and waits until it answers. Disposing removes the directory. */
export function startServerProcess(): Promise<ServerProcess> {
  return startProcess([MAIN, 'serve']);
}

/** Starts the server that does nothing but HTTP and JSON. */
export function startBareServer(): Promise<ServerProcess> {
  return startProcess([BARE]);
}

async function startProcess(command: readonly string[]): Promise<ServerProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'actionbase-bench-'));
  const environment = { ACTIONBASE_PORT: '0', ACTIONBASE_DATA_DIR: directory, ACTIONBASE_REQUEST_LOG: 'off' };
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const { host, port } = await listening(child);
  return {
    host,
    port,
    cpuSeconds: () => cpuSeconds(child),
    residentBytes: () => statusKilobytes(child, 'VmRSS') * 1024,
    ownBytes: () => statusKilobytes(child, 'RssAnon') * 1024,
    openFiles: () => openFiles(child),
    metrics: () => readMetrics(`http://${host}:${port}/actuator/prometheus`),
    dataDirectory: directory,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function listening(child: ChildProcess): Promise<{ host: string; port: number }> {
  if (child.stdout === null) throw new Error('the server has no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /http:\/\/([\d.]+):(\d+)/.exec(line);
    if (found === null) continue;
    child.stdout.resume();
    return { host: found[1] ?? '', port: Number(found[2]) };
  }
  throw new Error(`the server ended before it served (exit code ${child.exitCode})`);
}

function cpuSeconds(child: ChildProcess): number {
  const text = readProc(child, 'stat');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function statusKilobytes(child: ChildProcess, name: string): number {
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readProc(child, 'status'))?.[1] ?? Number.NaN);
}

function openFiles(child: ChildProcess): number {
  try {
    const folder = `/proc/${child.pid}/fd`;
    return readdirSync(folder).filter((file) => isFile(join(folder, file))).length;
  } catch {
    return Number.NaN;
  }
}

function isFile(link: string): boolean {
  try {
    return !readlinkSync(link).startsWith('socket:');
  } catch {
    // Closed meanwhile.
    return false;
  }
}

async function readMetrics(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(url)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const blank = line.lastIndexOf(' ');
      return [line.slice(0, blank), Number(line.slice(blank + 1))];
    }),
  );
}

function readProc(child: ChildProcess, file: string): string {
  try {
    return readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
