import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exchangeAnswer, wishTable } from '../../fixtures/shop.ts';
import { printCount, printCounts, printEmptyCount } from './count-json.ts';

const wish = wishTable();

describe('printCount', () => {
  it('prints the answer of the documented exchange', () => {
    assert.equal(printCount(wish, { start: 7n, direction: 'OUT', count: 3n }), exchangeAnswer(9));
  });

  it('prints a start of the type that the direction starts at', () => {
    assert.equal(
      printCount(wish, { start: '7', direction: 'IN', count: -1n }),
      '{"start":"7","direction":"IN","count":-1,"context":{}}',
    );
  });

  it('prints the count of a table that holds nothing', () => {
    assert.equal(printEmptyCount('OUT'), '{"start":"","direction":"OUT","count":0,"context":{}}');
  });
});

describe('printCounts', () => {
  it('prints the answer of the documented exchange', () => {
    const counts = [
      { start: 'sku-a', direction: 'IN', count: 2n },
      { start: 'sku-q', direction: 'IN', count: 0n },
    ] as const;
    assert.equal(printCounts(wish, counts), exchangeAnswer(10));
  });

  it('prints no counts', () => assert.equal(printCounts(wish, []), '{"counts":[],"count":0,"context":{}}'));
});
