import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FileLog } from '@actionbase/adapter-file-log/file-log';
import { LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { Engine } from '@actionbase/engine/engine';
import { foldProblems, recountAll } from '@actionbase/engine/testing/instance-state';

/** Pause between two looks at work that goes on by itself. */
const LOOK_MS = 5;

/**
 * Opens a data directory that no server has open, lets the engine replay what the crash cut short, and checks laws L3 to
 * L5: the recount of every table, the fold of the feed against the states, the feed without a gap. Of a trimmed feed, what is
 * left is folded. Problems as sentences.
 */
export async function inspect(dataDirectory: string): Promise<string[]> {
  const clock = new SystemClock();
  await using log = await FileLog.open({ directory: join(dataDirectory, 'log'), disk: new NodeDisk(), clock });
  await using store = await LmdbStore.open({ directory: join(dataDirectory, 'store') });
  await using engine = await Engine.open({ log, store, clock });
  // What still goes on would change the rows while they are recounted.
  while (!engine.isQueueEmpty || [...engine.catalog.reworks.values()].some(({ list }) => list.length > 0)) {
    if (engine.status.kind !== 'running') return [`the engine does not run: ${JSON.stringify(engine.status)}`];
    await pause(LOOK_MS);
  }
  const end = log.bounds(0).end;
  const behind =
    (engine.position?.offset ?? -1) === end - 1 ? [] : [`the store stands at ${engine.position?.offset} of ${end}`];
  const differences = (await recountAll(store)).map(
    ({ key, expected, found }) => `recount of ${key}: expected ${expected}, found ${found}`,
  );
  return [...behind, ...differences, ...(await foldProblems(store, { mayBeTrimmed: true }))];
}
