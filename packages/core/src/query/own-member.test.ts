import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wishTable } from '../../fixtures/shop.ts';
import { planAgg } from './agg-plan.ts';
import { compileFilters } from './filter.ts';
import { ownMember } from './own-member.ts';
import { parsePredicates } from './predicate.ts';
import { planScan } from './scan-plan.ts';

const SYNONYMS = [
  ['version', 'ts', '5'],
  ['source', 'src', '7'],
  ['target', 'tgt', 'sku'],
] as const;

const wish = wishTable();

describe('ownMember', () => {
  for (const [v3, v2] of SYNONYMS) {
    it(`takes ${v2} for ${v3}`, () => assert.deepEqual([ownMember(v3), ownMember(v2)], [v3, v3]));
  }
  for (const name of ['', 'at', 'Ts', '_source', 'toString']) {
    it(`leaves ${JSON.stringify(name)} alone`, () => assert.equal(ownMember(name), undefined));
  }
});

describe('the v2 names of the edge’s own members', () => {
  for (const [v3, v2, value] of SYNONYMS) {
    it(`filters take ${v2}`, () => {
      const filter = (name: string) => compileFilters(wish, parsePredicates(`${name}:eq:${value}`, 'filters'));
      assert.deepEqual(filter(v2), filter(v3));
    });
  }

  it('ranges of a scan take tgt and ts', () => {
    const index = wish.indexes.find(({ name }) => name === 'by_self');
    assert(index !== undefined);
    const plan = (text: string) => {
      const ranges = parsePredicates(text, 'ranges');
      return planScan(wish, index, { direction: 'OUT', vertex: 7n, ranges, filters: [], limit: 9 });
    };
    assert.deepEqual(plan('tgt:eq:sku;ts:gt:16'), plan('target:eq:sku;version:gt:16'));
  });

  it('ranges of an aggregation take tgt, but not for a bucket’s name', () => {
    const group = aGroup();
    const plan = (text: string) => planAgg(group, parsePredicates(text, 'ranges'), 0);
    assert.deepEqual(plan('tgt:eq:sku'), plan('target:eq:sku'));
    assert.throws(() => plan('tgt:eq:sku;ts:eq:2025-01-01'), /valid `ranges` order .* is \[target, day\]/);
  });
});

function aGroup(): Parameters<typeof planAgg>[0] {
  const from = { kind: 'target' } as const;
  const bucket = { type: 'date', name: 'day', unit: 'SECOND', timezone: 'UTC', format: 'yyyy-MM-dd' } as const;
  return {
    name: 'g',
    code: 1,
    type: 'COUNT',
    fields: [
      { name: 'target', from, type: 'string', bucket: null },
      { name: 'version', from: { kind: 'version' }, type: 'string', bucket },
    ],
    valueFrom: null,
    valueName: '-',
    directionType: 'BOTH',
    ttlMs: 1,
  };
}
