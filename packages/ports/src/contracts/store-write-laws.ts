import assert from 'node:assert/strict';
import type { Law } from './law.ts';
import {
  aFrame,
  bytes,
  checkHistory,
  filled,
  historyFrame,
  put,
  putCell,
  remove,
  text,
  writeRows,
} from './store-frames.ts';
import { needsBatchAtomicity, type StoreHome } from './store-home.ts';

/** S1, S2 and S4: when writes are seen, and what is left of them. */
export const storeWriteLaws: readonly Law<StoreHome>[] = [
  {
    law: 'S1',
    title: 'a new store is empty and has no progress',
    async run(home) {
      await using store = await home.open();
      assert.equal(await store.progress(0), undefined);
      assert.equal(await store.get(1, text('a')), undefined);
      assert.deepEqual(await store.getMany([{ space: 1, key: text('a') }]), [undefined]);
      assert.deepEqual(await store.scan({ space: 1, limit: 10 }), { rows: [], more: false });
      assert.deepEqual(await store.scanCells({ space: 1, key: text('a'), limit: 10 }), { cells: [], more: false });
      assert.deepEqual(await store.readFeed(0, 0, 10), []);
    },
  },
  {
    law: 'S1',
    title: 'every kind of read sees a write that has resolved',
    async run(home) {
      await using store = await home.open();
      for (let offset = 0; offset < 20; offset += 1) {
        await store.write(0, [historyFrame(offset)]);
        assert.equal(await checkHistory(store), offset);
        using snapshot = store.snapshot();
        assert.equal(await checkHistory(snapshot), offset);
      }
    },
  },
  {
    law: 'S1',
    title: 'while a write is under way a reader sees all of each frame or nothing',
    cannotShow: needsBatchAtomicity,
    async run(home) {
      await using store = await home.open();
      for (let offset = 0; offset < 60; offset += 2) {
        let resolved = false;
        const written = store.write(0, [historyFrame(offset), historyFrame(offset + 1)]).finally(() => {
          resolved = true;
        });
        try {
          while (!resolved) {
            using snapshot = store.snapshot();
            const seen = await checkHistory(snapshot);
            assert.ok(seen === offset - 1 || seen === offset + 1, `frame ${seen} is the last one seen`);
            await new Promise((resolve) => setImmediate(resolve));
          }
        } finally {
          await written;
        }
      }
    },
  },
  {
    law: 'S1',
    title: 'writes that are asked for at once happen in the order of the calls',
    async run(home) {
      await using store = await home.open();
      await Promise.all([0, 1, 2, 3, 4].map((offset) => store.write(0, [historyFrame(offset)])));
      assert.equal(await checkHistory(store), 4);
    },
  },
  {
    law: 'S1',
    title: 'of several writes to one address in a batch the last one wins',
    async run(home) {
      await using store = await home.open();
      const [put1, put2] = [put(1, text('a'), bytes(1)), put(1, text('a'), bytes(2))];
      const [b, noB] = [put(1, text('b'), bytes(3)), remove(1, text('b'))];
      const noC = remove(1, text('c'));
      await store.write(0, [
        aFrame({ offset: 0, rows: [put1, put2, b, noB, noC, put(1, text('c'), bytes(4))] }),
        aFrame({ offset: 1, rows: [put(1, text('d'), bytes(5)), putCell(1, text('d'), text('q'), bytes(6))] }),
        aFrame({ offset: 2, rows: [put(1, text('d'), bytes(7)), { ...noC, qualifier: text('q') }] }),
      ]);
      const values = await store.getMany(['a', 'b', 'c', 'd'].map((key) => ({ space: 1, key: text(key) })));
      assert.deepEqual(values, [bytes(2), undefined, bytes(4), bytes(7)]);
      const cell = { space: 1, key: text('d'), qualifier: text('q') };
      assert.deepEqual(await store.getMany([cell]), [bytes(6)]);
    },
  },
  {
    law: 'S1',
    title: 'an empty value is a row and a removed row is none',
    async run(home) {
      await using store = await home.open();
      await writeRows(store, [put(1, text('a'), bytes()), put(1, text('b'), bytes(1))]);
      await writeRows(store, [remove(1, text('b')), remove(1, text('never was'))]);
      assert.deepEqual(await store.get(1, text('a')), bytes());
      assert.equal(await store.get(1, text('b')), undefined);
      assert.deepEqual((await store.scan({ space: 1, limit: 9 })).rows, [{ key: text('a'), value: bytes() }]);
    },
  },
  {
    law: 'S1',
    title: 'progress and inbox are kept by partition, and an origin keeps its highest position',
    async run(home) {
      await using store = await home.open();
      const at = (origin: string, position: bigint) => ({ origin, position });
      await store.write(0, [
        aFrame({ offset: 4, inbox: [at('a', 7n), at('a', 5n), at('ü', -(2n ** 63n))] }),
        aFrame({ offset: 9, epoch: 2, stampMs: 77, inbox: [at('a', 6n), at('b', 2n ** 63n - 1n)] }),
      ]);
      await store.write(0x0101, [aFrame({ offset: 1, inbox: [at('a', 1n)] })]);
      await store.write(0, [aFrame({ offset: 10, epoch: 2, inbox: [at('a', 3n), at('ü', -1n)] })]);
      assert.deepEqual(await store.progress(0), {
        epoch: 2,
        offset: 10,
        stampMs: 1_010,
        inbox: new Map([
          ['a', 7n],
          ['b', 2n ** 63n - 1n],
          ['ü', -1n],
        ]),
      });
      const other = { epoch: 1, offset: 1, stampMs: 1_001, inbox: new Map([['a', 1n]]) };
      assert.deepEqual(await store.progress(0x0101), other);
      assert.equal(await store.progress(1), undefined);
    },
  },
  {
    law: 'S1',
    title: 'the feed is read by partition, from an offset on, in order, up to the limit',
    async run(home) {
      await using store = await home.open();
      const offsets = [0, 1, 2, 255, 256, 65_536, 2 ** 40];
      await store.write(
        0,
        offsets.slice(0, 4).map((offset) => aFrame({ offset })),
      );
      await store.write(
        0,
        offsets.slice(4).map((offset) => aFrame({ offset })),
      );
      await store.write(1, [aFrame({ offset: 3, feed: filled(70_000, 8) })]);
      const feed = (list: readonly number[]) => list.map((offset) => ({ offset, record: text(`feed ${offset}`) }));
      assert.deepEqual(await store.readFeed(0, 0, 100), feed(offsets));
      assert.deepEqual(await store.readFeed(0, 2, 2), feed([2, 255]));
      assert.deepEqual(await store.readFeed(0, 257, 100), feed([65_536, 2 ** 40]));
      assert.deepEqual(await store.readFeed(0, 2 ** 40 + 1, 1), []);
      assert.deepEqual(await store.readFeed(1, 0, 100), [{ offset: 3, record: filled(70_000, 8) }]);
    },
  },
  {
    law: 'S2',
    title: 'a batch that is refused leaves nothing, and its good part can be written afterwards',
    cannotShow: needsBatchAtomicity,
    async run(home) {
      await using store = await home.open();
      await store.write(0, [historyFrame(0)]);
      const tooLong = put(1, filled(store.keyBytesMax + 1, 1), bytes(1));
      const bad = { ...historyFrame(2), rows: [...historyFrame(2).rows, tooLong] };
      await assert.rejects(store.write(0, [historyFrame(1), bad]));
      assert.equal(await checkHistory(store), 0);
      await store.write(0, [historyFrame(1), historyFrame(2)]);
      assert.equal(await checkHistory(store), 2);
    },
  },
  {
    law: 'S2',
    title: 'a frame at or below the progress is refused with all that came with it',
    cannotShow: needsBatchAtomicity,
    async run(home) {
      await using store = await home.open();
      await store.write(0, [historyFrame(0), historyFrame(1), historyFrame(2)]);
      await assert.rejects(store.write(0, [historyFrame(2)]));
      await assert.rejects(store.write(0, [historyFrame(1), historyFrame(3)]));
      await assert.rejects(store.write(0, [historyFrame(3), historyFrame(3)]));
      await assert.rejects(store.write(0, [{ ...historyFrame(3), epoch: 0 }]));
      assert.equal(await checkHistory(store), 2);
    },
  },
  {
    law: 'S4',
    title: 'after a crash the store holds a prefix of the writes, at least all before the last flush',
    async run(home) {
      let store = await home.open();
      let next = 0;
      for (const [flushed, unflushed] of [
        [3, 0],
        [2, 4],
        [0, 3],
        [1, 1],
      ] as const) {
        for (let end = next + flushed; next < end; next += 1) await store.write(0, [historyFrame(next)]);
        await store.flush();
        for (let end = next + unflushed; next < end; next += 1) await store.write(0, [historyFrame(next)]);
        store = await home.crash(store);
        const last = await checkHistory(store);
        assert.ok(last < next && last >= next - 1 - unflushed, `frame ${last} is the last of ${next} after a crash`);
        next = last + 1;
      }
      await store[Symbol.asyncDispose]();
    },
  },
  {
    law: 'S4',
    title: 'a store that was closed and opened again holds everything and goes on',
    async run(home) {
      for (let offset = 0; offset < 4; offset += 1) {
        await using store = await home.open();
        assert.equal(await checkHistory(store), offset - 1);
        await store.write(0, [historyFrame(offset)]);
      }
      await using store = await home.open();
      assert.equal(await checkHistory(store), 3);
      await assert.rejects(store.write(0, [historyFrame(3)]));
    },
  },
];
