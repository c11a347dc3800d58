/**
 * Goal: laws L1 to L5 with real processes. Method: servers, backups and restores are killed at a few random moments, see
 * `run-crashes.ts`; `npm run crash` does the same hundreds of times, and `crash-points.components.test.ts` at every named point.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCrashes } from './run-crashes.ts';

const seed = 20_251;
/** For a machine that does much else; a quiet one takes less than a minute. */
const timeout = 900_000;

const QUIET = { seed, withinMs: 300, planted: null, random: false, onKill: () => undefined };

test('L1 L3 L4 L5 a kill at a random moment loses nothing that was acknowledged, and every recount is right', {
  timeout,
}, async () => {
  const { violations, acknowledged } = await runCrashes({ ...QUIET, points: [], random: true, kills: 15 });
  assert.deepEqual(violations, []);
  assert.ok(acknowledged > 0, `the writers wrote: ${acknowledged} acknowledged`);
});

test('a run finds a database that answers before its log has the mutation', { timeout }, async () => {
  const result = await runCrashes({
    ...QUIET,
    points: ['frame.half', 'frame.written', 'answer.sent'],
    kills: 30,
    planted: 'answer-before-log',
    isEnough: ({ violations }) => violations.length > 0,
  });
  assert.notDeepEqual(result.violations, []);
});

test('a run finds a log that has its name before its text', { timeout }, async () => {
  const result = await runCrashes({ ...QUIET, points: ['meta.created'], kills: 1, planted: 'meta-without-draft' });
  assert.notDeepEqual(result.violations, []);
});
