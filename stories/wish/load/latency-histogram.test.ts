import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { LatencyHistogram } from './latency-histogram.ts';
import { Zipf } from './zipf.ts';

test('a quantile of the histogram is within 6 % of that of a sorted list', () => {
  const random = new SeededRandom(1);
  const histogram = new LatencyHistogram();
  const all = Array.from({ length: 10_000 }, () => 0.05 * 10 ** (random.next() * 5));
  for (const ms of all) histogram.record(ms);
  all.sort((a, b) => a - b);
  for (const share of [0.01, 0.5, 0.9, 0.99, 1]) {
    const exact = all[Math.ceil(all.length * share) - 1] ?? 0;
    const found = histogram.quantileMs(share);
    assert.ok(Math.abs(found - exact) <= exact * 0.06, `${share}: ${found} should be ${exact}`);
  }
  assert.equal(histogram.figures().count, 10_000);
});

test('an empty histogram says 0', () => {
  assert.deepEqual(new LatencyHistogram().figures(), { count: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
});

test('a rank of Zipf is drawn as often as its place says', () => {
  const random = new SeededRandom(2);
  const zipf = new Zipf(50);
  const drawn = new Array<number>(50).fill(0);
  for (let draw = 0; draw < 50_000; draw++) {
    const rank = zipf.draw(random);
    drawn[rank] = (drawn[rank] ?? 0) + 1;
  }
  const [first = 0, , third = 0] = drawn;
  assert.ok(first > third * 2 && third > (drawn[40] ?? 0) * 3, drawn.join(' '));
});
