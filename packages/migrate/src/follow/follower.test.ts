import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';
import type { FollowRequest, LegacyTransaction } from '@actionbase/ports/legacy';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import type { MemoryLegacy } from '@actionbase/ports/memory/memory-legacy';
import { MemoryLegacySource } from '@actionbase/ports/memory/memory-legacy-source';
import { MemoryCheckpoint } from '../send/checkpoint.ts';
import { EdgeSender } from '../send/edge-sender.ts';
import { away, MemoryTable } from '../testing/memory-table.ts';
import { aLegacy, aMigration, aWish } from '../testing/wish-migration.ts';
import { Follower } from './follower.ts';
import { TransactionQueue } from './transaction-queue.ts';

interface Made {
  readonly legacy: MemoryLegacy;
  readonly table: MemoryTable;
  readonly checkpoint: MemoryCheckpoint;
  follower(source?: MemoryLegacySource, versionMin?: bigint): Follower;
}

function make(): Made {
  const legacy = aLegacy();
  const table = new MemoryTable();
  const checkpoint = new MemoryCheckpoint();
  const from = legacy.end();
  return {
    legacy,
    table,
    checkpoint,
    follower: (source = new MemoryLegacySource(legacy), versionMin = undefined) => {
      const clock = new ManualClock({ sleeps: 'advance' });
      const sender = new EdgeSender({ table, clock });
      return new Follower({ migration: aMigration(), source, sender, checkpoint, from, versionMin, clock });
    },
  };
}

/** Runs a follower until it has everything that is in the log now. */
async function followToEnd({ legacy }: Made, follower: Follower): Promise<void> {
  const abort = new AbortController();
  const running = follower.run(abort.signal);
  running.catch(() => {});
  try {
    await follower.caughtUpTo(legacy.end());
  } finally {
    abort.abort();
    await running.catch(() => {});
  }
}

test('every change arrives, and the position is kept after it did', async () => {
  const made = make();
  const { legacy, table, checkpoint } = made;
  legacy.transact((writer) => {
    writer.put('wish', aWish({ user_id: 1n, sku: 'a', note: 'one', version: 5n }));
    writer.put('wish', aWish({ user_id: 1n, sku: 'b', version: 5n }));
  });
  legacy.transact((writer) => writer.put('other', { id: 1n }));
  legacy.transact((writer) => writer.update('wish', { user_id: 1n, sku: 'a' }, { sku: 'c', version: 6n }));
  legacy.transact((writer) => writer.delete('wish', { user_id: 1n, sku: 'b' }));
  const follower = made.follower();
  await followToEnd(made, follower);
  assert.deepEqual(
    [...table.dump()].map(([key, { version }]) => [key, version]),
    [['1 c', 12n]],
  );
  assert.equal(checkpoint.text, legacy.end());
  assert.deepEqual(await follower.lag(), { ranks: 0n, ms: 0 });
  await assert.rejects(follower.caughtUpTo(legacy.end()), { code: 'follower-ended' });
});

test('changes below a version are left out, and those that raise a row above it are not', async () => {
  const made = make();
  const { legacy, table } = made;
  legacy.transact((writer) => {
    for (const sku of ['a', 'b', 'c']) writer.put('wish', aWish({ user_id: 1n, sku, version: 99n }));
    writer.put('wish', aWish({ user_id: 1n, sku: 'd', version: 100n }));
  });
  legacy.transact((writer) => writer.update('wish', { user_id: 1n, sku: 'a' }, { note: 'raised', version: 101n }));
  legacy.transact((writer) => writer.delete('wish', { user_id: 1n, sku: 'b' }));
  const follower = made.follower(new MemoryLegacySource(legacy), 100n);
  await followToEnd(made, follower);
  assert.deepEqual([...table.dump().keys()].sort(), ['1 a', '1 d']);
  assert.equal(follower.events, 2);
});

test('a follower goes on where the one before it ended, whatever that one had sent already', async () => {
  const made = make();
  const { legacy, table } = made;
  legacy.transact((writer) => writer.put('wish', aWish({ user_id: 1n, sku: 'a', version: 5n })));
  await followToEnd(made, made.follower());
  const sent = table.sent;
  legacy.transact((writer) => writer.put('wish', aWish({ user_id: 2n, sku: 'a', version: 5n })));
  await followToEnd(made, made.follower());
  assert.equal(table.sent, sent + 1);
  assert.equal(table.dump().size, 2);
});

test('WISH-10 changes that are brought again change nothing', async () => {
  const made = make();
  const { legacy, table, checkpoint } = made;
  for (let i = 0; i < 200; i++) {
    const key = { user_id: BigInt(i % 3), sku: `sku-${i % 11}` };
    legacy.transact((writer) => {
      if (i % 5 === 4) writer.delete('wish', key);
      else writer.put('wish', aWish({ ...key, note: `${i}`, version: BigInt(i + 1) }));
    });
  }
  await followToEnd(made, made.follower());
  const first = table.dump();
  for (let again = 0; again < 3; again++) {
    checkpoint.text = undefined;
    await followToEnd(made, made.follower());
    assert.deepEqual(table.dump(), first);
  }
  assert.deepEqual(
    [...first.keys()],
    legacy
      .rows('wish')
      .map(({ user_id, sku }) => `${String(user_id)} ${String(sku)}`)
      .sort(),
  );
});

