import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aMigration } from '../testing/wish-migration.ts';
import { column, defineMigration, fromLog, GATES_DEFAULT, THROTTLE_DEFAULT } from './define-migration.ts';

test('what a declaration leaves out has its default', () => {
  const { gates, throttle, counts, forwardOnly, edge } = aMigration({ gates: { cleanDays: 7 } });
  assert.deepEqual(gates, { ...GATES_DEFAULT, cleanDays: 7 });
  assert.deepEqual([throttle, counts, forwardOnly], [THROTTLE_DEFAULT, [], false]);
  assert.deepEqual(edge.source, { column: 'user_id', form: 'plain' });
});

test('everything that is wrong is told at once, with the field, its value and what is allowed', () => {
  const wrong = {
    name: 'Wish',
    from: '',
    to: 'wish',
    edge: { source: '', target: column('sku', 'bytes' as never), version: 'version' },
    gates: { cleanWindows: -1, shadowMismatchShareMax: 2 },
  };
  assert.throws(
    () => defineMigration(wrong),
    (error: Error) => {
      assert.equal(error.message.split('\n').length, 8);
      assert.match(error.message, /name: "Wish" should be 1 to 32 of a-z, 0-9 and "-", a letter first/);
      assert.match(error.message, /to: "wish" should be "database.table"/);
      assert.match(error.message, /edge target: form "bytes" should be one of plain, milliseconds, boolean/);
      assert.match(error.message, /shadowMismatchShareMax: 2 should be from 0 to 1/);
      return true;
    },
  );
});

test('forwardOnly goes with a column of versions and without counts, and says why', () => {
  const edge = { source: 'user_id', target: 'sku', version: fromLog };
  assert.throws(
    () => aMigration({ edge, forwardOnly: true }),
    /forwardOnly: rows that were there before .* \(fromLog\)/,
  );
  const counts = [{ name: 'wishers', of: 'target', prefix: 'wishers:' }] as const;
  assert.throws(() => aMigration({ counts, forwardOnly: true }), /forwardOnly: counts can not be kept/);
  assert.equal(aMigration({ forwardOnly: true }).forwardOnly, true);
});
