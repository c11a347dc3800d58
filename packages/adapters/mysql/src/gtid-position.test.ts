import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GtidPosition } from './gtid-position.ts';

test('a position is printed as the server prints it, and its rank rises with every transaction', () => {
  const position = GtidPosition.parse('10-1-9,0-1-42');
  assert.equal(position.print(), '0-1-42,10-1-9');
  assert.equal(position.rank(), 51n);
  assert.equal(position.after('10-7-10').print(), '0-1-42,10-7-10');
  assert.equal(position.after('10-7-10').rank(), 52n);
  assert.equal(position.after('3-1-1').rank(), 52n);
});

test('the beginning of the log is empty and has the rank 0', () => {
  assert.equal(GtidPosition.parse('').print(), '');
  assert.equal(GtidPosition.parse('').rank(), 0n);
  assert.equal(GtidPosition.parse('').after('0-1-18446744073709551615').rank(), 18_446_744_073_709_551_615n);
});

test('what is no position is refused', () => {
  for (const text of ['0-1', 'binlog.000001:4', '0-1-2;', '0-1-x']) {
    assert.throws(() => GtidPosition.parse(text), { code: 'legacy-refused' });
  }
});
