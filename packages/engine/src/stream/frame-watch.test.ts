import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameWatch } from './frame-watch.ts';

const NEVER = new AbortController().signal;

test('a frame that is applied already is not waited for', async () => {
  await new FrameWatch(3).waitFor(3, NEVER);
});

test('everybody who waits for a frame at or below the applied one wakes, and nobody else', async () => {
  const watch = new FrameWatch(-1);
  const woken: number[] = [];
  const waits = [0, 1, 1, 5].map((offset) => watch.waitFor(offset, NEVER).then(() => woken.push(offset)));
  watch.notice(1);
  await Promise.all(waits.slice(0, 3));
  assert.deepEqual(woken, [0, 1, 1]);
  assert.equal(watch.size, 1);
  watch.notice(7);
  await waits[3];
  assert.equal(watch.size, 0);
});

test('who gives up leaves nothing behind', async () => {
  const watch = new FrameWatch(0);
  const waiting = new AbortController();
  const wait = watch.waitFor(1, waiting.signal);
  waiting.abort(new Error('given up'));
  await assert.rejects(wait, /given up/);
  assert.equal(watch.size, 0);
  await assert.rejects(watch.waitFor(1, waiting.signal), /given up/);
});

test('the end of the engine is told to those who wait and to those who come later', async () => {
  const watch = new FrameWatch(0);
  const wait = watch.waitFor(1, NEVER);
  watch.end(new Error('stopped'));
  await assert.rejects(wait, /stopped/);
  await assert.rejects(watch.waitFor(1, NEVER), /stopped/);
  await watch.waitFor(0, NEVER);
});
