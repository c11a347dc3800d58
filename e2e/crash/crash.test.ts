/**
 * Goal: laws L1 to L5 with real processes. Method: servers, backups and restores are killed at every named point once and at a
 * few random moments, see `run-crashes.ts`; `npm run crash` does the same hundreds of times.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KILL_POINTS } from './killing/kill-points.ts';
import { type CrashResult, runCrashes } from './run-crashes.ts';

const seed = 20_251;
/** For a machine that does much else; a quiet one takes less than a minute. */
const timeout = 900_000;

const QUIET = { seed, withinMs: 300, planted: null, random: false, onKill: () => undefined };

/** Two runs beside one another, each with every second point. */
function killAtEveryPoint(): Promise<CrashResult[]> {
  const lanes = [0, 1].map((lane) => KILL_POINTS.map(({ name }) => name).filter((_, place) => place % 2 === lane));
  return Promise.all(lanes.map((points) => runCrashes({ ...QUIET, points, kills: points.length })));
}

test('L1 L3 L4 L5 a kill at any named point loses nothing that was acknowledged, and every recount is right', {
  timeout,
}, async () => {
  const results = await killAtEveryPoint();
  assert.deepEqual(
    results.flatMap(({ violations }) => violations),
    [],
  );
  const missed = results.flatMap(({ points }) => [...points].filter(([, { kills }]) => kills === 0));
  assert.deepEqual(
    missed.map(([name]) => name),
    [],
  );
});

test('L1 L3 L4 L5 nor does a kill at a random moment', { timeout }, async () => {
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
