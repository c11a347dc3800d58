/** Goal: the v2 state machine is the table of spec 3.10, row by row, with its merges and its two times. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeStateValue, encodeStateValue } from '../codec/row-value.ts';
import { type EdgeKey, type EdgeState, type EventType, INITIAL_STATE, type MutationRules } from '../model/edge.ts';
import { FOLD_BY_RULES, type Folded } from './fold-entry.ts';
import { anEdgeSchema, anEvent, type Named, someProperties, tableOf } from './test-edges.ts';

const people = tableOf(anEdgeSchema({ properties: someProperties({ name: 'string!', age: 'int', email: 'string' }) }));
const key: EdgeKey = { kind: 'edge', source: 'a', target: 'b' };
const TYPES: Readonly<Record<string, EventType>> = { I: 'INSERT', U: 'UPDATE', D: 'DELETE', P: 'PURGE' };

/** `I5` with its properties; `v3:I5` by the rules of the v3 calls. */
type Step = readonly [event: string, named?: Named];
/** Status, activity, version, createdAt, deletedAt, and by name the value@version of each property ever seen. */
type Seen = readonly [status: string, active: boolean, times: readonly (number | null)[], properties?: string];
type Trace = readonly (readonly [Step, Seen])[];

const N: null = null;
const A: Named = { name: 'A' };
const ALL: Named = { name: 'A', age: 1, email: 'e' };
const FULL: Step = ['I10', ALL];
const KEPT = 'name=A@10 age=1@10 email=e@10';
const CREATED: Seen = ['CREATED', true, [10, 10, N], KEPT];

describe('each row of the table', () => {
  const rows: Readonly<Record<string, Trace>> = {
    'none, INSERT': [[FULL, CREATED]],
    'none, UPDATE': [
      [
        ['U10', A],
        ['IDLE', false, [10, N, N], 'name=A@10'],
      ],
    ],
    'none, DELETE': [[['D10'], ['IDLE', false, [10, N, 10], 'name=null@10 age=null@10 email=null@10']]],
    'none, PURGE': [[['P10'], ['IDLE', false, [], '']]],
    'ACTIVE, INSERT that changes': [
      [FULL, CREATED],
      [
        ['I20', { age: 2 }],
        ['UPDATED', true, [20, 20, N], 'name=A@10 age=2@20 email=e@10'],
      ],
    ],
    'ACTIVE, INSERT that changes nothing': [
      [FULL, CREATED],
      [FULL, ['IDLE', true, [10, 10, N], KEPT]],
    ],
    'ACTIVE, older INSERT': [
      [FULL, CREATED],
      [
        ['I5', { name: 'B', age: 2 }],
        ['IDLE', true, [10, 10, N], KEPT],
      ],
    ],
    'ACTIVE, UPDATE that changes': [
      [FULL, CREATED],
      [
        ['U20', { age: N }],
        ['UPDATED', true, [20, 10, N], 'name=A@10 age=null@20 email=e@10'],
      ],
    ],
    'ACTIVE, UPDATE that changes nothing': [
      [FULL, CREATED],
      [
        ['U5', { age: 2 }],
        ['IDLE', true, [10, 10, N], KEPT],
      ],
    ],
    'ACTIVE, UPDATE of which only the version is new': [
      [FULL, CREATED],
      [['U20'], ['UPDATED', true, [20, 10, N], KEPT]],
    ],
    'ACTIVE, DELETE not older than the state': [
      [FULL, CREATED],
      [['D20'], ['DELETED', false, [20, 10, 20], 'name=null@20 age=null@20 email=null@20']],
    ],
    'ACTIVE, DELETE older than the state, not than its INSERT': [
      [FULL, CREATED],
      [
        ['U30', { age: 3 }],
        ['UPDATED', true, [30, 10, N], 'name=A@10 age=3@30 email=e@10'],
      ],
      [['D20'], ['DELETED', false, [30, 10, 20], 'name=null@20 age=3@30 email=null@20']],
    ],
    'ACTIVE, DELETE older than its INSERT': [
      [FULL, CREATED],
      [['D5'], ['IDLE', true, [10, 10, 5], KEPT]],
    ],
    'ACTIVE, DELETE older than its INSERT, not than all properties': [
      [FULL, CREATED],
      [
        ['I20', A],
        ['UPDATED', true, [20, 20, N], 'name=A@20 age=1@10 email=e@10'],
      ],
      [['D15'], ['IDLE', true, [20, 20, 15], 'name=A@20 age=1@10 email=e@10']],
    ],
    'ACTIVE, PURGE': [
      [FULL, CREATED],
      [['P1'], ['PURGED', false, [], '']],
    ],
    'INACTIVE, INSERT not older than the state': [
      [['D10'], ['IDLE', false, [10, N, 10]]],
      [
        ['I20', A],
        ['CREATED', true, [20, 20, 10], 'name=A@20 age=null@10 email=null@10'],
      ],
    ],
    'INACTIVE, INSERT older than the state, without a DELETE': [
      [
        ['U20', { age: 2 }],
        ['IDLE', false, [20, N, N], 'age=2@20'],
      ],
      [
        ['I10', ALL],
        ['CREATED', true, [20, 10, N], 'name=A@10 age=2@20 email=e@10'],
      ],
    ],
    'INACTIVE, INSERT older than the state, not than its DELETE': [
      [['D10'], ['IDLE', false, [10, N, 10]]],
      [
        ['U30', { age: 3 }],
        ['IDLE', false, [30, N, 10]],
      ],
      [
        ['I20', A],
        ['CREATED', true, [30, 20, 10], 'name=A@20 age=3@30 email=null@10'],
      ],
    ],
    'INACTIVE, INSERT older than its DELETE': [
      [['D10'], ['IDLE', false, [10, N, 10]]],
      [
        ['I5', ALL],
        ['IDLE', false, [10, 5, 10], 'name=null@10 age=null@10 email=null@10'],
      ],
    ],
    'INACTIVE, UPDATE': [
      [['D10'], ['IDLE', false, [10, N, 10]]],
      [
        ['U20', { age: 2 }],
        ['IDLE', false, [20, N, 10], 'name=null@10 age=2@20 email=null@10'],
      ],
    ],
    'INACTIVE, DELETE': [
      [['D10'], ['IDLE', false, [10, N, 10]]],
      [['D20'], ['IDLE', false, [20, N, 20], 'name=null@20 age=null@20 email=null@20']],
    ],
    'INACTIVE, older DELETE': [
      [['D10'], ['IDLE', false, [10, N, 10]]],
      [['D5'], ['IDLE', false, [10, N, 10], 'name=null@10 age=null@10 email=null@10']],
    ],
    'INACTIVE, PURGE': [
      [['D10'], ['IDLE', false, [10, N, 10]]],
      [['P1'], ['PURGED', false, [], '']],
    ],
  };
  for (const [name, trace] of Object.entries(rows)) test(name, () => assertTrace(trace));
});

