import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeIndexKey, encodeGroupKey, encodeGroupQualifier, encodeIndexPrefix } from '../codec/row-key.ts';
import { decodeIndexValue, encodeStateValue } from '../codec/row-value.ts';
import { type EdgeKey, type EdgeState, INITIAL_STATE } from '../model/edge.ts';
import type { GroupSchema } from '../model/schema.ts';
import type { Table } from '../model/table.ts';
import type { Direction, Value } from '../model/value.ts';
import { reduce } from '../reduce/reduce.ts';
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
import { stateValueBytes } from './row-limits.ts';
import { hex, nameOf, RowModel, rowsOf, WIDE_LIMITS } from './test-rows.ts';

const wish = tableOf(
  anEdgeSchema({
    source: { type: 'long', comment: '' },
    target: { type: 'long', comment: '' },
    properties: someProperties({ createdAt: 'long!', permission: 'string', receivedFrom: 'string' }),
    indexes: [
      anIndex('permission_created_at_desc', 'permission', 'createdAt DESC'),
      anIndex('created_at_desc', 'createdAt DESC'),
    ],
  }),
);

const orders = tableOf(
  aMultiEdgeSchema({
    properties: someProperties({ paidAt: 'long!', productId: 'long!' }),
    indexes: [anIndex('paid_at_desc', 'paidAt DESC')],
  }),
);

test('the rows of the quick start equal those of the reference, byte for byte', () => {
  const table = tableOf(
    anEdgeSchema({
      properties: someProperties({ created_at: 'long' }),
      indexes: [anIndex('recent', 'created_at DESC')],
    }),
  );
  const key: EdgeKey = { kind: 'edge', source: 'Alice', target: 'Phone' };
  const inserted = reduce(
    table,
    INITIAL_STATE,
    anEvent(table, 'INSERT', 1737377177245, { created_at: 1737377177245n }),
  );
  const created = rowsOf(deriveRows(table, key, { before: INITIAL_STATE, after: inserted }, WIDE_LIMITS));
  const out = 'ae88fb1934416c69636500 2b8c5a4378 297c 2982 2b173995a7 d37ffffe6b7c402162 3450686f6e6500';
  const inward = 'd4368e6a3450686f6e6500 2b8c5a4378 297c 2983 2b173995a7 d37ffffe6b7c402162 34416c69636500';
  const value = '2c8000019483bfde9d 2bd5673825 2c8000019483bfde9d';
  const bare = (text: string) => text.replaceAll(' ', '');
  assert.deepEqual(
    created.puts.map((put) => [hex(put.key), put.qualifier, hex(put.value)]),
    [
      [bare(out), undefined, bare(value)],
      [bare(inward), undefined, bare(value)],
    ],
  );
  assert.deepEqual(
    created.counts.map((count) => [hex(count.key), count.delta]),
    [
      [bare('b173f9e0 34416c69636500 2b8c5a4378 297e 2982'), 1],
      [bare('d6beb071 3450686f6e6500 2b8c5a4378 297e 2983'), 1],
    ],
  );
  const gone = reduce(table, inserted, anEvent(table, 'DELETE', 1737377177300));
  const deleted = rowsOf(deriveRows(table, key, { before: inserted, after: gone }, WIDE_LIMITS));
  assert.deepEqual(
    deleted.deletes.map((cell) => hex(cell.key)),
    [bare(out), bare(inward)],
  );
  assert.deepEqual(
    deleted.counts.map((count) => count.delta),
    [-1, -1],
  );
  assert.deepEqual(deleted.puts, []);
});

