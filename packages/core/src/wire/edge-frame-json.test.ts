import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aTable, exchangeAnswer, giftTable, wishTable } from '../../fixtures/shop.ts';
import type { EdgeRow } from '../query/edge-row.ts';
import { EMPTY_FRAME, printEdgeFrame } from './edge-frame-json.ts';

const wish = wishTable();
const gift = giftTable();

const a7: EdgeRow = { version: 13n, source: 7n, target: 'sku-a', values: [1000n, 'red', 5] };
const b7: EdgeRow = { version: 11n, source: 7n, target: 'sku-b', values: [2000n, 'blue', undefined] };
const c7: EdgeRow = { version: 12n, source: 7n, target: 'sku-c', values: [3000n, 'red', 3] };
const a8: EdgeRow = { version: 14n, source: 8n, target: 'sku-a', values: [1500n, null, null] };

const LAST = { offset: null, hasNext: false };

describe('printEdgeFrame', () => {
  it('prints the answers of the documented exchange', () => {
    const first = { offset: 'iToeeDQXIQQYAnKKoO0W9Q', hasNext: true };
    const answers: readonly [number, string][] = [
      [7, printEdgeFrame(wish, { rows: [a7, b7, a8], total: 3, ...LAST })],
      [8, printEdgeFrame(wish, { rows: [a8], total: 1, ...LAST })],
      [11, printEdgeFrame(wish, { rows: [c7, b7], total: -1, ...first })],
      [12, printEdgeFrame(wish, { rows: [a7], total: -1, ...LAST })],
      [13, printEdgeFrame(wish, { rows: [c7], total: 3n, offset: 'iToeeDQXIQhwAnKKoO0X9Q', hasNext: true })],
      [14, printEdgeFrame(wish, { rows: [b7, a7], total: -1, ...LAST })],
      [15, printEdgeFrame(wish, { rows: [c7], total: -1, ...LAST })],
      [16, printEdgeFrame(wish, { rows: [a8, a7], total: -1, ...LAST })],
      [20, printEdgeFrame(wish, { rows: [c7, b7], total: 2, ...first })],
    ];
    for (const [step, text] of answers) assert.equal(text, exchangeAnswer(step), `step ${step}`);
  });

  it('prints a multi edge with its id first and without its hidden ends', () => {
    const row: EdgeRow = { version: 1n, source: 'ann', target: 5n, id: 100n, values: ['ann', 5n, 9n, undefined] };
    assert.equal(
      printEdgeFrame(gift, { rows: [row], total: -1, ...LAST }),
      '{"edges":[{"version":1,"source":"ann","target":5,"properties":{"_id":100,"at":9,"note":null},"context":{}}],' +
        '"count":1,"total":-1,"offset":null,"hasNext":false,"context":{}}',
    );
  });

  it('escapes texts and names, and keeps 64-bit integers whole', () => {
    const table = aTable(`{"type":"edge","source":{"type":"string","comment":""},"target":{"type":"long","comment":""},
      "direction":"OUT","properties":[{"name":"a \\"b\\"","type":"string","comment":"","nullable":true}]}`);
    const version = 2n ** 63n - 1n;
    const row: EdgeRow = { version, source: 'x"\n', target: -(2n ** 63n), values: ['\\'] };
    assert.equal(
      printEdgeFrame(table, { rows: [row], total: 1, offset: 'a"', hasNext: true }),
      '{"edges":[{"version":9223372036854775807,"source":"x\\"\\n","target":-9223372036854775808,' +
        '"properties":{"a \\"b\\"":"\\\\"},"context":{}}],"count":1,"total":1,"offset":"a\\"","hasNext":true,"context":{}}',
    );
  });

  it('prints a frame without rows, and edges without properties', () => {
    const bare = aTable(`{"type":"edge","source":{"type":"long","comment":""},"target":{"type":"long","comment":""},
      "direction":"OUT"}`);
    assert.equal(printEdgeFrame(bare, { rows: [], total: 0, ...LAST }), EMPTY_FRAME);
    assert.match(
      printEdgeFrame(bare, { rows: [{ version: 1n, source: 1n, target: 2n, values: [] }], total: 1, ...LAST }),
      /"properties":\{\},"context"/,
    );
  });
});
