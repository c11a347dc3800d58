import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LmdbStore } from './lmdb-store.ts';
import { checkWork, workFrame } from './testing/power-cut/workload.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lmdb-copy-'));
});

afterEach(() => rm(root, { recursive: true }));

test('S5 a copy is the store as of one commit while it is written', async () => {
  const directory = join(root, 'store');
  await using store = await LmdbStore.open({ directory });
  await store.write(0, [workFrame(0)]);
  let isOver = false;
  let offset = 0;
  const writing = (async () => {
    while (!isOver) {
      offset += 1;
      await store.write(0, [workFrame(offset)]);
    }
  })();
  let last = 0;
  for (let round = 0; round < 8; round += 1) {
    const before = offset;
    const copy = join(root, `copy-${round}`);
    await store.copyTo(copy);
    assert.deepEqual(await readdir(copy), ['data.mdb']);
    await using found = await LmdbStore.open({ directory: copy, readOnly: true });
    last = await checkWork(found);
    assert.ok(last >= before - 1 && last <= offset, `${last} is copied, ${before} to ${offset} were written meanwhile`);
  }
  isOver = true;
  await writing;
  assert.ok(last > 0);
});

test('a store that begins an epoch keeps its position and refuses frames of the one before', async () => {
  const directory = join(root, 'store');
  {
    await using store = await LmdbStore.open({ directory });
    await store.write(0, [workFrame(0), workFrame(1)]);
    const before = store.progress(0);
    await store.claim(0, 40);
    await store.beginEpoch(0, 5);
    assert.equal(store.term(0), 0);
    assert.deepEqual(store.progress(0), { ...before, epoch: 5 });
    await assert.rejects(store.write(0, [workFrame(2)]), /epoch 1 is written after epoch 5/);
    await assert.rejects(store.beginEpoch(0, 5), /epoch 5 begins after epoch 5/);
  }
  await using store = await LmdbStore.open({ directory });
  await store.claim(0, 1);
  await store.write(0, [{ ...workFrame(2), epoch: 5 }]);
  assert.deepEqual([store.progress(0)?.epoch, store.progress(0)?.offset], [5, 2]);
});
