import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LogArchive } from '@actionbase/adapter-file-log/log-archive';
import { writeLog } from '@actionbase/adapter-file-log/write-log';
import { LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { Failure } from '@actionbase/core/failure';
import { firstQueued } from '@actionbase/engine/queue/queue-mark';
import type { Frame } from '@actionbase/ports/log';
import { checkDataDirectory } from '@actionbase/server/data-directory';
import { commandFailures } from '../failures.ts';
import { VERSION } from '../version.ts';
import { factsOfFile, requireEmpty, writeManifest } from './backup-files.ts';
import { type FileFacts, type LogFacts, MANIFEST_FILE, type Manifest, type StoreFacts } from './manifest.ts';
import type { StageProgress } from './stage-progress.ts';
import { digestStore } from './store-digest.ts';

export interface BackupRequest {
  /** The data directory, whether or not a server runs on it. */
  readonly dataDir: string;
  /** A folder that is empty or missing. */
  readonly to: string;
  /** Whether only those frames are wanted that lead on from the store's position. */
  readonly tailOnly: boolean;
  readonly nowMs: () => number;
  readonly progress: StageProgress;
}

/** How often the log is begun anew when a server trims it while it is read. */
const TRIM_RETRIES_MAX = 3;
/** Pause between two looks at a file that grows. */
const LOOK_MS = 200;

/**
 * Takes a backup: a copy of the store as of one commit, then the log up to its durable end, then the manifest. It is taken
 * beside the server, which knows nothing of it: LMDB lets other processes read, and frames are never changed. What is
 * acknowledged before the call is in it.
 */
export async function takeBackup(request: BackupRequest): Promise<Manifest> {
  const { dataDir, to, nowMs, progress } = request;
  await checkDataDirectory(new NodeDisk(undefined, { readOnly: true }), dataDir);
  await requireEmpty(to, 'Choose an empty folder; one with a backup that was interrupted has to be removed first.');
  await mkdir(to, { recursive: true });
  try {
    await copyStore(request);
    const takenAtMs = nowMs();
    const copied = await copyLogAndDigest(request);
    await rm(join(to, 'store', 'lock.mdb'));
    progress.begin('Hashing the files');
    const files = await factsOfFiles(to, progress);
    const manifest = { program: VERSION, takenAtMs, ...copied, files };
    await writeManifest(to, manifest);
    return manifest;
  } catch (error) {
    for (const name of ['store', 'log', `${MANIFEST_FILE}.new`])
      await rm(join(to, name), { recursive: true, force: true });
    throw error;
  }
}

async function copyLogAndDigest(request: BackupRequest): Promise<Omit<Manifest, 'program' | 'takenAtMs' | 'files'>> {
  const { to, progress } = request;
  await using store = await LmdbStore.open({ directory: join(to, 'store'), readOnly: true });
  progress.begin('Copying the log');
  const copied = await copyLogPatiently(request, store);
  progress.begin('Digesting the rows');
  return { ...copied, store: await storeFacts(store, copied.log.start) };
}

async function copyStore({ dataDir, to, progress }: BackupRequest): Promise<void> {
  progress.begin('Copying the store');
  const { size } = await stat(join(dataDir, 'store', 'data.mdb'));
  const copy = join(to, 'store', 'data.mdb');
  await using store = await LmdbStore.open({ directory: join(dataDir, 'store'), readOnly: true });
  const looking = setInterval(() => {
    stat(copy).then(
      (found) => progress.advance(found.size / size),
      () => undefined,
    );
  }, LOOK_MS);
  try {
    await store.copyTo(join(to, 'store'));
  } finally {
    clearInterval(looking);
  }
}

async function copyLogPatiently(request: BackupRequest, store: LmdbStore): Promise<CopiedLog> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await copyLog(request, store);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'log-trimmed' || attempt > TRIM_RETRIES_MAX) throw error;
      await rm(join(request.to, 'log'), { recursive: true });
    }
  }
}

interface CopiedLog extends Pick<Manifest, 'epoch' | 'inherited'> {
  readonly log: LogFacts;
}

async function copyLog({ dataDir, to, tailOnly, progress }: BackupRequest, store: LmdbStore): Promise<CopiedLog> {
  const archive = await LogArchive.open(new NodeDisk(undefined, { readOnly: true }), join(dataDir, 'log'));
  const { epoch } = archive;
  const applied = store.progress(0);
  if (applied !== undefined && (applied.epoch > epoch || archive.epochOf(applied.offset) > applied.epoch)) {
    throw mismatch(`the store of ${dataDir} is of epoch ${applied.epoch}, its log of epoch ${epoch}`);
  }
  const last = applied?.offset ?? -1;
  const start = tailOnly ? Math.max(archive.start, await firstNeeded(store)) : archive.start;
  if (archive.start > Math.max(0, last)) throw mismatch(`the log of ${dataDir} begins behind its store`);
  const about = (await archive.end()).offset;
  const frames = checkStamps(archive.frames({ from: start, durableEnd: last + 1 }), applied, (offset) =>
    progress.advance((offset - start) / (about - start)),
  );
  const { end, lastStampMs } = await writeLog({
    disk: new NodeDisk(),
    directory: join(to, 'log'),
    epoch,
    start,
    frames,
    inherited: () => archive.inherited,
  });
  return { epoch, inherited: archive.inherited, log: { start, end, lastStampMs } };
}

/** Passes frames on; the one that the store stands at must have the stamp that the store remembers. */
export async function* checkStamps(
  frames: AsyncIterable<Frame>,
  applied: { readonly offset: number; readonly stampMs: number } | undefined,
  onFrame: (offset: number) => void = () => undefined,
): AsyncGenerator<Frame> {
  for await (const frame of frames) {
    if (frame.offset === applied?.offset && frame.stampMs !== applied.stampMs) {
      throw mismatch(
        `frame ${frame.offset} of the log is of ${new Date(frame.stampMs).toISOString()}, ` +
          `but the store has applied one of ${new Date(applied.stampMs).toISOString()} there`,
      );
    }
    yield frame;
    onFrame(frame.offset);
  }
}

/** Store and log that do not belong together. */
export function mismatch(why: string): Failure {
  return new Failure(commandFailures['backup-mismatch'], `store and log are not of one history: ${why}`);
}

/** A restored database needs the frame it stands at, to know its log by, and those that wait in its queue. */
async function firstNeeded(store: LmdbStore): Promise<number> {
  const last = store.progress(0)?.offset ?? -1;
  return Math.max(0, Math.min(last, (await firstQueued(store)) ?? last));
}

async function storeFacts(store: LmdbStore, logStart: number): Promise<StoreFacts> {
  const applied = store.progress(0);
  const logNeededFrom = Math.max(logStart, await firstNeeded(store));
  const inbox = Object.fromEntries([...(applied?.inbox ?? [])].map(([origin, position]) => [origin, String(position)]));
  return {
    offset: applied?.offset ?? -1,
    stampMs: applied?.stampMs ?? 0,
    logNeededFrom,
    ...(await digestStore(store)),
    inbox,
  };
}

async function factsOfFiles(to: string, progress: StageProgress): Promise<FileFacts[]> {
  const log = (await readdir(join(to, 'log'))).sort();
  const paths = ['store/data.mdb', ...log.map((name) => `log/${name}`)];
  let total = 0;
  for (const path of paths) total += (await stat(join(to, path))).size;
  let hashed = 0;
  const files: FileFacts[] = [];
  for (const path of paths) {
    files.push(
      await factsOfFile(to, path, (bytes) => {
        hashed += bytes;
        progress.advance(hashed / total);
      }),
    );
  }
  return files;
}
