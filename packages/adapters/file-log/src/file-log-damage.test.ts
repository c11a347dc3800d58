import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendFrames, appendTexts, assertFailure, readAll } from '@actionbase/ports/contracts/log-frames';
import type { Disk } from '@actionbase/ports/disk';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import {
  changeByte,
  cutFile,
  firstSegment,
  logDirectory,
  openLog,
  overwrite,
  placesOf,
} from '../fixtures/log-files.ts';
import { encodeFrame, frameLengthBytes } from './frame.ts';

test('G7 a torn tail is cut and said, with file, place and length', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  await appendFrames(log, 3);
  await log[Symbol.asyncDispose]();
  const place = (await placesOf(disk)).at(-1) ?? 0;
  await changeByte(disk, firstSegment, place + 99, () => 7);
  const notices: string[] = [];
  const again = await openLog(disk, { onNotice: (line) => notices.push(line) });
  assert.equal(again.bounds(0).end, 3);
  await appendTexts(again, ['short']);
  await again[Symbol.asyncDispose]();
  await using last = await openLog(disk, { onNotice: (line) => notices.push(line) });
  assert.equal(last.bounds(0).end, 4);
  assert.equal(notices.length, 1, 'nothing of the torn frame is left behind the one that took its place');
  assert.match(notices[0] ?? '', new RegExp(`^${firstSegment}: cut 100 bytes off at byte ${place}: frame 3 `));
});

test('G7 a change of any byte of a durable frame in the middle is refused, with file and byte', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  await appendFrames(log, 5);
  await log[Symbol.asyncDispose]();
  const [, , from = 0, to = 0] = await placesOf(disk);
  for (let at = from; at < to; at++) {
    await changeByte(disk, firstSegment, at, (byte) => byte ^ 0x41);
    const failure = await assertFailure(openLog(disk), 'log-damaged');
    assert.deepEqual(failure.details, { file: firstSegment, byte: from });
    assert.ok(failure.message.includes('frame 2'), failure.message);
    await changeByte(disk, firstSegment, at, (byte) => byte ^ 0x41);
  }
  const mended = await openLog(disk);
  await mended[Symbol.asyncDispose]();
});

test('G7 the last frame is torn when nobody knows of it, and damage when the store has applied it', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  await appendFrames(log, 5);
  await log[Symbol.asyncDispose]();
  const last = (await placesOf(disk))[4] ?? 0;
  await changeByte(disk, firstSegment, last + 62, (byte) => byte ^ 1);
  const failure = await assertFailure(openLog(disk, { durableAtLeast: { epoch: 1, offset: 5 } }), 'log-damaged');
  assert.deepEqual(failure.details, { file: firstSegment, byte: last });
  await using again = await openLog(disk, { durableAtLeast: { epoch: 1, offset: 4 } });
  assert.equal(again.bounds(0).end, 4);
});

test('G7 a copy of a frame inside of a torn one is not taken for a later frame', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  await appendFrames(log, 3);
  await log[Symbol.asyncDispose]();
  const [first = 0, second = 0, , end = 0] = await placesOf(disk);
  const file = await disk.open(firstSegment, { create: false });
  const copy = await file.read(first, second - first);
  await overwrite(disk, firstSegment, end + 64, copy);
  await using again = await openLog(disk);
  assert.equal(again.bounds(0).end, 3);
});

test('a log behind its store is refused, in offset and in epoch', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  await appendFrames(log, 3);
  await log[Symbol.asyncDispose]();
  for (const durableAtLeast of [
    { epoch: 1, offset: 4 },
    { epoch: 2, offset: 0 },
  ]) {
    const failure = await assertFailure(openLog(disk, { durableAtLeast }), 'log-damaged');
    assert.match(failure.message, /the store is ahead of its log/);
  }
  const again = await openLog(disk, { durableAtLeast: { epoch: 1, offset: 3 } });
  await again[Symbol.asyncDispose]();
});

test('damage in an older segment is refused when it is read, with file and byte', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk, { segmentBytes: 8 * 1024 });
  await appendFrames(log, 40, 'x'.repeat(300));
  await log[Symbol.asyncDispose]();
  const byte = (await placesOf(disk))[3] ?? 0;
  await changeByte(disk, firstSegment, byte + 200, (old) => old ^ 1);
  await using again = await openLog(disk, { segmentBytes: 8 * 1024 });
  const failure = await assertFailure(readAll(again), 'log-damaged');
  assert.deepEqual(failure.details, { file: firstSegment, byte });
  assert.match(failure.message, /entry 0 of 1/);
  assert.equal((await readAll(again, 30)).length, 10);
});

