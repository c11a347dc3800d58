import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendFrames, appendTexts, assertFailure, readAll, textsOf } from '@actionbase/ports/contracts/log-frames';
import type { Disk } from '@actionbase/ports/disk';
import type { Frame } from '@actionbase/ports/log';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { changeByte, cutFile, firstSegment, logDirectory, openLog, placesOf } from '../fixtures/log-files.ts';
import { LogArchive } from './log-archive.ts';

/** Frames this long make a new segment every few of them. */
const LONG = 'x'.repeat(20_000);

test('an archive gives every frame that the log gives, over its segments, and changes nothing', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  await appendFrames(log, 12, LONG);
  const frames = await readAll(log);
  await log[Symbol.asyncDispose]();
  const before = await disk.list(logDirectory);
  assert.ok(before.length > 4, 'there are several segments');
  for (const from of [0, 1, 5, 11]) {
    assert.deepEqual(await framesOf(disk, { from, durableEnd: 12 }), frames.slice(from));
  }
  assert.deepEqual(await framesOf(disk, { from: 12, durableEnd: 12 }), []);
  assert.deepEqual(await disk.list(logDirectory), before);
});

test('the last frame is left out as long as nothing tells that it is durable', async () => {
  const disk = new MemoryDisk();
  await using log = await openLog(disk);
  await appendFrames(log, 3);
  assert.equal((await framesOf(disk, { from: 0, durableEnd: 0 })).length, 2);
  assert.equal((await framesOf(disk, { from: 0, durableEnd: 3 })).length, 3);
});

test('a log that is written to is read up to where it was when its end was met', async () => {
  const disk = new MemoryDisk();
  await using log = await openLog(disk);
  await appendFrames(log, 4, LONG);
  const archive = await LogArchive.open(disk, logDirectory);
  const read: number[] = [];
  for await (const { offset } of archive.frames({ from: 0, durableEnd: 4 })) {
    read.push(offset);
    if (read.length <= 10) await appendFrames(log, 2, LONG);
  }
  assert.deepEqual(
    read,
    read.map((_, place) => place),
  );
  assert.ok(read.length >= 10, `${read.length} frames were read`);
});

test('damage in the middle and a log that ends too early are refused with file and place', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  await appendFrames(log, 5);
  await log[Symbol.asyncDispose]();
  const [, , third = 0] = await placesOf(disk);
  const short = await assertFailure(framesOf(disk, { from: 0, durableEnd: 6 }), 'log-damaged');
  assert.match(short.message, /ends before frame 5, but frames below 6 were durable/);
  await changeByte(disk, firstSegment, third + 60, (byte) => byte ^ 1);
  const failure = await assertFailure(framesOf(disk, { from: 0, durableEnd: 0 }), 'log-damaged');
  assert.deepEqual(failure.details, { file: firstSegment, byte: third });
  assert.match(failure.message, /frame 2 cannot be read/);
});

test('a segment that ends before the next one begins is refused', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  await appendFrames(log, 8, LONG);
  await log[Symbol.asyncDispose]();
  const [, second = 0] = await placesOf(disk);
  await cutFile(disk, firstSegment, second);
  const failure = await assertFailure(framesOf(disk, { from: 0, durableEnd: 0 }), 'log-damaged');
  assert.match(failure.message, /frame 1 is not there, and the next segment begins with frame \d/);
});

test('frames that were trimmed are refused', async () => {
  const disk = new MemoryDisk();
  await using log = await openLog(disk);
  await appendFrames(log, 8, LONG);
  await log.trim(0, 6);
  await appendTexts(log, ['one more']);
  const archive = await LogArchive.open(disk, logDirectory);
  assert.equal(archive.start, log.bounds(0).start);
  await assertFailure(framesOf(disk, { from: 0, durableEnd: 0 }), 'log-trimmed');
  const rest = await framesOf(disk, { from: 7, durableEnd: 9 });
  assert.deepEqual(rest.map(textsOf), [[`${LONG} 7`], ['one more']]);
});

async function framesOf(disk: Disk, range: { from: number; durableEnd: number }): Promise<Frame[]> {
  const archive = await LogArchive.open(disk, logDirectory);
  return Array.fromAsync(archive.frames(range));
}