test('either side may be away: nothing is lost and nothing ends', async () => {
  const made = make();
  const { legacy, table } = made;
  for (let i = 0; i < 20; i++) {
    legacy.transact((writer) => writer.put('wish', aWish({ user_id: BigInt(i), sku: 'a', version: 5n })));
  }
  table.failures.push(away(), away());
  await followToEnd(made, made.follower(new FlakySource(legacy)));
  assert.equal(table.dump().size, 20);
});

test('an edge that is refused ends the follower before its transaction counts', async () => {
  const made = make();
  const { legacy, table, checkpoint } = made;
  legacy.transact((writer) => writer.put('wish', aWish({ user_id: 1n, sku: 'right', version: 5n })));
  await followToEnd(made, made.follower());
  const position = checkpoint.text;
  legacy.transact((writer) => writer.put('wish', aWish({ user_id: 1n, sku: 'wrong', version: 5n })));
  legacy.transact((writer) => writer.put('wish', aWish({ user_id: 1n, sku: 'later', version: 5n })));
  table.refused.set('wrong', 'result');
  const refused = { code: 'row-unfit', message: /"wrong": too-many: full/ };
  await assert.rejects(followToEnd(made, made.follower()), refused);
  await assert.rejects(made.follower().run(new AbortController().signal), refused);
  assert.equal(checkpoint.text, position);
  table.refused.clear();
  await followToEnd(made, made.follower());
  assert.equal(table.dump().size, 3);
});

test('a change of the columns ends it after everything before was brought', async () => {
  const made = make();
  const { legacy, table } = made;
  legacy.transact((writer) => writer.put('wish', aWish({ user_id: 1n, sku: 'a', version: 5n })));
  legacy.alterTable('wish', (await new MemoryLegacySource(legacy).describe('wish')).columns);
  const running = made.follower().run(new AbortController().signal);
  await assert.rejects(running, { code: 'legacy-schema-changed' });
  assert.equal(table.dump().size, 1);
});

test('WISH-17 whoever waits for a position waits for no disk, and what is saved in the end is the last one', async () => {
  const { legacy, table, checkpoint } = make();
  const { promise, resolve } = Promise.withResolvers<void>();
  const saved: string[] = [];
  checkpoint.save = async (text) => {
    await promise;
    saved.push(text);
  };
  const clock = new ManualClock({ sleeps: 'advance' });
  const source = new MemoryLegacySource(legacy);
  const sender = new EdgeSender({ table, clock });
  const follower = new Follower({ migration: aMigration(), source, sender, checkpoint, from: legacy.end(), clock });
  const abort = new AbortController();
  const running = follower.run(abort.signal);
  for (let version = 1n; version <= 5n; version++) {
    legacy.transact((writer) => writer.put('wish', aWish({ user_id: 1n, sku: 'a', version })));
    await follower.caughtUpTo(legacy.end());
  }
  abort.abort();
  let isOver = false;
  const over = running.then(() => {
    isOver = true;
  });
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  assert.equal(isOver, false, 'it ends when everything is saved');
  resolve();
  await over;
  assert.equal(saved.length, 2, 'one that was under way, and the last one');
  assert.equal(saved.at(-1), legacy.end());
});

test('a position that cannot be saved ends the follower', async () => {
  const made = make();
  made.checkpoint.save = async () => {
    throw new TypeError('no space is left');
  };
  const running = made.follower().run(new AbortController().signal);
  made.legacy.transact((writer) => writer.put('wish', aWish({ user_id: 1n, sku: 'a', version: 5n })));
  await assert.rejects(running, /no space is left/);
});

test('the lag counts transactions, and milliseconds of what waits', async () => {
  const made = make();
  const follower = made.follower();
  made.legacy.transact((writer) => writer.put('wish', aWish({ user_id: 1n, sku: 'a', version: 5n })));
  made.legacy.transact((writer) => writer.put('other', { id: 1n }));
  assert.deepEqual(await follower.lag(), { ranks: 2n, ms: 0 });
});

test('whoever puts into a full queue waits until something is taken, and an end comes after what is there', async () => {
  const queue = new TransactionQueue(2);
  const order: string[] = [];
  const putting = (async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      await queue.put(aTransaction(name, 2));
      order.push(name);
    }
    queue.end(new Error('over'));
  })();
  assert.deepEqual((await queue.take(100)).length, 1);
  const rest: string[] = [];
  await assert.rejects(async () => {
    for (;;) for (const { position } of await queue.take(3)) rest.push(position);
  }, /over/);
  await putting;
  assert.deepEqual(rest, ['b', 'c', 'd']);
  assert.deepEqual(order, ['a', 'b', 'c', 'd']);
});

/** Breaks after every third transaction. */
class FlakySource extends MemoryLegacySource {
  override async *follow(request: FollowRequest): AsyncGenerator<LegacyTransaction, void> {
    let given = 0;
    for await (const transaction of super.follow(request)) {
      if (given++ === 3) throw new Failure(portFailures['legacy-unavailable'], 'connection lost');
      yield transaction;
    }
  }
}

function aTransaction(position: string, changes: number): LegacyTransaction {
  const change = { table: 'wish', before: undefined, after: undefined };
  return { position: position as never, committedMs: 0, changes: Array.from({ length: changes }, () => change) };
}
