import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EdgeKey, type EdgeState, type EventType, INITIAL_STATE } from '../model/edge.ts';
import type { Value } from '../model/value.ts';
import { type Folded, foldEntry } from './fold-entry.ts';
import { sortEvents } from './sort-events.ts';
import { anEdgeSchema, anEvent, type Named, namedValues, someProperties, tableOf } from './test-edges.ts';

const people = tableOf(
  anEdgeSchema({ properties: someProperties({ name: 'string!', age: 'int!', email: 'string', comment: 'string' }) }),
);
const key: EdgeKey = { kind: 'edge', source: 'a', target: 'b' };
const TYPES: Readonly<Record<string, EventType>> = { I: 'INSERT', U: 'UPDATE', D: 'DELETE' };

/** `I5` with its properties. */
type Step = readonly [event: string, named?: Named];
/** The events of one request, its status, and the state's version, createdAt and deletedAt after it. */
type Request = readonly [steps: readonly Step[], status: string, times?: readonly (number | null)[], named?: Named];

const N: null = null;
const A1: Named = { name: 'A', age: 1 };
const B2: Named = { name: 'B', age: 2 };

// The traces of spec 3.11: I INSERT, U UPDATE, D DELETE, with the version.
const traces: Readonly<Record<string, readonly Request[]>> = {
  '1': [
    [[['I1', A1]], 'CREATED', [1, 1, N]],
    [[['I1', A1]], 'IDLE', [1, 1, N]],
  ],
  '2': [
    [[['I1', { ...A1, email: 'e' }]], 'CREATED', [1, 1, N], { ...A1, email: 'e', comment: N }],
    [[['I2', B2]], 'UPDATED', [2, 2, N], { ...B2, email: N, comment: N }],
  ],
  '3': [
    [[['I2', B2]], 'CREATED', [2, 2, N]],
    [[['I1', A1]], 'IDLE', [2, 2, N], { ...B2, email: N, comment: N }],
  ],
  '4': [
    [[['I5', { ...A1, email: 'e' }]], 'CREATED', [5, 5, N]],
    [[['I5', { name: 'B', comment: 'c' }]], 'UPDATED', [5, 5, N], { name: 'B', age: 1, email: 'e', comment: 'c' }],
  ],
  '5': [
    [[['U5', { email: 'new' }]], 'IDLE', [5, N, N], { email: 'new' }],
    [[['I3', { ...A1, email: 'old' }]], 'CREATED', [5, 3, N], { ...A1, email: 'new', comment: N }],
  ],
  '6': [
    [[['D10']], 'IDLE', [10, N, 10]],
    [[['I5', A1]], 'IDLE', [10, 5, 10]],
    [[['I10', A1]], 'CREATED', [10, 10, N]],
  ],
  '7': [
    [[['I10', A1]], 'CREATED', [10, 10, N]],
    [[['D10']], 'DELETED', [10, N, 10]],
    [[['I10', A1]], 'CREATED', [10, 10, N]],
  ],
  '8': [
    [[['I10', A1]], 'CREATED', [10, 10, N]],
    [[['U20', { email: 'e' }]], 'UPDATED', [20, 10, N]],
    [[['D10']], 'DELETED', [20, 10, 10], { name: N, age: N, email: 'e', comment: N }],
  ],
  '9': [
    [[['I10', A1]], 'CREATED', [10, 10, N]],
    [[['D9']], 'UPDATED', [10, 10, 9], { ...A1, email: N, comment: N }],
  ],
  '10': [
    [[['I100', A1]], 'CREATED', [100, 100, N]],
    [[['I300', B2]], 'UPDATED', [300, 300, N]],
    [[['D200']], 'UPDATED', [300, 300, 200]],
  ],
  '11': [
    [[['I5', A1]], 'CREATED', [5, 5, N]],
    [[['U6', { name: N }]], 'missing-property name', [5, 5, N]],
  ],
  '12': [[[['I1', { name: 'A' }]], 'missing-property age']],
  '13 and 14': [
    [[['D3'], ['I1', A1], ['I2', A1]], 'IDLE', [3, 2, 3]],
    [[['I5', A1], ['D4']], 'CREATED', [5, 5, 4]],
  ],
  '15': [
    [[['I5', A1]], 'CREATED', [5, 5, N]],
    [[['U5', { age: 7 }]], 'UPDATED', [5, 5, N], { name: 'A', age: 7, email: N, comment: N }],
  ],
  '16': [
    [[['I5', A1]], 'CREATED', [5, 5, N]],
    [[['D6']], 'DELETED', [6, 5, 6]],
    [[['U7', { email: 'e' }]], 'IDLE', [7, 5, 6]],
    [[['I6', A1]], 'IDLE', [7, 6, 6]],
  ],
  '17': [
    [[['I5', A1]], 'CREATED', [5, 5, N]],
    [[['D6']], 'DELETED', [6, 5, 6]],
    [[['U7', { email: 'e' }]], 'IDLE', [7, 5, 6]],
    [[['I8', B2]], 'CREATED', [8, 8, 6], { ...B2, email: N, comment: N }],
  ],
  'with several events of one key, only the net effect': [
    [[['I10', A1]], 'CREATED', [10, 10, N]],
    [[['U20', { age: 2 }], ['D30'], ['I40', A1], ['U50', { email: 'e' }]], 'UPDATED', [50, 40, 30]],
    [[['I60', A1], ['D70']], 'DELETED', [70, 60, 70]],
  ],
  'of INSERT and DELETE on a new key': [[[['I1', A1], ['D2']], 'IDLE', [2, 1, 2]]],
  'without events': [[[], 'IDLE']],
};

