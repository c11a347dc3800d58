/** Goal: the checker finds what it is for. Method: small histories by hand, right ones and each mistake it must see. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHistory } from './check-history.ts';
import type { Change, Operation } from './history.ts';

function inserted(offset: number, target: string, requestId = `r${offset}`): Change {
  const after = { source: 1, target, text: `${target}@${offset}`, at: offset };
  return { offset, requestId, status: 'CREATED', source: 1, target, after };
}

function wrote(began: number, ended: number, requestId: string, status: string | null = 'CREATED'): Operation {
  return { kind: 'mutate', began, ended, requestId, source: 1, target: 'a', status };
}

const CHANGES = [inserted(0, 'a'), inserted(1, 'b'), inserted(2, 'c')];
const WRITES = [wrote(1, 2, 'r0'), wrote(3, 4, 'r1'), wrote(7, 8, 'r2')];

test('reads between the mutations around them are true', () => {
  const reads: Operation[] = [
    { kind: 'count', began: 5, ended: 6, source: 1, count: 2 },
    { kind: 'scan', began: 5, ended: 9, source: 1, edges: ['c@2', 'b@1', 'a@0'] },
    { kind: 'get', began: 3, ended: 5, source: 1, target: 'b', edge: null },
    { kind: 'get', began: 0, ended: 1, source: 2, target: 'x', edge: null },
  ];
  assert.deepEqual(checkHistory([...WRITES, ...reads], CHANGES), []);
});

test('a read that misses an acknowledged mutation is found', () => {
  const read: Operation = { kind: 'get', began: 5, ended: 6, source: 1, target: 'b', edge: null };
  assert.match(checkHistory([...WRITES, read], CHANGES).join(), /the get of 1 -> b/);
});

test('a read that sees a mutation before it began is found', () => {
  const read: Operation = { kind: 'count', began: 5, ended: 6, source: 1, count: 3 };
  assert.match(checkHistory([...WRITES, read], CHANGES).join(), /the count of 1 \(3\)/);
});

test('a read that goes back behind an earlier read is found', () => {
  const writes = [wrote(1, 2, 'r0'), wrote(3, 20, 'r1')];
  const seen: Operation = { kind: 'count', began: 4, ended: 5, source: 1, count: 2 };
  const back: Operation = { kind: 'count', began: 6, ended: 7, source: 1, count: 1 };
  const changes = CHANGES.slice(0, 2);
  assert.deepEqual(checkHistory([...writes, back], changes), []);
  assert.match(checkHistory([...writes, seen, back], changes).join(), /the count of 1 \(1\)/);
});

test('a scan in another order is found', () => {
  const read: Operation = { kind: 'scan', began: 9, ended: 10, source: 1, edges: ['a@0', 'b@1', 'c@2'] };
  assert.match(checkHistory([...WRITES, read], CHANGES).join(), /the scan of 1/);
});

test('an acknowledged mutation that is not in the log is found, an unanswered one may be missing', () => {
  assert.match(checkHistory([wrote(1, 2, 'lost')], []).join(), /lost was acknowledged and is not in the log/);
  assert.deepEqual(checkHistory([wrote(1, Number.POSITIVE_INFINITY, 'lost', null)], []), []);
});

test('a mutation that took effect twice, or otherwise than it was answered, is found', () => {
  assert.match(checkHistory([wrote(1, 2, 'r0')], [inserted(0, 'a'), inserted(1, 'a', 'r0')]).join(), /2 times/);
  assert.match(checkHistory([wrote(1, 2, 'r0', 'UPDATED')], [inserted(0, 'a')]).join(), /answered UPDATED/);
});

test('a mutation that stands before one which had ended is found', () => {
  assert.match(checkHistory([wrote(1, 2, 'r1'), wrote(3, 4, 'r0')], CHANGES).join(), /r0 is in frame 0/);
});
