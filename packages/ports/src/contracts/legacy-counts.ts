import assert from 'node:assert/strict';
import type { LegacyCounts } from '../legacy.ts';
import { type Law, type MakeHome, testLaws } from './law.ts';

/** Where counts live, empty at first. All keys that the suite uses begin with `wishers:`. Disposing it removes everything. */
export interface LegacyCountsHome extends AsyncDisposable {
  open(): Promise<LegacyCounts>;
  /** Ends the server of the counts at this moment, calls under way or not, and opens what is found afterwards. */
  crash(counts: LegacyCounts): Promise<LegacyCounts>;
}

/** Registers the laws of `LegacyCounts` as tests; every implementation and every wrapper calls it. */
export function legacyCountsContract(name: string, make: MakeHome<LegacyCountsHome>): void {
  testLaws(name, legacyCountsLaws, make);
}

/** More keys than a page of any implementation holds. */
const MANY_KEYS = 2_500;

export const legacyCountsLaws: readonly Law<LegacyCountsHome>[] = [
  {
    law: 'C1',
    title: 'a batch that comes again, or after a later one of its name, adds nothing',
    run: (home) =>
      withCounts(home, async (counts) => {
        const first = { name: 'wish', order: 9n, deltas: deltas({ a: 5n, b: 1n }) };
        await counts.add(first);
        await counts.add(first);
        await counts.add({ name: 'wish', order: 10n, deltas: deltas({ a: 2n }) });
        await counts.add(first);
        await counts.add({ name: 'wish', order: 10n, deltas: deltas({ a: 100n }) });
        assert.deepEqual(await counts.get([key('a'), key('b')]), [7n, 1n]);
        assert.equal(await counts.added('wish'), 10n);
      }),
  },
  {
    law: 'C1',
    title: 'batches of another name have an order of their own',
    run: (home) =>
      withCounts(home, async (counts) => {
        await counts.add({ name: 'wish', order: 5n, deltas: deltas({ a: 1n }) });
        assert.equal(await counts.added('like'), undefined);
        await counts.add({ name: 'like', order: 0n, deltas: deltas({ a: 10n }) });
        assert.deepEqual(await counts.get([key('a')]), [11n]);
        assert.equal(await counts.added('like'), 0n);
        assert.equal(await counts.added('wish'), 5n);
      }),
  },
  {
    law: 'C1',
    title: 'orders compare exactly, however large',
    run: (home) =>
      withCounts(home, async (counts) => {
        const large = 2n ** 60n;
        await counts.add({ name: 'wish', order: large, deltas: deltas({ a: 1n }) });
        await counts.add({ name: 'wish', order: large + 1n, deltas: deltas({ a: 1n }) });
        await counts.add({ name: 'wish', order: large - 1n, deltas: deltas({ a: 1n }) });
        assert.equal(await counts.added('wish'), large + 1n);
        assert.deepEqual(await counts.get([key('a')]), [2n]);
      }),
  },
  {
    law: 'C1',
    title: 'a batch that is sent twice at once is added once',
    run: (home) =>
      withCounts(home, async (counts) => {
        const batch = { name: 'wish', order: 1n, deltas: deltas({ a: 1n, b: -1n }) };
        await Promise.all(Array.from({ length: 10 }, () => counts.add(batch)));
        assert.deepEqual(await counts.get([key('a'), key('b')]), [1n, -1n]);
      }),
  },
  {
    law: 'C1',
    title:
      'after a crash the counts are those of the batches up to the stored order, none that was acknowledged is missing',
    async run(home) {
      let counts = await home.open();
      try {
        for (let round = 0; round < CRASHES; round++) {
          const crashed = await addUntilCrash(home, counts, round);
          counts = crashed.counts;
          const added = await orderOf(counts);
          assert.ok(
            added >= crashed.acknowledged,
            `batch ${crashed.acknowledged} was acknowledged, ${added} is the last`,
          );
          assert.deepEqual(await counts.get([key('a'), key('b')]), [BigInt(added), BigInt(added) * 2n]);
        }
      } finally {
        await counts[Symbol.asyncDispose]();
      }
    },
  },
  {
    law: 'C2',
    title: 'get gives what was set and added, in the order of the keys, and undefined where there is none',
    run: (home) =>
      withCounts(home, async (counts) => {
        await counts.set(deltas({ a: 3n, b: 2n ** 62n + 1n }));
        await counts.set(deltas({ a: 4n }));
        await counts.add({ name: 'wish', order: 1n, deltas: deltas({ b: 1n, c: -2n, d: 0n }) });
        const keys = ['c', 'a', 'none', 'b', 'a'].map(key);
        assert.deepEqual(await counts.get(keys), [-2n, 4n, undefined, 2n ** 62n + 2n, 4n]);
        assert.deepEqual(await counts.get([]), []);
      }),
  },
  {
    law: 'C2',
    title: 'a count of 0 is none, whether it was set or added up',
    run: (home) =>
      withCounts(home, async (counts) => {
        await counts.set(deltas({ a: 3n, b: 1n, c: 1n }));
        await counts.set(deltas({ a: 0n, never: 0n }));
        await counts.add({ name: 'wish', order: 1n, deltas: deltas({ b: -1n }) });
        assert.deepEqual(await counts.get(['a', 'b', 'c', 'never'].map(key)), [undefined, undefined, 1n, undefined]);
        assert.deepEqual(await scanned(counts), deltas({ c: 1n }));
      }),
  },
  {
    law: 'C2',
    title: 'a scan gives all keys with their counts, and nothing else that is kept beside them',
    run: (home) =>
      withCounts(home, async (counts) => {
        const all = new Map(Array.from({ length: MANY_KEYS }, (_, index) => [key(String(index)), BigInt(index + 1)]));
        await counts.set(all);
        await counts.add({ name: 'wishers:', order: 1n, deltas: deltas({ '7': 100n }) });
        const expected = new Map([...all, [key('7'), 108n]]);
        assert.deepEqual(sorted(await scanned(counts)), sorted(expected));
        assert.deepEqual(await counts.get([...expected.keys()]), [...expected.values()]);
      }),
  },
];

