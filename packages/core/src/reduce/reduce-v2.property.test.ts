import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type EdgeEvent, type EdgeState, type EventType, INITIAL_STATE, type MutationRules } from '../model/edge.ts';
import { FOLD_BY_RULES, sameState } from './fold-entry.ts';
import { anEdgeSchema, anEvent, type Named, someProperties, tableOf } from './test-edges.ts';

const open = tableOf(anEdgeSchema({ properties: someProperties({ a: 'string', b: 'int', c: 'long' }) }));
const key = { kind: 'edge', source: 's', target: 't' } as const;

const values = {
  a: fc.constantFrom(null, 'x', 'y'),
  b: fc.constantFrom(null, 1, 2),
  c: fc.constantFrom(null, 1n, 2n),
};
const some: fc.Arbitrary<Named> = fc.record(values, { requiredKeys: [] });
const all: fc.Arbitrary<Named> = fc.record(values);
const version = fc.integer({ min: -2, max: 9 });

interface Rough {
  readonly type: EventType;
  readonly version: number;
  readonly named: Named;
}

/** INSERTs that may leave properties out, or that name them all. */
function roughEvent(inserted: fc.Arbitrary<Named>): fc.Arbitrary<Rough> {
  return fc.oneof(
    fc.record({ type: fc.constant<EventType>('INSERT'), version, named: inserted }),
    fc.record({ type: fc.constantFrom<EventType>('UPDATE', 'DELETE'), version, named: some }),
  );
}

/** Events of distinct versions, and the same in another order. */
function twoOrders(event: fc.Arbitrary<Rough>): fc.Arbitrary<readonly [readonly Rough[], readonly Rough[]]> {
  const distinct = fc.uniqueArray(event, { maxLength: 7, selector: (one) => one.version });
  return distinct.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
  );
}

function eventOf(rough: Rough): EdgeEvent {
  return anEvent(open, rough.type, rough.version, rough.named);
}

function stateAfter(list: readonly Rough[], rules: MutationRules = 'v2'): EdgeState {
  return list.reduce((state, rough) => after(state, rough, rules), INITIAL_STATE);
}

function after(state: EdgeState, rough: Rough, rules: MutationRules = 'v2'): EdgeState {
  const folded = FOLD_BY_RULES[rules](open, state, { key, events: [eventOf(rough)] });
  assert.ok(folded.kind === 'done');
  return folded.after;
}

test('events of distinct versions give one state in any order of arrival if each INSERT names all properties', () => {
  fc.assert(
    fc.property(twoOrders(roughEvent(all)), ([list, other]) => {
      assert.deepEqual(stateAfter(other), stateAfter(list));
    }),
    { numRuns: 300 },
  );
});

test('activity, version and both times do not depend on the order of distinct versions', () => {
  fc.assert(
    fc.property(twoOrders(roughEvent(some)), ([list, other]) => {
      const [first, second] = [stateAfter(list), stateAfter(other)];
      assert.deepEqual({ ...second, properties: [] }, { ...first, properties: [] });
    }),
    { numRuns: 300 },
  );
});

test('an INSERT that leaves a property out makes what it becomes depend on the order', () => {
  const insert: Rough = { type: 'INSERT', version: 2, named: {} };
  const update: Rough = { type: 'UPDATE', version: 1, named: { a: 'x' } };
  const values = [stateAfter([insert, update]), stateAfter([update, insert])].map(
    (state) => state.properties[0]?.value,
  );
  assert.deepEqual(values, [null, 'x']);
});

test('activity is what v3 computes from the times, as long as no INSERT and DELETE share a version', () => {
  fc.assert(
    fc.property(twoOrders(roughEvent(some)), ([list]) => {
      const { active, createdAt, deletedAt } = stateAfter(list);
      assert.equal(active, createdAt !== null && (deletedAt === null || createdAt > deletedAt));
      const { active: activeInV3, version: versionInV3 } = stateAfter(list, 'v3');
      assert.deepEqual([active, stateAfter(list).version], [activeInV3, versionInV3]);
    }),
    { numRuns: 200 },
  );
});

test('the same event a second time changes nothing, after events of either rules', () => {
  const step = fc.record({ rough: roughEvent(some), rules: fc.constantFrom<MutationRules>('v2', 'v3') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 5 }), roughEvent(some), (steps, again) => {
      const before = steps.reduce((state, { rough, rules }) => after(state, rough, rules), INITIAL_STATE);
      const once = after(before, again);
      const twice = FOLD_BY_RULES.v2(open, once, { key, events: [eventOf(again)] });
      assert.ok(twice.kind === 'done');
      assert.deepEqual([twice.status, twice.changed, sameState(twice.after, once)], ['IDLE', false, true]);
    }),
    { numRuns: 300 },
  );
});

test('what came before a PURGE has no effect on what comes after it', () => {
  fc.assert(
    fc.property(fc.array(roughEvent(some), { maxLength: 5 }), fc.array(roughEvent(some), { maxLength: 4 }), (a, b) => {
      const purge: Rough = { type: 'PURGE', version: 0, named: {} };
      assert.deepEqual(stateAfter([...a, purge, ...b]), stateAfter(b));
    }),
    { numRuns: 100 },
  );
});
