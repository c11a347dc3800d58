import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PROPERTY_TYPES } from '../model/value.ts';
import { castForWrite } from '../reduce/cast.ts';
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
        const ends = decodeEdgeId(encodeEdgeId(table, { kind: 'edge', source, target }));
        assert.deepEqual([castForWrite('long', ends.source, 'source'), ends.target], [source, target]);
        assert.notEqual(typeof ends.source, 'string');
      }),
      { numRuns: 200 },
    );
  });

  it('of a multi edge name its id twice, like its state key', () => {
    const table = aTable({ idType: 'long' });
    assert.deepEqual(decodeEdgeId(encodeEdgeId(table, { kind: 'multiEdge', id: 5n })), { source: 5, target: 5 });
  });

  const ids = {
    boolean: [true, false],
    byte: [-128, 5],
    short: [-32_768, 5],
    int: [-5, 2 ** 31 - 1],
    long: [0n, -(2n ** 63n), 2n ** 63n - 1n],
    float: [1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY],
    double: [0.1, 1e300, -0, Number.NaN, Number.POSITIVE_INFINITY],
    string: ['', 'x', '5'],
    object: ['{"a":[1,null]}', '"x"', '12345678901234567890'],
  } as const;
  for (const type of PROPERTY_TYPES) {
    it(`name a multi edge whose id is of type ${type}`, () => {
      const table = aTable({ idType: type });
      for (const id of ids[type]) {
        const { source, target } = decodeEdgeId(encodeEdgeId(table, { kind: 'multiEdge', id }));
        assert.deepEqual([castForWrite(type, source, 'id'), castForWrite(type, target, 'id')], [id, id]);
      }
    });
  }

  it('are refused when they are anything else, whatever the bytes', () => {
    const refused = { code: 'invalid-edge-id', message: /^edgeId '.*' names no edge; expected one that/ };
    const values = (...all: readonly ['string' | 'object', string | null][]): string => {
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
      values(['object', '{'], ['string', 'a']),
      values(['string', null], ['string', 'a']),
      encodeCursor(descending.take()),
    ]) {
      assert.throws(() => decodeEdgeId(id), refused, id);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        const id = encodeCursor(bytes);
        try {
          decodeEdgeId(id);
        } catch (error) {
          assert.ok(error instanceof Error && 'code' in error && error.code === 'invalid-edge-id', String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});
