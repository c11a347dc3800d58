/**
 * Goal: the checks that show laws L1 to L7 can fail. Method: a fixed program runs on log and store wrapped so that exactly
 * one rule is broken (nothing in production code is switched), and the check of the law that the rule serves must object.
 * The same checks find nothing when no wrapper is there.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordTypeOf } from '@actionbase/core/codec/record-type';
import type { RECORD_TYPE } from '@actionbase/core/codec/row-key';
import type { Log } from '@actionbase/ports/log';
import type { FrameWrite, RowWrite, Store } from '@actionbase/ports/store';
import { dumpStore, foldProblems, recountAll } from './testing/instance-state.ts';
import { anItem } from './testing/model.ts';
import { override } from './testing/override.ts';
import { TestInstance, type TestInstanceOptions } from './testing/test-instance.ts';

/** What a run of the program shows, law by law. */
interface Observation {
  readonly lostAcknowledged: number;
  readonly replayDiffers: boolean;
  readonly recount: number;
  readonly fold: number;
  readonly unseenAfterAnswer: number;
}

const NOTHING_WRONG: Observation = {
  lostAcknowledged: 0,
  replayDiffers: false,
  recount: 0,
  fold: 0,
  unseenAfterAnswer: 0,
};

const KEYS = 4;

/** Rows that are lost from this frame on are not written again before the program ends. */
const LATE_FRAME = 28;

describe('the checks of the laws', () => {
  test('find nothing on the engine as it is', async () => {
    assert.deepEqual(await observe({}), NOTHING_WRONG);
  });

  const mistakes: readonly [string, TestInstanceOptions, (seen: Observation) => boolean][] = [
    [
      'L1 a log that answers before the frame is durable',
      { wrapLog: forgetLastFrames },
      (seen) => seen.lostAcknowledged > 0 || seen.replayDiffers,
    ],
    [
      'L2 a store that forgets its position, so that frames are reduced twice',
      { wrapStore: forgetPosition },
      (seen) => seen.replayDiffers,
    ],
    ['L3 a store that loses an index row', { wrapStore: dropRows('index') }, (seen) => seen.recount > 0],
    ['L3 a store that loses a count row', { wrapStore: dropRows('count') }, (seen) => seen.recount > 0],
    ['L3 a store that loses a group cell', { wrapStore: dropRows('group') }, (seen) => seen.recount > 0],
    ['L3 a store that loses a cache cell', { wrapStore: dropRows('cache') }, (seen) => seen.recount > 0],
    ['L4 a store that loses a state row', { wrapStore: dropRows('state') }, (seen) => seen.fold > 0],
    ['L4 a store that keeps the state row of a purged edge', { wrapStore: keepPurged }, (seen) => seen.fold > 0],
    ['L5 a store that loses a feed record', { wrapStore: dropFeed }, (seen) => seen.fold > 0],
    [
      'L6 a store that answers a write before it is visible',
      { wrapStore: writeLater },
      (seen) => seen.unseenAfterAnswer > 0,
    ],
    [
      'L7 a log that gives back another time than it gave first',
      { wrapLog: shiftStamps },
      (seen) => seen.replayDiffers,
    ],
    [
      'L7 a log that gives back the entries of a frame in another order',
      { wrapLog: reverseEntries },
      (seen) => seen.replayDiffers,
    ],
  ];
  for (const [title, options, isFound] of mistakes) {
    test(`find ${title}`, async () => {
      const seen = await observe(options);
      assert.ok(isFound(seen), `nothing was found: ${JSON.stringify(seen)}`);
    });
  }
});

/** Runs a program with ties, moves, deletes and purges, concurrently in parts, crashes, replays, and looks at everything. */
async function observe(options: TestInstanceOptions): Promise<Observation> {
  const first = await TestInstance.open(options);
  await first.createShop();
  await mutateByV2(first);
  const wish = first.table('wish');
  let unseenAfterAnswer = 0;
  for (let version = 1n; version <= 24n; version++) {
    const source = Number(version) % KEYS;
    const type = version % 5n === 0n ? ('DELETE' as const) : ('INSERT' as const);
    const properties = { at: Number(version), color: version % 2n === 0n ? 'red' : 'blue' };
    const item = anItem({ type, version: version / 2n, source, target: 'sku', properties });
    await Promise.all([first.mutate('wish', [item]), first.mutate('wish', [{ ...item, properties: { at: 1 } }])]);
    const seen = await first.engine.get(wish, [{ kind: 'edge', source: BigInt(source), target: 'sku' }], []);
    const isActive = seen.rows.some((row) => row.version === version / 2n);
    if (type === 'INSERT' && version > 12n && !isActive) unseenAfterAnswer++;
    await first.settle();
  }
  const recount = (await recountAll(first.store)).length;
  const fold = (await foldProblems(first.store)).length;
  const rows = await dumpStore(first.store);
  const acknowledged = first.engine.position?.offset ?? -1;
  const kept = Math.floor(first.store.unflushedWrites / 2);
  const after = await reopen({ ...options, storage: first.storage, store: first.store.crash(kept) });
  if (after === undefined) return { lostAcknowledged: 0, replayDiffers: true, recount, fold, unseenAfterAnswer };
  await using again = after;
  await again.settle();
  const replayDiffers = JSON.stringify(await dumpStore(again.store)) !== JSON.stringify(rows);
  const lostAcknowledged = Math.max(0, acknowledged - (again.engine.position?.offset ?? -1));
  return { lostAcknowledged, replayDiffers, recount, fold, unseenAfterAnswer };
}

