import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { killServer, type ServerUnderTest, startServer } from '../crash/server.ts';
import { CHAPTERS, type ChapterCall, printBody } from './chapters.ts';
import type { ENDINGS, Manifest } from './manifest.ts';

export interface DataToMake {
  /** The `main.ts` of the version. */
  readonly program: string;
  /** A folder to work in. */
  readonly root: string;
  readonly ending: (typeof ENDINGS)[number];
}

export interface MadeData {
  readonly directory: string;
  readonly kept: Pick<Manifest, 'refused' | 'answers'>;
}

const SETTLED_WITHIN_MS = 10_000;
const SETTLED_POLL_MS = 50;

/** Has a version write the chapters into a new data directory; undefined when it knows no such ending. */
export async function makeData({ program, root, ending }: DataToMake): Promise<MadeData | undefined> {
  const written = join(root, 'data');
  const server = await startServer(written, { main: program });
  const refused: string[] = [];
  try {
    for (const { writes, settled } of CHAPTERS) {
      for (const write of writes) refused.push(...(await sendWrite(server, write)));
      if (settled !== undefined && !(await isSettled(server, settled))) refused.push(`not settled: ${settled.path}`);
    }
    if (ending !== 'restored') {
      const kept = { refused, answers: await readAll(server) };
      await end(server, ending);
      return { directory: written, kept };
    }
  } finally {
    await end(server, 'stopped');
  }
  const directory = join(root, 'restored');
  const backup = join(root, 'backup');
  if (!runs(program, ['backup', '--data-dir', written, '--to', backup])) return undefined;
  if (!runs(program, ['restore', '--from', backup, '--data-dir', directory])) return undefined;
  return { directory, kept: { refused, answers: await writeOn(directory, program) } };
}

/** What a restored directory holds is not all of one epoch. */
async function writeOn(directory: string, program: string): Promise<Manifest['answers']> {
  const server = await startServer(directory, { main: program });
  try {
    await sendWrite(server, {
      method: 'POST',
      path: '/graph/v3/databases/shop/tables/wish/edges',
      body: { mutations: [{ type: 'INSERT', edge: { version: 9, source: 7, target: 'new', properties: { at: 9 } } }] },
    });
    return await readAll(server);
  } finally {
    await end(server, 'stopped');
  }
}

async function sendWrite(server: ServerUnderTest, call: ChapterCall): Promise<string[]> {
  const { status } = await ask(server, call);
  return status === 200 || status === 204 ? [] : [`${status} to ${call.method} ${call.path}`];
}

async function readAll(server: ServerUnderTest): Promise<Manifest['answers']> {
  const answers: { path: string; text: string }[] = [];
  for (const read of CHAPTERS.flatMap(({ reads }) => reads)) {
    const { status, text } = await ask(server, read);
    if (status === 200) answers.push({ path: read.path, text });
  }
  return answers;
}

async function isSettled(server: ServerUnderTest, { path, part }: { path: string; part: string }): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < SETTLED_WITHIN_MS; waitedMs += SETTLED_POLL_MS) {
    const { status, text } = await ask(server, { method: 'GET', path });
    if (text.includes(part)) return true;
    if (status === 404) return false;
    await setTimeout(SETTLED_POLL_MS);
  }
  return false;
}

async function ask({ port }: ServerUnderTest, call: ChapterCall): Promise<{ status: number; text: string }> {
  const body = call.body === undefined ? {} : { body: printBody(call.body) };
  const headers = { 'content-type': 'application/json', 'x-actor-id': 'keeper', 'x-request-id': 'kept' };
  const response = await fetch(`http://127.0.0.1:${port}${call.path}`, { method: call.method, headers, ...body });
  return { status: response.status, text: await response.text() };
}

async function end(server: ServerUnderTest, how: 'stopped' | 'killed'): Promise<void> {
  if (how === 'killed') return killServer(server);
  const { child } = server;
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function runs(program: string, args: readonly string[]): boolean {
  return spawnSync(process.execPath, [program, ...args]).status === 0;
}
