import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FileLog } from '@actionbase/adapter-file-log/file-log';
import { inheritFrames } from '@actionbase/adapter-file-log/log-meta';
import { writeLog } from '@actionbase/adapter-file-log/write-log';
import { LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { replay } from '@actionbase/engine/apply/replay';
import { stableRules } from '@actionbase/engine/apply/stable-rules';
import { ENGINE_LIMITS } from '@actionbase/engine/limits';
import type { Frame } from '@actionbase/ports/log';
import { damaged, factsOfFile } from './backup-files.ts';
import type { RestorePlan } from './plan-restore.ts';
import type { RestoreSource } from './restore-source.ts';
import type { StageProgress } from './stage-progress.ts';
import { checkStamps } from './take-backup.ts';

export interface Rebuilding {
  readonly source: RestoreSource;
  readonly plan: RestorePlan;
  /** An empty folder. */
  readonly directory: string;
  /** Epoch of what is made; above that of the source. */
  readonly epoch: number;
  /** Stamps of the new epoch are above this one. */
  readonly stampFloorMs: number;
  readonly progress: StageProgress;
  /** Looks at the copy of the store before anything is replayed into it. */
  readonly onCopied?: (store: LmdbStore) => Promise<void>;
}

/** A log and a store of a new epoch, closed and durable. */
export interface Rebuilt {
  /** Offset of the last frame; -1 for none. */
  readonly offset: number;
  readonly stampMs: number;
}

/**
 * Makes `log/` and `store/` in a folder: the frames up to the wanted one under the new epoch, the copy of the store, and in
 * it what these frames do, applied by the same code as at a start.
 */
export async function rebuildDatabase(given: Rebuilding): Promise<Rebuilt> {
  const { source, plan, directory, epoch, stampFloorMs, progress } = given;
  const { archive, facts } = source;
  const from = plan.from === 'nothing' ? 0 : archive.start;
  const disk = new NodeDisk();
  progress.begin('Writing the log of the new epoch');
  const applied = plan.from === 'nothing' || facts.store.offset < 0 ? undefined : facts.store;
  const wanted = framesUpTo(plan, archive.frames({ from, durableEnd: facts.log.end }));
  const frames = checkStamps(wanted, applied, (offset) => progress.advance((offset - from) / (facts.log.end - from)));
  const log = await writeLog({
    disk,
    directory: join(directory, 'log'),
    epoch,
    inherited: (end) => inheritFrames(archive, { start: from, end }),
    start: from,
    frames,
    stampFloorMs,
  });
  if (plan.from === 'store') await copyStore(given);
  await replayInto(directory, given);
  return { offset: log.end - 1, stampMs: log.lastStampMs };
}

async function* framesUpTo(
  { lastOffset, lastStampMs }: RestorePlan,
  frames: AsyncIterable<Frame>,
): AsyncGenerator<Frame> {
  for await (const frame of frames) {
    if (frame.offset > lastOffset || frame.stampMs > lastStampMs) return;
    yield frame;
  }
}

async function copyStore({ source, directory, progress, onCopied }: Rebuilding): Promise<void> {
  progress.begin('Copying the store');
  const path = 'store/data.mdb';
  await mkdir(join(directory, 'store'));
  await copyFile(join(source.directory, path), join(directory, path));
  const { sha256 } = await factsOfFile(directory, path);
  const expected = source.manifest.files.find((file) => file.path === path);
  if (sha256 !== expected?.sha256) throw damaged(join(source.directory, path), 'changed while it was copied');
  await using store = await LmdbStore.open({ directory: join(directory, 'store') });
  await onCopied?.(store);
}

async function replayInto(directory: string, { epoch, progress }: Rebuilding): Promise<void> {
  progress.begin('Applying the log');
  await using store = await LmdbStore.open({ directory: join(directory, 'store') });
  const log = { directory: join(directory, 'log'), disk: new NodeDisk(), clock: new SystemClock() };
  await using opened = await FileLog.open(log);
  const first = store.progress(0)?.offset ?? -1;
  await replay({
    log: opened,
    store,
    rules: stableRules(store),
    limits: ENGINE_LIMITS,
    onProgress: (reached, end) => progress.advance((reached - first) / (end - first)),
  });
  // All frames were applied under the epochs of their own; what comes now belongs to the new one.
  if (store.progress(0) !== undefined) await store.beginEpoch(0, epoch);
  await store.flush();
}
