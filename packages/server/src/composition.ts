import { FileLog } from '@actionbase/adapter-file-log/file-log';
import { LogArchive } from '@actionbase/adapter-file-log/log-archive';
import { LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { Failure } from '@actionbase/core/failure';
import { Engine } from '@actionbase/engine/engine';
import { engineFailures } from '@actionbase/engine/failures';
import type { Disk } from '@actionbase/ports/disk';
import type { ServerConfig } from './config/config-table.ts';
import { claimDataDirectory } from './data-directory.ts';
import { engineOptions } from './engine-options.ts';
import type { Instance, OnNotice } from './instance.ts';

/** Opens the embedded database: the data directory, the log and the store in it, and the engine on both. */
export async function openInstance(config: ServerConfig, onNotice: OnNotice): Promise<Instance> {
  try {
    return await openParts(config, onNotice);
  } catch (error) {
    throw firstThrown(error);
  }
}

/** What failed first: that closing what was open already failed as well is no help to whoever reads it. */
export function firstThrown(error: unknown): unknown {
  return error instanceof SuppressedError ? firstThrown(error.suppressed) : error;
}

async function openParts(config: ServerConfig, onNotice: OnNotice): Promise<Instance> {
  const directory = config.dataDir;
  const disk = new NodeDisk();
  const clock = new SystemClock();
  await using opened = new AsyncDisposableStack();
  opened.use(await claimDataDirectory(disk, directory));
  await refuseLogAlone(disk, directory);
  const store = opened.use(
    await LmdbStore.open({ directory: `${directory}/store`, mapBytes: config['store.mapBytes'] }),
  );
  const log = opened.use(
    await FileLog.open({
      directory: `${directory}/log`,
      disk,
      clock,
      durableAtLeast: durableIn(store),
      termAbove: store.term(0),
      onNotice,
    }),
  );
  const engine = opened.use(await Engine.open({ log, store, clock }, engineOptions(config, onNotice)));
  const closing = opened.move();
  return { engine, log, store, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

/**
 * Refuses a log that this program cannot read, or that is without the store which knows the frames it no longer has, before
 * a store is made beside it. A log that has all its frames makes its store again.
 */
async function refuseLogAlone(disk: Disk, directory: string): Promise<void> {
  if (!(await disk.list(`${directory}/log`)).includes('log.meta')) return;
  const { start } = await LogArchive.open(disk, `${directory}/log`);
  if (start === 0 || (await disk.list(`${directory}/store`)).includes('data.mdb')) return;
  const reason = `the store is missing, and the log begins at frame ${start}`;
  const message = `${directory}: ${reason}. Bring the store back, or restore both from one backup`;
  throw new Failure(engineFailures['log-store-mismatch'], message, { directory, start });
}

/** What the store has applied was durable in the log: a hole there is damage, not a torn tail. */
function durableIn(store: LmdbStore): { readonly epoch: number; readonly offset: number } | undefined {
  const progress = store.progress(0);
  return progress === undefined ? undefined : { epoch: progress.epoch, offset: progress.offset + 1 };
}