describe('properties', () => {
  const traces: Readonly<Record<string, Trace>> = {
    'an INSERT keeps what it does not name, and nulls what nobody named': [
      [
        ['I10', { name: 'A', age: 1 }],
        ['CREATED', true, [10, 10, N], 'name=A@10 age=1@10 email=null@10'],
      ],
      [
        ['I20', { name: 'B' }],
        ['UPDATED', true, [20, 20, N], 'name=B@20 age=1@10 email=null@10'],
      ],
    ],
    'an INSERT older than a DELETE nulls nothing': [
      [
        ['U20', { age: 2 }],
        ['IDLE', false, [20, N, N], 'age=2@20'],
      ],
      [['D10'], ['IDLE', false, [20, N, 10], 'name=null@10 age=2@20 email=null@10']],
      [['P1'], ['PURGED', false, [], '']],
      [
        ['U20', { age: 2 }],
        ['IDLE', false, [20, N, N], 'age=2@20'],
      ],
      [
        ['I5', { name: 'A' }],
        ['CREATED', true, [20, 5, N], 'name=A@5 age=2@20 email=null@5'],
      ],
    ],
    'a DELETE takes no property': [
      [FULL, CREATED],
      [
        ['D20', { age: 7 }],
        ['DELETED', false, [20, 10, 20], 'name=null@20 age=null@20 email=null@20'],
      ],
    ],
    'a value of the same version is taken': [
      [FULL, CREATED],
      [
        ['U10', { age: 7 }],
        ['UPDATED', true, [10, 10, N], 'name=A@10 age=7@10 email=e@10'],
      ],
      [
        ['I10', { age: N }],
        ['UPDATED', true, [10, 10, N], 'name=A@10 age=null@10 email=e@10'],
      ],
    ],
    'null over null of the same version changes nothing': [
      [
        ['I10', { name: 'A', age: N }],
        ['CREATED', true, [10, 10, N], 'name=A@10 age=null@10 email=null@10'],
      ],
      [
        ['I10', { name: 'A', age: N, email: N }],
        ['IDLE', true, [10, 10, N], 'name=A@10 age=null@10 email=null@10'],
      ],
    ],
    'the texts that v3 takes for null are texts': [
      [
        ['I10', { name: '__UNSET__' }],
        ['CREATED', true, [10, 10, N], 'name=__UNSET__@10 age=null@10 email=null@10'],
      ],
    ],
  };
  for (const [name, trace] of Object.entries(traces)) test(name, () => assertTrace(trace));
});

