import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { WishApp } from '../app/wish-app.ts';
import type { Wish, WishKey, WishPage, WishPageRequest } from '../app/wish-store.ts';
import { compareWithOracle, type OracleComparison } from './compare-with-oracle.ts';
import { keyOf, keyText, Ledger, type LedgerEntry } from './ledger.ts';
import { MemoryWishStore } from './memory-wish-store.ts';
import { WishClient } from './wish-client.ts';
import { WishOracle } from './wish-oracle.ts';
import { WishPopulation } from './wish-population.ts';
import { READ_KINDS, runReaders } from './wish-readers.ts';
import { runWriter } from './wish-writer.ts';

const population = new WishPopulation({ seed: 5, users: 60, products: 40, wishesMean: 5 });
const clock = new SystemClock();

/** Writes to a store through the application and compares all of its answers with the oracle's. */
async function writeAndCompare(store: MemoryWishStore, seed = 1): Promise<OracleComparison & { ledger: Ledger }> {
  await using app = await WishApp.start(store);
  using client = new WishClient({ port: app.port });
  const ledger = new Ledger();
  const { signal } = new AbortController();
  await runWriter({ client, ledger, population, clock, seed, lanes: 4, signal, writesMax: 300 });
  const oracle = new WishOracle(population, ledger.entries);
  return { ledger, ...(await compareWithOracle({ client, oracle, productCounts: true })) };
}

describe('the oracle', () => {
  it('agrees with a store that does what it was told', async () => {
    const { differences, compared, ledger } = await writeAndCompare(new MemoryWishStore(population));
    assert.deepEqual(differences, []);
    assert.equal(compared.get, new Set(ledger.entries.map(({ op }) => keyText(keyOf(op)))).size);
    assert.ok(READ_KINDS.every((kind) => compared[kind] > 0));
  });

  for (const { mistake, read, field, make } of brokenStores()) {
    it(`names read, key and field where a store ${mistake}`, async () => {
      const { differences, differencesTotal } = await writeAndCompare(make());
      assert.ok(differencesTotal > 0, 'nothing was found');
      const found = differences.map((difference) => `${difference.read} ${difference.field}`);
      assert.ok(found.includes(`${read} ${field}`), found.join(', '));
    });
  }

  it('allows both outcomes of a write that was not acknowledged, and no third', () => {
    const key = { userId: 7n, productId: 1_000n };
    const first: Wish = { ...key, createdAtMs: 1, note: 'first' };
    const second: Wish = { ...key, createdAtMs: 2, note: 'second' };
    const oracle = new WishOracle(population, [
      entry(0, { kind: 'add', wish: first }, 'acknowledged'),
      entry(1, { kind: 'add', wish: second }, 'open'),
    ]);
    assert.deepEqual(oracle.outcomesOf(key), [first, second]);
    const [seeded] = population.wishesOfUser(7n);
    assert.ok(seeded !== undefined);
    const removing = new WishOracle(population, [entry(0, { kind: 'remove', key: seeded }, 'open')]);
    assert.deepEqual(removing.outcomesOf(seeded), [seeded, undefined]);
    const { min, max } = removing.countOfUser(7n);
    assert.equal(max - min, 1);
  });
});

describe('the writer', () => {
  it('writes the same from the same seed, and has one write of a key under way at most', async () => {
    const runs: string[][] = [];
    for (let run = 0; run < 2; run++) {
      const underWay = new Set<string>();
      const keys: string[] = [];
      const write = async (key: WishKey) => {
        const text = keyText(key);
        assert.ok(!underWay.has(text), `${text} is written twice at once`);
        underWay.add(text);
        keys.push(text);
        await new Promise((resolve) => setImmediate(resolve));
        underWay.delete(text);
      };
      const client = { add: write, remove: write };
      const { signal } = new AbortController();
      const ledger = new Ledger();
      await runWriter({ client, ledger, population, clock, seed: 3, lanes: 4, signal, writesMax: 2_000 });
      assert.equal(ledger.entries.length, 2_000);
      runs.push(keys);
    }
    assert.deepEqual(runs[0], runs[1]);
  });

  it('never writes a key again whose write was not acknowledged', async () => {
    const failed = new Set<string>();
    let writes = 0;
    const write = async (key: WishKey) => {
      assert.ok(!failed.has(keyText(key)), `${keyText(key)} was written again`);
      if (writes++ % 50 !== 49) return;
      failed.add(keyText(key));
      throw new Error('no answer');
    };
    const ledger = new Ledger();
    const client = { add: write, remove: write };
    const { signal } = new AbortController();
    const figures = await runWriter({ client, ledger, population, clock, seed: 4, lanes: 2, signal, writesMax: 1_000 });
    assert.equal(figures.failed, 20);
    assert.equal(ledger.entries.filter(({ answer }) => answer?.kind === 'open').length, 20);
  });
});

