import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LegacyTableDescription } from '@actionbase/ports/legacy';
import { memoryColumns } from '@actionbase/ports/memory/memory-legacy';
import { aMigration } from '../testing/wish-migration.ts';
import { fromLog } from './define-migration.ts';
import { obstaclesOf, warningsOf } from './fit-table.ts';

const right = { user_id: 'integer', sku: 'text', note: 'text?', at: 'time?', gift: 'integer?', version: 'integer' };

function described(kinds: Readonly<Record<string, string>>, primaryKey = ['user_id', 'sku']): LegacyTableDescription {
  return {
    table: 'wish',
    columns: memoryColumns(kinds),
    primaryKey,
    rowsAbout: 0,
    uniqueKeys: [],
    obstacles: [],
    warnings: [],
  };
}

test('a table that is as declared has no obstacle, and keeps those that the database found', () => {
  assert.deepEqual(obstaclesOf(aMigration(), described(right)), []);
  assert.deepEqual(obstaclesOf(aMigration(), { ...described(right), obstacles: ['It is a view.'] }), ['It is a view.']);
});

const cases: readonly [string, LegacyTableDescription, RegExp][] = [
  [
    'the key has other columns',
    described(right, ['user_id']),
    /primary key is \(user_id\); it should be \(user_id, sku\)/,
  ],
  [
    'the version may be null',
    described({ ...right, version: 'integer?' }),
    /Column version .* make it BIGINT NOT NULL/,
  ],
  ['the version is a text', described({ ...right, version: 'text' }), /Column version .* make it BIGINT NOT NULL/],
  ['an end may be null', described({ ...right, sku: 'text?' }), /Column sku .* may be NULL/],
  ['a property is a float', described({ ...right, note: 'float?' }), /Column note is a floating number/],
  ['a form does not fit', described({ ...right, gift: 'text?' }), /Column gift .* can't take the form boolean/],
];

for (const [name, description, expected] of cases) {
  test(`${name}: one sentence says so`, () => {
    const found = obstaclesOf(aMigration(), description);
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', expected);
  });
}

test('missing columns are named, that of the version with what to add', () => {
  const rest = { user_id: 'integer', sku: 'text', at: 'time?', gift: 'integer?' };
  const found = obstaclesOf(aMigration(), described(rest));
  assert.deepEqual(found, [
    'It has no column note, which the declaration names.',
    'It has no column version for versions: add one of the type BIGINT NOT NULL that every writer raises.',
  ]);
});

const ofLog = aMigration({ edge: { source: 'user_id', target: 'sku', version: fromLog } });

test('a unique key that lets fewer edges be than the new side does is an obstacle, where rows come back', () => {
  const keyed = (...columns: string[]) => ({ ...described(right), uniqueKeys: [{ name: 'one', columns }] });
  for (const columns of [['note'], ['user_id', 'note'], ['sku(3)', 'user_id']]) {
    assert.deepEqual(obstaclesOf(aMigration(), keyed(...columns)), [
      `Its unique key one (${columns.join(', ')}) refuses rows that the new side takes, and a row that comes back from there ` +
        'must not be refused: drop it, or add user_id and sku to it.',
    ]);
    assert.deepEqual(obstaclesOf(ofLog, keyed(...columns)), []);
  }
  assert.deepEqual(obstaclesOf(aMigration(), keyed('note', 'sku', 'user_id')), []);
});

test('what the database warns of is passed on where rows come back', () => {
  const warned = { ...described(right), warnings: ['The trigger t acts.'] };
  assert.deepEqual(warningsOf(aMigration(), warned), ['The trigger t acts.']);
  assert.deepEqual(obstaclesOf(aMigration(), warned), []);
  assert.deepEqual(warningsOf(ofLog, warned), []);
});
