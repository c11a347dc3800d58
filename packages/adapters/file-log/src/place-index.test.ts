import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlaceIndex } from './place-index.ts';

const frameBytes = 1000;
const placeOf = (offset: number) => 4096 + (offset - 100) * frameBytes;

test('the nearest known place is at or in front of the frame, and not far', () => {
  const index = new PlaceIndex({ offset: 100, place: placeOf(100) });
  for (let offset = 100; offset < 1100; offset++) index.add(offset, placeOf(offset));
  for (let offset = 100; offset < 1100; offset++) {
    const known = index.nearest(offset);
    assert.equal(known.place, placeOf(known.offset));
    assert.ok(known.offset <= offset && placeOf(offset) - known.place < 34_000, `frame ${offset}`);
  }
});

test('where the last reader stopped is known exactly', () => {
  const index = new PlaceIndex({ offset: 100, place: placeOf(100) });
  index.remember(117, placeOf(117));
  assert.deepEqual(index.nearest(117), { offset: 117, place: placeOf(117) });
  assert.deepEqual(index.nearest(120), { offset: 117, place: placeOf(117) });
  assert.deepEqual(index.nearest(116), { offset: 100, place: placeOf(100) });
});
