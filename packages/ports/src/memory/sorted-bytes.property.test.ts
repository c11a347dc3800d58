import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SortedBytes } from './sorted-bytes.ts';

const keys = fc.string({ unit: fc.constantFrom('\x00', '\x01', 'a', '\xfe', '\xff'), maxLength: 4 });
const changes = fc.array(fc.tuple(keys, fc.boolean()), { minLength: 200, maxLength: 600 });

test('a sorted map equals a Map, and an old version is not touched by later changes', () => {
  fc.assert(
    fc.property(changes, keys, fc.option(keys, { nil: undefined }), fc.nat(50), (list, start, end, limit) => {
      const model = new Map<string, Uint8Array>();
      let sorted = SortedBytes.empty;
      const half = list.length >>> 1;
      let [old, oldKeys] = [sorted, [...model.keys()]];
      for (const [at, [key, isPut]] of list.entries()) {
        const value = Uint8Array.of(at & 255);
        sorted = isPut ? sorted.with(key, value) : sorted.without(key);
        if (isPut) model.set(key, value);
        else model.delete(key);
        if (at === half) [old, oldKeys] = [sorted, [...model.keys()].sort()];
        assert.equal(sorted.get(key), model.get(key));
      }
      assert.equal(sorted.size, model.size);
      const all = { start: '', end: undefined, limit: 1_000, reverse: false };
      assert.deepEqual(
        old.scan(all).map((entry) => entry.key),
        oldKeys,
      );
      for (const reverse of [false, true]) {
        const expected = [...model.keys()].filter((key) => key >= start && (end === undefined || key < end)).sort();
        if (reverse) expected.reverse();
        const found = sorted.scan({ start, end, limit, reverse });
        assert.deepEqual(
          found.map((entry) => entry.key),
          expected.slice(0, limit),
        );
        for (const { key, value } of found) assert.equal(value, model.get(key));
      }
    }),
    { numRuns: 100 },
  );
});
