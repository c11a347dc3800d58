import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUCKETS } from '@actionbase/core/digest/row-digest';
import fc from 'fast-check';
import { type DigestChange, DigestSums } from './digest-sums.ts';

const change = fc.record({
  bucket: fc.nat(3),
  rows: fc.integer({ min: -1, max: 1 }),
  sum: fc.bigInt(0n, 2n ** 64n - 1n),
});

/** The digest of a bucket after changes, by plain addition. */
function model(changes: readonly Omit<DigestChange, 'order'>[], bucket: number) {
  const mine = changes.filter((one) => one.bucket === bucket);
  return {
    rows: mine.reduce((sum, one) => sum + one.rows, 0),
    sum: BigInt.asUintN(
      64,
      mine.reduce((sum, one) => sum + one.sum, 0n),
    ),
  };
}

test('digests are the sums of all changes, and history tells them as of any order since it is kept', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), fc.nat(30), fc.nat(30), (changes, start, at) => {
      const sums = new DigestSums();
      const from = Math.min(start, changes.length);
      const until = Math.max(from, Math.min(at, changes.length));
      for (const [index, one] of changes.entries()) {
        if (index === from) sums.keepHistory();
        sums.apply({ ...one, order: BigInt(index) });
      }
      if (from === changes.length) sums.keepHistory();
      const past = sums.sumsAt(BigInt(until) - 1n);
      for (let bucket = 0; bucket < 4; bucket += 1) {
        assert.deepEqual(sums.at(bucket), model(changes, bucket));
        assert.deepEqual(past[bucket], model(changes.slice(0, until), bucket));
      }
    }),
  );
});

test('a digest of stored rows takes the place of what was summed up to its order, and later changes stay on top', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), fc.nat(20), (changes, at) => {
      const until = Math.min(at, changes.length);
      const sums = new DigestSums();
      sums.keepHistory();
      for (const [index, one] of changes.entries()) sums.apply({ ...one, order: BigInt(index) });
      const stored = Array.from({ length: BUCKETS }, (_, bucket) => ({ rows: 5, sum: BigInt(bucket) }));
      sums.rebase(BigInt(until) - 1n, stored);
      for (let bucket = 0; bucket < 4; bucket += 1) {
        const later = model(changes.slice(until), bucket);
        const expected = { rows: 5 + later.rows, sum: BigInt.asUintN(64, BigInt(bucket) + later.sum) };
        assert.deepEqual(sums.at(bucket), expected);
      }
    }),
  );
});
