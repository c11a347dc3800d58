import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '@actionbase/core/failure';
import { appendFrames, appendTexts, assertFailure, assertThere, readAll } from '@actionbase/ports/contracts/log-frames';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { logDirectory, openLog } from '../fixtures/log-files.ts';

test('a full disk rejects appends, keeps serving, and goes on when there is room again', async () => {
  for (const how of ['write', 'sync'] as const) {
    const disk = new MemoryDisk();
    await using log = await openLog(disk, { preallocatedBytes: 4096, segmentBytes: 1024 * 1024 });
    const acknowledged = await appendFrames(log, 3);
    if (how === 'write') disk.capacityBytes = 9000;
    else disk.failNext('sync', 'full');
    const failure: Failure = await assertFailure(appendTexts(log, ['x'.repeat(9000)]), 'log-rejected');
    assert.equal(failure.details.cause, 'disk-full');
    acknowledged.push(await appendTexts(log, ['short enough for the room that is there']));
    assertThere(await readAll(log), acknowledged);
    disk.capacityBytes = 1_000_000;
    acknowledged.push(await appendTexts(log, ['x'.repeat(9000)]));
    assert.equal(log.bounds(0).end, 5);
    assertThere(await readAll(log), acknowledged);
  }
});

test('a disk that has room for the frame only still takes it', async () => {
  const disk = new MemoryDisk({ capacityBytes: 12_000 });
  await using log = await openLog(disk, { preallocatedBytes: 1024 * 1024, segmentBytes: 4 * 1024 * 1024 });
  await appendTexts(log, ['x'.repeat(1000)]);
  assert.equal(log.bounds(0).end, 1);
});

test('a full disk at the roll to a new segment rejects, and the log goes on in the old one or in a new one', async () => {
  const disk = new MemoryDisk();
  await using log = await openLog(disk, { segmentBytes: 8 * 1024 });
  const acknowledged = await appendFrames(log, 8, 'x'.repeat(300));
  disk.capacityBytes = 9000;
  await assertFailure(appendTexts(log, ['y'.repeat(3000)]), 'log-rejected');
  assert.ok((await disk.list(logDirectory)).every((name) => !name.endsWith('.new')));
  acknowledged.push(await appendTexts(log, ['short']));
  disk.capacityBytes = 1_000_000;
  acknowledged.push(await appendTexts(log, ['y'.repeat(3000)]));
  assertThere(await readAll(log), acknowledged);
});

test('a name that may not last makes the log ask for recovery, and the new segment is used after it', async () => {
  for (const fault of ['fail', 'full'] as const) {
    const disk = new MemoryDisk();
    const log = await openLog(disk, { segmentBytes: 8 * 1024 });
    const acknowledged = await appendFrames(log, 8, 'x'.repeat(300));
    disk.failNext('syncDirectory', fault);
    await assertFailure(appendTexts(log, ['y'.repeat(3000)]), 'log-rejected');
    await assertFailure(appendTexts(log, ['short']), 'log-closed');
    const { lastStampMs } = await log.recover(0);
    assert.equal(
      lastStampMs,
      acknowledged.at(-1)?.appended.stampMs,
      'a segment without frames knows the stamp before it',
    );
    acknowledged.push(await appendTexts(log, ['short']), await appendTexts(log, ['y'.repeat(3000)]));
    const after = disk.crash(new SeededRandom(1));
    await using again = await openLog(after, { segmentBytes: 8 * 1024 });
    assertThere(await readAll(again), acknowledged);
  }
});

test('G6 a frame whose sync failed is durable once recover found it, even if a power cut follows', async () => {
  const found = new Set<number>();
  for (let seed = 0; seed < 30; seed++) {
    const disk = new MemoryDisk();
    const log = await openLog(disk);
    const acknowledged = await appendFrames(log, 2);
    disk.failNext('sync', seed % 2 === 0 ? 'fail' : 'fail-in-part');
    const texts = ['unknown', 'x'.repeat(1500)];
    await assertFailure(appendTexts(log, texts), 'log-unknown-outcome');
    const { end } = await log.recover(0);
    const frames = await readAll(log);
    assert.equal(frames.length, end);
    acknowledged.push(...(await appendFrames(log, seed % 3)));
    await using again = await openLog(disk.crash(new SeededRandom(seed)), {
      durableAtLeast: { epoch: 1, offset: end },
    });
    const after = await readAll(again);
    assertThere(after, acknowledged);
    assert.deepEqual(after.slice(0, end), frames);
    found.add(end);
  }
  assert.deepEqual([...found], [3]);
});

