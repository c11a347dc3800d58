import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logContract } from '@actionbase/ports/contracts/log';
import { appendFrames, appendTexts, assertFailure, assertThere, readAll } from '@actionbase/ports/contracts/log-frames';
import type { LogHome } from '@actionbase/ports/contracts/log-home';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { type DiskFault, type DiskOperation, MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { changeByte, firstSegment, logDirectory, openLog, placesOf } from '../fixtures/log-files.ts';
import { FRAME_BYTES_MAX, QUEUE_APPENDS_MAX } from './limits.ts';

async function makeFileLogHome(settings: { readonly segmentBytes: number }): Promise<LogHome> {
  const clock = new ManualClock({ sleeps: 'advance' });
  let held: Promise<void> | undefined;
  let failing = false;
  const intercept = async ({ kind, path }: DiskOperation): Promise<DiskFault | undefined> => {
    if (kind !== 'sync' || !path.endsWith('.log')) return undefined;
    await held;
    if (!failing) return undefined;
    failing = false;
    return 'fail';
  };
  let disk = new MemoryDisk({ intercept });
  const open = () => openLog(disk, { clock, ...settings });
  return {
    clock,
    open,
    beside() {
      disk = disk.beside();
      return open();
    },
    async crash(_log, seed) {
      held = undefined;
      disk = disk.crash(new SeededRandom(seed));
    },
    failNextFrame() {
      failing = true;
    },
    holdFrames() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = undefined;
        resolve();
      };
    },
    async damage(offset) {
      const places = await placesOf(disk);
      await changeByte(disk, firstSegment, (places[offset] ?? 0) + 60, (byte) => byte ^ 0x20);
    },
    async tear() {
      const file = await disk.open(firstSegment, { create: false });
      await file.write((await placesOf(disk)).at(-1) ?? 0, new TextEncoder().encode('ABfr and not much of a frame'));
      await file.sync();
      await file.close();
    },
    async [Symbol.asyncDispose]() {},
  };
}

logContract('FileLog on MemoryDisk', () => makeFileLogHome({ segmentBytes: 256 * 1024 }));

test('64 appends at once take one write and one sync, and so do those that come meanwhile', async () => {
  const seen: string[] = [];
  const disk = new MemoryDisk();
  await using log = await openLog(disk);
  await appendTexts(log, ['makes room']);
  disk.intercept = ({ kind }) => {
    seen.push(kind);
    return undefined;
  };
  const first = Array.from({ length: 64 }, (_, index) => appendTexts(log, [`first ${index}`]));
  const second = first[0]?.then(() => Promise.all(Array.from({ length: 64 }, () => appendTexts(log, ['second']))));
  const acknowledged = await Promise.all(first);
  await second;
  assert.deepEqual(seen, ['write', 'sync', 'open', 'close', 'write', 'sync', 'open', 'close']);
  assert.equal(new Set(acknowledged.map(({ appended }) => appended.offset)).size, 1);
});

test('frames roll over into new segments, from which everything is read', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk, { segmentBytes: 8 * 1024, preallocatedBytes: 2 * 1024 });
  const acknowledged = await appendFrames(log, 200, 'x'.repeat(300));
  acknowledged.push(await appendTexts(log, ['longer than a segment'.repeat(1000)]));
  acknowledged.push(...(await appendFrames(log, 5)));
  assertThere(await readAll(log), acknowledged);
  const segments = (await disk.list(logDirectory)).filter((name) => name.endsWith('.log'));
  assert.ok(segments.length > 10, segments.join(' '));
  const { bytes, ...bounds } = log.bounds(0);
  await log[Symbol.asyncDispose]();

  await using again = await openLog(disk, { segmentBytes: 8 * 1024 });
  assertThere(await readAll(again), acknowledged);
  assert.deepEqual(again.bounds(0), { bytes, ...bounds });
  for (const offset of [0, 17, 42, 150, 199, 200, 205]) {
    const [frame] = await again.read(0, offset, { frames: 1, bytes: 1 });
    assert.equal(frame?.offset, offset);
  }
  await Promise.all([
    readAll(again),
    readAll(again, 100),
    readAll(again, 3),
    again.read(0, 9, { frames: 1, bytes: 1 }),
  ]);
});

test('G8 trim removes whole segments and survives a crash between two of them', async () => {
  for (let seed = 0; seed < 15; seed++) {
    let disk = new MemoryDisk();
    const log = await openLog(disk, { segmentBytes: 8 * 1024 });
    const acknowledged = await appendFrames(log, 100, 'x'.repeat(300));
    const before = (await disk.list(logDirectory)).length;
    if (seed % 2 === 0) disk.failNext('syncDirectory');
    await log.trim(0, 60).catch(() => log.trim(0, 61));
    assert.ok((await disk.list(logDirectory)).length < before);
    disk = disk.crash(new SeededRandom(seed));
    await using again = await openLog(disk, { segmentBytes: 8 * 1024 });
    const { start, end } = again.bounds(0);
    assert.ok(start > 40 && start <= 61, `starts with ${start}`);
    assert.equal(end, 100);
    assertThere(await readAll(again), acknowledged.slice(start));
  }
});

test('a second opener is refused, and a disposed log lets the next one in', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  await assertFailure(openLog(disk), 'locked');
  await log[Symbol.asyncDispose]();
  await log[Symbol.asyncDispose]();
  const again = await openLog(disk);
  await again[Symbol.asyncDispose]();
});

test('an append that is too large is refused before anything is written, with the limit', async () => {
  await using log = await openLog(new MemoryDisk());
  const failure = await assertFailure(log.append(0, [new Uint8Array(FRAME_BYTES_MAX)]), 'log-rejected');
  assert.equal(failure.details.limit, FRAME_BYTES_MAX);
  assert.equal((await appendTexts(log, ['fine'])).appended.offset, 0);
});

test('appends beyond the queue are refused, and those in it are written', async () => {
  await using log = await openLog(new MemoryDisk());
  const appends = Array.from({ length: QUEUE_APPENDS_MAX }, () => log.append(0, [Uint8Array.of(1)]));
  const failure = await assertFailure(log.append(0, [Uint8Array.of(1)]), 'log-rejected');
  assert.equal(failure.details.limit, QUEUE_APPENDS_MAX);
  const all = await Promise.all(appends);
  assert.equal(all.length, QUEUE_APPENDS_MAX);
});

test('dispose waits for the appends that were accepted', async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  const appends = Array.from({ length: 10 }, () => appendTexts(log, ['accepted']));
  await log[Symbol.asyncDispose]();
  await using again = await openLog(disk);
  assertThere(await readAll(again), await Promise.all(appends));
});