describe('the readers', () => {
  it('count each failed request under its kind and go on', async () => {
    const refuse = async () => {
      throw new Error('503');
    };
    const client = { get: async () => undefined, scan: refuse, countOfUser: async () => 1, countOfProduct: refuse };
    const { signal } = new AbortController();
    const figures = await runReaders({ client, population, clock, seed: 1, readers: 2, signal, readsMax: 500 });
    assert.equal(figures.failed.get + figures.failed.count, 0);
    for (const kind of ['scan', 'product-count'] as const) {
      assert.ok(figures.failed[kind] > 0);
      assert.equal(figures.failed[kind], figures.latency[kind].figures().count);
    }
  });
});

function entry(requestId: number, op: LedgerEntry['op'], kind: 'acknowledged' | 'open'): LedgerEntry {
  const answer = kind === 'open' ? { kind, why: 'time' } : { kind, atMs: 0 };
  return { requestId, lane: 0, op, sentMs: 0, answer };
}

/** Stores that each do one thing wrong, and what should be said of it. */
function brokenStores() {
  let writes = 0;
  const isUnlucky = () => ++writes % 20 === 0;
  class LosingAdds extends MemoryWishStore {
    override async add(wish: Wish): Promise<void> {
      if (!isUnlucky()) await super.add(wish);
    }
  }
  class KeepingRemoved extends MemoryWishStore {
    override async remove(key: WishKey): Promise<void> {
      if (!isUnlucky()) await super.remove(key);
    }
  }
  class SpoilingNotes extends MemoryWishStore {
    override add(wish: Wish): Promise<void> {
      return super.add({ ...wish, note: wish.note?.replace(/\\/g, '') ?? null });
    }
  }
  class Rounding extends MemoryWishStore {
    override add(wish: Wish): Promise<void> {
      return super.add({ ...wish, createdAtMs: Math.floor(wish.createdAtMs / 1_000) * 1_000 });
    }
  }
  class OldestFirst extends MemoryWishStore {
    override async scan(request: WishPageRequest): Promise<WishPage> {
      const page = await super.scan(request);
      return { ...page, wishes: [...page.wishes].reverse() };
    }
  }
  class ShortPages extends MemoryWishStore {
    override async scan(request: WishPageRequest): Promise<WishPage> {
      const page = await super.scan(request);
      return page.next === undefined ? page : { ...page, wishes: page.wishes.slice(1) };
    }
  }
  class Overcounting extends MemoryWishStore {
    override async countOfUser(userId: bigint): Promise<number> {
      return (await super.countOfUser(userId)) + 1;
    }
  }
  class StaleCounts extends MemoryWishStore {
    readonly #before = new MemoryWishStore(population);
    override countOfProduct(productId: bigint): Promise<number> {
      return this.#before.countOfProduct(productId);
    }
  }
  return [
    { mistake: 'loses a wish', read: 'get', field: 'wished', make: () => new LosingAdds(population) },
    { mistake: 'keeps what was removed', read: 'scan', field: 'wished', make: () => new KeepingRemoved(population) },
    { mistake: 'spoils a note', read: 'get', field: 'note', make: () => new SpoilingNotes(population) },
    { mistake: 'rounds a time', read: 'scan', field: 'createdAtMs', make: () => new Rounding(population) },
    { mistake: 'lists the oldest first', read: 'scan', field: 'order', make: () => new OldestFirst(population) },
    {
      mistake: 'leaves out a wish between pages',
      read: 'scan',
      field: 'wished',
      make: () => new ShortPages(population),
    },
    { mistake: 'counts one too many', read: 'count', field: 'count', make: () => new Overcounting(population) },
    { mistake: 'counts what was', read: 'product-count', field: 'count', make: () => new StaleCounts(population) },
  ] as const;
}