test('G6 what was written only in part is cut by recover', async () => {
  const disk = new MemoryDisk();
  const notices: string[] = [];
  await using log = await openLog(disk, { onNotice: (line) => notices.push(line) });
  const acknowledged = await appendFrames(log, 2);
  disk.failNext('write', 'fail-in-part');
  const [first, second] = await Promise.allSettled([
    appendTexts(log, ['x'.repeat(3000)]),
    appendTexts(log, ['same frame']),
  ]);
  assert.deepEqual([first?.status, second?.status], ['rejected', 'rejected']);
  assert.equal((await log.recover(0)).end, 2);
  assert.equal(notices.length, 1);
  acknowledged.push(...(await appendFrames(log, 2)));
  assertThere(await readAll(log), acknowledged);
  assert.equal(log.bounds(0).end, 4);
});

test('G6 those who wait behind a failed frame are told that the log is closed', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  await appendTexts(log, ['makes room']);
  const { promise: writing, resolve: began } = Promise.withResolvers<void>();
  const { promise: go, resolve: letGo } = Promise.withResolvers<void>();
  disk.intercept = async ({ kind }) => {
    if (kind !== 'sync') return undefined;
    began();
    await go;
    return 'fail';
  };
  const failing = assertFailure(appendTexts(log, ['fails']), 'log-unknown-outcome');
  await writing;
  const behind = assertFailure(appendTexts(log, ['behind']), 'log-closed');
  letGo();
  await Promise.all([failing, behind]);
  await assertFailure(log.recover(0), 'disk-failed');
  await assertFailure(appendTexts(log, ['still closed']), 'log-closed');
  disk.intercept = undefined;
  await log.recover(0);
  await appendTexts(log, ['open']);
  await log[Symbol.asyncDispose]();
  await assertFailure(log.recover(0), 'log-closed');
});

test('G1 the name of a segment that a killed process did not sync is durable before frames go into it', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const disk = new MemoryDisk();
    const log = await openLog(disk, { segmentBytes: 8 * 1024 });
    const acknowledged = await appendFrames(log, 8, 'x'.repeat(300));
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    disk.intercept = ({ kind }) => {
      if (kind !== 'syncDirectory') return undefined;
      reach();
      return new Promise(() => {});
    };
    appendTexts(log, ['y'.repeat(3000)]).catch(() => undefined);
    await reached;
    const next = disk.kill();
    next.intercept = undefined;
    const opened = await openLog(next, { segmentBytes: 8 * 1024 });
    acknowledged.push(...(await appendFrames(opened, 3)));
    await using again = await openLog(next.crash(new SeededRandom(seed)), { segmentBytes: 8 * 1024 });
    assertThere(await readAll(again), acknowledged);
  }
});

test('a frame that only the memory of the computer had is durable once the log is open', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const disk = new MemoryDisk();
    const log = await openLog(disk);
    await appendFrames(log, 2);
    disk.failNext('sync');
    await assertFailure(appendTexts(log, ['x'.repeat(2000)]), 'log-unknown-outcome');
    const next = disk.kill();
    const opened = await openLog(next);
    const shown = await readAll(opened);
    assert.equal(shown.length, 3);
    await using again = await openLog(next.crash(new SeededRandom(seed)));
    assert.deepEqual(await readAll(again), shown);
  }
});

test('a log whose making was cut short at any point is made again', async () => {
  for (let seed = 0; seed < 120; seed++) {
    let operations = seed % 40;
    const disk = new MemoryDisk();
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
    disk.intercept = async () => {
      if (operations-- > 0) return undefined;
      stop();
      return new Promise(() => {});
    };
    const outcome = await Promise.race([openLog(disk), stopped]);
    const after = disk.crash(new SeededRandom(seed));
    after.intercept = undefined;
    await using again = await openLog(after);
    assert.equal((await appendTexts(again, ['first'])).appended.offset, 0);
    if (outcome !== undefined) assert.equal(outcome.bounds(0).end, 0);
  }
});
