import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import { portFailures } from '@actionbase/ports/failures';
import type { CountDeltas } from '@actionbase/ports/legacy';
import { DIRECT_LIMITS } from '../direct/limits.ts';
import { fenceAlias } from '../direct/route-write.ts';
import { SmallCounts } from '../testing/small-counts.ts';
import { SmallLegacy } from '../testing/small-legacy.ts';
import { SmallNewSide } from '../testing/small-new-side.ts';
import { WISH } from '../testing/small-world.ts';
import { orderOfPosition } from './feed-record.ts';
import { WayBack } from './way-back.ts';

const SEVERAL = {
  ...WISH,
  counts: [
    { name: 'wishers', of: 'target', prefix: 'wishers:' },
    { name: 'shown', of: 'target', prefix: 'shown:' },
    { name: 'wishes', of: 'source', prefix: 'wishes:' },
  ],
} as const;

/** Counts that can be away, and forget. */
class CountsAtTimes extends SmallCounts {
  isUp = true;
  /** After it was asked so many times how far it is, it forgets everything. */
  forgetsAfter = Number.POSITIVE_INFINITY;

  /** How many counts there were when it was told an order. */
  readonly marks: { readonly order: bigint; readonly size: number }[] = [];

  forget(): void {
    this.counts.clear();
    this.orders.clear();
  }

  override async add(deltas: CountDeltas): Promise<void> {
    await super.add(deltas);
    this.marks.push({ order: deltas.order, size: this.counts.size });
  }

  override async added(name: string): Promise<bigint | undefined> {
    this.forgetsAfter -= 1;
    if (this.forgetsAfter === 0) this.forget();
    return super.added(name);
  }

  override async set(counts: ReadonlyMap<string, bigint>): Promise<void> {
    if (!this.isUp) throw new Failure(portFailures['legacy-unavailable'], 'the cache is down');
    await super.set(counts);
  }
}

/** A clock whose sleeps take no time, but let others go on. */
class YieldingClock implements Clock {
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await setImmediate();
    signal?.throwIfAborted();
    this.#nowMs += durationMs;
  }
}

type Written = readonly [source: string, target: string, what?: 'deleted'];

/** An old side whose declared counts lie in three caches, a new side that decides, and the way back between them. */
class World implements AsyncDisposable {
  /** Each step of the old table waits for this. */
  gate: Promise<void> = Promise.resolve();
  readonly legacy = new SmallLegacy(() => this.gate);
  readonly wishers = new CountsAtTimes();
  readonly shown = new CountsAtTimes();
  readonly wishes = new CountsAtTimes();
  readonly newSide: SmallNewSide;
  readonly #clock = new YieldingClock();
  #wayBack: WayBack | undefined;
  #version = 0n;

  constructor() {
    this.newSide = new SmallNewSide({
      turn: () => setImmediate(),
      sleep: async (_ms, signal) => new Promise((_, reject) => signal?.addEventListener('abort', reject)),
      losesAnswer: () => false,
      nowMs: () => this.#clock.nowMs(),
    });
    this.newSide.names.add(fenceAlias('wish', 1));
  }

