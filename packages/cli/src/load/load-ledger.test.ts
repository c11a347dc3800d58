import assert from 'node:assert/strict';
import test from 'node:test';
import { type LedgerRow, LoadLedger, NO_COUNTS } from './load-ledger.ts';
import { findDifference, type LoadState, parseLoadState, printLoadState } from './load-state.ts';

function aRow(line: number): LedgerRow {
  return { line, nextLine: line + 1, endOffset: line * 10, text: `row ${line}`, outcome: null };
}

const STATE: LoadState = {
  file: { sizeBytes: 100, headSha256: 'abc' },
  plan: { url: 'http://x', database: 'd', table: 't', format: 'csv', map: '', type: 'insert', version: 'now' },
  startedAtMs: 1_700_000_000_000,
  columns: ['source', 'target'],
  offset: 50,
  line: 6,
  rejectsBytes: 0,
  counts: { ...NO_COUNTS, created: 5 },
};

test('only rows without an open one in front of them count as loaded', () => {
  const ledger = new LoadLedger({ counts: NO_COUNTS, endOffset: 0, line: 1 });
  const [first, second, third] = [aRow(1), aRow(2), aRow(3)];
  for (const row of [first, second, third]) ledger.add(row);
  third.outcome = { kind: 'done', status: 'CREATED' };
  assert.deepEqual(ledger.settle(), { endOffset: 0, line: 1, refused: [] });
  first.outcome = { kind: 'rejected', code: 'c', message: 'm' };
  assert.deepEqual(ledger.settle(), { endOffset: 10, line: 2, refused: [first] });
  second.outcome = { kind: 'error', code: 'c', message: 'm' };
  assert.deepEqual(ledger.settle(), { endOffset: 30, line: 4, refused: [second] });
  assert.deepEqual(ledger.counts, { ...NO_COUNTS, created: 1, errors: 1, rejected: 1 });
  assert.equal(ledger.length, 0);
});

test('a state comes out of its file as it went in, and another text is none', () => {
  assert.deepEqual(parseLoadState(printLoadState(STATE)), STATE);
  assert.equal(parseLoadState('{}'), undefined);
  assert.equal(parseLoadState('half a fi'), undefined);
  assert.equal(parseLoadState(printLoadState(STATE).replace('"format": 1', '"format": 2')), undefined);
});

test('a load goes on only with the same file, target and meaning of rows', () => {
  const { file, plan } = STATE;
  assert.equal(findDifference(STATE, { file, plan }), undefined);
  const grown = findDifference(STATE, { file: { ...file, sizeBytes: 101 }, plan });
  assert.equal(grown, 'the file had 100 bytes and has 101 now');
  assert.match(findDifference(STATE, { file: { ...file, headSha256: 'x' }, plan }) ?? '', /beginning .* changed/);
  const other = findDifference(STATE, { file, plan: { ...plan, table: 'u' } });
  assert.equal(other, 'table was "t" and is "u" now');
});
