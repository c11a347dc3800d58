/** Goal: shadow reads tell wrong data from races, and never touch the user. Method: answers by hand, virtual time. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ActionbaseClient } from '@actionbase/client';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { GATES_DEFAULT } from '../declare/define-migration.ts';
import { CLOSED_BREAKER } from './breaker.ts';
import { equalAnswers } from './compare-answers.ts';
import { DirectReads } from './direct-reads.ts';
import { DIRECT_LIMITS } from './limits.ts';
import { type DirectReport, shadowVerdict } from './report.ts';
import type { Truth } from './route-write.ts';
import { type DirectSettings, SETTINGS_DEFAULT } from './settings.ts';

function open(settings: Partial<DirectSettings>, owed: ReadonlySet<string> = new Set()) {
  const clock = new ManualClock({ sleeps: 'advance' });
  const client = new ActionbaseClient({ url: 'http://nowhere.test' });
  const truth = {
    revision: 1,
    newBuckets: 0,
    versionFloor: 0n,
    settings: { ...SETTINGS_DEFAULT, stage: 'shadow', ...settings } as const,
  };
  const held: { truth: Truth } = { truth };
  const reads = new DirectReads({
    table: client.table('shop', 'wish'),
    truth: held,
    owes: (key) => owed.has(key),
    clock,
    random: new SeededRandom(1),
  });
  return { reads, clock, held };
}

function reportOf(reads: DirectReads): DirectReport {
  return {
    format: 1,
    director: 'a',
    migration: 'wish',
    atMs: 2_000,
    sinceMs: 1_000,
    stage: 'shadow',
    revision: 1,
    newBuckets: 0,
    truth: null,
    debt: { owed: 0, doubtful: 0, refused: 0, refusal: null, unrecorded: 0, failing: null, breaker: CLOSED_BREAKER },
    writes: { legacy: 0, new: 0, dualUnderWay: 0, turns: 0, moveWaitMsMax: 0, waiting: 0 },
    readsSinceMs: 1_000,
    reads: reads.reports,
    mismatches: reads.mismatches,
  };
}

test('WISH-16 an answer that stays wrong is a mismatch, with its key and both answers', async () => {
  const { reads } = open({ shadowShare: 1 });
  for (const key of ['1', '2']) {
    const target = async () => (key === '2' ? ['a'] : ['a', 'b']);
    assert.deepEqual(await reads.read({ name: 'list', key, legacy: async () => ['a', 'b'], target }), ['a', 'b']);
  }
  await reads.settled();
  const [report] = reads.reports;
  assert.deepEqual([report?.sampled, report?.equal, report?.mismatches], [2, 1, 1]);
  const [mismatch] = reads.mismatches;
  assert.deepEqual(
    [mismatch?.name, mismatch?.key, mismatch?.truth, mismatch?.legacy, mismatch?.new],
    ['list', '2', 'legacy', '["a","b"]', '["a"]'],
  );
  const verdict = shadowVerdict([reportOf(reads)], { ...GATES_DEFAULT, shadowReads: 2 });
  assert.equal(verdict.isFit, false);
  assert.match(verdict.reasons.join(), /list: 1 of 2 answers are wrong/);
});

test('WISH-16 an answer that was read while it changed is a race, and no mismatch', async () => {
  const { reads } = open({ shadowShare: 1 });
  let behind = 2;
  const target = async () => {
    behind -= 1;
    return behind >= 0 ? 'old' : 'new';
  };
  await reads.read({ name: 'get', key: '1', legacy: async () => 'new', target });
  await reads.settled();
  const [report] = reads.reports;
  assert.deepEqual([report?.races, report?.mismatches], [1, 0]);
});

test('answers that never stop changing are unsettled, and keys with debt are not judged', async () => {
  const { reads } = open({ shadowShare: 1 }, new Set(['2']));
  let count = 0;
  const legacy = async () => {
    count += 1;
    return count;
  };
  await reads.read({ name: 'count', key: '1', legacy, target: async () => -1 });
  await reads.read({ name: 'count', key: '2', legacy: async () => 1, target: async () => 2 });
  await reads.settled();
  const [report] = reads.reports;
  assert.deepEqual([report?.unsettled, report?.owed, report?.mismatches], [1, 1, 0]);
});

test('WISH-16 the noise of races is measured by asking the truth twice', async () => {
  const { reads } = open({ noiseShare: 1 });
  let count = 0;
  const legacy = async () => {
    count += 1;
    return count >> 1;
  };
  for (let read = 0; read < 10; read += 1) {
    await reads.read({ name: 'count', key: '1', legacy, target: async () => 0 });
    await reads.settled();
  }
  const [report] = reads.reports;
  assert.deepEqual([report?.noiseCompared, report?.noiseDiffered, report?.sampled], [10, 10, 0]);
});

test('WISH-15 a new side that hangs costs users nothing: what is too much is dropped, and counted', async () => {
  const { reads } = open({ shadowShare: 1 });
  const hanging = new Promise<string>(() => {});
  for (let read = 0; read < DIRECT_LIMITS.shadowReadsMax + 10; read += 1) {
    assert.equal(await reads.read({ name: 'get', key: '1', legacy: async () => 'x', target: () => hanging }), 'x');
  }
  assert.equal(reads.reports[0]?.dropped, 10);
});

test('WISH-15 a new side that fails is counted, and the user has his answer', async () => {
  const { reads } = open({ shadowShare: 1 });
  const target = async (): Promise<string> => {
    throw new Error('not reachable');
  };
  assert.equal(await reads.read({ name: 'get', key: '1', legacy: async () => 'x', target }), 'x');
  await reads.settled();
  assert.deepEqual([reads.reports[0]?.errors, reads.reports[0]?.lastError], [1, 'not reachable']);
});

test('WISH-23 the verdict adds up the reports of all processes, and asks for enough reads and speed', async () => {
  const { reads, clock } = open({ shadowShare: 1 });
  const target = async (): Promise<string> => {
    clock.advance(20);
    return 'x';
  };
  for (let read = 0; read < 50; read += 1) {
    await reads.read({ name: 'get', key: `${read % 3}`, legacy: async () => 'x', target });
    await reads.settled();
  }
  const report = reportOf(reads);
  const gates = { ...GATES_DEFAULT, shadowReads: 100 };
  const verdict = shadowVerdict([report, JSON.parse(JSON.stringify(report))], gates);
  assert.deepEqual([verdict.isFit, verdict.reasons], [true, []]);
  const [kind] = verdict.kinds;
  assert.deepEqual([kind?.readsPerS, kind?.compared], [100, 100]);
  assert.deepEqual(kind?.hotKeys[2], { key: '2', count: 32, over: 0 });
  assert.ok(
    kind?.newP99Ms !== null && kind !== undefined && kind.newP99Ms >= 20 && kind.newP99Ms < 25,
    `${kind?.newP99Ms}`,
  );
  assert.deepEqual(
    report.reads[0]?.hotKeys.map(({ key, count }) => [key, count]),
    [
      ['0', 17],
      ['1', 17],
      ['2', 16],
    ],
  );
  assert.match(shadowVerdict([report], gates).reasons.join(), /50 shadow reads were compared, 100 are needed/);
  assert.match(shadowVerdict([report], { ...gates, shadowP99MsMax: 10 }).reasons.join(), /p99 of the new side/);
});

test('WISH-23 the rate of reads counts from the newest round', async () => {
  const { reads, clock, held } = open({});
  clock.advance(100_000);
  held.truth = { ...held.truth, settings: { ...held.truth.settings, round: 1 } };
  const beganMs = clock.nowMs();
  for (let read = 0; read < 10; read += 1) {
    await reads.read({ name: 'get', key: '1', legacy: async () => 'x', target: async () => 'x' });
    clock.advance(100);
  }
  assert.equal(reads.sinceMs, beganMs);
  const report = { ...reportOf(reads), atMs: clock.nowMs(), readsSinceMs: reads.sinceMs };
  assert.equal(shadowVerdict([report], GATES_DEFAULT).kinds[0]?.readsPerS, 10);
});

test('answers are equal as data: integers of any kind, members in any order', () => {
  assert.ok(equalAnswers({ a: 1n, b: [1, undefined] }, { b: [1n, undefined], a: 1 }));
  assert.ok(equalAnswers({ a: 1, b: undefined }, { a: 1 }));
  assert.ok(!equalAnswers({ a: 1 }, { a: '1' }));
  assert.ok(!equalAnswers(2n ** 60n, 2n ** 60n + 1n));
  assert.ok(!equalAnswers([1, 2], [2, 1]));
});
