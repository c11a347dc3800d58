import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type EdgeEvent, type EdgeState, type EventType, INITIAL_STATE } from '../model/edge.ts';
import { foldEntry, sameState } from './fold-entry.ts';
import { missingProperty, reduce } from './reduce.ts';
import { sortEvents } from './sort-events.ts';
import { anEdgeSchema, anEvent, type Named, someProperties, tableOf } from './test-edges.ts';

const open = tableOf(anEdgeSchema({ properties: someProperties({ a: 'string', b: 'int', c: 'long' }) }));
const strict = tableOf(anEdgeSchema({ properties: someProperties({ a: 'string!', b: 'int', c: 'long' }) }));
const key = { kind: 'edge', source: 's', target: 't' } as const;

const types = fc.constantFrom<EventType>('INSERT', 'UPDATE', 'DELETE');
const named: fc.Arbitrary<Named> = fc.record(
  {
    a: fc.constantFrom(null, 'x', 'y', '__UNSET__'),
    b: fc.constantFrom(null, 1, 2),
    c: fc.constantFrom(null, 1n, 2n),
  },
  { requiredKeys: [] },
);
const rough = fc.record({ type: types, version: fc.integer({ min: -2, max: 9 }), named });

function eventsOf(list: readonly { type: EventType; version: number; named: Named }[]): EdgeEvent[] {
  return list.map((event) => anEvent(open, event.type, event.version, event.type === 'DELETE' ? {} : event.named));
}

function reduceAll(events: readonly EdgeEvent[], from: EdgeState = INITIAL_STATE): EdgeState {
  let state = from;
  for (const event of events) state = reduce(open, state, event);
  return state;
}

test('events of distinct versions give one state in any order of arrival', () => {
  const distinct = fc.uniqueArray(rough, { maxLength: 7, selector: (event) => event.version });
  const shuffled = distinct.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(
    fc.property(shuffled, ([list, other]) => {
      const state = reduceAll(eventsOf(list));
      assert.equal(sameState(reduceAll(eventsOf(other)), state), true);
    }),
    { numRuns: 300 },
  );
});

test('as long as only v3 writes, whether an edge is active follows from its times', () => {
  fc.assert(
    fc.property(fc.array(rough, { maxLength: 8 }), (list) => {
      const { active, createdAt, deletedAt } = reduceAll(eventsOf(list));
      assert.equal(active, createdAt !== null && (deletedAt === null || createdAt > deletedAt));
    }),
    { numRuns: 300 },
  );
});

test('folding an entry equals reducing its events one by one', () => {
  fc.assert(
    fc.property(fc.array(rough, { maxLength: 4 }), fc.array(rough, { maxLength: 6 }), (first, second) => {
      const before = reduceAll(eventsOf(first));
      const events = sortEvents(eventsOf(second));
      const folded = foldEntry(open, before, { key, events });
      assert.ok(folded.kind === 'done');
      const after = reduceAll(events, before);
      assert.equal(sameState(folded.after, after), true);
      assert.equal(folded.changed, !sameState(before, after));
      assert.equal(folded.delta, Number(after.active) - Number(before.active));
    }),
    { numRuns: 200 },
  );
});

test('an entry is refused exactly when some state on its way lacks a property', () => {
  fc.assert(
    fc.property(fc.array(rough, { maxLength: 6 }), (list) => {
      const events = sortEvents(eventsOf(list));
      const states = events.map((_, i) => reduceAll(events.slice(0, i + 1)));
      const isMissing = states.some((state) => missingProperty(strict, state) !== undefined);
      assert.equal(foldEntry(strict, INITIAL_STATE, { key, events }).kind, isMissing ? 'refused' : 'done');
    }),
    { numRuns: 200 },
  );
});

test('the same event a second time changes nothing', () => {
  fc.assert(
    fc.property(fc.array(rough, { maxLength: 5 }), rough, (list, again) => {
      const events = eventsOf([again]);
      const once = reduceAll(events, reduceAll(eventsOf(list)));
      assert.equal(sameState(reduceAll(events, once), once), true);
    }),
    { numRuns: 300 },
  );
});

test('the version never falls, and a state is active exactly when it was created after it was deleted', () => {
  fc.assert(
    fc.property(fc.array(rough, { maxLength: 6 }), (list) => {
      let state = INITIAL_STATE;
      for (const event of eventsOf(list)) {
        const next = reduce(open, state, event);
        assert.ok(next.version >= state.version && next.version >= event.version);
        const { createdAt, deletedAt } = next;
        assert.equal(next.active, createdAt !== null && (deletedAt === null || createdAt > deletedAt));
        state = next;
      }
    }),
    { numRuns: 200 },
  );
});