for (const [name, requests] of Object.entries(traces)) {
  test(`trace ${name}: statuses, times and values are those of the reference`, () => {
    let state = INITIAL_STATE;
    for (const [steps, status, times, named] of requests) {
      const folded = fold(state, steps);
      assert.equal(folded.kind === 'done' ? folded.status : `${folded.failure.code} ${folded.field}`, status);
      if (folded.kind === 'done') state = folded.after;
      if (times !== undefined) assert.deepEqual(timesOf(state), times);
      if (named !== undefined) assert.deepEqual(namedValues(people, state), named);
    }
  });
}

test('trace 8 keeps the version of what a later UPDATE wrote, and the rest gets that of the DELETE', () => {
  let state = done(fold(INITIAL_STATE, [['I10', A1]])).after;
  state = done(fold(state, [['U20', { email: 'e' }]])).after;
  state = done(fold(state, [['D10']])).after;
  const versions = state.properties.map((cell) => Number(cell?.version));
  assert.deepEqual(versions, [10, 10, 20, 10]);
});

test('an entry that changes nothing is IDLE, unchanged, and gives back the state that it found', () => {
  const { after } = done(fold(INITIAL_STATE, [['I2', A1]]));
  const again = done(fold(after, [['I2', A1]]));
  assert.deepEqual({ ...again, after: null }, { kind: 'done', after: null, status: 'IDLE', changed: false, delta: 0 });
  assert.equal(again.after, after);
});

test('an inactive state that differs is IDLE and changed', () => {
  const folded = done(fold(INITIAL_STATE, [['U5', { email: 'e' }]]));
  assert.deepEqual([folded.status, folded.changed, folded.delta], ['IDLE', true, 0]);
});

test('a property whose version alone has risen is a change', () => {
  const before = done(
    fold(INITIAL_STATE, [
      ['I10', { ...A1, email: 'e' }],
      ['U20', { comment: 'c' }],
    ]),
  ).after;
  const folded = done(fold(before, [['U15', { email: 'e' }]]));
  assert.deepEqual([folded.status, folded.changed, timesOf(folded.after)], ['UPDATED', true, timesOf(before)]);
});

test('the delta follows the number of active edges', () => {
  const created = done(fold(INITIAL_STATE, [['I1', A1]]));
  const updated = done(fold(created.after, [['U2', { age: 2 }]]));
  const deleted = done(fold(updated.after, [['D3']]));
  assert.deepEqual([created.delta, updated.delta, deleted.delta], [1, 0, -1]);
});

test('the first refusal refuses all events of the entry, also when a later one would mend it', () => {
  const folded = fold(INITIAL_STATE, [
    ['I1', { age: 1 }],
    ['U2', { name: 'A' }],
  ]);
  assert.equal(folded.kind, 'refused');
  assert.match(folded.kind === 'refused' ? folded.message : '', /^name must be provided/);
});

test('a refusal depends on the order of arrival', () => {
  const update: Step = ['U2', { name: 'A' }];
  const insert: Step = ['I1', { age: 1 }];
  const first = done(fold(INITIAL_STATE, [update]));
  assert.equal(done(fold(first.after, [insert])).status, 'CREATED');
  assert.equal(fold(INITIAL_STATE, [insert]).kind, 'refused');
});

test('NaN equals itself and -0.0 differs from 0.0, as in the rows', () => {
  const table = tableOf(anEdgeSchema({ properties: someProperties({ score: 'double' }) }));
  const insert = (score: Value) => ({ key, events: [anEvent(table, 'INSERT', 1, { score })] });
  const nan = done(foldEntry(table, INITIAL_STATE, insert(Number.NaN)));
  assert.equal(done(foldEntry(table, nan.after, insert(Number.NaN))).changed, false);
  const zero = done(foldEntry(table, INITIAL_STATE, insert(0)));
  assert.equal(done(foldEntry(table, zero.after, insert(-0))).changed, true);
});

test('events sort by version and keep their order where versions are equal', () => {
  const events = ['b2', 'a1', 'c2', 'd-9', 'e2'].map((name) => ({ name, version: BigInt(name.slice(1)) }));
  assert.deepEqual(
    sortEvents(events).map((event) => event.name),
    ['d-9', 'a1', 'b2', 'c2', 'e2'],
  );
  assert.equal(events[0]?.name, 'b2');
});

function fold(before: EdgeState, steps: readonly Step[]): Folded {
  const events = steps.map(([event, named]) => {
    return anEvent(people, TYPES[event.charAt(0)] ?? 'INSERT', BigInt(event.slice(1)), named);
  });
  return foldEntry(people, before, { key, events: sortEvents(events) });
}

function done(folded: Folded): Extract<Folded, { kind: 'done' }> {
  assert.equal(folded.kind, 'done');
  return folded;
}

function timesOf(state: EdgeState): readonly (number | null)[] {
  return [state.version, state.createdAt, state.deletedAt].map((time) => (time === null ? null : Number(time)));
}
