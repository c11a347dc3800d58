import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import { FORMAT_FILE, formatText, RESTORE_FILE } from '@actionbase/server/data-directory';
import { UsageError } from '../arguments/usage-error.ts';
import { damaged, requireEmpty } from './backup-files.ts';
import { planRestore, type RestoreTarget } from './plan-restore.ts';
import { type Rebuilt, rebuildDatabase } from './rebuild-database.ts';
import { openRestoreSource, type RestoreSource, type SourceRequest } from './restore-source.ts';
import { digestStore, type StoreDigest } from './store-digest.ts';

export interface RestoreRequest extends SourceRequest {
  /** The data directory to make: a folder that is empty or missing. */
  readonly dataDir: string;
  readonly target: RestoreTarget;
  /** Epoch of the restored database; the one after the backup's when undefined. */
  readonly epoch: number | undefined;
}

/** What was restored. */
export interface Restored extends Rebuilt {
  readonly epoch: number;
  /** Epoch of the log that it was restored from. */
  readonly epochBefore: number;
  readonly digest: StoreDigest;
  /** Whether the rows were compared with what the backup says of them: they can be where its store stands. */
  readonly isCompared: boolean;
  /** Where each reader of a foreign log has to go on: behind this position of it. */
  readonly inbox: ReadonlyMap<string, bigint>;
}

/**
 * Restores a database into an empty folder, as it was at a position, and opens a new epoch there. The folder becomes a data
 * directory in its last step; a server refuses it before that. What a failure leaves is removed.
 */
export async function restore(request: RestoreRequest): Promise<Restored> {
  const { dataDir, progress } = request;
  await requireEmpty(
    dataDir,
    `A restore needs an empty folder; one that was interrupted (${RESTORE_FILE}) has to be removed.`,
  );
  const source = await openRestoreSource(request);
  const plan = planRestore(source.facts, request.target);
  const epoch = epochOf(source, request.epoch);
  await mkdir(dataDir, { recursive: true });
  await writeMark(dataDir);
  try {
    const { lastStampMs } = source.facts.log;
    const stampFloorMs = Math.max(lastStampMs, source.manifest.log.lastStampMs, request.nowMs);
    const rebuilt = await rebuildDatabase({ source, plan, directory: dataDir, epoch, stampFloorMs, progress });
    const restored = { ...rebuilt, epoch, epochBefore: source.facts.epoch, ...(await look(source, request, rebuilt)) };
    await completeMark(dataDir);
    return restored;
  } catch (error) {
    await removeRemains(dataDir);
    throw error;
  }
}

function epochOf({ facts }: RestoreSource, asked: number | undefined): number {
  if (asked === undefined) return facts.epoch + 1;
  if (asked > facts.epoch) return asked;
  throw new UsageError(`--epoch is ${asked}; the backup is of epoch ${facts.epoch}, so it has to be above that.`);
}

async function look(
  { manifest, directory }: RestoreSource,
  { dataDir, progress }: RestoreRequest,
  { offset }: Rebuilt,
): Promise<Pick<Restored, 'digest' | 'isCompared' | 'inbox'>> {
  progress.begin('Digesting the rows');
  await using store = await LmdbStore.open({ directory: join(dataDir, 'store'), readOnly: true });
  const digest = await digestStore(store, (rows) => progress.advance(rows / Math.max(manifest.store.rows, rows)));
  const isCompared = offset === manifest.store.offset;
  if (isCompared && digest.hash !== manifest.store.hash) {
    throw damaged(
      directory,
      `does not give the rows that its manifest tells of: ${digest.hash}, not ${manifest.store.hash}`,
    );
  }
  const inbox = store.progress(0)?.inbox ?? new Map();
  return { digest, isCompared, inbox };
}

/**
 * The mark is the data directory's FORMAT under another name, so that one rename completes the restore. That it must not be
 * there yet keeps a second restore out.
 */
async function writeMark(dataDir: string): Promise<void> {
  await using file = await open(join(dataDir, RESTORE_FILE), 'wx');
  await file.writeFile(formatText());
  await file.sync();
}

async function completeMark(dataDir: string): Promise<void> {
  await rename(join(dataDir, RESTORE_FILE), join(dataDir, FORMAT_FILE));
  await using folder = await open(dataDir, 'r');
  await folder.sync();
}

async function removeRemains(dataDir: string): Promise<void> {
  for (const name of ['log', 'store', RESTORE_FILE]) await rm(join(dataDir, name), { recursive: true, force: true });
}
