import assert from 'node:assert/strict';
import type { RowWrite, Store } from '../store.ts';
import type { Law } from './law.ts';
import { bytes, checkHistory, filled, historyFrame, put, putCell, text, writeRows } from './store-frames.ts';
import type { StoreHome } from './store-home.ts';

type Bound = Uint8Array | undefined;

interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A scan of one place, whether of rows or of the cells of a wide row. */
type Scan = (range: {
  readonly start: Bound;
  readonly end: Bound;
  readonly limit: number;
  readonly reverse: boolean;
}) => Promise<{ readonly entries: readonly Entry[]; readonly more: boolean }>;

/** Keys where orders differ if they can: empty, prefixes of one another, first and last bytes, more than signed bytes. */
const trickyKeys = [
  bytes(),
  bytes(0),
  bytes(0, 0),
  bytes(0, 1),
  bytes(0, 255),
  bytes(1),
  bytes(1, 2, 3),
  bytes(127),
  bytes(127, 255),
  bytes(128),
  bytes(128, 0),
  bytes(255),
  bytes(255, 0),
  bytes(255, 255),
  bytes(255, 255, 255, 255, 255),
];

const bounds: readonly Bound[] = [undefined, ...trickyKeys, bytes(1, 2), bytes(200), bytes(255, 254, 9)];

