/**
 * Writes frames on a disk that fails now and then, and says as JSON how that went: `node faulty-disk-writer.ts DIRECTORY
 * FRAMES`. A write that fails is tried again, by a store that is opened again if the first refuses.
 */
import { Failure } from '@actionbase/core/failure';
import { LmdbStore } from '../../lmdb-store.ts';
import { checkWork, workFrame } from './workload.ts';

export interface FaultyDiskReport {
  /** Code of each failure, in order. */
  readonly failures: readonly string[];
  /** How often the store had to be opened again. */
  readonly reopened: number;
  /** The last frame at the end, all having been checked after each failure and at the end. */
  readonly last: number;
}

const triesMax = 1_000;

const [directory = '', frames = '0'] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await write(Number(frames))));

async function write(end: number): Promise<FaultyDiskReport> {
  const failures: string[] = [];
  let reopened = 0;
  let store = await LmdbStore.open({ directory });
  let next = 0;
  for (let tries = 0; next < end && tries < triesMax; tries += 1) {
    try {
      await store.write(0, [workFrame(next)]);
      if (next % 5 === 0) await store.flush();
      next += 1;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error.code);
      if (await isRefusing(store)) {
        await store[Symbol.asyncDispose]();
        store = await LmdbStore.open({ directory });
        reopened += 1;
      }
      const last = await checkWork(store);
      if (last !== next && last !== next - 1) throw new Error(`frame ${last} is the last after frame ${next} failed`);
      next = last + 1;
    }
  }
  const last = await checkWork(store);
  await store[Symbol.asyncDispose]();
  return { failures, reopened, last };
}

async function isRefusing(store: LmdbStore): Promise<boolean> {
  try {
    await store.clear({ kind: 'space', space: 999 }, 1);
    return false;
  } catch {
    return true;
  }
}
