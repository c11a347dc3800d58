import assert from 'node:assert/strict';
import type { Law } from './law.ts';
import {
  appendFrames,
  appendTexts,
  assertChained,
  assertFailure,
  assertThere,
  readAll,
  textsOf,
} from './log-frames.ts';
import type { LogHome } from './log-home.ts';

/** Sentences about offsets, stamps, sharing of frames, pages and trimming. */
export const logOrderLaws: readonly Law<LogHome>[] = [
  {
    law: 'G2',
    title: 'offsets count frames from 0 without a hole, and frames lie as they were answered',
    async run(home) {
      await using log = await home.open();
      assert.deepEqual([log.bounds(0).start, log.bounds(0).end, log.bounds(0).lastStampMs], [0, 0, 0]);
      const acknowledged = await appendFrames(log, 20);
      assert.deepEqual(
        acknowledged.map(({ appended }) => appended.offset),
        Array.from({ length: 20 }, (_, index) => index),
      );
      const frames = await readAll(log);
      assert.equal(frames.length, 20);
      assertChained(frames, 0);
      assertThere(frames, acknowledged);
      assert.deepEqual([log.bounds(0).end, log.bounds(0).lastStampMs], [20, frames.at(-1)?.stampMs]);
    },
  },
  {
    law: 'G2',
    title: 'entries keep the order in which they were appended, empty and long ones too',
    async run(home) {
      await using log = await home.open();
      const texts = ['', 'a', 'long '.repeat(20_000), '', 'b'];
      const first = appendTexts(log, texts);
      const second = appendTexts(log, ['last']);
      await Promise.all([first, second]);
      assert.deepEqual((await readAll(log)).flatMap(textsOf), [...texts, 'last']);
    },
  },
  {
    law: 'G2',
    title: 'partitions count for themselves',
    async run(home) {
      await using log = await home.open();
      for (let partition = 0; partition < log.partitions; partition++) {
        const { offset } = await log.append(partition, [Uint8Array.of(partition)]);
        assert.equal(offset, 0);
      }
      for (let partition = 0; partition < log.partitions; partition++) {
        assert.equal(log.bounds(partition).end, 1);
        const [frame] = await log.read(partition, 0, { frames: 10, bytes: 1000 });
        assert.deepEqual(frame?.entries, [Uint8Array.of(partition)]);
      }
    },
  },
  {
    law: 'G3',
    title: 'stamps strictly increase, whatever the clock does',
    cannotShow: ({ clock }) => (clock === undefined ? 'its clock cannot be moved' : undefined),
    async run(home) {
      const clock = home.clock;
      assert.ok(clock !== undefined);
      const log = await home.open();
      for (const jumpMs of [0, 0, 5, -1, -3, 1000, -60_000, 0, 0, 1, 120_000, 0]) {
        clock.jump(jumpMs);
        await appendFrames(log, 3);
      }
      const before = await readAll(log);
      assertChained(before, 0);
      await log[Symbol.asyncDispose]();
      clock.jump(-3_600_000);
      await using again = await home.open();
      assert.equal(again.bounds(0).lastStampMs, before.at(-1)?.stampMs);
      await appendFrames(again, 3);
      const frames = await readAll(again);
      assert.equal(frames.length, 39);
      assertChained(frames, 0);
    },
  },
  {
    law: 'G3',
    title: 'the stamp of a frame is the time of the clock when that has gone on since the frame before',
    cannotShow: ({ clock }) => (clock === undefined ? 'its clock cannot be moved' : undefined),
    async run(home) {
      await using log = await home.open();
      for (let index = 0; index < 5; index++) {
        home.clock?.advance(1000);
        const { appended } = await appendTexts(log, ['x']);
        assert.equal(appended.stampMs, home.clock?.nowMs());
      }
    },
  },
  {
    law: 'G5',
    title: 'the entries of one append lie together in one frame, at the place that was answered',
    async run(home) {
      await using log = await home.open();
      const appends = Array.from({ length: 60 }, (_, caller) =>
        appendTexts(
          log,
          Array.from({ length: 1 + (caller % 5) }, (_unused, entry) => `caller ${caller} entry ${entry}`),
        ),
      );
      const acknowledged = await Promise.all(appends);
      const frames = await readAll(log);
      assertChained(frames, 0);
      assertThere(frames, acknowledged);
      const all = frames.flatMap(textsOf);
      assert.deepEqual(
        all,
        acknowledged.flatMap(({ texts }) => texts),
      );
    },
  },
  {
    law: 'G8',
    title: 'after trim the frames at and above are there, and reading below the start is refused',
    async run(home) {
      const log = await home.open();
      const acknowledged = await appendFrames(log, 30);
      await log.trim(0, 17);
      await assertTrimmed(log, 17, acknowledged);
      await log.trim(0, 5);
      await assertTrimmed(log, 17, acknowledged);
      await log[Symbol.asyncDispose]();
      const again = await home.open();
      await assertTrimmed(again, 17, acknowledged);
      const more = await appendFrames(again, 5, 'more');
      await again.trim(0, 30);
      await assertTrimmed(again, 30, [...acknowledged, ...more]);
      await again[Symbol.asyncDispose]();
    },
  },
];

type OpenLog = Awaited<ReturnType<LogHome['open']>>;
type Acknowledged = Awaited<ReturnType<typeof appendTexts>>;

async function assertTrimmed(log: OpenLog, before: number, acknowledged: readonly Acknowledged[]): Promise<void> {
  const { start, end } = log.bounds(0);
  assert.ok(start <= before, `start ${start} is at most ${before}`);
  assert.equal(end, acknowledged.length);
  const frames = await readAll(log);
  assert.equal(frames.length, end - start);
  assertThere(
    frames,
    acknowledged.filter(({ appended }) => appended.offset >= start),
  );
  if (start > 0) await assertFailure(log.read(0, start - 1, { frames: 1, bytes: 1 }), 'log-trimmed');
}