/** S3, S5 and S6: scans, snapshots and bytes. */
export const storeReadLaws: readonly Law<StoreHome>[] = [
  {
    law: 'S3',
    title: 'scans of rows give what lies between all bounds, both ways, in pages of all sizes',
    async run(home) {
      await using store = await home.open();
      const entries = trickyKeys.map((key, at) => ({ key, value: bytes(at) }));
      await writeRows(store, [
        ...neighbours(256),
        ...[...entries].reverse().map(({ key, value }) => put(256, key, value)),
      ]);
      await checkScans(entries, rowScan(store, 256));
    },
  },
  {
    law: 'S3',
    title: 'scans of cells give what lies between all bounds, both ways, in pages of all sizes',
    async run(home) {
      await using store = await home.open();
      const entries = trickyKeys.map((key, at) => ({ key, value: bytes(at) }));
      for (const wide of [bytes(7, 7), bytes(7, 255), bytes(255, 255)]) {
        const around = [bytes(7, 6), bytes(7, 8), bytes(8, 0), bytes(255, 254)].filter((key) => !equal(key, wide));
        await writeRows(store, [
          ...neighbours(256),
          ...around.flatMap((key) => trickyKeys.map((qualifier) => putCell(256, key, qualifier, text('other row')))),
          ...trickyKeys.map((key) => put(256, key, text('plain row'))),
          ...entries.map(({ key, value }) => putCell(256, wide, key, value)),
        ]);
        await checkScans(entries, cellScan(store, 256, wide));
      }
    },
  },
  {
    law: 'S3',
    title: 'the first and the last space are scanned like all others',
    async run(home) {
      await using store = await home.open();
      const last = 0x7fff_fffe;
      await writeRows(store, [
        ...[0, last].flatMap((space) => [put(space, bytes(), bytes(1)), put(space, bytes(255, 255), bytes(2))]),
        ...[0, last].map((space) => putCell(space, bytes(255, 255), bytes(255, 255), bytes(3))),
      ]);
      for (const space of [0, last]) {
        for (const reverse of [false, true]) {
          const rows = [
            { key: bytes(), value: bytes(1) },
            { key: bytes(255, 255), value: bytes(2) },
          ];
          const expected = { rows: reverse ? rows.reverse() : rows, more: false };
          assert.deepEqual(await store.scan({ space, limit: 5, reverse }), expected);
          const cells = [{ qualifier: bytes(255, 255), value: bytes(3) }];
          const range = { space, key: bytes(255, 255), limit: 5, reverse };
          assert.deepEqual(await store.scanCells(range), { cells, more: false });
        }
      }
    },
  },
  {
    law: 'S3',
    title: 'scans of many rows equal a sorted list, after puts and removals',
    async run(home) {
      await using store = await home.open();
      const next = numbers(42);
      const model = new Map<string, Entry>();
      for (let round = 0; round < 6; round += 1) {
        const rows: RowWrite[] = [];
        for (let count = 0; count < 150; count += 1) {
          const key = Uint8Array.from({ length: 1 + (next() % 3) }, () => next() % 6);
          const value = next() % 3 === 0 ? undefined : filled(next() % 900, next() % 256);
          rows.push({ space: 3, key, value });
          if (value === undefined) model.delete(key.join());
          else model.set(key.join(), { key, value });
        }
        await writeRows(store, rows);
        const entries = [...model.values()].sort((a, b) => compare(a.key, b.key));
        await checkScans(entries, rowScan(store, 3), [
          undefined,
          bytes(),
          bytes(1),
          bytes(2, 5),
          bytes(3, 0, 0),
          bytes(5, 5, 5),
        ]);
      }
    },
  },
  {
    law: 'S3',
    title: 'keys of the greatest length are told apart by their last byte',
    async run(home) {
      await using store = await home.open();
      const longest = (byte: number) => filled(store.keyBytesMax, 9).fill(byte, store.keyBytesMax - 1);
      const entries = [1, 2, 255].map((byte) => ({ key: longest(byte), value: bytes(byte) }));
      await writeRows(
        store,
        entries.map(({ key, value }) => put(1, key, value)),
      );
      const longer = new Uint8Array([...longest(2), 0, 0]);
      await checkScans(entries, rowScan(store, 1), [undefined, longest(1), longest(2), longest(255), longer]);
      assert.deepEqual(await store.get(1, longest(2)), bytes(2));

      const wide = filled(900, 7);
      const cells = [1, 2, 255].map((byte) => ({ key: longest(byte).subarray(900), value: bytes(byte) }));
      await writeRows(
        store,
        cells.map(({ key, value }) => putCell(1, wide, key, value)),
      );
      await checkScans(cells, cellScan(store, 1, wide), [undefined, longest(2).subarray(900), longer]);
    },
  },
  {
    law: 'S5',
    title: 'a snapshot stays at its progress whatever is written, cleared or flushed meanwhile',
    async run(home) {
      await using store = await home.open();
      await store.write(0, [historyFrame(0), historyFrame(1), historyFrame(2), historyFrame(3)]);
      using early = store.snapshot();
      assert.equal(await checkHistory(early), 3);
      for (let offset = 4; offset < 30; offset += 1) await store.write(0, [historyFrame(offset)]);
      using late = store.snapshot();
      await store.flush();
      while (!(await store.clear({ kind: 'space', space: 40 }, 7)));
      await store.clear({ kind: 'feed', partition: 0, before: 100 }, 1_000);
      await writeRows(store, [put(40, text('later'), bytes(1))]);
      assert.equal(await checkHistory(early), 3);
      assert.equal(await checkHistory(late), 29);
      assert.deepEqual((await store.scan({ space: 40, limit: 9 })).rows, [{ key: text('later'), value: bytes(1) }]);
    },
  },
  {
    law: 'S5',
    title: 'a snapshot that nobody has read yet is already at its progress',
    async run(home) {
      await using store = await home.open();
      await store.write(0, [historyFrame(0)]);
      using snapshot = store.snapshot();
      await store.write(0, [historyFrame(1)]);
      await store.write(0, [historyFrame(2)]);
      assert.equal(await checkHistory(snapshot), 0);
      assert.equal(await checkHistory(store), 2);
    },
  },
  {
    law: 'S5',
    title: 'snapshots come and go in any order without touching one another',
    async run(home) {
      await using store = await home.open();
      const snapshots: { readonly last: number; readonly reader: ReturnType<Store['snapshot']> }[] = [];
      for (let offset = 0; offset < 12; offset += 1) {
        await store.write(0, [historyFrame(offset)]);
        snapshots.push({ last: offset, reader: store.snapshot() }, { last: offset, reader: store.snapshot() });
        if (offset % 3 === 2) snapshots.splice(1, 1).forEach(({ reader }) => void reader[Symbol.dispose]());
        for (const { last, reader } of snapshots) assert.equal(await checkHistory(reader), last);
      }
      for (const { reader } of snapshots) reader[Symbol.dispose]();
      assert.equal(await checkHistory(store), 11);
    },
  },
  {
    law: 'S6',
    title: 'values of all bytes and sizes come back as they were put',
    async run(home) {
      await using store = await home.open();
      const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const sizes = [0, 1, 7, 8, 9, 63, 64, 65, 1_000, 2_047, 4_096, 16_384, 65_536, 300_000, 1_000_003];
      const entries = sizes.map((size, at) => ({ key: bytes(at), value: filled(size, size % 251) }));
      entries.push({ key: all, value: all });
      await writeRows(
        store,
        entries.map(({ key, value }) => put(1, key, value)),
      );
      for (const { key, value } of entries) assert.deepEqual(await store.get(1, key), value);
      const values = await store.getMany(entries.map(({ key }) => ({ space: 1, key })));
      assert.deepEqual(
        values,
        entries.map(({ value }) => value),
      );
      const { rows } = await store.scan({ space: 1, limit: 100 });
      assert.deepEqual(
        rows,
        [...entries].sort((a, b) => compare(a.key, b.key)),
      );
    },
  },
  {
    law: 'S6',
    title: 'the caller may change what it has written and what it was given',
    async run(home) {
      await using store = await home.open();
      const [key, value, qualifier, feed] = [text('key'), filled(300, 1), text('qualifier'), text('feed')];
      const rows = [put(1, key, value), putCell(1, key, qualifier, value)];
      const inbox = [{ origin: 'a', position: 1n }];
      await store.write(0, [{ epoch: 1, offset: 0, stampMs: 1, rows, feed, inbox }]);
      for (const array of [key, value, qualifier, feed]) array.fill(99);
      for (let round = 0; round < 2; round += 1) {
        const read = await readEverything(store);
        assert.deepEqual(read.values, [filled(300, 1), filled(300, 1), filled(300, 1), filled(300, 1), text('feed')]);
        assert.deepEqual(read.keys, [text('key'), text('qualifier')]);
        for (const array of [...read.values, ...read.keys]) array.fill(98);
        const progress = await store.progress(0);
        assert.deepEqual(progress?.inbox, new Map([['a', 1n]]));
        if (progress?.inbox instanceof Map) progress.inbox.clear();
      }
    },
  },
  {
    law: 'S6',
    title: 'what was returned stays as it is while others read and write',
    async run(home) {
      await using store = await home.open();
      const value = (byte: number, length: number) => filled(length, byte);
      for (const length of [5, 300, 40_000, 200_000]) {
        const keys = [1, 2, 3, 4].map((byte) => bytes(byte));
        await writeRows(
          store,
          keys.map((key, at) => put(1, key, value(at, length))),
        );
        const given: (Uint8Array | undefined)[] = [];
        for (const key of keys) given.push(await store.get(1, key));
        const { rows } = await store.scan({ space: 1, limit: 9 });
        await writeRows(
          store,
          keys.map((key) => put(1, key, value(77, length))),
        );
        for (const key of keys) await store.get(1, key);
        for (const [at, bytesGiven] of given.entries()) assert.deepEqual(bytesGiven, value(at, length));
        assert.deepEqual(
          rows,
          keys.map((key, at) => ({ key, value: value(at, length) })),
        );
      }
    },
  },
];

