/**
 * Opens a store for reading only and, for every line that it is sent, says on a line which frame is the last, having
 * checked all: `node reader.ts DIRECTORY`. First it says what happens to a write.
 */
import { createInterface } from 'node:readline';
import { LmdbStore } from '../../lmdb-store.ts';
import { checkWork, workFrame } from './workload.ts';

const store = await LmdbStore.open({ directory: process.argv[2] ?? '', readOnly: true });
const refused = await store.write(0, [workFrame(0)]).catch((error) => error.code);
process.stdout.write(`${refused}\n`);
for await (const _ of createInterface({ input: process.stdin })) {
  using snapshot = store.snapshot();
  process.stdout.write(`${await checkWork(snapshot)}\n`);
}
await store[Symbol.asyncDispose]();
