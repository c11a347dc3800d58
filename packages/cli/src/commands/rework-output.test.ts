import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printReworkLine, reworkTable } from './rework-output.ts';

const done = {
  builds: [],
  removes: [],
  rows: 9,
  states: 3,
  failed: [{ name: 'group sum', edge: '7 -> a', reason: 'why' }],
};
const current = { builds: ['index by_size'], removes: ['cache top'], rows: 60_000, states: 12_000, failed: [] };

test('the line tells of the first rework that has something left to do', () => {
  const waiting = { ...current, builds: ['index later'] };
  assert.equal(
    printReworkLine([done, current, waiting]),
    'building index by_size, removing cache top: 12,000 edges, 60,000 rows',
  );
  assert.equal(printReworkLine([done]), '');
});

test('the table tells of every name and of what went wrong', () => {
  assert.deepEqual(reworkTable([done, current]).rows, [
    ['failed', 'group sum', '3', '7 -> a: why'],
    ['building', 'index by_size', '12,000', ''],
    ['removing', 'cache top', '12,000', ''],
  ]);
});
