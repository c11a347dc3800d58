import assert from 'node:assert/strict';
import { Failure } from '@actionbase/core/failure';
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

/** Sentences about two who have opened one log: the earlier one is paused, has lost its lock, and wakes up. */
export const logTermLaws: readonly Law<LogHome>[] = [
  {
    law: 'G9',
    title: 'each opening has a higher term than those before it',
    async run(home) {
      let before = 0;
      for (let life = 1; life <= 5; life++) {
        const log = await home.open();
        assert.ok(log.term(0) > before, `term ${log.term(0)} is above ${before}`);
        before = log.term(0);
        if (life % 2 === 0) await appendTexts(log, ['x']);
        if (life === 3) await home.crash(log, life);
        else await log[Symbol.asyncDispose]();
      }
    },
  },
  {
    law: 'G9',
    title: 'after a later opening nothing of the earlier one is acknowledged, and it stays so',
    async run(home) {
      await using earlier = await home.open();
      await appendFrames(earlier, 3);
      await earlier.confirm(0);
      await using later = await home.beside();
      await assertNotAcknowledged(appendTexts(earlier, ['late']));
      for (const attempt of [
        () => earlier.append(0, [new Uint8Array(1)]),
        () => earlier.confirm(0),
        () => earlier.recover(0),
        () => earlier.trim(0, 3),
        () => earlier.append(0, [new Uint8Array(1)]),
      ]) {
        await assertFailure(attempt(), 'fenced');
      }
      await later.confirm(0);
      assert.equal((await appendTexts(later, ['on'])).appended.offset, later.bounds(0).end - 1);
    },
  },
  {
    law: 'G9',
    title: 'one that nobody appends to finds out when it is asked',
    async run(home) {
      await using earlier = await home.open();
      await using later = await home.beside();
      await assertFailure(earlier.confirm(0), 'fenced');
      await assertFailure(earlier.append(0, [new Uint8Array(1)]), 'fenced');
      await later.confirm(0);
    },
  },
  {
    law: 'G9',
    title: 'an append that is running when a later opening begins is not acknowledged behind it',
    cannotShow: ({ holdFrames }) => (holdFrames === undefined ? 'its frames cannot be held back' : undefined),
    async run(home) {
      await using earlier = await home.open();
      await appendFrames(earlier, 3);
      const release = home.holdFrames?.();
      const running = appendTexts(earlier, ['running']);
      running.catch(() => undefined);
      await settleTurns();
      const opening = home.beside();
      await settleTurns();
      release?.();
      await using later = await opening;
      const found = later.bounds(0).end;
      const outcome = await running.catch((error: unknown) => error);
      if (!(outcome instanceof Failure)) assert.equal(found, 4);
    },
  },
  {
    law: 'G10',
    title: 'what a later opening did not find stays out, through restarts',
    async run(home) {
      const earlier = await home.open();
      const acknowledged = await appendFrames(earlier, 3);
      const later = await home.beside();
      acknowledged.push(await appendTexts(later, ['first of the later one']));
      for (const text of ['late', 'later', 'latest']) await assertNotAcknowledged(appendTexts(earlier, [text]));
      acknowledged.push(...(await appendFrames(later, 2, 'later')));
      assertOnly(await readAll(later), acknowledged);
      await earlier[Symbol.asyncDispose]();
      await later[Symbol.asyncDispose]();
      for (let life = 1; life <= 3; life++) {
        await using again = await home.open();
        assertOnly(await readAll(again), acknowledged);
        acknowledged.push(...(await appendFrames(again, 2, `life ${life}`)));
      }
    },
  },
  {
    law: 'G10',
    title: 'an append of the earlier one that comes late leaves the later one undisturbed',
    cannotShow: ({ holdFrames }) => (holdFrames === undefined ? 'its frames cannot be held back' : undefined),
    async run(home) {
      const earlier = await home.open();
      const acknowledged = await appendFrames(earlier, 3);
      const release = home.holdFrames?.();
      const running = appendTexts(earlier, ['running']);
      running.catch(() => undefined);
      await settleTurns();
      const opening = home.beside();
      await settleTurns();
      release?.();
      const later = await opening;
      const found = (await readAll(later)).length;
      const outcome = await running.catch((error: unknown) => error);
      acknowledged.push(...(await appendFrames(later, 3, 'later')));
      assertThere(await readAll(later), acknowledged);
      assert.equal((await readAll(later)).length, found + 3);
      if (!(outcome instanceof Failure)) assert.equal(found, 4);
      await earlier[Symbol.asyncDispose]();
      await later[Symbol.asyncDispose]();
      await using again = await home.open();
      assertThere(await readAll(again), acknowledged);
      assert.equal(again.bounds(0).end, found + 3);
    },
  },
];

async function assertNotAcknowledged(append: Promise<unknown>): Promise<void> {
  const outcome = await append.then(
    () => 'acknowledged',
    (error: unknown) => (error instanceof Failure ? error.code : String(error)),
  );
  assert.ok(outcome === 'fenced' || outcome === 'log-unknown-outcome', outcome);
}

function assertOnly(frames: Awaited<ReturnType<typeof readAll>>, acknowledged: readonly Acknowledged[]): void {
  assertChained(frames, 0);
  assert.deepEqual(
    frames.map(textsOf),
    acknowledged.map(({ texts }) => texts),
  );
  assertThere(frames, acknowledged);
}
