import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { LoadCheckpoint } from './load-checkpoint.ts';
import { type LedgerRow, NO_COUNTS } from './load-ledger.ts';
import { type LoadState, parseLoadState } from './load-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'actionbase-checkpoint-'));
const statePath = join(folder, 'x.load.json');
const rejectsPath = join(folder, 'x.rejects.jsonl');

const STATE: LoadState = {
  file: { sizeBytes: 100, headSha256: 'abc' },
  plan: { url: 'u', database: 'd', table: 't', format: 'jsonl', map: '', type: 'insert', version: '' },
  startedAtMs: 7,
  columns: [],
  offset: 0,
  line: 1,
  rejectsBytes: 0,
  counts: NO_COUNTS,
};

function aReject(line: number): LedgerRow {
  const outcome = { kind: 'rejected', code: 'c', message: `m${line}` } as const;
  return { line, nextLine: line + 1, endOffset: line * 10, text: 't', outcome };
}

function rejectedLines(): number[] {
  const lines = readFileSync(rejectsPath, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line).line);
}

describe('a checkpoint', () => {
  after(() => rmSync(folder, { recursive: true }));

  it('writes rejects and how far the load has come', async () => {
    await using checkpoint = await LoadCheckpoint.open({ state: STATE, statePath, rejectsPath });
    checkpoint.ledger.add(aReject(1));
    checkpoint.ledger.add({ ...aReject(2), outcome: null });
    checkpoint.ledger.add(aReject(3));
    await checkpoint.save();
    assert.deepEqual(rejectedLines(), [1]);
    const saved = parseLoadState(readFileSync(statePath, 'utf8'));
    assert.deepEqual(saved, checkpoint.state);
    assert.deepEqual([saved?.offset, saved?.line, saved?.counts.rejected, saved?.startedAtMs], [10, 2, 1, 7]);
  });

  it('that is opened again cuts off rejects that its state does not know', async () => {
    const state = parseLoadState(readFileSync(statePath, 'utf8'));
    assert.ok(state !== undefined);
    appendFileSync(rejectsPath, '{"line":3,"half');
    await using checkpoint = await LoadCheckpoint.open({ state, statePath, rejectsPath });
    checkpoint.ledger.add(aReject(2));
    await checkpoint.save();
    assert.deepEqual(rejectedLines(), [1, 2]);
  });

  it('of a new load drops the rejects of an older one', async () => {
    await using checkpoint = await LoadCheckpoint.open({ state: STATE, statePath, rejectsPath });
    await checkpoint.save();
    assert.ok(!existsSync(rejectsPath));
  });
});
