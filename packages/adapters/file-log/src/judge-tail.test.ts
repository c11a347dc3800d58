import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeTail, type Tail } from './judge-tail.ts';

const clean: Tail = {
  endOffset: 10,
  place: 8192,
  why: 'there is no frame',
  bytesEnd: 8192,
  later: undefined,
  durableAtLeast: undefined,
};
const torn: Tail = { ...clean, bytesEnd: 8300 };

test('zeros behind the last frame are the normal end', () => {
  assert.deepEqual(judgeTail(clean), { kind: 'clean' });
  assert.deepEqual(judgeTail({ ...clean, durableAtLeast: 10 }), { kind: 'clean' });
});

test('G7 bytes behind the last frame are a torn tail when nobody knows of more', () => {
  assert.deepEqual(judgeTail(torn), { kind: 'cut', bytes: 108 });
  assert.deepEqual(judgeTail({ ...torn, durableAtLeast: 10 }), { kind: 'cut', bytes: 108 });
});

test('G7 a whole frame behind a bad one proves damage', () => {
  const judgement = judgeTail({ ...torn, later: { offset: 12, place: 8260 } });
  assert.ok(judgement.kind === 'damaged' && judgement.why.includes('frame 12'));
});

test('G7 a bad or missing frame that was durable is damage', () => {
  const bad = judgeTail({ ...torn, durableAtLeast: 11 });
  assert.ok(bad.kind === 'damaged' && bad.why.includes('frame 10 cannot be read'));
  const missing = judgeTail({ ...clean, durableAtLeast: 11 });
  assert.ok(missing.kind === 'damaged' && missing.why.includes('the store is ahead of its log'));
});
