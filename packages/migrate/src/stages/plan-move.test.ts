import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUCKETS } from '@actionbase/core/digest/row-digest';
import { GATES_DEFAULT } from '../declare/define-migration.ts';
import { missingFor, planMove, type StageCommand, type StagePlace } from './plan-move.ts';
import { compareStages, nextStage, STAGES, type Stage } from './stage.ts';
import type { StageFacts } from './stage-facts.ts';

const DAY_MS = 86_400_000;

const FIT: StageFacts = {
  nowMs: 1_000 * DAY_MS,
  obstacles: [],
  copy: { isDone: true, rows: 10 },
  follower: { isRunning: true, hasPassedCopy: true, lagMs: 0 },
  debts: 0,
  proof: { cleanWindows: 30, openMismatches: 0, isFullPassClean: true, cleanSinceMs: 900 * DAY_MS },
  silentDirectors: [],
  shadow: { reasons: [] },
  backUp: { isRunning: true, lagMs: 0 },
};

function plan(place: Partial<StagePlace> & { stage: Stage }, command: StageCommand, facts: Partial<StageFacts> = {}) {
  return planMove({ newBuckets: 0, ...place }, command, GATES_DEFAULT, { ...FIT, ...facts });
}

function reasonsOf(answer: ReturnType<typeof plan>): readonly string[] {
  assert.equal(answer.kind, 'refuse');
  return answer.kind === 'refuse' ? answer.reasons : [];
}

test('WISH-21 with everything fit, each stage opens the next one and no other', () => {
  for (const stage of STAGES) {
    for (const to of STAGES) {
      const newBuckets = compareStages(stage, 'ramp') >= 0 ? BUCKETS : 0;
      const answer = plan({ stage, newBuckets }, { kind: 'advance', to });
      if (to === nextStage(stage)) assert.deepEqual(answer, { kind: 'move', place: { stage: to, newBuckets } });
      else assert.equal(answer.kind, 'refuse', `${stage} to ${to}`);
    }
  }
});

test('WISH-21 each gate refuses when one thing that it asks for is missing, and says which', () => {
  const cases: [Stage, Partial<StageFacts>, RegExp][] = [
    ['planned', { obstacles: ['table wishes has no primary key'] }, /no primary key/],
    ['dual', { copy: { isDone: false, rows: 7 } }, /copy is not done: 7 rows/],
    ['loaded', { follower: { isRunning: false, hasPassedCopy: true, lagMs: 0 } }, /does not run/],
    ['loaded', { follower: { isRunning: true, hasPassedCopy: false, lagMs: 0 } }, /has not passed/],
    ['loaded', { follower: { isRunning: true, hasPassedCopy: true, lagMs: 5_001 } }, /5001 ms behind/],
    ['loaded', { debts: 3 }, /3 writes are owed/],
    ['caught-up', { proof: { ...FIT.proof, cleanWindows: 29 } }, /29 windows/],
    ['caught-up', { proof: { ...FIT.proof, isFullPassClean: false } }, /full pass/],
    ['verified', { proof: { ...FIT.proof, openMismatches: 1 } }, /1 mismatches are open/],
    ['shadow', { shadow: undefined }, /no shadow read/],
    ['shadow', { shadow: { reasons: ['scan: p99 of the new side is 51 ms'] } }, /scan: p99/],
    ['shadow', { silentDirectors: ['app-2'] }, /director app-2 has not told/],
    ['ramp', { proof: { ...FIT.proof, openMismatches: 1 } }, /1 mismatches are open/],
    ['new', { proof: { ...FIT.proof, cleanSinceMs: 911 * DAY_MS } }, /89 days/],
    ['new', { proof: { ...FIT.proof, cleanSinceMs: undefined } }, /0 days/],
    ['new', { backUp: { isRunning: false, lagMs: 0 } }, /way back/],
  ];
  for (const [stage, facts, expected] of cases) {
    const to = nextStage(stage);
    assert.ok(to !== undefined);
    const answer = plan({ stage, newBuckets: BUCKETS }, { kind: 'advance', to }, facts);
    assert.match(reasonsOf(answer).join('\n'), expected);
    assert.deepEqual(
      missingFor({ stage, newBuckets: BUCKETS }, GATES_DEFAULT, { ...FIT, ...facts }),
      reasonsOf(answer),
    );
  }
});

test('WISH-17 a ramp moves a share of the keys up only on evidence, and down always', () => {
  const half: StagePlace = { stage: 'ramp', newBuckets: BUCKETS / 2 };
  const open = { proof: { ...FIT.proof, openMismatches: 1 } };
  assert.deepEqual(plan(half, { kind: 'ramp', percent: 100 }), {
    kind: 'move',
    place: { stage: 'ramp', newBuckets: BUCKETS },
  });
  assert.match(reasonsOf(plan(half, { kind: 'ramp', percent: 100 }, open)).join(), /mismatches/);
  assert.deepEqual(plan(half, { kind: 'ramp', percent: 1 }, open), {
    kind: 'move',
    place: { stage: 'ramp', newBuckets: 10 },
  });
  assert.match(reasonsOf(plan(half, { kind: 'ramp', percent: 50 })).join(), /already/);
  for (const percent of [0, -1, 101, Number.NaN])
    assert.match(reasonsOf(plan(half, { kind: 'ramp', percent })).join(), /should be/);
  assert.match(reasonsOf(plan({ stage: 'shadow' }, { kind: 'ramp', percent: 1 })).join(), /only stage ramp/);
});

test('WISH-18 WISH-20 a rollback needs no evidence while keys have moved, and is refused with the reason after retirement', () => {
  const bad: Partial<StageFacts> = {
    proof: { cleanWindows: 0, openMismatches: 9, isFullPassClean: false, cleanSinceMs: undefined },
  };
  for (const stage of ['ramp', 'new'] as const) {
    const answer = plan({ stage, newBuckets: BUCKETS }, { kind: 'rollback' }, bad);
    assert.deepEqual(answer, { kind: 'move', place: { stage: 'shadow', newBuckets: 0 } });
  }
  assert.match(reasonsOf(plan({ stage: 'retired', newBuckets: BUCKETS }, { kind: 'rollback' })).join(), /was retired/);
  assert.match(reasonsOf(plan({ stage: 'verified' }, { kind: 'rollback' })).join(), /nothing has moved/);
});
