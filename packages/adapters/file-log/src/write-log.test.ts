import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendFrames, appendTexts, assertFailure, readAll } from '@actionbase/ports/contracts/log-frames';
import type { Frame } from '@actionbase/ports/log';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { logDirectory, openLog } from '../fixtures/log-files.ts';
import { LogArchive } from './log-archive.ts';
import { writeLog } from './write-log.ts';

const COPY = '/copy/log';
const LONG = 'x'.repeat(20_000);

test('a log that is written again has the same frames, from any offset on', async () => {
  const { disk, frames } = await aLog(12);
  for (const start of [0, 7]) {
    const directory = `${COPY}${start}`;
    const written = await writeLog({ disk, directory, epoch: 1, start, frames: given(frames.slice(start)), ...SMALL });
    assert.deepEqual(written, { end: 12, lastStampMs: frames.at(-1)?.stampMs });
    await using log = await openLog(disk, { directory, durableAtLeast: { epoch: 1, offset: 12 } });
    assert.equal(log.bounds(0).start, start);
    assert.deepEqual(await readAll(log), frames.slice(start));
    assert.equal((await appendTexts(log, ['next'])).appended.offset, 12);
  }
});

test('G3 the next epoch goes on at the next offset, with a stamp above the floor and above its frames', async () => {
  const { disk, frames } = await aLog(5);
  const last = frames.at(-1)?.stampMs ?? 0;
  for (const [place, stampFloorMs] of [last + 1_000_000, 5].entries()) {
    const directory = `${COPY}${place}`;
    const inherited = (end: number) => [{ epoch: 1, end }];
    await writeLog({ disk, directory, epoch: 7, start: 2, frames: given(frames.slice(2)), stampFloorMs, inherited });
    const log = await openLog(disk, { directory, clock: new ManualClock({ sleeps: 'advance', nowMs: last - 10_000 }) });
    const { appended } = await appendTexts(log, ['the first of its epoch']);
    assert.ok(appended.stampMs > Math.max(stampFloorMs, last));
    assert.deepEqual([appended.epoch, appended.offset], [7, 5]);
    const all = await readAll(log);
    assert.deepEqual(all.slice(0, 3), frames.slice(2));
    await log[Symbol.asyncDispose]();
    await using again = await openLog(disk, { directory });
    assert.deepEqual(await readAll(again), all);
  }
});

test('a log without frames begins where it is told to', async () => {
  const disk = new MemoryDisk();
  await writeLog({ disk, directory: COPY, epoch: 2, start: 40, frames: given([]), stampFloorMs: 2_000_000_000_000 });
  await using log = await openLog(disk, { directory: COPY });
  assert.deepEqual([log.bounds(0).start, log.bounds(0).end, log.bounds(0).lastStampMs], [40, 40, 2_000_000_000_000]);
  const { appended } = await appendTexts(log, ['first']);
  assert.deepEqual([appended.offset, appended.stampMs > 2_000_000_000_000], [40, true]);
});

test('a frame that was carried into the next epoch is durable, whatever follows it', async () => {
  const { disk, frames } = await aLog(3);
  await writeLog({ disk, directory: COPY, epoch: 2, start: 0, frames: given(frames), stampFloorMs: 1 });
  const archive = await LogArchive.open(disk, COPY);
  assert.equal((await Array.fromAsync(archive.frames({ from: 0, durableEnd: 0 }))).length, 3);
});

test('a log whose writing was cut short is none', async () => {
  const { disk, frames } = await aLog(3);
  async function* broken(): AsyncGenerator<Frame> {
    yield* frames.slice(0, 2);
    throw new Error('cut short');
  }
  await assert.rejects(writeLog({ disk, directory: COPY, epoch: 1, start: 0, frames: broken() }), /cut short/);
  await assertFailure(openLog(disk, { directory: COPY }), 'log-damaged');
});

const SMALL = { segmentBytes: 64 * 1024 };

async function aLog(count: number): Promise<{ disk: MemoryDisk; frames: readonly Frame[] }> {
  const disk = new MemoryDisk();
  await using log = await openLog(disk, { directory: logDirectory });
  await appendFrames(log, count, LONG);
  return { disk, frames: await readAll(log) };
}

async function* given(frames: readonly Frame[]): AsyncGenerator<Frame> {
  yield* frames;
}
