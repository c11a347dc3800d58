import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { Journal } from './journal.ts';
import type { JournalEntry, JournalEvent } from './journal-state.ts';

function entry(event: JournalEvent): JournalEntry {
  return { atMs: 1_000, who: 'ann', why: 'because', ...event };
}

async function newPath(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'actionbase-journal-'));
  t.after(() => rm(directory, { recursive: true }));
  return join(directory, 'journal');
}

const EVENTS: readonly JournalEvent[] = [
  { kind: 'stage', stage: 'dual', evidence: '' },
  { kind: 'refused', command: 'retire', reasons: ['too early'] },
  { kind: 'move-begun', stage: 'ramp', revision: 1, newBuckets: 10, evidence: '' },
  { kind: 'move-ready', revision: 1, fromPosition: 'e1-p0-7' },
  { kind: 'move-settled', revision: 1, stallMs: 3 },
];

test('WISH-21 a journal that is opened again stands where it stood, with who, when and why', async (t) => {
  const path = await newPath(t);
  {
    await using journal = await Journal.open(path);
    for (const event of EVENTS) await journal.write(entry(event));
  }
  await using journal = await Journal.open(path);
  assert.deepEqual(journal.entries, EVENTS.map(entry));
  assert.deepEqual(journal.state.place, { stage: 'ramp', newBuckets: 10 });
  assert.equal(journal.state.revision, 1);
});

test('a move that was begun and not settled is open after a restart', async (t) => {
  const path = await newPath(t);
  {
    await using journal = await Journal.open(path);
    for (const event of EVENTS.slice(0, 3)) await journal.write(entry(event));
  }
  await using journal = await Journal.open(path);
  assert.equal(journal.state.openMove?.revision, 1);
  assert.equal(journal.state.revision, 0);
  await journal.write(entry({ kind: 'move-undone', revision: 1 }));
  assert.equal(journal.state.openMove, undefined);
});

test('a line that was cut short by a crash is removed, and the journal goes on', async (t) => {
  const path = await newPath(t);
  {
    await using journal = await Journal.open(path);
    for (const event of EVENTS.slice(0, 2)) await journal.write(entry(event));
  }
  const whole = await readFile(path, 'utf8');
  await appendFile(path, '{"number":2,"previous":"');
  {
    await using journal = await Journal.open(path);
    assert.equal(journal.entries.length, 2);
    await journal.write(entry({ kind: 'incident', what: 'a disk' }));
  }
  await using journal = await Journal.open(path);
  assert.equal(journal.state.lastIncidentMs, 1_000);
  assert.ok((await readFile(path, 'utf8')).startsWith(whole));
});

test('a journal that somebody changed is refused, naming the line', async (t) => {
  const path = await newPath(t);
  {
    await using journal = await Journal.open(path);
    for (const event of EVENTS) await journal.write(entry(event));
  }
  const text = await readFile(path, 'utf8');
  const lines = text.split('\n');
  const changed = text.replace('too early', 'too late!');
  const missing = lines.filter((_, index) => index !== 1).join('\n');
  const swapped = [lines[1], lines[0], ...lines.slice(2)].join('\n');
  for (const [bad, expected] of [
    [changed, /line 2: it was changed/],
    [missing, /line 2: it has number 2, expected is 1/],
    [swapped, /line 1: it has number 1, expected is 0/],
  ] as const) {
    await writeFile(path, bad);
    await assert.rejects(Journal.open(path), (error: unknown) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, 'chain-broken');
      assert.match(error.message, expected);
      return true;
    });
  }
});