test('the worked example of unique edges gives its scans and counts (spec 3.8)', () => {
  const model = new RowModel(wish);
  const at = (source: number, target: number): EdgeKey => {
    return { kind: 'edge', source: BigInt(source), target: BigInt(target) };
  };
  for (const [version, source, target] of [
    [10, 1000, 9000],
    [20, 1000, 9001],
    [30, 1001, 9000],
    [40, 1001, 9001],
  ] as const) {
    const named = { permission: 'na', createdAt: BigInt(version) };
    assert.equal(model.mutate(at(source, target), anEvent(wish, 'INSERT', version, named)), 'CREATED');
  }
  assert.deepEqual(scan(model, 'created_at_desc', 'OUT', 1000n), ['v20 9001', 'v10 9000']);

  const created = model.mutate(at(1002, 9000), anEvent(wish, 'INSERT', 50, { permission: 'na', createdAt: 30n }));
  const updated = model.mutate(at(1000, 9000), anEvent(wish, 'UPDATE', 60, { permission: 'me' }));
  const net = model.mutate(
    at(1000, 9001),
    anEvent(wish, 'DELETE', 70),
    anEvent(wish, 'INSERT', 80, { permission: 'others', createdAt: 80n }),
    anEvent(wish, 'UPDATE', 90, { receivedFrom: 'others' }),
  );
  assert.deepEqual([created, updated, net], ['CREATED', 'UPDATED', 'UPDATED']);
  assert.deepEqual(scan(model, 'created_at_desc', 'OUT', 1000n), ['v90 9001', 'v60 9000']);
  assert.deepEqual(scan(model, 'permission_created_at_desc', 'OUT', 1000n), ['v60 9000', 'v90 9001']);
  assert.deepEqual(scan(model, 'created_at_desc', 'IN', 9000n), ['v30 1001', 'v50 1002', 'v60 1000']);
  assert.equal(model.rows.count(wish, 'OUT', 1000n), 2);
  assert.equal(model.rows.count(wish, 'IN', 9000n), 3);
});

test('the worked example of multi edges gives its scans and counts (spec 3.9)', () => {
  const model = new RowModel(orders);
  const id = (value: number): EdgeKey => ({ kind: 'multiEdge', id: BigInt(value) });
  for (const [key, source, target, paidAt, productId] of [
    [100000, 1n, 2n, 1234567890n, 200n],
    [100001, 1n, 2n, 1234567890n, 201n],
    [100002, 1n, 0n, 1234567892n, 202n],
    [100003, 0n, 0n, 1234567893n, 203n],
  ] as const) {
    const named = { _source: source, _target: target, paidAt, productId };
    assert.equal(model.mutate(id(key), anEvent(orders, 'INSERT', 10, named)), 'CREATED');
  }
  assert.equal(model.rows.count(orders, 'OUT', 1n), 3);
  assert.equal(model.rows.count(orders, 'IN', 2n), 2);
  assert.deepEqual(scan(model, 'paid_at_desc', 'OUT', 100000n), []);
  assert.deepEqual(scan(model, 'paid_at_desc', 'OUT', 1n), ['v10 100002', 'v10 100000', 'v10 100001']);

  assert.equal(model.mutate(id(100001), anEvent(orders, 'DELETE', 94)), 'DELETED');
  assert.equal(model.mutate(id(100002), anEvent(orders, 'UPDATE', 95, { _target: 2n })), 'UPDATED');
  assert.equal(model.mutate(id(100003), anEvent(orders, 'UPDATE', 96, { _source: 1n, _target: 3n })), 'UPDATED');
  assert.equal(model.mutate(id(900001), anEvent(orders, 'DELETE', 97)), 'IDLE');
  assert.equal(model.rows.count(orders, 'OUT', 1n), 3);
  assert.equal(model.rows.count(orders, 'IN', 2n), 2);
  assert.equal(model.rows.count(orders, 'IN', 3n), 1);
  assert.equal(model.rows.count(orders, 'OUT', 0n), 0);
  assert.equal(model.rows.count(orders, 'IN', 0n), 0);
  assert.deepEqual(scan(model, 'paid_at_desc', 'OUT', 1n), ['v96 100003', 'v95 100002', 'v10 100000']);
  assert.equal(model.mutate(id(5), anEvent(orders, 'INSERT', 98, { paidAt: 1n, productId: 1n })), 'missing-property');
});

test('a multi edge that moves on one side changes no count on the other', () => {
  const named = { _source: 1n, _target: 2n, paidAt: 5n, productId: 6n };
  const before = stateOf(orders, named, 1);
  const after = reduce(orders, before, anEvent(orders, 'UPDATE', 2, { _target: 3n }));
  const { counts } = rowsOf(deriveRows(orders, { kind: 'multiEdge', id: 9n }, { before, after }, WIDE_LIMITS));
  assert.deepEqual(
    counts.map((count) => count.delta),
    [-1, 1],
  );
});

test('an update that changes only times writes no index row again', () => {
  const before = stateOf(wish, { createdAt: 1n }, 300);
  const after = reduce(wish, before, anEvent(wish, 'DELETE', 200));
  assert.notEqual(after.deletedAt, before.deletedAt);
  const rows = rowsOf(deriveRows(wish, anEdge(), { before, after }, WIDE_LIMITS));
  assert.deepEqual(rows, { kind: 'rows', puts: [], deletes: [], counts: [], groups: [] });
});

