/** Goal: when the old side is told what. Method: both sides in memory, and a clock that stands still. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { bucketOfText } from '@actionbase/core/digest/row-digest';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { fenceAlias } from '../direct/route-write.ts';
import { SmallCounts } from '../testing/small-counts.ts';
import { SmallLegacy } from '../testing/small-legacy.ts';
import { SmallNewSide } from '../testing/small-new-side.ts';
import { WISH } from '../testing/small-world.ts';
import { WayBack } from './way-back.ts';

const OURS = fenceAlias('wish', 1);

class Sides {
  readonly clock = new ManualClock();
  readonly newSide: SmallNewSide;
  readonly legacy = new SmallLegacy();
  readonly counts = new SmallCounts();
  /** How many rows each batch had that the old table was given. */
  readonly batches: number[] = [];
  failing: Error[] = [];
  #version = 0n;

  constructor() {
    this.newSide = new SmallNewSide({
      turn: () => setImmediate(),
      sleep: (ms, signal) => this.clock.sleep(ms, signal),
      losesAnswer: () => false,
      nowMs: () => this.clock.nowMs(),
    });
    this.newSide.names.add('wish').add(OURS);
    const { backUp } = this.legacy;
    this.legacy.backUp = async (batch) => {
      this.batches.push(batch.rows.length);
      const error = this.failing.shift();
      if (error !== undefined) throw error;
      await backUp.call(this.legacy, batch);
    };
  }

  open(): Promise<WayBack> {
    const { legacy, newSide: feed, clock } = this;
    const counts = new Map([['wishers', this.counts]]);
    return WayBack.open({ migration: WISH, legacy, counts, feed, clock });
  }

  async write(name: string, target: string): Promise<void> {
    this.#version += 2n;
    const edge = { source: 1n, target, version: this.#version, properties: { note: `at ${this.#version}` } };
    assert.equal((await this.newSide.send(name, [edge], 1_000)).kind, 'done');
  }

  /** Where the feed ends. */
  end(): Promise<string> {
    return this.newSide.close('nothing');
  }
}

test('WISH-19 rows go back at once; where there are none, the old side is told the first time and then once in a while', async () => {
  const sides = new Sides();
  await using wayBack = await sides.open();
  for (let count = 0; count < 5; count += 1) {
    await sides.write('wish', 'a');
    await wayBack.caughtUpTo(await sides.end());
  }
  assert.deepEqual(sides.batches, [0], 'without any position the next start would begin elsewhere');
  assert.equal(sides.counts.counts.get('wishers:a'), 1n);
  await sides.write(OURS, 'b');
  await wayBack.caughtUpTo(await sides.end());
  assert.deepEqual(sides.batches, [0, 1]);
  assert.ok(sides.legacy.rows.has('["1","b"]'));
  sides.clock.advance(1_000);
  await sides.write('wish', 'a');
  await wayBack.caughtUpTo(await sides.end());
  assert.deepEqual(sides.batches, [0, 1, 0]);
});

/** Seed 11650 of the small programs: the old side decided below a deletion that had deleted nothing, and the new side passed it over. */
test('WISH-19 the old side decides above all that was brought back, also above deletions of what was not there', async () => {
  const sides = new Sides();
  await using wayBack = await sides.open();
  const gone = { source: 1n, target: 'a', version: 2_000n, properties: null };
  assert.deepEqual(await sides.newSide.send(OURS, [gone], 1_000), {
    kind: 'done',
    statuses: [{ status: 'IDLE', reason: '' }],
  });
  await wayBack.caughtUpTo(await sides.end());
  const written = await sides.legacy.write({
    migration: 'wish',
    table: 'wish',
    bucket: bucketOfText('1'),
    versionColumn: 'version',
    key: { user_id: 1n, product_id: 'a' },
    values: { note: 'again' },
    versionMin: 1n,
  });
  assert.ok(written.kind === 'written' && written.version > 1_000n);
});

test('a way back that is opened again reads from where the old side was told, and brings nothing twice', async () => {
  const sides = new Sides();
  {
    await using wayBack = await sides.open();
    for (const name of ['wish', OURS, 'wish', 'wish']) {
      await sides.write(name, 'a');
      await wayBack.caughtUpTo(await sides.end());
    }
  }
  await sides.write(OURS, 'b');
  await using again = await sides.open();
  await again.caughtUpTo(await sides.end());
  assert.deepEqual([...sides.legacy.rows.keys()].sort(), ['["1","a"]', '["1","b"]']);
  assert.equal(sides.legacy.log.length, 2);
  assert.deepEqual([...sides.counts.counts].sort(), [
    ['wishers:a', 1n],
    ['wishers:b', 1n],
  ]);
});

test('whoever waits for a position is told when the way back ends', async () => {
  const sides = new Sides();
  sides.failing.push(new TypeError('the table is gone'));
  await using wayBack = await sides.open();
  const waiting = wayBack.caughtUpTo('e1-p0-9');
  waiting.catch(() => undefined);
  await sides.write(OURS, 'a');
  await assert.rejects(waiting, /the way back has ended: the table is gone/);
  await assert.rejects(wayBack.caughtUpTo('e1-p0-9'), /the way back has ended/);
});
