/**
 * Opens images of stores, one after the other, and says of each on a line whether it holds what it must: `node checker.ts
 * REQUESTS` with REQUESTS as JSON. A process that dies over a broken image has said nothing about that one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LmdbStore } from '../../lmdb-store.ts';
import type { LmdbDurability } from '../../lmdb-tree.ts';
import { checkWork, workFrame } from './workload.ts';

export interface CheckRequest {
  readonly directory: string;
  readonly durability: LmdbDurability;
  /** The last frame that must be there; -1 for none. */
  readonly least: number;
  /** The last frame that can be there. */
  readonly most: number;
  /** Whether another process opens the image for reading first, and keeps it open. */
  readonly readerFirst: boolean;
}

export interface CheckResult {
  readonly directory: string;
  /** Undefined when all is right. */
  readonly mistake: string | undefined;
}

const framesMore = 4;

for (const request of JSON.parse(process.argv[2] ?? '[]') as CheckRequest[]) {
  const result: CheckResult = { directory: request.directory, mistake: await check(request) };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

async function check(request: CheckRequest): Promise<string | undefined> {
  try {
    await using _ = request.readerFirst ? await startReader(request.directory) : undefined;
    const last = await checkFound(request);
    await using store = await LmdbStore.open({ ...request, mapBytes: 2 ** 26 });
    const end = await checkWork(store);
    return end === last + framesMore ? undefined : `it went on to frame ${end} instead of ${last + framesMore}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
  }
}

/** Checks what is there, goes on writing, and checks again. */
async function checkFound({ least, most, ...options }: CheckRequest): Promise<number> {
  await using store = await LmdbStore.open({ ...options, mapBytes: 2 ** 26 });
  const last = await checkWork(store);
  if (last < least || last > most) throw new Error(`frame ${last} is the last, it should be from ${least} to ${most}`);
  for (let offset = last + 1; offset <= last + framesMore; offset += 1) await store.write(0, [workFrame(offset)]);
  await checkWork(store);
  return last;
}

async function startReader(directory: string): Promise<AsyncDisposable> {
  const program = join(import.meta.dirname, 'reader.ts');
  const reader = spawn(process.execPath, [program, directory], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(reader, 'exit');
  await Promise.race([once(reader.stdout, 'data'), ended]);
  return {
    async [Symbol.asyncDispose]() {
      reader.kill('SIGKILL');
      await ended;
    },
  };
}