test('an update that only raises the version writes the index rows, whose value holds it, and deletes none', () => {
  const before = stateOf(wish, { createdAt: 1n }, 300);
  const after = reduce(wish, before, anEvent(wish, 'UPDATE', 301));
  const rows = rowsOf(deriveRows(wish, anEdge(), { before, after }, WIDE_LIMITS));
  assert.equal(rows.puts.length, 4);
  assert.deepEqual([rows.deletes, rows.counts], [[], []]);
});

test('an update of an indexed property moves the rows of that index only', () => {
  const before = stateOf(wish, { createdAt: 1n, permission: 'na' }, 300);
  const after = reduce(wish, before, anEvent(wish, 'UPDATE', 301, { permission: 'me' }));
  const rows = rowsOf(deriveRows(wish, anEdge(), { before, after }, WIDE_LIMITS));
  assert.equal(rows.deletes.length, 2);
  const prefixes = (['OUT', 'IN'] as const).map((direction) => {
    const index = wish.indexes[0];
    assert.ok(index !== undefined);
    return hex(encodeIndexPrefix(wish, index, direction, direction === 'OUT' ? 1n : 2n));
  });
  assert.deepEqual(
    rows.deletes.map((cell, i) => hex(cell.key).startsWith(prefixes[i] ?? '-')),
    [true, true],
  );
});

test('a table of one direction keeps rows of that direction only', () => {
  const table = tableOf(anEdgeSchema({ direction: 'IN', indexes: [anIndex('all')], caches: [aCache('top')] }));
  const key: EdgeKey = { kind: 'edge', source: 'a', target: 'b' };
  const rows = rowsOf(deriveRows(table, key, { before: INITIAL_STATE, after: stateOf(table, {}, 1) }, WIDE_LIMITS));
  assert.deepEqual([rows.puts.length, rows.counts.length], [2, 1]);
});

test('fields called source and target of a multi edge mean its id, as in tables of the reference', () => {
  const table = tableOf(aMultiEdgeSchema({ indexes: [anIndex('ids', 'source', 'target DESC')] }));
  const model = new RowModel(table);
  model.mutate({ kind: 'multiEdge', id: 77n }, anEvent(table, 'INSERT', 1, { _source: 1n, _target: 2n }));
  const [index] = table.indexes;
  assert.ok(index !== undefined);
  const [name = ''] = model.rows.cells.keys();
  const direction = name.includes('2983') ? 'IN' : 'OUT';
  assert.deepEqual(decodeIndexKey(table, index, direction, bytesOf(name)), { values: [77n, 77n], far: 77n });
});

test('a group counts by the day of its zone, in its own directions', () => {
  const group = aGroup({ group: 'daily', fields: [{ name: 'at', bucket: aBucket() }], directionType: 'OUT' });
  const model = groupModel([group]);
  const at = (ms: number) => ({ at: BigInt(ms) });
  model.mutate(anEdge('a', 'b'), anEvent(model.table, 'INSERT', 1, at(1737377177245)));
  model.mutate(anEdge('a', 'c'), anEvent(model.table, 'INSERT', 1, at(1737385200000)));
  model.mutate(anEdge('a', 'd'), anEvent(model.table, 'INSERT', 1, at(1737385199999)));
  assert.equal(groupSum(model, 'daily', 'OUT', 'a', ['2025-01-20']), 2n);
  assert.equal(groupSum(model, 'daily', 'OUT', 'a', ['2025-01-21']), 1n);
  assert.equal(groupSum(model, 'daily', 'IN', 'b', ['2025-01-20']), undefined);
  model.mutate(anEdge('a', 'c'), anEvent(model.table, 'UPDATE', 2, at(1737377177245)));
  assert.equal(groupSum(model, 'daily', 'OUT', 'a', ['2025-01-20']), 3n);
  assert.equal(groupSum(model, 'daily', 'OUT', 'a', ['2025-01-21']), undefined);
  model.mutate(anEdge('a', 'b'), anEvent(model.table, 'DELETE', 3));
  assert.equal(groupSum(model, 'daily', 'OUT', 'a', ['2025-01-20']), 2n);
  model.mutate(anEdge('a', 'd'), anEvent(model.table, 'UPDATE', 3, { at: null }));
  assert.equal(groupSum(model, 'daily', 'OUT', 'a', [null]), 1n);
});

