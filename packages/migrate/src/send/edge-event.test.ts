import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LegacyChange, LegacyRow } from '@actionbase/ports/legacy';
import { fromLog } from '../declare/define-migration.ts';
import { RowMapping } from '../declare/row-mapping.ts';
import { aMigration, aWish } from '../testing/wish-migration.ts';
import { eventOfRow, eventsOfTransaction } from './edge-event.ts';

const mapping = new RowMapping(aMigration().edge);
const one = aWish({ user_id: 7n, sku: 'a', note: 'one', gift: 1n, at: '1970-01-01 00:00:01.500', version: 10n });

const cases: readonly {
  name: string;
  changes: readonly [LegacyRow | undefined, LegacyRow | undefined][];
  events: object;
}[] = [
  { name: 'an insert puts the edge', changes: [[undefined, one]], events: { '7 -> "a"': 20n } },
  {
    name: 'an update puts it again',
    changes: [[one, { ...one, note: 'two', version: 11n }]],
    events: { '7 -> "a"': 22n },
  },
  { name: 'a delete is just above the last version', changes: [[one, undefined]], events: { '7 -> "a"': [21n] } },
  {
    name: 'a changed key deletes the one and puts the other',
    changes: [[one, { ...one, sku: 'b', version: 11n }]],
    events: { '7 -> "a"': [21n], '7 -> "b"': 22n },
  },
  {
    name: 'a key that comes back is put last',
    changes: [
      [one, { ...one, sku: 'b', version: 11n }],
      [undefined, { ...one, version: 12n }],
    ],
    events: { '7 -> "a"': 24n, '7 -> "b"': 22n },
  },
  {
    name: 'the last image of a transaction wins',
    changes: [
      [undefined, one],
      [one, { ...one, version: 11n }],
      [{ ...one, version: 11n }, undefined],
    ],
    events: { '7 -> "a"': [23n] },
  },
  { name: 'an update that the edge does not see says nothing', changes: [[one, { ...one }]], events: {} },
];

for (const { name, changes, events } of cases) {
  test(`of a transaction: ${name}`, () => {
    const found = eventsOfTransaction(mapping, { changes: changes.map(changeOf) }, 99n);
    const short = [...found].map(([key, { version, properties }]) => [key, properties === null ? [version] : version]);
    assert.deepEqual(Object.fromEntries(short), events);
  });
}

test('a row becomes an edge with the forms of its columns', () => {
  const properties = { note: 'one', gift: true, at: 1500n };
  assert.deepEqual(eventOfRow(mapping, one, 0n), { source: 7n, target: 'a', version: 20n, properties });
});

test('versions from the log are ranks, and a deletion is above the row of an earlier transaction', () => {
  const ofLog = new RowMapping(aMigration({ edge: { source: 'user_id', target: 'sku', version: fromLog } }).edge);
  const changes = [changeOf([one, { ...one, sku: 'b' }])];
  const versions = [...eventsOfTransaction(ofLog, { changes }, 5n).values()].map(({ version }) => version);
  assert.deepEqual(versions, [11n, 10n]);
  assert.equal(eventOfRow(ofLog, one, 5n).version, 10n);
});

test('a row that changes without a higher version is refused, with its key', () => {
  for (const version of [10n, 9n]) {
    const changes = [changeOf([one, { ...one, note: 'two', version }])];
    const rejected = { code: 'version-not-raised', message: /the row of 7 -> "a" .* 10 became/ };
    assert.throws(() => eventsOfTransaction(mapping, { changes }, 1n), rejected);
  }
});

test('a row that can be no edge is refused, with its values and the reason', () => {
  const wrong: readonly (readonly [Partial<LegacyRow>, RegExp])[] = [
    [{ at: '0000-00-00 00:00:00.000' }, /user_id = 7 and sku = a .*column at: 0000-00-00 .* should be a time/],
    [{ user_id: 2n ** 63n }, /9223372036854775808 is not from -2\^63 to 2\^63 - 1/],
    [{ sku: null }, /column sku: null should be an integer or a text/],
    [{ version: 2n ** 62n }, /its version 4611686018427387904 should be from 0 to 4611686018427387903/],
    [{ version: -1n }, /its version -1 should be/],
  ];
  for (const [values, message] of wrong) {
    assert.throws(() => eventOfRow(mapping, { ...one, ...definedOf(values) }, 0n), { code: 'row-unfit', message });
  }
});

function changeOf([before, after]: readonly [LegacyRow | undefined, LegacyRow | undefined]): LegacyChange {
  return { table: 'wish', before, after };
}

function definedOf(values: Partial<LegacyRow>): LegacyRow {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? null]));
}
