/**
 * Goal: derived rows never drift. Random programs over a few keys are folded and derived step by step; at the end the
 * rows must equal a recount from the states. `RowMap` checks on the way that every delete hits a cell, that every put
 * changes bytes and that no cell is named twice.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type EdgeKey, type EventType, INITIAL_STATE, type MutationRules } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import { directionsOf, type TableDirection, type Value } from '../model/value.ts';
import {
  aBucket,
  aCache,
  aGroup,
  aMultiEdgeSchema,
  anEdgeSchema,
  anEvent,
  anIndex,
  type Named,
  someProperties,
  tableOf,
} from '../reduce/test-edges.ts';
import { deriveRows } from './derive-rows.ts';
import { propertyValue, vertexOf } from './edge-view.ts';
import { RowModel, WIDE_LIMITS } from './test-rows.ts';

const properties = someProperties({ at: 'long!', kind: 'string', score: 'double', amount: 'int', data: 'object' });
const groups = [
  aGroup({ group: 'all' }),
  aGroup({ group: 'daily', fields: [{ name: 'at', bucket: aBucket({ unit: 'SECOND' }) }], directionType: 'OUT' }),
  aGroup({ group: 'sum', type: 'SUM', fields: [{ name: 'kind', bucket: null }], valueField: 'amount' }),
  aGroup({ group: 'versions', type: 'SUM', fields: [], valueField: 'version', directionType: 'IN' }),
];

function uniqueTable(direction: TableDirection): Table {
  const indexes = [anIndex('recent', 'at DESC'), anIndex('mixed', 'kind', 'score DESC', 'version'), anIndex('bare')];
  return tableOf(
    anEdgeSchema({ properties, direction, indexes, groups, caches: [aCache('top', 'score DESC', 'target')] }),
  );
}

function multiTable(direction: TableDirection): Table {
  const indexes = [anIndex('recent', 'at DESC'), anIndex('ends', '_target', '_source DESC'), anIndex('data', 'data')];
  return tableOf(aMultiEdgeSchema({ properties, direction, indexes, groups, caches: [aCache('top', 'kind')] }));
}

const values: fc.Arbitrary<Named> = fc.record(
  {
    at: fc.constantFrom<Value>(1n, 100_000n),
    kind: fc.constantFrom(null, 'a', 'b'),
    score: fc.constantFrom(null, 0, -0, Number.NaN, 1.5),
    amount: fc.constantFrom(null, -2, 0, 3),
    data: fc.constantFrom(null, '{"a":1}'),
  },
  { requiredKeys: [] },
);
const ends: fc.Arbitrary<Named> = fc.record(
  { _source: fc.constantFrom(1n, 2n), _target: fc.constantFrom(1n, 3n) },
  { requiredKeys: [] },
);
const type = fc.constantFrom<EventType>('INSERT', 'INSERT', 'UPDATE', 'UPDATE', 'DELETE');
const typed = fc.oneof(
  fc.record({ rules: fc.constant<MutationRules>('v3'), type }),
  fc.record({ rules: fc.constant<MutationRules>('v2'), type: fc.oneof(type, fc.constant<EventType>('PURGE')) }),
);
const step = fc.record({ key: fc.nat(3), typed, version: fc.nat(12), values, ends });
const program = fc.array(step, { minLength: 1, maxLength: 25 });
const direction = fc.constantFrom<TableDirection>('BOTH', 'OUT', 'IN');

type Typed = { rules: MutationRules; type: EventType };
type Program = readonly { key: number; typed: Typed; version: number; values: Named; ends: Named }[];

/** The self edge a -> a is among them. */
const uniqueKeys: readonly EdgeKey[] = ['a a', 'a b', 'b a', 'a c'].map((pair) => {
  return { kind: 'edge', source: pair.charAt(0), target: pair.charAt(2) };
});
const multiKeys: readonly EdgeKey[] = [1n, 2n, 3n, 4n].map((id) => ({ kind: 'multiEdge', id }));

function run(table: Table, keys: readonly EdgeKey[], steps: Program): RowModel {
  const model = new RowModel(table);
  for (const { key, typed: one, version, values: named, ends: moved } of steps) {
    const edge = keys[key];
    assert.ok(edge !== undefined);
    const all = table.kind === 'multiEdge' ? { ...named, ...moved } : named;
    const event = anEvent(table, one.type, version, one.type === 'DELETE' ? {} : all);
    model.mutateBy(one.rules, edge, [event]);
  }
  return model;
}

