import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KILL_POINTS } from './killing/kill-points.ts';
import { type PlannedLife, planLives } from './plan-lives.ts';

const points = KILL_POINTS.map(({ name }) => name);

function pointsOf(lives: readonly PlannedLife[]): string[] {
  return lives.flatMap(({ births, kills, copies }) => [
    ...births,
    ...kills.flatMap((plan) => plan?.point ?? []),
    ...copies,
  ]);
}

test('as many kills as there are points are one at each', () => {
  for (const seed of [1, 2, 3]) {
    const planned = pointsOf(planLives({ kills: points.length, seed, points, random: false }));
    assert.deepEqual(new Set(planned), new Set(points));
  }
});

test('with random moments among them, every second kill is at a point', () => {
  const lives = planLives({ kills: 400, seed: 1, points, random: true });
  const random = lives.flatMap(({ kills }) => kills).filter((plan) => plan === null).length;
  assert.ok(random >= 200 && random < 230, `${random} at random moments`);
  assert.deepEqual(new Set(pointsOf(lives)), new Set(points));
});

test('the same seed plans the same kills', () => {
  const wanted = { kills: 300, seed: 7, points, random: true };
  assert.deepEqual(planLives(wanted), planLives(wanted));
});

test('nothing is given its name twice in one life', () => {
  for (const { births } of planLives({ kills: 600, seed: 5, points, random: false })) {
    for (const stem of ['format', 'meta']) {
      assert.ok(
        births.filter((name) => name === `${stem}.renamed` || name === `${stem}.named`).length <= 1,
        births.join(),
      );
    }
  }
});
