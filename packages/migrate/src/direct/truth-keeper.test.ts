import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { SmallLegacy } from '../testing/small-legacy.ts';
import { DIRECT_LIMITS } from './limits.ts';
import { TruthKeeper } from './truth-keeper.ts';

test('WISH-17 writes that wait for a newer map go on when it was read, however long the disk takes to keep it', async () => {
  const legacy = new SmallLegacy();
  const disk = new MemoryDisk();
  await disk.makeDirectory('direct');
  const clock = new ManualClock();
  const keeper = await TruthKeeper.open({ legacy, migration: 'wish', disk, directory: 'direct', clock });
  const { promise, resolve } = Promise.withResolvers<void>();
  const { rename } = disk;
  disk.rename = async (from, to) => {
    await promise;
    await rename.call(disk, from, to);
  };
  legacy.map = { ...legacy.map, revision: 2, newBuckets: 1_000 };
  const waiting = keeper.waitForNewer(1, 1_000);
  clock.advance(DIRECT_LIMITS.truthPollMovingMs);
  await waiting;
  assert.equal(keeper.truth.newBuckets, 1_000);
  resolve();
  await keeper[Symbol.asyncDispose]();
  legacy.isUp = false;
  await using again = await TruthKeeper.open({ legacy, migration: 'wish', disk, directory: 'direct', clock });
  assert.equal(again.truth.newBuckets, 1_000, 'and it is kept');
});
