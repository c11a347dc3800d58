import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import { stableRules } from '@actionbase/engine/apply/stable-rules';
import { recountTable } from '@actionbase/engine/audit/recount';
import { readCatalog } from '@actionbase/engine/catalog/catalog-rows';
import { NIL_TABLE_ID } from '@actionbase/engine/catalog/nil-table';
import { damaged } from './backup-files.ts';
import { planRestore, printRange, type RestoreTarget } from './plan-restore.ts';
import { rebuildDatabase } from './rebuild-database.ts';
import { openRestoreSource, type RestoreSource } from './restore-source.ts';
import type { StageProgress } from './stage-progress.ts';
import { digestStore } from './store-digest.ts';

export interface VerifyRequest {
  readonly directory: string;
  /** Folder in which a scratch copy is made, and removed. */
  readonly scratchIn: string;
  /** How much is done: only the files and frames, all that a restore does, or also the way from frame 0 to the store. */
  readonly depth: 'files' | 'restore' | 'all-frames';
  readonly nowMs: number;
  readonly progress: StageProgress;
}

/** What was found to be right. */
export interface Verified {
  readonly files: number;
  readonly frames: number;
  /** The positions that can be restored, as text. */
  readonly range: string;
  /** Null when the tables were not recounted. */
  readonly recount: {
    readonly tables: number;
    readonly states: number;
    readonly activeEdges: number;
    readonly rows: number;
  } | null;
  /** Whether the log from frame 0 on was found to give the rows of the store. */
  readonly isReplayed: boolean;
}

/**
 * Checks that a backup can be restored, by doing it in a scratch folder: every file, every frame, the rows of its store, the
 * end of its log, a recount of every table there. The backup itself is only read. Failures: as of a restore.
 */
export async function verifyBackup(request: VerifyRequest): Promise<Verified> {
  const { directory, nowMs, progress, depth } = request;
  const source = await openRestoreSource({ from: directory, log: undefined, nowMs, progress });
  const { manifest, facts } = source;
  const verified = {
    files: manifest.files.length,
    frames: await countFrames(source, progress),
    range: printRange(facts),
    recount: null,
    isReplayed: false,
  };
  if (depth === 'files') return verified;
  const isReplayed = depth === 'all-frames' && facts.log.start === 0 && facts.store.offset >= 0;
  if (isReplayed) await replayToStore(request, source);
  return { ...verified, recount: await restoreAndRecount(request, source), isReplayed };
}

async function countFrames({ archive, facts }: RestoreSource, progress: StageProgress): Promise<number> {
  progress.begin('Reading the log');
  const { start, end } = facts.log;
  let frames = 0;
  for await (const _ of archive.frames({ from: start, durableEnd: end })) {
    frames += 1;
    progress.advance(frames / (end - start));
  }
  return frames;
}

/** The frames from 0 on must give what the store holds at its position. */
async function replayToStore(request: VerifyRequest, source: RestoreSource): Promise<void> {
  const { epoch, store } = source.facts;
  const plan = {
    from: 'nothing',
    lastOffset: store.offset,
    lastStampMs: store.stampMs,
  } as const;
  await inScratch(request, async (scratch) => {
    await rebuildDatabase({
      source,
      plan,
      directory: scratch,
      epoch: epoch + 1,
      stampFloorMs: 0,
      progress: request.progress,
    });
    await using rebuilt = await LmdbStore.open({ directory: join(scratch, 'store'), readOnly: true });
    await compare(rebuilt, source, 'its log gives other rows than its store holds');
  });
}

async function restoreAndRecount(request: VerifyRequest, source: RestoreSource): Promise<Verified['recount']> {
  const { progress } = request;
  const target: RestoreTarget = { kind: 'end' };
  const plan = planRestore(source.facts, target);
  return inScratch(request, async (scratch) => {
    await rebuildDatabase({
      source,
      plan,
      directory: scratch,
      epoch: source.facts.epoch + 1,
      stampFloorMs: 0,
      progress,
      onCopied: (store) => compare(store, source, 'its store holds other rows than its manifest tells of'),
    });
    progress.begin('Recounting the tables');
    await using store = await LmdbStore.open({ directory: join(scratch, 'store'), readOnly: true });
    return await recountAll(store, request);
  });
}

async function compare(store: LmdbStore, { manifest, directory }: RestoreSource, what: string): Promise<void> {
  const { hash } = await digestStore(store);
  if (hash !== manifest.store.hash)
    throw damaged(directory, `is damaged: ${what} (${hash}, not ${manifest.store.hash})`);
}

async function recountAll(store: LmdbStore, { directory }: VerifyRequest): Promise<NonNullable<Verified['recount']>> {
  const catalog = await readCatalog(store, 0);
  const sum = { tables: 0, states: 0, activeEdges: 0, rows: 0 };
  for (const tableAndReworks of catalog.tablesById.values()) {
    const { table } = tableAndReworks;
    if (table.id === NIL_TABLE_ID) continue;
    const { states, activeEdges, rows, differences } = await recountTable(store, tableAndReworks, stableRules(store));
    const [first] = differences;
    if (first !== undefined) {
      const { key, expected, found } = first;
      const what = `a recount of ${table.database}.${table.name} differs in ${differences.length} rows, first ${key}: expected ${expected}, found ${found}`;
      throw damaged(directory, `is damaged: ${what}`);
    }
    sum.tables += 1;
    sum.states += states;
    sum.activeEdges += activeEdges;
    sum.rows += rows;
  }
  return sum;
}

async function inScratch<T>({ scratchIn }: VerifyRequest, run: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(scratchIn, 'actionbase-verify-'));
  try {
    return await run(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
