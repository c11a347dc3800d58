/**
 * Goal: whenever a process dies, an asynchronous mutation that is in the log is in effect once, or parked, or was dropped:
 * never two of them, never none. Method: one program with poison, a retry that is refused, one that is not and a drop; it
 * dies at each of its calls of log and store in turn, before or after the call took place, and the store loses a part of
 * what it had not flushed. The next process finds the same rows as a replay of the whole log and finishes the program.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParkedPosition } from '@actionbase/core/model/parked-position';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import type { RawKey } from '@actionbase/core/record/log-record';
import { MemoryLogStorage } from '@actionbase/ports/memory/memory-log-storage';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import { wishesOf, wishItem } from '../testing/a-shop.ts';
import { CrashPoint } from '../testing/crash-point.ts';
import { foldProblems, recountAll } from '../testing/instance-state.ts';
import { allowMissingTime, assertSideQueueHolds, parkedOf } from '../testing/parked.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { TEST_STAMP } from '../testing/wish-tables.ts';

const good = { ...wishItem, target: 'good' };
const fixable = { ...wishItem, target: 'fixable', properties: { color: 'red' } };
const hopeless = { ...fixable, target: 'hopeless' };
const last = { ...wishItem, target: 'last' };

async function start(instance: TestInstance): Promise<void> {
  await instance.createShop();
  const first = instance.mutate('wish', [good, fixable, last], {
    mode: 'ASYNC',
    stamp: { ...TEST_STAMP, requestId: 'a' },
  });
  const second = instance.mutate('wish', [hopeless], { mode: 'ASYNC', stamp: { ...TEST_STAMP, requestId: 'b' } });
  await Promise.all([first, second]);
  await instance.settle();
  const refused = await positionOf(instance, 'hopeless');
  if (refused !== undefined) await instance.engine.sideQueue.retry(refused, TEST_STAMP);
}

/** What is left to do with what is parked, from wherever the program was. */
async function finish(instance: TestInstance): Promise<void> {
  const fixed = await positionOf(instance, 'fixable');
  if (fixed !== undefined) {
    await allowMissingTime(instance);
    const answer = await instance.engine.sideQueue.retry(fixed, TEST_STAMP);
    assert.equal(answer.status, 'CREATED');
  }
  const dropped = await positionOf(instance, 'hopeless');
  if (dropped !== undefined) await instance.engine.sideQueue.drop(dropped, TEST_STAMP);
}

/** What a process leaves behind. */
interface Remains {
  readonly storage: MemoryLogStorage;
  readonly store: MemoryStore;
}

/** Lets a process run until it ends or dies; false when it died. */
async function live(remains: Remains, crash: CrashPoint): Promise<boolean> {
  let ended = false;
  const life = async (): Promise<void> => {
    const { wrapLog, wrapStore } = crash;
    const instance = await TestInstance.open({ ...remains, wrapLog, wrapStore });
    await start(instance);
    await finish(instance);
    await instance[Symbol.asyncDispose]();
    ended = true;
  };
  const running = life();
  while (!ended && !crash.isReached) await turnOfTheLoop();
  if (!crash.isReached) await running;
  // What the last call set going comes to its end.
  for (let turn = 0; turn < 5; turn++) await turnOfTheLoop();
  return !crash.isReached;
}

test('L1 L2 L7 a mutation is in effect once, or parked, or dropped, wherever a process dies', async () => {
  let deaths = 0;
  for (const when of ['before', 'after'] as const) {
    for (let at = 0; ; at++) {
      const crash = new CrashPoint(at, when);
      const remains = { storage: new MemoryLogStorage(), store: new MemoryStore() };
      if (await live(remains, crash)) break;
      deaths += 1;
      const { store, storage } = remains;
      const found = store.crash(at % (store.unflushedWrites + 1));
      await using instance = await TestInstance.open({ storage, store: found });
      await instance.settle();
      await assertSideQueueHolds(instance);
      await finish(instance);
      await assertSideQueueHolds(instance);
      await assertOnce(instance, durableRequests(storage), `died ${when} call ${at}`);
    }
  }
  assert.ok(deaths > 60, `only ${deaths} deaths`);
});

/** Every edge of a request that is in the log took effect once, but for the one that was dropped. */
async function assertOnce(instance: TestInstance, requests: ReadonlySet<string>, what: string): Promise<void> {
  if (!instance.engine.catalog.tables.has('shop.wish')) return assert.equal(requests.size, 0, what);
  assert.equal(await wishesOf(instance, 7n), requests.has('a') ? 3n : 0n, what);
  assert.equal(instance.engine.queueStatus.parked, 0, what);
  const effects = (await instance.engine.feed(0, 1_000))
    .flatMap(({ outcomes }) => outcomes)
    .filter((outcome) => outcome.kind === 'edge' && outcome.status !== 'QUEUED' && outcome.status !== 'ERROR')
    .map((outcome) => (outcome.kind === 'edge' ? targetOf(outcome.key) : ''));
  assert.deepEqual(effects.sort(), requests.has('a') ? ['fixable', 'good', 'last'] : [], what);
  assert.deepEqual([await recountAll(instance.store), await foldProblems(instance.store)], [[], []], what);
}

/** Ids of the asynchronous requests that are in the log. */
function durableRequests(storage: MemoryLogStorage): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const bytes of storage.partition(0).frames.flatMap((frame) => frame.entries)) {
    const record = decodeLogRecord(bytes);
    if (record.kind === 'mutate' && record.mode.effective === 'ASYNC') ids.add(record.stamp.requestId);
  }
  return ids;
}

async function positionOf(instance: TestInstance, target: string): Promise<ParkedPosition | undefined> {
  const { parked } = await parkedOf(instance);
  return parked.find(({ record }) => record.entries.some(({ key }) => targetOf(key) === target))?.position;
}

function targetOf(key: RawKey): unknown {
  return key.kind === 'edge' ? key.target.value : key.id.value;
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
