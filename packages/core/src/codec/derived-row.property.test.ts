/** Goal: the address of every derived row leads back to its edge. Method: rows of derived states, salted or not. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rowsOfState } from '../derive/rows-of-state.ts';
import type { EdgeKey } from '../model/edge.ts';
import { aTable } from '../testing/a-table.ts';
import { edgeOfRow, readDerivedRow } from './derived-row.ts';
import { MalformedBytes } from './malformed-bytes.ts';

const names = { indexes: { newest: {} }, caches: { top: {} }, groups: { daily: [] } };

const given = fc.record({
  saltBytes: fc.constantFrom(0, 4),
  source: fc.string({ maxLength: 8 }).map((text) => text.replaceAll('\0', '.').toWellFormed()),
  target: fc.string({ maxLength: 8 }).map((text) => text.replaceAll('\0', '.').toWellFormed()),
  isMulti: fc.boolean(),
  version: fc.bigInt({ min: 0n, max: 9n }),
});

test('the address of an index row or a cache cell leads to its edge, and that of a counter to its vertex', () => {
  fc.assert(
    fc.property(given, ({ saltBytes, source, target, isMulti, version }) => {
      const table = aTable({ saltBytes, ...names, ...(isMulti ? { idType: 'long' } : {}) });
      const key: EdgeKey = isMulti ? { kind: 'multiEdge', id: 5n } : { kind: 'edge', source, target };
      const cells = [source, target].map((value) => ({ version, value }));
      const properties = isMulti ? [...cells, undefined] : [undefined];
      const state = { active: true, version, createdAt: null, deletedAt: null, properties };
      const { cells: rows, shares } = rowsOfState(table, key, state);
      assert.ok(rows.length >= 2 && shares.length >= 1);
      for (const address of rows) {
        const row = readDerivedRow(table, address);
        assert.ok(row.kind === 'index' || row.kind === 'cache');
        assert.deepEqual(edgeOfRow(table, row), key);
        assert.equal(row.vertex, row.direction === 'OUT' ? source : target);
      }
      for (const address of shares) {
        const row = readDerivedRow(table, address);
        assert.ok(row.kind === 'count' || row.kind === 'group');
        assert.equal(row.vertex, row.direction === 'OUT' ? source : target);
      }
    }),
    { numRuns: 200 },
  );
});

test('an address that is none of the table is MalformedBytes, whatever its bytes are', () => {
  const table = aTable({ saltBytes: 0, ...names });
  const key: EdgeKey = { kind: 'edge', source: 'a', target: 'b' };
  const state = { active: true, version: 1n, createdAt: null, deletedAt: null, properties: [] };
  const { cells, shares } = rowsOfState(table, key, state);
  const changed = fc
    .tuple(fc.constantFrom(...cells, ...shares), fc.nat(), fc.nat(255))
    .map(([{ key: row, qualifier }, place, byte]) => ({ key: row.with(place % row.length, byte), qualifier }));
  const anything = fc.uint8Array({ maxLength: 40 }).map((row) => ({ key: row, qualifier: undefined }));
  fc.assert(
    fc.property(fc.oneof(changed, anything), (address) => {
      try {
        readDerivedRow(table, address);
      } catch (error) {
        assert.ok(error instanceof MalformedBytes, String(error));
      }
    }),
    { numRuns: 300 },
  );
});
