import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aTable } from '../testing/a-table.ts';
import { encodeCursor } from './cursor.ts';
import { decodeEdgeId, encodeEdgeId } from './edge-id.ts';
import { KeyWriter } from './key-writer.ts';

const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\0'));
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe('edge ids', () => {
  it('are the documented text', () => {
    assert.equal(encodeEdgeId(aTable(), { kind: 'edge', source: 'Alice', target: 'Phone' }), 'bgSN7qiN3shnXm6PsMA');
    assert.deepEqual(decodeEdgeId('bgSN7qiN3shnXm6PsMA'), { source: 'Alice', target: 'Phone' });
  });

  it('come back as the ends that they name, 5 and "5" apart', () => {
    fc.assert(
      fc.property(long, text, (source, target) => {
        const table = aTable({ sourceType: 'long', targetType: 'string' });
        assert.deepEqual(decodeEdgeId(encodeEdgeId(table, { kind: 'edge', source, target })), { source, target });
      }),
      { numRuns: 200 },
    );
  });

  it('of a multi edge name its id twice, like its state key', () => {
    const table = aTable({ idType: 'long' });
    assert.deepEqual(decodeEdgeId(encodeEdgeId(table, { kind: 'multiEdge', id: 5n })), { source: 5n, target: 5n });
  });

  it('are refused when they are anything else, whatever the bytes', () => {
    const refused = { code: 'invalid-edge-id', message: /^edgeId '.*' names no edge; expected one that/ };
    const values = (
      ...all: readonly ['int' | 'long' | 'string' | 'object', number | bigint | string | null][]
    ): string => {
      const writer = new KeyWriter();
      for (const [type, value] of all) writer.writeValue(type, value);
      return encodeCursor(writer.take());
    };
    const descending = new KeyWriter();
    for (const end of ['a', 'b']) descending.writeValue('string', end, 'DESC');
    for (const id of [
      '',
      'a',
      'not base64!',
      'A'.repeat(16_388),
      values(['string', 'a']),
      values(['string', 'a'], ['string', 'b'], ['string', 'c']),
      values(['string', 'a'], ['int', 1]),
      values(['object', '1'], ['string', 'a']),
      values(['string', null], ['string', 'a']),
      encodeCursor(descending.take()),
    ]) {
      assert.throws(() => decodeEdgeId(id), refused, id);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        const id = encodeCursor(bytes);
        try {
          const { source, target } = decodeEdgeId(id);
          const sourceType = typeof source === 'bigint' ? 'long' : 'string';
          const table = aTable({ sourceType, targetType: typeof target === 'bigint' ? 'long' : 'string' });
          assert.equal(encodeEdgeId(table, { kind: 'edge', source, target }), id);
        } catch (error) {
          assert.ok(error instanceof Error && 'code' in error && error.code === 'invalid-edge-id', String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});