test('an update within one cell of a SUM group is one delta, and none when the sum stays', () => {
  const table = groupModel([aGroup({ group: 'sum', type: 'SUM', valueField: 'amount', directionType: 'OUT' })]).table;
  const before = stateOf(table, { amount: 5 }, 1);
  const delta = (amount: number) => {
    const after = reduce(table, before, anEvent(table, 'UPDATE', 2, { amount }));
    const { groups } = rowsOf(deriveRows(table, anEdge('a', 'b'), { before, after }, WIDE_LIMITS));
    return groups.map((group) => group.delta);
  };
  assert.deepEqual(delta(12), [7n]);
  assert.deepEqual(delta(5), []);
  assert.deepEqual(delta(0), [-5n]);
});

test('a SUM of a value that is not set is refused, and the edge can be deleted all the same', () => {
  const group = aGroup({ group: 'sum', type: 'SUM', valueField: 'amount' });
  const table = groupModel([group]).table;
  const bare = stateOf(table, { at: 1n }, 1);
  const refused = deriveRows(table, anEdge('a', 'b'), { before: INITIAL_STATE, after: bare }, WIDE_LIMITS);
  assert.ok(refused.kind === 'refused');
  assert.equal(refused.failure.code, 'missing-sum-value');
  assert.equal(refused.field, 'amount');
  assert.match(refused.message, /amount must be provided/);
  // A foreign writer may have stored such an edge; it was never added, so nothing is taken away.
  const after = reduce(table, bare, anEvent(table, 'DELETE', 2));
  assert.deepEqual(rowsOf(deriveRows(table, anEdge('a', 'b'), { before: bare, after }, WIDE_LIMITS)).groups, []);
});

test('a sum wraps at 64 bits instead of growing out of its cell', () => {
  const table = tableOf(
    anEdgeSchema({
      properties: someProperties({ amount: 'long' }),
      groups: [aGroup({ type: 'SUM', valueField: 'amount', directionType: 'OUT' })],
    }),
  );
  const before = stateOf(table, { amount: -(2n ** 63n) }, 1);
  const after = reduce(table, before, anEvent(table, 'UPDATE', 2, { amount: 2n ** 63n - 1n }));
  const { groups } = rowsOf(deriveRows(table, anEdge('a', 'b'), { before, after }, WIDE_LIMITS));
  assert.deepEqual(
    groups.map((group) => group.delta),
    [-1n],
  );
});

test('a key that is too long is refused with the name of its longest part and its size', () => {
  const table = tableOf(
    anEdgeSchema({
      properties: someProperties({ note: 'string' }),
      indexes: [anIndex('notes', 'note')],
      caches: [aCache('top', 'note')],
      groups: [aGroup({ fields: [{ name: 'note', bucket: null }] })],
    }),
  );
  const derive = (table_: Table, key: EdgeKey, note: string, keyBytesMax: number) => {
    const change = { before: INITIAL_STATE, after: stateOf(table_, { note }, 1) };
    return deriveRows(table_, key, change, { keyBytesMax, valueBytesMax: 5_000 });
  };
  const long = derive(table, anEdge('a', 'b'), 'é'.repeat(100), 200);
  assert.ok(long.kind === 'refused');
  assert.deepEqual([long.failure.code, long.field], ['key-too-long', 'note']);
  // Salt 4, vertex 3, codes 5 + 2 + 2 + 5, note 202, far end 3.
  assert.match(long.message, /the key of index "notes" 226 bytes long; at most 200 are allowed/);
  assert.equal(derive(table, anEdge('a', 'b'), 'é'.repeat(100), 226).kind, 'rows');
  for (const [part, message] of [
    [{ indexes: [] }, /cache "top" 226 bytes/],
    [{ indexes: [], caches: [] }, /group "all" 223 bytes/],
  ] as const) {
    const fewer = derive({ ...table, ...part }, anEdge('a', 'b'), 'é'.repeat(100), 200);
    assert.match(fewer.kind === 'refused' ? fewer.message : '', message);
  }
  const vertex = derive(table, anEdge('a', 'b'.repeat(300)), '', 200);
  assert.ok(vertex.kind === 'refused');
  assert.equal(vertex.field, 'target');
  assert.match(vertex.message, /the state row 316 bytes/);
});

