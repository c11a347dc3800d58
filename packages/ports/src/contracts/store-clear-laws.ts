import assert from 'node:assert/strict';
import type { Store } from '../store.ts';
import type { Law } from './law.ts';
import { aFrame, bytes, checkHistory, historyFrame, put, putCell, text, writeRows } from './store-frames.ts';
import type { StoreHome } from './store-home.ts';

/** S7: clearing. */
export const storeClearLaws: readonly Law<StoreHome>[] = [
  {
    law: 'S7',
    title: 'clearing a space removes its rows and cells in parts, and nothing else',
    async run(home) {
      await using store = await home.open();
      await store.write(0, [historyFrame(0), historyFrame(1)]);
      for (const space of [6, 7, 8, 7 * 256]) {
        const rows = [bytes(), bytes(0), bytes(1), bytes(255, 255)].map((key) => put(space, key, bytes(space & 255)));
        const cells = [0, 9, 255].map((at) => putCell(space, bytes(5, at), bytes(at), bytes(at)));
        await writeRows(store, [...rows, ...cells]);
      }
      for (const left of [7, 4, 1]) {
        assert.equal(await countOf(store, 7), left);
        assert.equal(await store.clear({ kind: 'space', space: 7 }, 3), left <= 3);
      }
      assert.equal(await countOf(store, 7), 0);
      for (const space of [6, 8, 7 * 256]) assert.equal(await countOf(store, space), 7);
      assert.equal((await store.scan({ space: 40, limit: 100 })).rows.length, 4);
      assert.equal((await store.progress(0))?.offset, 5);
      assert.equal((await store.readFeed(0, 0, 100)).length, 6);
    },
  },
  {
    law: 'S7',
    title: 'clearing the feed removes the frames below the offset in parts, and nothing else',
    async run(home) {
      await using store = await home.open();
      for (let offset = 0; offset < 10; offset += 1) await store.write(0, [historyFrame(offset)]);
      await store.write(1, [aFrame({ offset: 0 }), aFrame({ offset: 1 })]);
      assert.equal(await store.clear({ kind: 'feed', partition: 0, before: 7 }, 4), false);
      assert.equal(await store.clear({ kind: 'feed', partition: 0, before: 7 }, 4), true);
      assert.equal(await store.clear({ kind: 'feed', partition: 0, before: 7 }, 4), true);
      assert.deepEqual(
        (await store.readFeed(0, 0, 100)).map(({ offset }) => offset),
        [7, 8, 9],
      );
      assert.deepEqual(
        (await store.readFeed(1, 0, 100)).map(({ offset }) => offset),
        [0, 1],
      );
      assert.equal((await store.progress(0))?.offset, 9);
      assert.equal((await store.scan({ space: 40, limit: 100 })).rows.length, 5);
      await store.write(0, [historyFrame(10)]);
      assert.deepEqual(
        (await store.readFeed(0, 0, 100)).map(({ offset }) => offset),
        [7, 8, 9, 10],
      );
    },
  },
  {
    law: 'S7',
    title: 'a cleared store can be cleared again, and what was cleared stays away after a crash once flushed',
    async run(home) {
      const store = await home.open();
      assert.equal(await store.clear({ kind: 'space', space: 9 }, 1), true);
      assert.equal(await store.clear({ kind: 'feed', partition: 9, before: 100 }, 1), true);
      await writeRows(store, [put(9, text('a'), bytes(1)), put(9, text('b'), bytes(2))]);
      assert.equal(await store.clear({ kind: 'space', space: 9 }, 2), true);
      await store.flush();
      await using found = await home.crash(store);
      assert.equal(await countOf(found, 9), 0);
      await writeRows(found, [put(9, text('a'), bytes(3))]);
      assert.deepEqual(await found.get(9, text('a')), bytes(3));
    },
  },
  {
    law: 'S7',
    title: 'clearing does not disturb a history of another space',
    async run(home) {
      await using store = await home.open();
      for (let offset = 0; offset < 8; offset += 1) await store.write(0, [historyFrame(offset)]);
      for (const space of [0, 39, 41]) assert.equal(await store.clear({ kind: 'space', space }, 100), true);
      assert.equal(await checkHistory(store), 7);
    },
  },
];

/** Rows and cells of a space, as the first law's test has written them. */
async function countOf(store: Store, space: number): Promise<number> {
  let count = (await store.scan({ space, limit: 100 })).rows.length;
  for (const at of [0, 9, 255]) {
    count += (await store.scanCells({ space, key: bytes(5, at), limit: 100 })).cells.length;
  }
  return count;
}
