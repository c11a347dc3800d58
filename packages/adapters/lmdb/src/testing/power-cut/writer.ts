/**
 * Writes frames into a store and marks in a file what has been promised, or on its
 * standard output when MARKS is `-`: `node writer.ts DIRECTORY MARKS OPTIONS`, with
 * OPTIONS as JSON `{ durability, frames, killAt }`. At frame `killAt` the process kills itself in the middle of a write.
 */
import { openSync, writeSync } from 'node:fs';
import { LmdbStore } from '../../lmdb-store.ts';
import type { LmdbDurability } from '../../lmdb-tree.ts';
import { feedFramesKept, numbers, workFrame } from './workload.ts';

export interface WriterOptions {
  readonly durability: LmdbDurability;
  /** Offset of the frame to stop before. */
  readonly frames: number;
  readonly killAt: number | null;
}

const [directory = '', marks = '', json = ''] = process.argv.slice(2);
await write(JSON.parse(json) as WriterOptions);

async function write({ durability, frames, killAt }: WriterOptions): Promise<void> {
  const marksFile = marks === '-' ? 1 : openSync(marks, 'a');
  const store = await LmdbStore.open({ directory, durability, mapBytes: 2 ** 26 });
  const chance = numbers(frames);
  let flushing: Promise<void> = Promise.resolve();
  for (let offset = ((await store.progress(0))?.offset ?? -1) + 1; offset < frames; offset += 1) {
    const written = store.write(0, [workFrame(offset)]);
    if (offset === killAt) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
    await written;
    writeSync(marksFile, `written ${offset}\n`);
    if (chance() % 20 === 0) await store.clear({ kind: 'feed', partition: 0, before: offset - feedFramesKept }, 15);
    if (chance() % 7 !== 0) continue;
    flushing = store.flush().then(() => void writeSync(marksFile, `flushed ${offset}\n`));
    if (chance() % 2 === 0) await flushing;
  }
  await flushing;
  await store[Symbol.asyncDispose]();
}