test('a missing, shortened or foreign segment is refused at open', async () => {
  const cases: readonly [string, (disk: Disk, second: string) => Promise<void>][] = [
    ['it is missing', (disk, second) => disk.remove(second)],
    ['the file ends here', (disk, second) => cutFile(disk, second, 5000)],
    ['checksum of the header', (disk, second) => changeByte(disk, second, 30, () => 1)],
    ['log.meta', (disk) => disk.remove(`${logDirectory}/log.meta`)],
    ['log.meta', (disk) => changeByte(disk, `${logDirectory}/log.meta`, 40, () => 57)],
  ];
  for (const [what, harm] of cases) {
    const disk = new MemoryDisk();
    const log = await openLog(disk, { segmentBytes: 8 * 1024 });
    await appendFrames(log, 60, 'x'.repeat(300));
    await log[Symbol.asyncDispose]();
    const segments = (await disk.list(logDirectory)).filter((name) => name.endsWith('.log'));
    await harm(disk, `${logDirectory}/${segments[1]}`);
    const failure = await assertFailure(openLog(disk, { segmentBytes: 8 * 1024 }), 'log-damaged');
    assert.ok(failure.message.includes(what), failure.message);
  }
});

test('a log of a later format is refused, and the message says what to do', async () => {
  const disk = new MemoryDisk();
  await (await openLog(disk))[Symbol.asyncDispose]();
  await changeByte(disk, `${logDirectory}/log.meta`, 'actionbase file log, format '.length, () => 0x37);
  const failure = await assertFailure(openLog(disk), 'log-format');
  assert.match(failure.message, /has format 7; this version reads format 3\. Use the version that wrote it/);
});

test('G7 recover refuses when a durable frame has become unreadable meanwhile', async () => {
  const disk = new MemoryDisk();
  await using log = await openLog(disk);
  await appendFrames(log, 3);
  disk.failNext('write', 'fail-in-part');
  await assertFailure(appendTexts(log, ['fails']), 'log-unknown-outcome');
  const [, , byte = 0] = await placesOf(disk);
  await changeByte(disk, firstSegment, byte + 62, (old) => old ^ 1);
  const failure = await assertFailure(log.recover(0), 'log-damaged');
  assert.deepEqual(failure.details, { file: firstSegment, byte });
  await assertFailure(appendTexts(log, ['still closed']), 'log-closed');
});

test('G7 a whole frame that cannot be the next one is damage, not a torn tail', async () => {
  for (const [wrong, why] of [
    [{ offset: 5 }, /frame 5 stands in its place/],
    [{ stampMs: 1 }, /its stamp is not above the one before/],
    [{ durableEnd: 9 }, /durable before it was written/],
  ] as const) {
    const disk = new MemoryDisk();
    const log = await openLog(disk);
    await appendFrames(log, 3);
    const stampMs = log.bounds(0).lastStampMs + 1;
    await log[Symbol.asyncDispose]();
    const byte = (await placesOf(disk)).at(-1) ?? 0;
    const frame = new Uint8Array(frameLengthBytes(1, 4));
    encodeFrame(frame, byte, { epoch: 1, offset: 3, stampMs, durableEnd: 3, entries: [new Uint8Array(4)], ...wrong });
    await overwrite(disk, firstSegment, byte, frame);
    const failure = await assertFailure(openLog(disk), 'log-damaged');
    assert.deepEqual(failure.details, { file: firstSegment, byte });
    assert.match(failure.message, why);
  }
});

test('a read that the disk refuses is a failed disk, one that comes back short is damage with its place', async () => {
  const disk = new MemoryDisk();
  await using log = await openLog(disk);
  await appendFrames(log, 3);
  disk.failNext('read');
  const refused = await assertFailure(readAll(log), 'disk-failed');
  assert.ok(firstSegment.endsWith(String(refused.details.path)), 'the failure names the file');
  assert.equal((await readAll(log)).length, 3, 'nothing is wrong with the log itself');
  const [, byte = 0] = await placesOf(disk);
  await cutFile(disk, firstSegment, byte + 10);
  const short = await assertFailure(readAll(log, 1), 'log-damaged');
  assert.deepEqual(short.details, { file: firstSegment, byte });
});
