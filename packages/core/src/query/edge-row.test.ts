import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { giftTable, wishTable } from '../../fixtures/shop.ts';
import type { EdgeState } from '../model/edge.ts';
import { rowOfIndex, rowOfState } from './edge-row.ts';

const wish = wishTable();
const gift = giftTable();

describe('rowOfState', () => {
  it('takes the ends of a unique edge from its key', () => {
    const state = aState([{ version: 10n, value: 1000n }, { version: 10n, value: null }, undefined]);
    assert.deepEqual(rowOfState(wish, { kind: 'edge', source: 7n, target: 'sku-a' }, state), {
      version: 13n,
      source: 7n,
      target: 'sku-a',
      id: undefined,
      values: [1000n, null, undefined],
    });
  });

  it('takes the ends of a multi edge from its hidden properties', () => {
    const state = aState([
      { version: 1n, value: 'ann' },
      { version: 1n, value: 5n },
      { version: 1n, value: 9n },
    ]);
    assert.deepEqual(rowOfState(gift, { kind: 'multiEdge', id: 100n }, state), {
      version: 13n,
      source: 'ann',
      target: 5n,
      id: 100n,
      values: ['ann', 5n, 9n, undefined],
    });
  });
});

describe('rowOfIndex', () => {
  const seen = { version: 4n, values: [1000n, 'red', null] };

  it('keeps source and target as seen from OUT', () => {
    const row = rowOfIndex(wish, 'OUT', 7n, 'sku-a', seen);
    assert.deepEqual([row.source, row.target, row.id], [7n, 'sku-a', undefined]);
  });

  it('turns source and target back as seen from IN', () => {
    const row = rowOfIndex(wish, 'IN', 'sku-a', 7n, seen);
    assert.deepEqual([row.source, row.target, row.version], [7n, 'sku-a', 4n]);
    assert.equal(row.values, seen.values);
  });

  for (const [direction, vertex] of [
    ['OUT', 'ann'],
    ['IN', 5n],
  ] as const) {
    it(`shows the real ends and the id of a multi edge as seen from ${direction}`, () => {
      const row = rowOfIndex(gift, direction, vertex, 100n, { version: 4n, values: ['ann', 5n, 1n, null] });
      assert.deepEqual([row.source, row.target, row.id], ['ann', 5n, 100n]);
    });
  }

  it('knows at least the near end when a multi edge row lacks its hidden properties', () => {
    const lacking = { version: 4n, values: [undefined, undefined, 1n, null] };
    const out = rowOfIndex(gift, 'OUT', 'ann', 100n, lacking);
    const back = rowOfIndex(gift, 'IN', 5n, 100n, lacking);
    assert.deepEqual([out.source, out.target, back.source, back.target], ['ann', null, null, 5n]);
  });
});

function aState(properties: EdgeState['properties']): EdgeState {
  return { active: true, version: 13n, createdAt: 10n, deletedAt: null, properties };
}