test('a multi edge whose source is too long for its count row is refused', () => {
  const text = { type: 'string', comment: '' } as const;
  const table = tableOf(aMultiEdgeSchema({ source: text, target: text }));
  const after = stateOf(table, { _source: 'x'.repeat(300), _target: 'y' }, 1);
  const refused = deriveRows(
    table,
    { kind: 'multiEdge', id: 1n },
    { before: INITIAL_STATE, after },
    { keyBytesMax: 200, valueBytesMax: 5_000 },
  );
  assert.ok(refused.kind === 'refused');
  assert.deepEqual([refused.failure.code, refused.field], ['key-too-long', '_source']);
});

test('limits bind what is new: rows that are too long can be removed', () => {
  const before = stateOf(wish, { createdAt: 1n, permission: 'p'.repeat(500) }, 1);
  const after = reduce(wish, before, anEvent(wish, 'DELETE', 2));
  const rows = rowsOf(deriveRows(wish, anEdge(), { before, after }, { keyBytesMax: 100, valueBytesMax: 200 }));
  assert.equal(rows.deletes.length, 4);
});

test('a value that is too long is refused with the longest property, also when the edge is not active', () => {
  const after = reduce(
    wish,
    INITIAL_STATE,
    anEvent(wish, 'UPDATE', 1, { permission: 'p', receivedFrom: 'é'.repeat(50) }),
  );
  const sizeBytes = stateValueBytes(wish, after);
  const derive = (valueBytesMax: number) =>
    deriveRows(wish, anEdge(), { before: INITIAL_STATE, after }, { keyBytesMax: 1_000, valueBytesMax });
  assert.equal(derive(sizeBytes).kind, 'rows');
  const refused = derive(sizeBytes - 1);
  assert.ok(refused.kind === 'refused');
  assert.deepEqual([refused.failure.code, refused.field], ['value-too-long', 'receivedFrom']);
  assert.match(refused.message, new RegExp(`take ${sizeBytes} bytes.*at most ${sizeBytes - 1} are allowed`));
});

test('the size of a state value is that of its encoding, whatever it holds', () => {
  const types = { a: 'boolean', b: 'byte', c: 'short', d: 'int', e: 'long', f: 'float', g: 'double' } as const;
  const table = tableOf(anEdgeSchema({ properties: someProperties({ ...types, h: 'string', i: 'object' }) }));
  const full: Named = { a: true, b: 1, c: 2, d: 3, e: 4n, f: 5, g: 6, h: 'aé€😀', i: '{"a":"é"}' };
  const states: EdgeState[] = [INITIAL_STATE, stateOf(table, full, 1), stateOf(table, {}, 1)];
  states.push(reduce(table, stateOf(table, full, 1), anEvent(table, 'DELETE', 2)));
  states.push(reduce(table, INITIAL_STATE, anEvent(table, 'UPDATE', 2, { h: '😀' })));
  for (const state of states) assert.equal(stateValueBytes(table, state), encodeStateValue(table, state).length);
});

/** Version and far end of the rows of one index, in the order of their keys. */
function scan(model: RowModel, name: string, direction: Direction, vertex: Value): string[] {
  const index = model.table.indexes.find((candidate) => candidate.name === name);
  assert.ok(index !== undefined);
  const prefix = hex(encodeIndexPrefix(model.table, index, direction, vertex));
  const found: string[] = [];
  for (const [key, value] of [...model.rows.cells].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!key.startsWith(prefix)) continue;
    const { far } = decodeIndexKey(model.table, index, direction, bytesOf(key));
    found.push(`v${decodeIndexValue(model.table, bytesOf(value)).version} ${String(far)}`);
  }
  return found;
}

function groupModel(groups: readonly GroupSchema[]): RowModel {
  return new RowModel(tableOf(anEdgeSchema({ properties: someProperties({ at: 'long', amount: 'int' }), groups })));
}

function groupSum(
  model: RowModel,
  name: string,
  direction: Direction,
  vertex: Value,
  values: readonly Value[],
): bigint | undefined {
  const group = model.table.groups.find((candidate) => candidate.name === name);
  assert.ok(group !== undefined);
  const key = encodeGroupKey(model.table, group, direction, vertex);
  return model.rows.sums.get(nameOf(key, encodeGroupQualifier(group, values)));
}

function anEdge(source: Value = 1n, target: Value = 2n): EdgeKey {
  return { kind: 'edge', source, target };
}

/** The active state after one INSERT. */
function stateOf(table: Table, named: Named, version: number): EdgeState {
  return reduce(table, INITIAL_STATE, anEvent(table, 'INSERT', version, named));
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