/** Merges, purges, and an edge of a table that keeps states only. */
async function mutateByV2(instance: TestInstance): Promise<void> {
  await instance.createLayouts();
  const item = anItem({ version: 1n, source: 90, target: 'sku', properties: { at: 1, color: 'red' } });
  const gone = { ...item, target: 'gone' };
  const merged = { ...item, version: 2n, properties: { qty: 2 } };
  for (const table of ['wish', 'links'] as const) {
    await instance.mutate(table, [item, gone, merged], { rules: 'v2' });
    await instance.mutate(table, [{ ...gone, type: 'PURGE', version: 0n }], { rules: 'v2' });
  }
}

/** Undefined when the engine refuses to go on: it has found the mistake itself. */
async function reopen(options: TestInstanceOptions): Promise<TestInstance | undefined> {
  try {
    return await TestInstance.open(options);
  } catch {
    return undefined;
  }
}

function forgetLastFrames(log: Log): Log {
  const forgetful = override(log, 'read', async (partition, from, limits) => {
    const { end } = log.bounds(partition);
    return (await log.read(partition, from, limits)).filter((frame) => frame.offset < end - 3);
  });
  return override(forgetful, 'bounds', (partition) => {
    const bounds = log.bounds(partition);
    return { ...bounds, end: Math.max(0, bounds.end - 3) };
  });
}

function forgetPosition(store: Store): Store {
  return override(store, 'progress', async (partition) => {
    const progress = await store.progress(partition);
    return progress === undefined ? undefined : { ...progress, offset: Math.max(0, progress.offset - 3) };
  });
}

function dropRows(kind: keyof typeof RECORD_TYPE): (store: Store) => Store {
  let dropped = false;
  return changeFrames((frame) => {
    const isVictim = (row: RowWrite) => row.space > 0 && row.value !== undefined && recordTypeOf(row.key, 0) === kind;
    const lost = dropped || frame.offset < LATE_FRAME ? -1 : frame.rows.findIndex(isVictim);
    dropped ||= lost >= 0;
    return { ...frame, rows: frame.rows.filter((_, place) => place !== lost) };
  });
}

function keepPurged(store: Store): Store {
  const isPurge = (row: RowWrite) => row.space > 0 && row.value === undefined && recordTypeOf(row.key, 0) === 'state';
  return changeFrames((frame) => ({ ...frame, rows: frame.rows.filter((row) => !isPurge(row)) }))(store);
}

/** A frame whose feed record is that of the frame before. */
function dropFeed(store: Store): Store {
  let before: Uint8Array | undefined;
  return changeFrames((frame) => {
    const feed = frame.offset === 9 && before !== undefined ? before : frame.feed;
    before = frame.feed;
    return { ...frame, feed };
  })(store);
}

function changeFrames(change: (frame: FrameWrite) => FrameWrite): (store: Store) => Store {
  return (store) =>
    override(store, 'write', (partition, frames) => {
      return store.write(partition, frames.map(change));
    });
}

function writeLater(store: Store): Store {
  return override(store, 'write', async (partition, frames) => {
    setImmediate(() => void store.write(partition, frames).catch(() => undefined));
  });
}

function shiftStamps(log: Log): Log {
  return override(log, 'read', async (partition, from, limits) => {
    const frames = await log.read(partition, from, limits);
    return frames.map((frame) => ({ ...frame, stampMs: frame.stampMs + 1 }));
  });
}

function reverseEntries(log: Log): Log {
  return override(log, 'read', async (partition, from, limits) => {
    const frames = await log.read(partition, from, limits);
    return frames.map((frame) => ({ ...frame, entries: frame.entries.toReversed() }));
  });
}
