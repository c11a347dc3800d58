import { join } from 'node:path';
import { LogArchive } from '@actionbase/adapter-file-log/log-archive';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { checkDataDirectory } from '@actionbase/server/data-directory';
import { checkFiles, namesIn, readManifest } from './backup-files.ts';
import { MANIFEST_FILE, type Manifest } from './manifest.ts';
import type { RestoreFacts } from './plan-restore.ts';
import type { StageProgress } from './stage-progress.ts';
import { mismatch } from './take-backup.ts';

/** A store and a log of one history, checked as far as that goes without replaying. */
export interface RestoreSource {
  /** The backup that the store is taken from. */
  readonly directory: string;
  readonly manifest: Manifest;
  readonly archive: LogArchive;
  readonly facts: RestoreFacts;
}

export interface SourceRequest {
  /** A backup. */
  readonly from: string;
  /** Another backup, or a data directory, whose log is taken instead of the backup's own. */
  readonly log: string | undefined;
  readonly nowMs: number;
  readonly progress: StageProgress;
}

/** Opens what a restore draws upon. Failures: `backup-unreadable`, `backup-damaged`, `backup-mismatch`. */
export async function openRestoreSource(request: SourceRequest): Promise<RestoreSource> {
  const { from, log } = request;
  const manifest = await openBackup(from, request.progress);
  const other = log === undefined ? { manifest, directory: from } : await openLogOwner(log, request);
  const archive = await LogArchive.open(new NodeDisk(undefined, { readOnly: true }), join(other.directory, 'log'));
  // A log of a later epoch goes with the backup when it was restored from a position at or behind the backup's store.
  if (archive.epoch < manifest.epoch || archive.epochOf(manifest.store.offset) > manifest.epoch) {
    throw mismatch(`the backup ${from} is of epoch ${manifest.epoch}, the log of ${log} of epoch ${archive.epoch}`);
  }
  const { store } = manifest;
  const end = other.manifest === undefined ? await archive.end() : other.manifest.log;
  const logFacts = {
    start: archive.start,
    end: 'end' in end ? end.end : end.offset,
    lastStampMs: end.lastStampMs,
  };
  if (log !== undefined) requireJoin(logFacts, { ...manifest, directory: log });
  const completeUntilMs = other.manifest?.takenAtMs ?? request.nowMs;
  const { epoch, inherited } = archive;
  const facts = { epoch, inherited, store, log: logFacts, completeUntilMs };
  return { directory: from, manifest, archive, facts };
}

/** Reads a backup's manifest and compares all files with it. */
export async function openBackup(directory: string, progress: StageProgress): Promise<Manifest> {
  const manifest = await readManifest(directory);
  progress.begin(`Checking the files of ${directory}`);
  let total = 0;
  for (const { sizeBytes } of manifest.files) total += sizeBytes;
  let read = 0;
  await checkFiles(directory, manifest.files, (bytes) => {
    read += bytes;
    progress.advance(read / total);
  });
  return manifest;
}

async function openLogOwner(
  directory: string,
  { progress }: SourceRequest,
): Promise<{ manifest: Manifest | undefined; directory: string }> {
  if ((await namesIn(directory)).includes(MANIFEST_FILE)) {
    return { manifest: await openBackup(directory, progress), directory };
  }
  await checkDataDirectory(new NodeDisk(undefined, { readOnly: true }), directory);
  return { manifest: undefined, directory };
}

/** A longer log has to hold the frame at which the store stands, and whatever still waits in the store's queue. */
function requireJoin(log: RestoreFacts['log'], { store, directory }: Manifest & { readonly directory: string }): void {
  const needed = store.logNeededFrom;
  if (log.start > needed || log.end <= store.offset) {
    throw mismatch(
      `the log of ${directory} has the frames ${log.start} to ${log.end - 1}; ` +
        `the store stands at frame ${store.offset} and needs them from ${needed} on`,
    );
  }
}
