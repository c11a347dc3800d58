import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from './seeded-random.ts';

function draw(seed: number, count: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => random.next());
}

test('one seed gives one sequence, another seed another', () => {
  assert.deepEqual(draw(913, 50), draw(913, 50));
  assert.notDeepEqual(draw(913, 50), draw(914, 50));
});

test('numbers lie in [0, 1) and spread over it evenly', () => {
  const tenths = new Array<number>(10).fill(0);
  for (const value of draw(7, 20_000)) {
    assert.ok(value >= 0 && value < 1);
    tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
  }
  for (const count of tenths) assert.ok(count > 1800 && count < 2200, `${count} of 20000 in a tenth`);
});

test('bytes fill the array that was given and return it', () => {
  const target = new Uint8Array(4096);
  assert.equal(new SeededRandom(1).bytes(target), target);
  assert.equal(new Set(target).size, 256);
});

test('below gives each whole number under the limit', () => {
  const random = new SeededRandom(3);
  assert.deepEqual([...new Set(Array.from({ length: 200 }, () => random.below(6)))].sort(), [0, 1, 2, 3, 4, 5]);
});
