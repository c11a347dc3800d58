import assert from 'node:assert/strict';
import type { Store } from '../store.ts';
import type { Law } from './law.ts';
import { assertFailure } from './log-frames.ts';
import { checkHistory, historyFrame } from './store-frames.ts';
import type { StoreHome } from './store-home.ts';

/** S8: two who write one store, of whom the earlier one has been replaced. */
export const storeClaimLaws: readonly Law<StoreHome>[] = [
  {
    law: 'S8',
    title: 'after a claim with a higher term the one before writes and clears nothing',
    async run(home) {
      await using earlier = await home.open();
      assert.equal(await earlier.term(0), 0);
      await earlier.claim(0, 3);
      await earlier.write(0, [historyFrame(0)]);
      await using later = await home.beside();
      await later.claim(0, 4);
      await later.write(0, [historyFrame(1)]);
      await assertFailure(earlier.write(0, [historyFrame(1)]), 'fenced');
      await assertFailure(earlier.write(0, [historyFrame(2)]), 'fenced');
      await assertFailure(earlier.clear({ kind: 'space', space: 40 }, 100), 'fenced');
      await assertFailure(earlier.clear({ kind: 'feed', partition: 0, before: 1 }, 100), 'fenced');
      await later.write(0, [historyFrame(2)]);
      assert.equal(await checkHistory(later), 2);
      assert.equal(await later.term(0), 4);
    },
  },
  {
    law: 'S8',
    title: 'a claim with a lower term is refused, and disturbs nobody',
    async run(home) {
      await using store = await home.open();
      await store.claim(0, 7);
      await store.write(0, [historyFrame(0)]);
      await using other = await home.beside();
      await assertFailure(other.claim(0, 6), 'fenced');
      await store.write(0, [historyFrame(1)]);
      await store.claim(0, 7);
      await store.claim(0, 9);
      await store.write(0, [historyFrame(2)]);
      assert.equal(await checkHistory(store), 2);
    },
  },
  {
    law: 'S8',
    title: 'whoever claims goes on where the one before has stopped',
    async run(home) {
      await using first = await home.open();
      await using second = await home.beside();
      const stores: readonly Store[] = [first, second];
      for (let offset = 0; offset < 6; offset++) {
        const store = stores[offset % 2];
        assert.ok(store !== undefined);
        await store.claim(0, offset + 1);
        assert.equal((await store.progress(0))?.offset ?? -1, offset - 1);
        await store.write(0, [historyFrame(offset)]);
      }
      assert.equal(await checkHistory(first), 5);
    },
  },
  {
    law: 'S8',
    title: 'the term lasts as the rows do',
    async run(home) {
      let store = await home.open();
      await store.claim(0, 12);
      await store.write(0, [historyFrame(0)]);
      await store.flush();
      store = await home.crash(store);
      assert.equal(await store.term(0), 12);
      await assertFailure(store.claim(0, 11), 'fenced');
      await store[Symbol.asyncDispose]();
    },
  },
];