async function readEverything(store: Store): Promise<{ readonly values: Uint8Array[]; readonly keys: Uint8Array[] }> {
  const key = text('key');
  const one = await store.get(1, key);
  const many = await store.getMany([{ space: 1, key }]);
  const { rows } = await store.scan({ space: 1, limit: 9 });
  const { cells } = await store.scanCells({ space: 1, key, limit: 9 });
  const feed = await store.readFeed(0, 0, 9);
  const values = [one, ...many, ...rows.map((row) => row.value), ...cells.map((cell) => cell.value)];
  return {
    values: [...values, ...feed.map(({ record }) => record)].filter((value) => value !== undefined),
    keys: [...rows.map((row) => row.key), ...cells.map((cell) => cell.qualifier)],
  };
}

/** Rows and cells around a space that no scan of it may give. */
function neighbours(space: number): RowWrite[] {
  const value = text('neighbour');
  return [space - 1, space + 1, space - 256, space + 256, space * 256].flatMap((other) => [
    ...trickyKeys.map((key) => put(other, key, value)),
    putCell(other, bytes(7, 7), bytes(1), value),
  ]);
}

function rowScan(store: Store, space: number): Scan {
  return async (range) => {
    const { rows, more } = await store.scan({ space, ...range });
    return { entries: rows, more };
  };
}

function cellScan(store: Store, space: number, key: Uint8Array): Scan {
  return async (range) => {
    const { cells, more } = await store.scanCells({ space, key, ...range });
    return { entries: cells.map(({ qualifier, value }) => ({ key: qualifier, value })), more };
  };
}

/** Checks all pairs of bounds, both ways, with several limits; and that pages joined are the whole. */
async function checkScans(sorted: readonly Entry[], scan: Scan, used: readonly Bound[] = bounds): Promise<void> {
  for (const reverse of [false, true]) {
    for (const start of used) {
      for (const end of used) {
        const whole = sorted.filter(({ key }) => within(key, start, end));
        if (reverse) whole.reverse();
        for (const limit of [1, 3, Math.max(1, whole.length), 2_000]) {
          const page = await scan({ start, end, limit, reverse });
          assert.deepEqual(page, { entries: whole.slice(0, limit), more: whole.length > limit });
        }
      }
    }
    assert.deepEqual(await joinedPages(scan, reverse, 4), reverse ? [...sorted].reverse() : sorted);
  }
}

async function joinedPages(scan: Scan, reverse: boolean, limit: number): Promise<Entry[]> {
  const joined: Entry[] = [];
  let [start, end]: [Bound, Bound] = [undefined, undefined];
  for (;;) {
    const { entries, more } = await scan({ start, end, limit, reverse });
    joined.push(...entries);
    const last = entries.at(-1);
    if (!more || last === undefined) return joined;
    if (reverse) end = last.key;
    else start = new Uint8Array([...last.key, 0]);
  }
}

function within(key: Uint8Array, start: Bound, end: Bound): boolean {
  return (start === undefined || compare(key, start) >= 0) && (end === undefined || compare(key, end) < 0);
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return compare(a, b) === 0;
}

/** Whole numbers that look random and are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  };
}