describe('equal versions', () => {
  const traces: Readonly<Record<string, Trace>> = {
    'the later of INSERT and DELETE wins, and both times stay': [
      [FULL, CREATED],
      [['D10'], ['DELETED', false, [10, 10, 10], 'name=null@10 age=null@10 email=null@10']],
      [FULL, ['CREATED', true, [10, 10, 10], KEPT]],
      [['D10'], ['DELETED', false, [10, 10, 10]]],
    ],
    'also below the version of the state': [
      [FULL, CREATED],
      [
        ['U20', { age: 2 }],
        ['UPDATED', true, [20, 10, N]],
      ],
      [['D10'], ['DELETED', false, [20, 10, 10], 'name=null@10 age=2@20 email=null@10']],
      [
        ['I10', A],
        ['CREATED', true, [20, 10, 10], 'name=A@10 age=2@20 email=null@10'],
      ],
    ],
    'a PURGE forgets versions, so an older event takes effect after it': [
      [FULL, CREATED],
      [['P10'], ['PURGED', false, [], '']],
      [['P10'], ['IDLE', false, [], '']],
      [
        ['I1', A],
        ['CREATED', true, [1, 1, N], 'name=A@1 age=null@1 email=null@1'],
      ],
    ],
  };
  for (const [name, trace] of Object.entries(traces)) test(name, () => assertTrace(trace));
});

describe('v2 and v3 on one edge', () => {
  const traces: Readonly<Record<string, Trace>> = {
    'an INSERT of v3 replaces what one of v2 merged, and the other way round': [
      [FULL, CREATED],
      [
        ['v3:I20', { name: 'B' }],
        ['UPDATED', true, [20, 20, N], 'name=B@20 age=null@20 email=null@20'],
      ],
      [
        ['I30', { age: 3 }],
        ['UPDATED', true, [30, 30, N], 'name=B@20 age=3@30 email=null@20'],
      ],
    ],
    'a DELETE of either is one for the other': [
      [FULL, CREATED],
      [['v3:D20'], ['DELETED', false, [20, 10, 20]]],
      [
        ['I15', ALL],
        ['IDLE', false, [20, 15, 20]],
      ],
      [
        ['v3:I25', ALL],
        ['CREATED', true, [25, 25, 20]],
      ],
      [['D30'], ['DELETED', false, [30, 25, 30]]],
      [
        ['v3:I29', ALL],
        ['IDLE', false, [30, 29, 30]],
      ],
    ],
    'an edge that v2 created again at the version of its DELETE is active for v3 too': [
      [FULL, CREATED],
      [['D10'], ['DELETED', false, [10, 10, 10]]],
      [FULL, ['CREATED', true, [10, 10, 10]]],
      [
        ['v3:U11', { age: 2 }],
        ['UPDATED', true, [11, 10, 10], 'name=A@10 age=2@11 email=e@10'],
      ],
      [
        ['v3:I9', ALL],
        ['IDLE', true, [11, 10, 10]],
      ],
      [['v3:D9'], ['IDLE', true, [11, 10, 10]]],
      [
        ['v3:I10', ALL],
        ['IDLE', true, [11, 10, 10]],
      ],
      [['v3:D10'], ['DELETED', false, [11, 10, 10]]],
      [
        ['v3:U12', { age: 3 }],
        ['IDLE', false, [12, 10, 10]],
      ],
    ],
    'v3 at that version takes one of the times away, and v2 goes on from there': [
      [FULL, CREATED],
      [['D10'], ['DELETED', false, [10, 10, 10]]],
      [
        ['v3:I10', ALL],
        ['CREATED', true, [10, 10, N]],
      ],
      [['D10'], ['DELETED', false, [10, 10, 10]]],
      [['v3:D10'], ['IDLE', false, [10, N, 10]]],
      [
        ['I10', ALL],
        ['CREATED', true, [10, 10, 10]],
      ],
    ],
  };
  for (const [name, trace] of Object.entries(traces)) test(name, () => assertTrace(trace));
});

