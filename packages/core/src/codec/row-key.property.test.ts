import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BrokenInvariant } from '../failure.ts';
import type { EdgeKey } from '../model/edge.ts';
import type { Direction, PropertyType, SortOrder } from '../model/value.ts';
import { aTable, only } from '../testing/a-table.ts';
import { valuesOfType } from '../testing/stored-values.ts';
import { MalformedBytes } from './malformed-bytes.ts';
import { encodeValue } from './ordered-value.ts';
import { keyOwner, recordTypeOf } from './record-type.ts';
import {
  decodeCacheQualifier,
  decodeGroupQualifier,
  decodeIndexKey,
  decodeStateKey,
  encodeCacheKey,
  encodeCacheQualifier,
  encodeCountKey,
  encodeGroupKey,
  encodeGroupQualifier,
  encodeIndexKey,
  encodeIndexPrefix,
  encodeStateKey,
  farTypeOf,
  plusOne,
  vertexTypeOf,
} from './row-key.ts';

const vertexType = fc.constantFrom<PropertyType>('long', 'string');
const idType = fc.constantFrom<PropertyType>('long', 'string', 'int', 'boolean', 'double');
const direction = fc.constantFrom<Direction>('OUT', 'IN');
const fieldType = fc.constantFrom<PropertyType>('boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'string');
const anyBytes = fc.uint8Array({ maxLength: 60 });

/** Objects as our code makes them. */
const PLAIN = { noNullPrototype: true };

/** A table with one index, cache and group over the same random fields. */
const anyTable = fc
  .record({
    sourceType: vertexType,
    targetType: vertexType,
    idType: fc.option(idType),
    types: fc.array(fc.tuple(fieldType, fc.constantFrom<SortOrder>('ASC', 'DESC')), { maxLength: 3 }),
  })
  .map(({ sourceType, targetType, idType: id, types }) => {
    const orders = Object.fromEntries(types.map(([, order], i) => [`f${i}`, order]));
    return aTable({
      sourceType,
      targetType,
      ...(id === null ? {} : { idType: id }),
      fields: Object.fromEntries(types.map(([type], i) => [`f${i}`, type])),
      indexes: { recent: orders },
      caches: { recent: orders },
      groups: { daily: Object.keys(orders) },
    });
  });

/** A table with an edge of it as one of its index rows sees it. */
const anyEntry = fc.tuple(anyTable, direction).chain(([table, seen]) =>
  fc.record({
    table: fc.constant(table),
    direction: fc.constant(seen),
    vertex: valuesOfType[vertexTypeOf(table, seen)],
    far: valuesOfType[farTypeOf(table, seen)],
    values: fc.tuple(...only(table.indexes).fields.map((field) => fc.option(valuesOfType[field.type]))),
  }),
);

describe('row keys', () => {
  it('of states come back as the edge', () => {
    const tableAndKey = anyTable.chain((table) =>
      fc.tuple(
        fc.constant(table),
        table.idType === null
          ? fc.record<EdgeKey & { kind: 'edge' }>(
              {
                kind: fc.constant('edge'),
                source: valuesOfType[table.sourceType],
                target: valuesOfType[table.targetType],
              },
              PLAIN,
            )
          : fc.record<EdgeKey & { kind: 'multiEdge' }>(
              {
                kind: fc.constant('multiEdge'),
                id: valuesOfType[table.idType],
              },
              PLAIN,
            ),
      ),
    );
    fc.assert(
      fc.property(tableAndKey, ([table, key]) => {
        const bytes = encodeStateKey(table, key);
        assert.deepEqual(decodeStateKey(table, bytes), key);
        assert.equal(recordTypeOf(bytes), 'state');
      }),
      { numRuns: 200 },
    );
  });

  it('of index rows begin with the prefix of their vertex and come back as values and far end', () => {
    fc.assert(
      fc.property(anyEntry, ({ table, ...entry }) => {
        const index = only(table.indexes);
        const bytes = encodeIndexKey(table, index, entry);
        const prefix = encodeIndexPrefix(table, index, entry.direction, entry.vertex);
        assert.deepEqual(bytes.subarray(0, prefix.length), prefix);
        assert.deepEqual(decodeIndexKey(table, index, entry.direction, bytes), {
          values: entry.values,
          far: entry.far,
        });
        assert.equal(recordTypeOf(bytes), 'index');
      }),
      { numRuns: 200 },
    );
  });

  it('of cache cells equal the end of the index key of the same fields, and come back', () => {
    fc.assert(
      fc.property(anyEntry, ({ table, ...entry }) => {
        const cache = only(table.caches);
        const index = only(table.indexes);
        const qualifier = encodeCacheQualifier(table, cache, entry);
        const prefix = encodeIndexPrefix(table, index, entry.direction, entry.vertex);
        assert.deepEqual(encodeIndexKey(table, index, entry).subarray(prefix.length), qualifier);
        assert.deepEqual(decodeCacheQualifier(table, cache, entry.direction, qualifier), {
          values: entry.values,
          far: entry.far,
        });
      }),
      { numRuns: 200 },
    );
  });

  it('of group cells come back, and fewer values make a prefix', () => {
    fc.assert(
      fc.property(anyEntry, ({ table, values }) => {
        const group = only(table.groups);
        const qualifier = encodeGroupQualifier(group, values);
        assert.deepEqual(decodeGroupQualifier(group, qualifier), values);
        const prefix = encodeGroupQualifier(group, values.slice(0, -1));
        assert.deepEqual(qualifier.subarray(0, prefix.length), prefix);
      }),
      { numRuns: 100 },
    );
  });

  it('have the far end of the type that lies opposite to the direction', () => {
    const table = aTable({ sourceType: 'long', targetType: 'string', indexes: { recent: {} } });
    const index = only(table.indexes);
    const out = encodeIndexKey(table, index, { direction: 'OUT', vertex: 7n, values: [], far: 'a' });
    const back = encodeIndexKey(table, index, { direction: 'IN', vertex: 'a', values: [], far: 7n });
    assert.equal(decodeIndexKey(table, index, 'OUT', out).far, 'a');
    assert.equal(decodeIndexKey(table, index, 'IN', back).far, 7n);
  });

  it('of a table without salt are the same keys without their first four bytes, and come back', () => {
    fc.assert(
      fc.property(anyEntry, ({ table: salted, ...entry }) => {
        const bare = { ...salted, saltBytes: 0 };
        const index = only(salted.indexes);
        const key: EdgeKey =
          salted.idType === null
            ? {
                kind: 'edge',
                source: entry.direction === 'OUT' ? entry.vertex : entry.far,
                target: entry.direction === 'OUT' ? entry.far : entry.vertex,
              }
            : { kind: 'multiEdge', id: entry.far };
        const stateKey = encodeStateKey(bare, key);
        const indexKey = encodeIndexKey(bare, index, entry);
        assert.deepEqual(stateKey, encodeStateKey(salted, key).subarray(4));
        assert.deepEqual(indexKey, encodeIndexKey(salted, index, entry).subarray(4));
        const countKey = encodeCountKey(bare, entry.direction, entry.vertex);
        assert.deepEqual(countKey, encodeCountKey(salted, entry.direction, entry.vertex).subarray(4));
        assert.deepEqual(decodeStateKey(bare, stateKey), key);
        assert.deepEqual(decodeIndexKey(bare, index, entry.direction, indexKey), {
          values: entry.values,
          far: entry.far,
        });
        assert.equal(recordTypeOf(indexKey, 0), 'index');
      }),
      { numRuns: 100 },
    );
  });

  it('tell their record type', () => {
    const table = aTable({ caches: { top: {} }, groups: { daily: [] } });
    assert.equal(recordTypeOf(encodeCountKey(table, 'IN', 'a')), 'count');
    assert.equal(recordTypeOf(encodeCacheKey(table, only(table.caches), 'OUT', 'a')), 'cache');
    assert.equal(recordTypeOf(encodeGroupKey(table, only(table.groups), 'OUT', 'a')), 'group');
    assert.throws(() => recordTypeOf(Uint8Array.of(0, 0, 0, 0, 5)), MalformedBytes);
  });

  it('tell the index, group or cache that they belong to, also with a qualifier behind them', () => {
    for (const saltBytes of [0, 4]) {
      const table = aTable({ saltBytes, indexes: { newest: {} }, caches: { top: {} }, groups: { daily: [] } });
      const [index, cache, group] = [only(table.indexes), only(table.caches), only(table.groups)];
      const entry = { direction: 'IN', vertex: 'a', values: [], far: 'b' } as const;
      const prefix = encodeIndexPrefix(table, index, 'IN', 'a');
      assert.deepEqual(keyOwner(encodeIndexKey(table, index, entry), saltBytes), {
        type: 'index',
        code: index.code,
        sizeBytes: prefix.length,
      });
      const cacheKey = encodeCacheKey(table, cache, 'OUT', 'a');
      const whole = Buffer.concat([cacheKey, encodeCacheQualifier(table, cache, { values: [], far: 'b' })]);
      assert.deepEqual(keyOwner(whole, saltBytes), { type: 'cache', code: cache.code, sizeBytes: cacheKey.length });
      const groupKey = encodeGroupKey(table, group, 'OUT', 'a');
      const owner = { type: 'group', code: group.code, sizeBytes: groupKey.length };
      assert.deepEqual(keyOwner(groupKey, saltBytes), owner);
      const stateKey = encodeStateKey(table, { kind: 'edge', source: 'a', target: 'b' });
      assert.equal(keyOwner(stateKey, saltBytes).code, null);
    }
  });

  it('are read from any bytes, or MalformedBytes is thrown', () => {
    const changed = fc
      .tuple(anyEntry, fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([{ table, ...entry }, at, flip]) => {
        const bytes = encodeIndexKey(table, only(table.indexes), entry);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ flip;
        return { table, direction: entry.direction, bytes };
      });
    const random = fc.record({ table: anyTable, direction, bytes: anyBytes });
    fc.assert(
      fc.property(fc.oneof(changed, random), ({ table, direction: seen, bytes }) => {
        onlyMalformed(() => decodeIndexKey(table, only(table.indexes), seen, bytes));
        onlyMalformed(() => decodeStateKey(table, bytes));
        onlyMalformed(() => decodeCacheQualifier(table, only(table.caches), seen, bytes));
        onlyMalformed(() => decodeGroupQualifier(only(table.groups), bytes));
        onlyMalformed(() => recordTypeOf(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('of another table, kind or salt are not read', () => {
    const table = aTable({ indexes: { recent: {} } });
    const bytes = encodeStateKey(table, { kind: 'edge', source: 'a', target: 'b' });
    assert.throws(() => decodeStateKey(aTable({ name: 'likes.other' }), bytes), /table code is another/);
    assert.throws(() => decodeStateKey(aTable({ targetType: 'long' }), bytes), /string instead of long/);
    assert.throws(() => decodeStateKey(aTable({ idType: 'string' }), bytes), /two ids .* differ/);
    assert.throws(() => decodeStateKey(table, Uint8Array.of(...bytes, 5)), /left over/);
    const indexKey = encodeIndexKey(table, only(table.indexes), { direction: 'IN', vertex: 'a', values: [], far: 'b' });
    assert.throws(() => decodeStateKey(table, indexKey), /record type is another/);
    assert.throws(() => decodeIndexKey(table, only(table.indexes), 'OUT', indexKey), /direction is another/);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    assert.throws(() => decodeStateKey(table, bytes), /salt is another/);
  });

  it('never hold a null vertex or a value too few', () => {
    const table = aTable({ indexes: { recent: { created_at: 'DESC' } } });
    assert.throws(() => encodeCountKey(table, 'OUT', null), BrokenInvariant);
    const entry = { direction: 'OUT', vertex: 'a', values: [], far: 'b' } as const;
    assert.throws(() => encodeIndexKey(table, only(table.indexes), entry), BrokenInvariant);
    assert.throws(() => encodeStateKey(table, { kind: 'multiEdge', id: 1n }), BrokenInvariant);
  });
});

describe('plusOne', () => {
  it('is above all strings that begin with the bytes and not above any other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), anyBytes, (prefix, rest) => {
        const end = plusOne(prefix);
        if (end === undefined) return assert.ok(prefix.every((byte) => byte === 0xff));
        assert.equal(Buffer.compare(Buffer.concat([prefix, rest]), end), -1);
        if (Buffer.compare(rest, prefix) > 0 && !Buffer.from(rest).subarray(0, prefix.length).equals(prefix)) {
          assert.ok(Buffer.compare(rest, end) >= 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('carries, and leaves its argument alone', () => {
    const bytes = Uint8Array.of(0x2c, 0xff, 0xff);
    assert.deepEqual(plusOne(bytes), Uint8Array.of(0x2d, 0, 0));
    assert.deepEqual(bytes, Uint8Array.of(0x2c, 0xff, 0xff));
    assert.equal(plusOne(Uint8Array.of(0xff, 0xff)), undefined);
    assert.equal(plusOne(new Uint8Array()), undefined);
    assert.deepEqual(plusOne(encodeValue('byte', 126, 'ASC')), encodeValue('byte', 127, 'ASC'));
  });
});

function onlyMalformed(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof MalformedBytes, String(error));
  }
}
