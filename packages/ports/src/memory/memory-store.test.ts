import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeMemoryStoreHome } from '../contracts/memory-store-home.ts';
import { storeContract } from '../contracts/store.ts';
import { checkHistory, historyFrame } from '../contracts/store-frames.ts';
import { MemoryStore } from './memory-store.ts';

storeContract('memory, a crash loses all', () => makeMemoryStoreHome(() => 0));
storeContract('memory, a crash loses the later half', () => makeMemoryStoreHome((count) => count >>> 1));

test('S4 a crash keeps as many of the unflushed writes as it is told', async () => {
  for (const kept of [0, 1, 2, 3]) {
    const store = new MemoryStore();
    await store.write(0, [historyFrame(0)]);
    await store.flush();
    for (const offset of [1, 2, 3]) await store.write(0, [historyFrame(offset)]);
    assert.equal(store.unflushedWrites, 3);
    assert.equal(await checkHistory(store.crash(kept)), kept);
  }
});

test('a store that has crashed answers nothing any more', async () => {
  const store = new MemoryStore();
  const found = store.crash();
  assert.throws(() => store.get(1, new Uint8Array(1)), { code: 'store-failed' });
  await assert.rejects(store.write(0, [historyFrame(0)]), { message: 'the memory store is crashed' });
  await found.write(0, [historyFrame(0)]);
});
