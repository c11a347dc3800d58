/**
 * Goal: a restore gives, at every position, the bytes that the log up to there gives. Method: a generated program on a real
 * database in files, with a backup between its two halves and one at its end; then restores to every frame: from the second
 * backup, whose log reaches back to frame 0, and from the first one's store with the log of the second. Then the same again on
 * what was restored.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { recountAll } from '@actionbase/engine/testing/instance-state';
import { mixedRequest, type ProgramRequest } from '@actionbase/engine/testing/programs';
import { TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import fc from 'fast-check';
import { backUp, restoreTo } from '../testing/backup-requests.ts';
import { createLayouts, createShop, framesOf, mutate, openFiles, untilQueueEmpty } from '../testing/file-instance.ts';
import { replayedDump, storedDump } from '../testing/replayed-dump.ts';

const step = fc.record({
  request: mixedRequest,
  isAsync: fc.boolean(),
  afterwards: fc.constantFrom<Step['afterwards']>('nothing', 'retry', 'drop'),
});
const half = fc.array(step, { minLength: 1, maxLength: 4 });

interface Step {
  readonly request: ProgramRequest;
  readonly isAsync: boolean;
  /** What is done to the oldest mutation that is parked, if there is one. */
  readonly afterwards: 'nothing' | 'retry' | 'drop';
}

test('L7 a restore to any frame gives the rows, the feed and the inbox of a replay up to it, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(half, half, fc.boolean(), async (before, after, tailOnly) => {
      const root = await mkdtemp(join(tmpdir(), 'actionbase-restore-'));
      const dataDir = join(root, 'data');
      const [first, second, third] = [join(root, 'first'), join(root, 'second'), join(root, 'third')];
      try {
        await runHalf(dataDir, before, true);
        const { store } = await backUp(dataDir, first, tailOnly);
        await runHalf(dataDir, after, false);
        await backUp(dataDir, second);
        const frames = await framesOf(dataDir);
        assert.ok(store.offset < frames.length - 1);
        for (const { offset } of frames) {
          const expected = await replayedDump(frames, offset);
          const restored = join(root, `restored-${offset}`);
          const { digest } = await restoreTo(second, restored, { offset });
          assert.deepEqual(await storedDump(restored), expected, `frame ${offset}, from the second backup`);
          const joined = join(root, `joined-${offset}`);
          const other = await restoreTo(first, joined, { offset, log: second });
          assert.equal(other.digest.hash, digest.hash);
          assert.deepEqual(await storedDump(joined), expected, `frame ${offset}, from the store of the first`);
        }
        // A database of the second epoch, which holds frames of the first.
        const restored = join(root, `joined-${store.offset}`);
        await runHalf(restored, after, false);
        await backUp(restored, third);
        const later = await framesOf(restored);
        assert.deepEqual(
          later.map(({ epoch }) => epoch),
          later.map(({ offset }) => (offset <= store.offset ? 1 : 2)),
        );
        for (const offset of new Set([store.offset - 1, store.offset + 1, later.length - 1])) {
          const again = join(root, `again-${offset}`);
          await restoreTo(third, again, { offset, epochBefore: 2 });
          assert.deepEqual(await storedDump(again), await replayedDump(later, offset), `frame ${offset} of epoch 2`);
        }
        await runHalf(join(root, `again-${later.length - 1}`), before, false);
      } finally {
        await rm(root, { recursive: true });
      }
    }),
    { numRuns: 4 },
  );
});

async function runHalf(dataDir: string, steps: readonly Step[], isFirst: boolean): Promise<void> {
  await using instance = await openFiles(dataDir);
  if (isFirst) await createShop(instance);
  if (isFirst) await createLayouts(instance);
  for (const { request, isAsync, afterwards } of steps) {
    const { table, items, rules } = request;
    await mutate(instance, table, items, { rules, mode: isAsync ? 'ASYNC' : null });
    await untilQueueEmpty(instance);
    const { sideQueue } = instance.engine;
    const [oldest] = (await sideQueue.read({ after: null, limit: 1, table: null })).parked;
    if (oldest === undefined || afterwards === 'nothing') continue;
    if (afterwards === 'retry') await sideQueue.retry(oldest.position, TEST_STAMP);
    else await sideQueue.drop(oldest.position, TEST_STAMP);
  }
  assert.deepEqual(await recountAll(instance.store), []);
}
