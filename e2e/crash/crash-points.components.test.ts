/**
 * Goal: laws L1 to L5 with real processes. Method: servers, backups and restores are killed at every named point once, see
 * `run-crashes.ts`. It needs nothing but npm, and stands with the component tests for the time that it takes.
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
