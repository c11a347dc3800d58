import assert from 'node:assert/strict';
import test from 'node:test';
import { parseParkedPosition, printParkedPosition } from './parked-position.ts';

test('a parked position is printed as epoch, partition, frame, record and entry, and parsed again', () => {
  const position = { epoch: 1, partition: 0, offset: 1842, record: 0, entry: 3 };
  assert.equal(printParkedPosition(position), 'e1-p0-1842-0-3');
  assert.deepEqual(parseParkedPosition('e1-p0-1842-0-3'), position);
});

for (const text of [
  '',
  'e1-p0-1842',
  'e1-p0-1842-3',
  'e1-p0-1842-0-3-1',
  'e1-p0-1842-0--3',
  'e1-p0-1842-0-1234567890',
]) {
  test(`"${text}" is no parked position`, () => assert.equal(parseParkedPosition(text), undefined));
}
