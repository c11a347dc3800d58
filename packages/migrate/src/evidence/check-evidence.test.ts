import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { BUCKETS } from '@actionbase/core/digest/row-digest';
import { CHAIN_START, type ChainEnd, parseChainLine, printChainLine } from './chain.ts';
import { checkEvidence } from './check-evidence.ts';

const KEYS = generateKeyPairSync('ed25519');
const OTHER_KEYS = generateKeyPairSync('ed25519');
const SUMS = Array.from({ length: BUCKETS }, (_, bucket) => `1:${bucket.toString(16)}`);
const PROVEN = SUMS.map((sum, bucket) => `${bucket}@0=${sum}=${sum}`);
const WINDOW = {
  kind: 'window',
  number: 0,
  equal: BUCKETS,
  carried: [],
  mismatches: [],
  instants: [{ legacy: '0-1-7', new: 'e1-p0-5' }],
  proven: PROVEN,
};
const PASS = {
  kind: 'full-pass',
  stored: { legacy: SUMS.join(' '), new: SUMS.join(' ') },
  log: { legacy: SUMS.join(' '), new: SUMS.join(' ') },
  mismatches: [],
};

function print(bodies: readonly object[]): string {
  let end: ChainEnd = { number: 0, previous: CHAIN_START };
  let text = '';
  for (const body of bodies) {
    const line = printChainLine(end, body, KEYS.privateKey);
    text += `${line}\n`;
    end = { number: end.number + 1, previous: parseChainLine(line)?.hash ?? '' };
  }
  return text;
}

function problemsOf(bodies: readonly object[]): string {
  return checkEvidence(print(bodies), KEYS.publicKey).problems.join('\n');
}

test('evidence whose conclusions follow from its digests holds', () => {
  const text = print([{ kind: 'base' }, WINDOW, { ...WINDOW, number: 1 }, PASS, { kind: 'derived', mismatches: [] }]);
  const verdict = checkEvidence(text, KEYS.publicKey);
  assert.deepEqual(verdict.problems, []);
  assert.deepEqual(
    { windows: verdict.windows, passes: verdict.fullPasses, rows: verdict.rows, open: verdict.mismatchesOpen },
    { windows: 2, passes: 1, rows: BUCKETS, open: 0 },
  );
});

test('a bucket that is called equal with two different digests is found', () => {
  const proven = PROVEN.with(7, '7@0=1:7=1:8');
  assert.match(problemsOf([{ kind: 'base' }, { ...WINDOW, proven }]), /line 2: bucket 7 is called equal/);
});

test('a window that leaves a bucket out, or comes twice, is found', () => {
  const left = { ...WINDOW, equal: BUCKETS - 1, proven: PROVEN.slice(1) };
  assert.match(problemsOf([{ kind: 'base' }, left]), /speaks of 999 buckets/);
  assert.deepEqual(problemsOf([{ kind: 'base' }, { ...left, carried: [0] }]), '');
  assert.match(problemsOf([{ kind: 'base' }, WINDOW, WINDOW]), /it is window 0, expected is 1/);
});

test('a pass that hides what differs is found', () => {
  const log = { legacy: SUMS.join(' '), new: SUMS.with(3, '2:3').join(' ') };
  assert.match(problemsOf([{ ...PASS, log }]), /1 digests of the new side differ, and it tells no mismatch/);
  assert.equal(problemsOf([{ ...PASS, log, mismatches: [{ id: 'stored:new:3' }] }]), '');
  const second = { kind: 'second-path', folded: log.new, expected: log.legacy, mismatches: [] };
  assert.match(problemsOf([second]), /digests of the change feed differ/);
});

test('positions that go back are found', () => {
  const later = { ...WINDOW, number: 1, instants: [{ legacy: '0-1-8', new: 'e1-p0-4' }] };
  assert.match(problemsOf([{ kind: 'base' }, WINDOW, later]), /lies before/);
});

test('a changed, missing or foreign line breaks the chain', () => {
  const text = print([{ kind: 'base' }, WINDOW, PASS]);
  const problems = (changed: string, key = KEYS.publicKey): string => checkEvidence(changed, key).problems.join('\n');
  assert.match(problems(text.replace('"equal":1000', '"equal":1001')), /line 2: it was changed/);
  const lines = text.split('\n');
  assert.match(problems([lines[0], ...lines.slice(2)].join('\n')), /lines are missing/);
  assert.match(problems(text, OTHER_KEYS.publicKey), /its signature is not of this key/);
  assert.match(problems(text.slice(0, -5)), /cut short/);
  assert.match(problems(text.replaceAll(/,"signature":"[^"]*"/g, '')), /it is not signed/);
});
