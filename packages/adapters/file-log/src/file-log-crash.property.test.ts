/**
 * Goal: whatever a power cut leaves of the unsynced writes, an opened log holds every acknowledged frame, and every other
 * append whole or not at all.
 * Method: a log lives several times on one simulated disk. In each life callers append at random, some frames fail and are
 * recovered, old segments are trimmed; at a random disk operation the power is cut. A life ends there; the next one begins
 * by comparing the log with what the callers know.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { assertChained, textsOf } from '@actionbase/ports/contracts/log-frames';
import type { Appended, Frame } from '@actionbase/ports/log';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import fc from 'fast-check';
import { FileLog } from './file-log.ts';

const LIVES = 5;

/** What the callers of all lives know. */
interface Ledger {
  readonly acknowledged: { readonly texts: readonly string[]; readonly appended: Appended }[];
  /** Texts of every append that was ever begun, joined, by its first text. */
  readonly begun: Map<string, readonly string[]>;
  trimmedBelow: number;
}

interface Life {
  readonly log: FileLog;
  readonly random: SeededRandom;
  readonly ledger: Ledger;
  readonly name: string;
}

async function readEverything(log: FileLog): Promise<Frame[]> {
  const frames: Frame[] = [];
  const { start, end } = log.bounds(0);
  while (start + frames.length < end) {
    frames.push(...(await log.read(0, start + frames.length, { frames: 20, bytes: 5000 })));
  }
  return frames;
}

async function assertAgrees(log: FileLog, ledger: Ledger): Promise<void> {
  const { start } = log.bounds(0);
  assert.ok(start <= ledger.trimmedBelow, `the log begins with ${start}, trimmed was below ${ledger.trimmedBelow}`);
  const frames = await readEverything(log);
  assertChained(frames, start);
  for (const { texts, appended } of ledger.acknowledged) {
    if (appended.offset < start) continue;
    const frame = frames[appended.offset - start];
    assert.ok(frame !== undefined, `acknowledged frame ${appended.offset} is there`);
    assert.equal(frame.stampMs, appended.stampMs);
    assert.deepEqual(textsOf(frame).slice(appended.firstEntry, appended.firstEntry + texts.length), texts);
  }
  for (const frame of frames) {
    const texts = textsOf(frame);
    for (let at = 0; at < texts.length; ) {
      const whole = ledger.begun.get(texts[at] ?? '');
      assert.ok(whole !== undefined, `frame ${frame.offset} holds only what was appended`);
      assert.deepEqual(texts.slice(at, at + whole.length), whole);
      at += whole.length;
    }
  }
}

async function live({ log, random, ledger, name }: Life): Promise<void> {
  const callers = Array.from({ length: 1 + random.below(6) }, async (_, caller) => {
    for (let turn = 0; turn < 12; turn++) {
      const texts = Array.from({ length: 1 + random.below(4) }, (_unused, entry) =>
        `${name} ${caller} ${turn} ${entry} `.padEnd(random.below(8) === 0 ? 3000 : 30, '.'),
      );
      ledger.begun.set(texts[0] ?? '', texts);
      try {
        const appended = await log.append(
          0,
          texts.map((text) => new TextEncoder().encode(text)),
        );
        ledger.acknowledged.push({ texts, appended });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.code !== 'log-rejected') await log.recover(0).catch(() => undefined);
      }
      if (random.below(30) === 0) {
        const before = random.below(log.bounds(0).end + 1);
        ledger.trimmedBelow = Math.max(ledger.trimmedBelow, before);
        await log.trim(0, before).catch(() => undefined);
      }
    }
  });
  await Promise.all(callers);
}

async function run(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const clock = new ManualClock({ sleeps: 'advance' });
  const ledger: Ledger = { acknowledged: [], begun: new Map(), trimmedBelow: 0 };
  const faulty = random.below(2) === 0;
  let disk = new MemoryDisk();
  for (let number = 0; number < LIVES; number++) {
    const { promise: cut, resolve: cutPower } = Promise.withResolvers<void>();
    let operationsLeft = 5 + random.below(number % 2 === 0 ? 250 : 40);
    disk.intercept = ({ kind }) => {
      if (operationsLeft-- <= 0) {
        cutPower();
        return new Promise(() => {});
      }
      const fails =
        faulty && random.below(25) === 0 && (kind === 'sync' || kind === 'write' || kind === 'syncDirectory');
      return fails ? (random.below(2) === 0 ? 'fail' : 'fail-in-part') : undefined;
    };
    const given = { directory: 'log', disk, clock, segmentBytes: 12_000, preallocatedBytes: 3000 };
    const living = FileLog.open(given).then(
      async (log) => {
        await assertAgrees(log, ledger);
        await live({ log, random, ledger, name: `life ${number}` });
      },
      (error: unknown) => {
        if (!(error instanceof Failure) || error.code !== 'disk-failed') throw error;
      },
    );
    await Promise.race([living, cut]);
    disk = random.below(5) === 0 ? disk.kill() : disk.crash(random);
    clock.jump(random.below(2000) - 1000);
  }
  disk.intercept = undefined;
  await using last = await FileLog.open({ directory: 'log', disk, clock, segmentBytes: 12_000 });
  await assertAgrees(last, ledger);
  const { end } = last.bounds(0);
  assert.equal((await last.append(0, [new Uint8Array(3)])).offset, end);
}

test('G1 G2 G3 G4 G6 G7 acknowledged frames survive power cuts at any point, all others are whole or absent', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), run), { numRuns: 120 });
});
