import assert from 'node:assert/strict';
import { Failure } from '@actionbase/core/failure';
import type { Appended, Frame, Log } from '../log.ts';

/** What a caller appended, and what it was answered. */
export interface Acknowledged {
  readonly texts: readonly string[];
  readonly appended: Appended;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Appends texts as entries to partition 0. */
export async function appendTexts(log: Log, texts: readonly string[]): Promise<Acknowledged> {
  const appended = await log.append(
    0,
    texts.map((text) => encoder.encode(text)),
  );
  return { texts, appended };
}

/** Appends `count` frames of one entry each, one after the other. */
export async function appendFrames(log: Log, count: number, prefix = 'frame'): Promise<Acknowledged[]> {
  const all: Acknowledged[] = [];
  for (let index = 0; index < count; index++) all.push(await appendTexts(log, [`${prefix} ${index}`]));
  return all;
}

/** Reads partition 0 from `from` to its end in small pages. */
export async function readAll(log: Log, from = log.bounds(0).start): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (;;) {
    const page = await log.read(0, from + frames.length, { frames: 7, bytes: 10_000 });
    if (page.length === 0) return frames;
    frames.push(...page);
  }
}

/** The entries of a frame as texts. */
export function textsOf(frame: Frame): string[] {
  return frame.entries.map((entry) => decoder.decode(entry));
}

/** Asserts that what was acknowledged lies in its frame as it was answered. */
export function assertThere(frames: readonly Frame[], acknowledged: readonly Acknowledged[]): void {
  for (const { texts, appended } of acknowledged) {
    const frame = frames.find(({ offset }) => offset === appended.offset);
    assert.ok(frame !== undefined, `frame ${appended.offset} is there`);
    assert.equal(frame.epoch, appended.epoch);
    assert.equal(frame.stampMs, appended.stampMs);
    assert.equal(frame.entries.length, appended.entryCount);
    assert.deepEqual(textsOf(frame).slice(appended.firstEntry, appended.firstEntry + texts.length), texts);
  }
}

/** Asserts that offsets follow one another from `start`, and that stamps increase. */
export function assertChained(frames: readonly Frame[], start: number): void {
  let stampMs = 0;
  for (const [index, frame] of frames.entries()) {
    assert.equal(frame.offset, start + index);
    assert.ok(frame.stampMs > stampMs, `stamp of frame ${frame.offset} is above the one before`);
    stampMs = frame.stampMs;
  }
}

/** Asserts that something is refused with a failure of this code; answers the failure. */
export async function assertFailure(attempt: Promise<unknown>, code: string): Promise<Failure> {
  const outcome = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof Failure, `expected ${code}, got ${String(outcome)}`);
  assert.equal(outcome.code, code);
  return outcome;
}

/** Lets everything run that is waiting for nothing but its turn. */
export async function settleTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