  async open(caches: Iterable<readonly [string, SmallCounts]> = this.caches()): Promise<WayBack> {
    await this.#wayBack?.[Symbol.asyncDispose]();
    const { legacy, newSide: feed } = this;
    const parts = { migration: SEVERAL, legacy, counts: new Map(caches), feed, clock: this.#clock };
    this.#wayBack = await WayBack.open(parts);
    return this.#wayBack;
  }

  *caches(): Generator<readonly [string, SmallCounts]> {
    yield ['wishers', this.wishers];
    yield ['shown', this.shown];
    yield ['wishes', this.wishes];
  }

  /** Writes edges as a director does where the new side decides, and tells the position behind them. */
  async write(...edges: readonly Written[]): Promise<string> {
    const events = edges.map(([source, target, what]) => {
      this.#version += 2n;
      return { source, target, version: this.#version, properties: what === 'deleted' ? null : { note: '' } };
    });
    const sent = await this.newSide.send(fenceAlias('wish', 1), events, 1_000);
    assert.equal(sent.kind, 'done');
    return this.newSide.close('nothing');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#wayBack?.[Symbol.asyncDispose]();
  }
}

function plain({ counts }: SmallCounts): Readonly<Record<string, bigint>> {
  return Object.fromEntries([...counts].sort());
}

test('every declared cache is kept, of sources and of targets', { timeout: 30_000 }, async () => {
  await using world = new World();
  const wayBack = await world.open();
  await wayBack.caughtUpTo(await world.write(['1', 'a'], ['2', 'a'], ['2', 'b']));
  assert.deepEqual(plain(world.wishers), { 'wishers:a': 2n, 'wishers:b': 1n });
  assert.deepEqual(plain(world.shown), { 'shown:a': 2n, 'shown:b': 1n });
  assert.deepEqual(plain(world.wishes), { 'wishes:1': 1n, 'wishes:2': 2n });
  await wayBack.caughtUpTo(await world.write(['2', 'b', 'deleted']));
  assert.deepEqual(plain(world.wishers), { 'wishers:a': 2n });
  assert.deepEqual(plain(world.shown), { 'shown:a': 2n });
  assert.deepEqual(plain(world.wishes), { 'wishes:1': 1n, 'wishes:2': 1n });
});

test('declared counts that lie in one cache are kept side by side', { timeout: 30_000 }, async () => {
  await using world = new World();
  const one = new SmallCounts();
  const wayBack = await world.open(SEVERAL.counts.map(({ name }) => [name, one]));
  await wayBack.caughtUpTo(await world.write(['1', 'a']));
  assert.deepEqual(plain(one), { 'shown:a': 1n, 'wishers:a': 1n, 'wishes:1': 1n });
  assert.equal(one.orders.size, 3);
});

test('a cache that is away keeps back neither the table nor the others, and is right afterwards', {
  timeout: 30_000,
}, async () => {
  await using world = new World();
  const wayBack = await world.open();
  world.shown.isUp = false;
  const manyTimes = Array.from({ length: DIRECT_LIMITS.backBatchMax }, (): Written[] => [
    ['1', 'a'],
    ['1', 'a', 'deleted'],
  ]);
  const position = await world.write(...manyTimes.flat(), ['1', 'b']);
  while (!world.wishers.counts.has('wishers:b') || !world.legacy.rows.has('["1","b"]')) await setImmediate();
  while (wayBack.status.failing === null) await setImmediate();
  assert.deepEqual([plain(world.wishers), plain(world.shown)], [{ 'wishers:b': 1n }, {}]);
  assert.equal(wayBack.status.countsPosition, undefined);
  assert.match(String(wayBack.status.failing), /the cache is down/);
  world.shown.isUp = true;
  await wayBack.caughtUpTo(position);
  assert.deepEqual(plain(world.shown), { 'shown:b': 1n });
});

test('a cache that forgets is filled again from the feed, also when it does so between two starts', {
  timeout: 30_000,
}, async () => {
  await using world = new World();
  let wayBack = await world.open();
  for (const [begun, key] of ['a', 'b'].entries()) {
    await wayBack.caughtUpTo(await world.write(['1', key]));
    world.wishers.forget();
    if (begun === 1) wayBack = await world.open();
    await wayBack.caughtUpTo(await world.write([`2${key}`, 'c']));
    assert.deepEqual(plain(world.wishers), plainOf('wishers:', world.shown));
    assert.equal(plain(world.wishers)['wishers:a'], 1n);
  }
});

test('a cache that forgets while more of the feed waits is filled from what came before, too', {
  timeout: 30_000,
}, async () => {
  await using world = new World();
  const wayBack = await world.open();
  world.wishers.forgetsAfter = 3;
  // Each target comes and goes, and is there in the end: what is set of it is 1, from its first record on.
  const targets = Array.from({ length: 25 }, (_, nth) => `t${nth}`);
  const edges = targets.flatMap((target) =>
    Array.from(
      { length: DIRECT_LIMITS.backBatchMax / 5 + 1 },
      (_, turn): Written => (turn % 2 === 0 ? ['1', target] : ['1', target, 'deleted']),
    ),
  );
  const { promise: filled, resolve } = Promise.withResolvers<void>();
  world.gate = filled;
  const position = await world.write(...edges);
  while (wayBack.status.waiting < 4 * DIRECT_LIMITS.backBatchMax) await setImmediate();
  resolve();
  await wayBack.caughtUpTo(position);
  assert.equal(wayBack.status.countsLost, 1);
  assert.equal(world.shown.counts.size, targets.length);
  assert.deepEqual(plain(world.wishers), plainOf('wishers:', world.shown));
  // The order that changed each target first.
  const begun = new Map<string, bigint>();
  for (const { key, position } of world.newSide.lines) {
    if (!begun.has(key)) begun.set(key, orderOfPosition(position));
  }
  for (const { marks } of [world.wishers, world.shown]) {
    for (const { order, size } of marks) {
      const changed = [...begun.values()].filter((first) => first <= order).length;
      assert.ok(size >= changed, `with ${size} counts it says that it has the ${changed} that have changed`);
    }
  }
});

test('a recount sets the counts of all caches of its kind', { timeout: 30_000 }, async () => {
  await using world = new World();
  const wayBack = await world.open();
  await wayBack.caughtUpTo(await world.write(['1', 'a']));
  for (const [, { counts }] of world.caches()) counts.clear();
  await wayBack.recount('target', ['a', 'b']);
  assert.deepEqual([plain(world.wishers), plain(world.shown)], [{ 'wishers:a': 1n }, { 'shown:a': 1n }]);
  assert.deepEqual(plain(world.wishes), {});
  await wayBack.recount('source', ['1']);
  assert.deepEqual(plain(world.wishes), { 'wishes:1': 1n });
});

/** What other counts of the same kind are under this prefix. */
function plainOf(prefix: string, { counts }: SmallCounts): Readonly<Record<string, bigint>> {
  return Object.fromEntries([...counts].sort().map(([key, count]) => [prefix + key.split(':')[1], count]));
}
