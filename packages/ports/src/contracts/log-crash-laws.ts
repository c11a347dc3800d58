import assert from 'node:assert/strict';
import type { Law } from './law.ts';
import {
  type Acknowledged,
  appendFrames,
  appendTexts,
  assertChained,
  assertFailure,
  assertThere,
  readAll,
  settleTurns,
  textsOf,
} from './log-frames.ts';
import type { LogHome } from './log-home.ts';

/** Crashes per sentence, each with a seed of its own. */
const CRASHES = 10;

/** Sentences about what is durable, and about failed appends and harmed bytes. */
export const logCrashLaws: readonly Law<LogHome>[] = [
  {
    law: 'G1',
    title: 'acknowledged frames are there after crashes, and appends go on behind them',
    async run(home) {
      const acknowledged: Acknowledged[] = [];
      for (let seed = 1; seed <= CRASHES; seed++) {
        const log = await home.open();
        const frames = await readAll(log);
        assertChained(frames, 0);
        assertThere(frames, acknowledged);
        acknowledged.push(...(await appendFrames(log, 3, `life ${seed}`)));
        acknowledged.push(...(await Promise.all(['x', 'y', 'z'].map((text) => appendTexts(log, [text, text])))));
        await home.crash(log, seed);
      }
      await using log = await home.open();
      assertThere(await readAll(log), acknowledged);
    },
  },
  {
    law: 'G1',
    title: 'of an append that was running at a crash, all or nothing is there afterwards',
    cannotShow: ({ holdFrames }) => (holdFrames === undefined ? 'its frames cannot be held back' : undefined),
    async run(home) {
      const acknowledged: Acknowledged[] = [];
      for (let seed = 1; seed <= CRASHES; seed++) {
        const log = await home.open();
        acknowledged.push(...(await appendFrames(log, 2, `life ${seed}`)));
        const end = log.bounds(0).end;
        const release = home.holdFrames?.();
        const texts = Array.from({ length: 40 }, (_, index) => `running ${seed} ${index} ${'.'.repeat(100)}`);
        appendTexts(log, texts).catch(() => undefined);
        await settleTurns();
        await home.crash(log, seed);
        release?.();
        await using again = await home.open();
        const frames = await readAll(again);
        assertChained(frames, 0);
        assertThere(frames, acknowledged);
        const [running] = frames.slice(end);
        if (running !== undefined) assert.deepEqual(textsOf(running), texts);
        acknowledged.push(await appendTexts(again, ['on']));
      }
    },
  },
  {
    law: 'G4',
    title: 'a frame is not shown before it is durable',
    cannotShow: ({ holdFrames }) => (holdFrames === undefined ? 'its frames cannot be held back' : undefined),
    async run(home) {
      await using log = await home.open();
      await appendFrames(log, 2);
      const release = home.holdFrames?.();
      const appending = appendTexts(log, ['held']);
      await settleTurns();
      const shown = await readAll(log);
      const { end } = log.bounds(0);
      release?.();
      await appending;
      assert.equal(shown.length, 2);
      assert.equal(end, 2);
      assert.equal((await readAll(log)).length, 3);
    },
  },
  {
    law: 'G4',
    title: 'a page keeps its limits, has at least one frame, and is empty at the end only',
    async run(home) {
      await using log = await home.open();
      for (let index = 0; index < 12; index++) await appendTexts(log, [`${index}`.padEnd(100, '.')]);
      assert.equal((await log.read(0, 0, { frames: 5, bytes: 1_000_000 })).length, 5);
      assert.equal((await log.read(0, 3, { frames: 100, bytes: 450 })).length, 4);
      assert.equal((await log.read(0, 3, { frames: 100, bytes: 1 })).length, 1);
      assert.equal((await log.read(0, 9, { frames: 100, bytes: 1_000_000 })).length, 3);
      assert.deepEqual(await log.read(0, 12, { frames: 100, bytes: 1_000_000 }), []);
      assert.deepEqual(await log.read(0, 50, { frames: 100, bytes: 1_000_000 }), []);
    },
  },
  {
    law: 'G6',
    title: 'after an append whose fate is unknown nothing is appended until recover resolved',
    cannotShow: ({ failNextFrame }) => (failNextFrame === undefined ? 'its frames cannot be failed' : undefined),
    async run(home) {
      const log = await home.open();
      const acknowledged = await appendFrames(log, 3);
      home.failNextFrame?.();
      await assertFailure(appendTexts(log, ['one', 'two']), 'log-unknown-outcome');
      await assertFailure(appendTexts(log, ['three']), 'log-closed');
      assertThere(await readAll(log), acknowledged);
      assert.equal(log.bounds(0).end, 3);

      const bounds = await log.recover(0);
      assert.deepEqual(log.bounds(0), bounds);
      assert.deepEqual(await log.recover(0), bounds);
      acknowledged.push(...(await appendFrames(log, 2, 'recovered')));
      await home.crash(log, 1);

      await using again = await home.open();
      const frames = await readAll(again);
      assertChained(frames, 0);
      assertThere(frames, acknowledged);
      const unknown = frames.filter((frame) => textsOf(frame).includes('one') || textsOf(frame).includes('two'));
      assert.ok(unknown.length <= 1);
      for (const frame of unknown) assert.deepEqual(textsOf(frame), ['one', 'two']);
      assert.equal(frames.length, 5 + unknown.length);
    },
  },
  {
    law: 'G6',
    title: 'a log that was disposed takes no appends',
    async run(home) {
      const log = await home.open();
      const last = appendTexts(log, ['last']);
      await log[Symbol.asyncDispose]();
      assert.equal((await last).appended.offset, 0);
      await assertFailure(appendTexts(log, ['late']), 'log-closed');
      await using again = await home.open();
      assert.equal(again.bounds(0).end, 1);
    },
  },
  {
    law: 'G7',
    title: 'a durable frame that is damaged is refused at open, with its place',
    cannotShow: ({ damage }) => (damage === undefined ? 'its bytes cannot be harmed' : undefined),
    async run(home) {
      const log = await home.open();
      await appendFrames(log, 10);
      await log[Symbol.asyncDispose]();
      await home.damage?.(4);
      const failure = await assertFailure(home.open(), 'log-damaged');
      assert.equal(typeof failure.details.file, 'string');
      assert.equal(typeof failure.details.byte, 'number');
    },
  },
  {
    law: 'G7',
    title: 'a part of a frame behind the last durable one is cut off at open',
    cannotShow: ({ tear }) => (tear === undefined ? 'its tail cannot be torn' : undefined),
    async run(home) {
      const log = await home.open();
      const acknowledged = await appendFrames(log, 5);
      await log[Symbol.asyncDispose]();
      await home.tear?.();
      const again = await home.open();
      assert.equal(again.bounds(0).end, 5);
      acknowledged.push(...(await appendFrames(again, 2)));
      await again[Symbol.asyncDispose]();
      await using last = await home.open();
      assertThere(await readAll(last), acknowledged);
      assert.equal(last.bounds(0).end, 7);
    },
  },
];