function key(vertex: string): string {
  return `wishers:${vertex}`;
}

function deltas(byVertex: Readonly<Record<string, bigint>>): ReadonlyMap<string, bigint> {
  return new Map(Object.entries(byVertex).map(([vertex, delta]) => [key(vertex), delta]));
}

async function scanned(counts: LegacyCounts): Promise<ReadonlyMap<string, bigint>> {
  const found = new Map<string, bigint>();
  for await (const page of counts.scan()) for (const [name, count] of page) found.set(name, count);
  return found;
}

function sorted(counts: ReadonlyMap<string, bigint>): readonly (readonly [string, bigint])[] {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

async function withCounts(home: LegacyCountsHome, run: (counts: LegacyCounts) => Promise<void>): Promise<void> {
  await using counts = await home.open();
  await run(counts);
}

/** How often the server dies, each time a turn of the event loop later. */
const CRASHES = 3;

/** Batches that are acknowledged before the crash comes, while the next one is under way. */
const BATCHES_BEFORE_CRASH = 20;

interface Crashed {
  readonly counts: LegacyCounts;
  /** Order of the last batch that was acknowledged. */
  readonly acknowledged: number;
}

/** Goes on behind the last batch, each one adding one to `a` and two to `b`, and crashes while one is under way. */
async function addUntilCrash(home: LegacyCountsHome, counts: LegacyCounts, turns: number): Promise<Crashed> {
  let order = await orderOf(counts);
  const next = () => {
    order++;
    return counts.add({ name: 'wish', order: BigInt(order), deltas: deltas({ a: 1n, b: 2n }) });
  };
  for (let batch = 0; batch < BATCHES_BEFORE_CRASH; batch++) await next();
  const acknowledged = order;
  const underWay = next().catch(() => undefined);
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  const found = await home.crash(counts);
  await underWay;
  return { counts: found, acknowledged };
}

async function orderOf(counts: LegacyCounts): Promise<number> {
  return Number((await counts.added('wish')) ?? 0n);
}
