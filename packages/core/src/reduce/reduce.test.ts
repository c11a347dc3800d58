import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseJson } from '../codec/json-text.ts';
import { type EdgeState, type EventType, INITIAL_STATE } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import { LONG_MIN, type Value } from '../model/value.ts';
import { sameState } from './fold-entry.ts';
import { missingProperty, reduce } from './reduce.ts';
import { aMultiEdgeSchema, anEdgeSchema, anEvent, namedValues, someProperties, tableOf } from './test-edges.ts';

interface GoldenState {
  readonly active: boolean;
  readonly version: number;
  readonly createdAt: number | null;
  readonly deletedAt: number | null;
  readonly properties: Readonly<Record<string, { readonly version: number; readonly value: Value }>>;
}

interface GoldenCase {
  readonly case: string;
  readonly initial: GoldenState;
  readonly event: { readonly type: EventType; readonly version: number; readonly properties: Record<string, Value> };
  readonly expected: GoldenState | { readonly error: true };
}

const people = tableOf(
  anEdgeSchema({ properties: someProperties({ name: 'string!', age: 'int!', email: 'string', comment: 'string' }) }),
);

const golden = parseJson(
  readFileSync(new URL('../../fixtures/vectors/state-transitions.json', import.meta.url), 'utf8'),
) as unknown as { readonly cases: readonly GoldenCase[] };

assert.ok(golden.cases.length >= 19, 'the golden file holds its cases');
for (const [i, { case: name, initial, event, expected }] of golden.cases.entries()) {
  test(`golden transition ${i}: ${name}`, () => {
    const state = fromGolden(people, initial);
    const after = reduce(people, state, anEvent(people, event.type, event.version, event.properties));
    if ('error' in expected) {
      assert.notEqual(missingProperty(people, after), undefined);
    } else {
      assert.equal(missingProperty(people, after), undefined);
      assert.deepEqual(after, fromGolden(people, expected));
    }
  });
}

test('a transition leaves the state that it starts from alone', () => {
  const before = reduce(people, INITIAL_STATE, anEvent(people, 'INSERT', 1, { name: 'A', age: 1 }));
  const copy = structuredClone(before);
  reduce(people, before, anEvent(people, 'DELETE', 2));
  assert.deepEqual(before, copy);
});

test('the least version counts although the initial state has it too', () => {
  const after = reduce(people, INITIAL_STATE, anEvent(people, 'INSERT', LONG_MIN, { name: 'A', age: 1 }));
  assert.equal(after.active, true);
  assert.equal(after.createdAt, LONG_MIN);
});

test('the texts by which the reference marks unset values are stored as null', () => {
  for (const special of ['__UNSET__', '__DELETED__']) {
    const inserted = reduce(people, INITIAL_STATE, anEvent(people, 'INSERT', 1, { name: special, age: 1, email: 'e' }));
    assert.equal(missingProperty(people, inserted), 'name');
    const updated = reduce(people, inserted, anEvent(people, 'UPDATE', 1, { email: special }));
    assert.equal(namedValues(people, updated).email, null);
  }
});

test('an UPDATE by null unsets, and an INSERT of the same version keeps what is there', () => {
  const inserted = reduce(people, INITIAL_STATE, anEvent(people, 'INSERT', 1, { name: 'A', age: 1, email: 'e' }));
  const again = reduce(people, inserted, anEvent(people, 'INSERT', 1, { name: 'B', age: 1, email: null }));
  assert.deepEqual(namedValues(people, again), { name: 'B', age: 1, email: 'e', comment: null });
  const unset = reduce(people, inserted, anEvent(people, 'UPDATE', 1, { email: null }));
  assert.deepEqual(namedValues(people, unset), { name: 'A', age: 1, email: null, comment: null });
});

test('an active multi edge needs its source, then its target', () => {
  const table = tableOf(aMultiEdgeSchema());
  const bare = reduce(table, INITIAL_STATE, anEvent(table, 'INSERT', 1));
  assert.equal(missingProperty(table, bare), '_source');
  const half = reduce(table, INITIAL_STATE, anEvent(table, 'INSERT', 1, { _source: 1n }));
  assert.equal(missingProperty(table, half), '_target');
  const whole = reduce(table, half, anEvent(table, 'UPDATE', 2, { _target: 2n }));
  assert.equal(missingProperty(table, whole), undefined);
});

test('an inactive state may lack anything', () => {
  assert.equal(missingProperty(people, INITIAL_STATE), undefined);
  assert.equal(missingProperty(people, reduce(people, INITIAL_STATE, anEvent(people, 'DELETE', 1))), undefined);
});

test('where v2 writes left both times at the version, an event of that version takes one away', () => {
  const both: EdgeState = { active: false, version: 10n, createdAt: 10n, deletedAt: 10n, properties: [] };
  const inserted = reduce(people, both, anEvent(people, 'INSERT', 10, { name: 'A', age: 1 }));
  assert.deepEqual([inserted.active, inserted.createdAt, inserted.deletedAt], [true, 10n, null]);
  const deleted = reduce(people, both, anEvent(people, 'DELETE', 10));
  assert.deepEqual([deleted.active, deleted.createdAt, deleted.deletedAt], [false, null, 10n]);
});

test('a state of fewer fields than its table has is one whose last fields were never seen', () => {
  const short: EdgeState = { active: true, version: 5n, createdAt: 5n, deletedAt: null, properties: [] };
  const after = reduce(people, short, anEvent(people, 'UPDATE', 6, { comment: 'c' }));
  assert.deepEqual(after.properties, [undefined, undefined, undefined, { version: 6n, value: 'c' }]);
  assert.equal(sameState(short, { ...short, properties: [undefined, undefined] }), true);
});

function fromGolden(table: Table, state: GoldenState): EdgeState {
  return {
    active: state.active,
    version: BigInt(state.version),
    createdAt: state.createdAt === null ? null : BigInt(state.createdAt),
    deletedAt: state.deletedAt === null ? null : BigInt(state.deletedAt),
    properties: table.fields.map(({ name }) => {
      const cell = state.properties[name];
      if (cell === undefined) return undefined;
      const isSpecial = cell.value === '__UNSET__' || cell.value === '__DELETED__';
      return { version: BigInt(cell.version), value: isSpecial ? null : cell.value };
    }),
  };
}
