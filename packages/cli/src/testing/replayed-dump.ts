import { join } from 'node:path';
import { LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import { type ApplyState, applyFrame } from '@actionbase/engine/apply/apply-frame';
import { stableRules } from '@actionbase/engine/apply/stable-rules';
import { frameOfBytes } from '@actionbase/engine/apply/writer';
import { emptyCatalog } from '@actionbase/engine/catalog/catalog';
import { dumpStore } from '@actionbase/engine/testing/instance-state';
import type { Frame } from '@actionbase/ports/log';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';

/** What a store in memory holds after these frames up to `last`: every row, feed record, and the inbox, as text. */
export async function replayedDump(frames: readonly Frame[], last: number): Promise<string[]> {
  await using store = new MemoryStore();
  let state: ApplyState = { catalog: emptyCatalog(0), inbox: new Map(), offset: -1, parked: 0 };
  for (const frame of frames) {
    if (frame.offset > last) break;
    const applied = await applyFrame({
      reader: store,
      before: state,
      frame: frameOfBytes(frame),
      rules: stableRules(store),
    });
    await store.write(0, [applied.write]);
    state = applied.state;
  }
  return withoutEpoch(await dumpStore(store));
}

/** The same of the store of a data directory that nobody has open. */
export async function storedDump(dataDir: string): Promise<string[]> {
  await using store = await LmdbStore.open({ directory: join(dataDir, 'store'), readOnly: true });
  return withoutEpoch(await dumpStore(store));
}

/** The position's epoch is what a restore changes. */
function withoutEpoch(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/^progress \d+ /, 'progress '));
}