describe('what must not be null', () => {
  const refused = 'missing-property name: Validation error(s): Field is not null : name';
  const traces: Readonly<Record<string, Trace>> = {
    'an INSERT of a new edge needs it': [
      [
        ['I10', { age: 1 }],
        [refused, false, [], ''],
      ],
    ],
    'an INSERT of a deleted edge needs it again': [
      [FULL, CREATED],
      [['D20'], ['DELETED', false, [20, 10, 20]]],
      [['I30'], [refused, false, [20, 10, 20]]],
    ],
    'an active edge keeps it': [
      [FULL, CREATED],
      [
        ['U20', { name: N }],
        [refused, true, [10, 10, N], KEPT],
      ],
      [
        ['I30', { age: 2 }],
        ['UPDATED', true, [30, 30, N]],
      ],
    ],
    'an inactive edge may lack it': [
      [
        ['U10', { name: N }],
        ['IDLE', false, [10, N, N], 'name=null@10'],
      ],
      [
        ['I5', A],
        [refused, false, [10, N, N]],
      ],
    ],
  };
  for (const [name, trace] of Object.entries(traces)) test(name, () => assertTrace(trace));
});

test('an INSERT older than the DELETE does not fill a property that the table gained since', () => {
  const deleted = done(fold(INITIAL_STATE, ['D10'])).after;
  const short = { ...deleted, properties: deleted.properties.slice(0, 2) };
  assert.equal(printProperties(done(fold(short, ['I5', A])).after), 'name=null@10 age=null@10');
  assert.equal(printProperties(done(fold(short, ['I10', A])).after), 'name=A@10 age=null@10 email=null@10');
});

test('an IDLE entry whose times have risen is a change all the same', () => {
  const created = done(fold(INITIAL_STATE, FULL));
  const late = done(fold(created.after, ['D5']));
  assert.deepEqual([late.status, late.changed, late.delta], ['IDLE', true, 0]);
  const again = done(fold(late.after, ['D5']));
  assert.deepEqual([again.status, again.changed, again.after === late.after], ['IDLE', false, true]);
});

test('a PURGE takes the edge out of the counts only if it was active', () => {
  const { after } = done(fold(INITIAL_STATE, FULL));
  const purged = done(fold(after, ['P1']));
  assert.deepEqual([purged.delta, purged.changed, purged.after === INITIAL_STATE], [-1, true, true]);
  const deleted = done(fold(INITIAL_STATE, ['D1']));
  assert.deepEqual([done(fold(deleted.after, ['P1'])).delta, done(fold(INITIAL_STATE, ['P1'])).changed], [0, false]);
});

test('a state row that says nothing is a row: a PURGE of it is PURGED', () => {
  const row = decodeStateValue(people, encodeStateValue(people, INITIAL_STATE));
  assert.deepEqual([done(fold(row, ['P1'])).status, done(fold(row, ['P1'])).changed], ['PURGED', true]);
});

function assertTrace(trace: Trace): void {
  let state = INITIAL_STATE;
  for (const [step, [status, active, times, properties]] of trace) {
    const folded = fold(state, step);
    if (folded.kind === 'done') state = folded.after;
    const seen = folded.kind === 'done' ? folded.status : `${folded.failure.code} ${folded.field}: ${folded.message}`;
    assert.deepEqual([step[0], seen, state.active, timesOf(state)], [step[0], status, active, times]);
    if (properties !== undefined) assert.equal(printProperties(state), properties, step[0]);
  }
}

function fold(before: EdgeState, [event, named]: Step): Folded {
  const rules: MutationRules = event.startsWith('v3:') ? 'v3' : 'v2';
  const text = event.replace('v3:', '');
  const events = [anEvent(people, TYPES[text.charAt(0)] ?? 'INSERT', BigInt(text.slice(1)), named)];
  return FOLD_BY_RULES[rules](people, before, { key, events });
}

function done(folded: Folded): Extract<Folded, { kind: 'done' }> {
  assert.equal(folded.kind, 'done');
  return folded;
}

/** Version, createdAt, deletedAt; nothing where there is no state. */
function timesOf(state: EdgeState): readonly (number | null)[] {
  if (state === INITIAL_STATE) return [];
  return [state.version, state.createdAt, state.deletedAt].map((time) => (time === null ? null : Number(time)));
}

function printProperties(state: EdgeState): string {
  const cells = people.fields.map(({ name }, place) => ({ name, cell: state.properties[place] }));
  return cells
    .flatMap(({ name, cell }) => (cell === undefined ? [] : [`${name}=${cell.value}@${cell.version}`]))
    .join(' ');
}