for (const [name, tableFor, keys] of [
  ['unique edges', uniqueTable, uniqueKeys],
  ['multi edges that move', multiTable, multiKeys],
] as const) {
  test(`L3 rows of ${name} equal a recount from their states`, () => {
    fc.assert(
      fc.property(direction, program, (dir, steps) => {
        const model = run(tableFor(dir), keys, steps);
        const recounted = model.recount();
        assert.deepEqual(model.rows.cells, recounted.cells);
        assert.deepEqual(model.rows.sums, recounted.sums);
      }),
      { numRuns: 300 },
    );
  });

  test(`L3 counts of ${name} equal the number of active edges at each vertex`, () => {
    fc.assert(
      fc.property(direction, program, (dir, steps) => {
        const table = tableFor(dir);
        const { states, rows } = run(table, keys, steps);
        for (const side of directionsOf(dir)) {
          const vertices = new Map<Value, number>();
          for (const { key, state } of states.values()) {
            if (!state.active) continue;
            const vertex =
              key.kind === 'edge' ? (side === 'OUT' ? key.source : key.target) : vertexOf(key, state, side);
            vertices.set(vertex, (vertices.get(vertex) ?? 0) + 1);
          }
          for (const vertex of table.kind === 'edge' ? ['a', 'b', 'c'] : [1n, 2n, 3n]) {
            assert.equal(rows.count(table, side, vertex), vertices.get(vertex) ?? 0);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
}

test('every active edge has one row per index and direction, and one cell per cache and direction', () => {
  fc.assert(
    fc.property(direction, program, (dir, steps) => {
      const table = multiTable(dir);
      const { states, rows } = run(table, multiKeys, steps);
      const active = [...states.values()].filter(({ state }) => state.active).length;
      const perEdge = (table.indexes.length + table.caches.length) * directionsOf(dir).length;
      assert.equal(rows.cells.size, active * perEdge);
    }),
    { numRuns: 100 },
  );
});

test('a SUM group holds the sum over the active edges', () => {
  fc.assert(
    fc.property(program, (steps) => {
      const table = tableOf(
        anEdgeSchema({ properties, groups: [aGroup({ type: 'SUM', valueField: 'amount', directionType: 'OUT' })] }),
      );
      const { states, rows } = run(table, uniqueKeys, steps);
      const place = table.fieldIndexByName.get('amount') ?? -1;
      let expected = 0;
      for (const { state } of states.values()) if (state.active) expected += Number(propertyValue(state, place));
      const count = [...states.values()].filter(({ state }) => state.active).length;
      let sum = 0n;
      for (const value of rows.sums.values()) sum += value;
      // Counts stand in the same map: one for each direction.
      assert.equal(sum, BigInt(expected + 2 * count));
    }),
    { numRuns: 150 },
  );
});

test('a PURGE of every edge leaves no derived row', () => {
  fc.assert(
    fc.property(direction, program, (dir, steps) => {
      const table = multiTable(dir);
      const model = run(table, multiKeys, steps);
      for (const key of multiKeys) model.mutateBy('v2', key, [anEvent(table, 'PURGE', 0)]);
      assert.deepEqual([model.rows.cells.size, model.rows.sums.size], [0, 0]);
    }),
    { numRuns: 100 },
  );
});

test('a table of layout HASH or NIL has no derived row', () => {
  fc.assert(
    fc.property(fc.constantFrom('HASH' as const, 'NIL' as const), program, (layout, steps) => {
      const { rows } = run({ ...uniqueTable('OUT'), layout }, uniqueKeys, steps);
      assert.deepEqual([rows.cells.size, rows.sums.size], [0, 0]);
    }),
    { numRuns: 50 },
  );
});

test('a change to the same state derives nothing', () => {
  fc.assert(
    fc.property(program, (steps) => {
      const { table, states } = run(multiTable('BOTH'), multiKeys, steps);
      for (const { key, state } of states.values()) {
        const derived = deriveRows(table, key, { before: state, after: state }, WIDE_LIMITS);
        assert.deepEqual(derived, deriveRows(table, key, { before: INITIAL_STATE, after: INITIAL_STATE }, WIDE_LIMITS));
      }
    }),
    { numRuns: 50 },
  );
});
