/**
 * Goal: the coordinator opens stages on evidence alone, goes on after a restart, and says why it refuses. Method: the real one over
 * a real server, with an application's director; the old side is in memory, and days pass by the test's calendar.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { checkEvidence } from '@actionbase/migrate/evidence/check-evidence';
import type { StageCommand } from '@actionbase/migrate/stages/plan-move';
import { STAGES } from '@actionbase/migrate/stages/stage';
import { aWishMigration, CoordinatedWorld } from './coordinated-world.ts';

const ROWS = 60;

async function refusal(world: CoordinatedWorld, command: StageCommand): Promise<string> {
  try {
    await world.order(command);
  } catch (error) {
    assert.ok(error instanceof Failure && error.code === 'stage-refused', String(error));
    return error.message;
  }
  throw new Error(`${JSON.stringify(command)} was not refused`);
}

/** Reads so much that the shadow phase has its verdict. */
async function readMuch(world: CoordinatedWorld): Promise<void> {
  while ((await world.coordinator.status()).missing.length > 0) {
    for (let user = 0; user < 5; user += 1) await world.note(user, `sku-${user}`);
    await world.clock.sleep(20);
  }
}

test('a new table that can not take a migration is refused at the first stage, by what a plan would say', async () => {
  await using world = await CoordinatedWorld.make(aWishMigration());
  await world.client.tables.update('shop', 'wish', { mode: 'ASYNC' });
  await world.start();
  const reason = /shop\.wish: Its mode is ASYNC: a migration needs SYNC\./;
  assert.match(await refusal(world, { kind: 'advance', to: 'dual' }), reason);
  await world.client.tables.update('shop', 'wish', { mode: 'SYNC' });
  assert.equal((await world.order({ kind: 'advance', to: 'dual' })).stage, 'dual');
});

test('WISH-21 WISH-24 all stages in order, each on the evidence of the one before, over restarts; then nothing touches the old side', async () => {
  await using world = await CoordinatedWorld.make(aWishMigration());
  world.putOldRows(ROWS);
  await world.start();
  await world.openDirector();
  await world.advance('dual');
  await world.restart();
  await world.advance('loaded');
  await world.advance('caught-up');
  assert.equal((await world.coordinator.status()).copy.rows, ROWS);
  await world.until(() => world.director.report().stage === 'dual');
  await world.wish(1, 'sku-1', 'dual');
  assert.equal((await world.table.get(1, 'sku-1'))?.properties.note, 'dual');
  await world.advance('verified');
  await world.restart();
  await world.advance('shadow');
  await readMuch(world);
  const { shadow } = await world.coordinator.status();
  assert.deepEqual(
    shadow?.kinds.map(({ name, hotKeys }) => [name, hotKeys.length]),
    [['get', 3]],
  );
  await world.advance('ramp');
  const { stallMs } = await world.order({ kind: 'ramp', percent: 50 });
  assert.ok(stallMs !== null && stallMs < 5_000);
  await world.restart();
  for (let user = 0; user < 20; user += 1) await world.wish(user, 'ramped', 'n');
  await world.until(({ missing, mismatches }) => missing.length === 1 && mismatches.length === 0);
  const { proofCost } = await world.coordinator.status();
  assert.ok(proofCost.changes >= 20 && proofCost.ms > 0);
  assert.match(
    await refusal(world, { kind: 'advance', to: 'new' }),
    /50 percent of the keys have moved, wanted are 100/,
  );
  await world.order({ kind: 'ramp', percent: 100 });
  await world.advance('new');
  await world.wish(3, 'sku-3', 'decided by the new side');
  await world.until(({ backUp }) => backUp.isRunning && backUp.lagMs === 0);
  assert.equal(await world.note(3, 'sku-3'), 'decided by the new side');
  assert.match(await refusal(world, { kind: 'retire' }), /0 days without a mismatch or an incident, wanted are 90/);
  world.passDays(89);
  await world.coordinator.incident('a wrong list was shown', 'ann');
  world.passDays(89);
  await world.restart();
  await world.until(({ missing }) => missing.length === 1);
  assert.match(await refusal(world, { kind: 'retire' }), /89 days/);
  world.passDays(1);
  await world.until(({ missing }) => missing.length === 0);
  await world.coordinator.verify();
  await world.order({ kind: 'retire' });
  const stages = world.coordinator.journal.flatMap((entry) => (entry.kind === 'stage' ? [entry.stage] : []));
  assert.deepEqual(stages, STAGES.slice(1));

  const [before, end] = [world.legacy.rows('wish'), world.legacy.end()];
  const counts = await countsOf(world);
  assert.equal(counts.get('wishers:ramped'), 20n);
  await world.clock.sleep(1_200);
  await world.wish(3, 'sku-3', 'after the retirement');
  await world.wish(77, 'ramped', 'after the retirement');
  assert.equal(await world.note(3, 'sku-3'), 'after the retirement');
  await world.restart();
  assert.deepEqual([world.legacy.rows('wish'), world.legacy.end()], [before, end]);
  assert.deepEqual(await countsOf(world), counts);
  assert.match(await refusal(world, { kind: 'rollback' }), /the old side was retired/);
  assert.match(await refusal(world, { kind: 'ramp', percent: 1 }), /only stage ramp/);
  await assert.rejects(world.coordinator.verify(), { code: 'stage-refused' });
  const evidence = await readFile(join(world.folder, 'evidence.jsonl'), 'utf8');
  const shadowLines = evidence.split('\n').filter((line) => line.includes('shadow') && line.includes('noiseShare'));
  assert.equal(shadowLines.length, 1, 'the verdict that opened the ramp is kept');
  const verdict = checkEvidence(evidence);
  assert.deepEqual(verdict.problems, []);
  assert.ok(
    verdict.windows > 4 && verdict.fullPasses > 0 && verdict.secondPaths === 1 && verdict.mismatchesFound === 0,
  );
});

test('WISH-21 orders that do not follow are refused with every reason, and stand in the journal with who and why', async () => {
  await using world = await CoordinatedWorld.make(aWishMigration());
  world.putOldRows(3);
  await world.start();
  const orders: readonly (readonly [StageCommand, RegExp])[] = [
    [{ kind: 'advance', to: 'shadow' }, /stage shadow does not follow planned: the next one is dual/],
    [{ kind: 'ramp', percent: 10 }, /only stage ramp moves a share of the keys; this is stage planned/],
    [{ kind: 'rollback' }, /in stage planned the old side decides: nothing has moved/],
    [{ kind: 'retire' }, /stage retired does not follow planned/],
  ];
  for (const [command, reason] of orders) assert.match(await refusal(world, command), reason);
  await world.advance('dual');
  await assert.rejects(world.coordinator.verify(), {
    code: 'stage-refused',
    message: /in stage dual both sides are not compared/,
  });
  assert.match(await refusal(world, { kind: 'advance', to: 'dual' }), /in stage dual already/);
  assert.match(
    await refusal(world, { kind: 'advance', to: 'planned' }),
    /stages only move forward, and back by rollback/,
  );
  await world.restart();
  const refused = world.coordinator.journal.filter(({ kind }) => kind === 'refused');
  assert.equal(refused.length, orders.length + 2);
  assert.deepEqual(
    refused.map(({ who, why }) => [who, why]),
    refused.map(() => ['ann', 'a test']),
  );
});

test('WISH-14 a row that differs closes the gates until it is written again through the application', async () => {
  await using world = await CoordinatedWorld.make(aWishMigration());
  world.putOldRows(ROWS);
  await world.start();
  await world.openDirector();
  for (const stage of ['dual', 'loaded', 'caught-up', 'verified'] as const) await world.advance(stage);
  const edge = await world.table.get(5, 'sku-5');
  assert.ok(edge !== undefined);
  const version = BigInt(edge.version) + 1n;
  await world.table.insert([{ source: 5, target: 'sku-5', version, properties: { note: 'rogue', at: 1, gift: true } }]);
  const { mismatches, waitsFor } = await world.until((status) => status.mismatches.length > 0);
  assert.match(mismatches[0]?.text ?? '', /5 → sku-5: .*note is "note 5" on the old side and "rogue" on the new one/);
  assert.match(waitsFor, /Stage shadow does not open yet: 1 mismatches are open/);
  assert.match(await refusal(world, { kind: 'advance', to: 'shadow' }), /1 mismatches are open/);
  const found = await world.coordinator.verify();
  assert.equal(found.sides?.mismatches.length, 1, 'whoever asks is told as well');
  await world.restart();
  await world.until((status) => status.mismatches.length > 0);
  await world.wish(5, 'sku-5', 'mended');
  await world.until((status) => status.mismatches.length === 0);
  await world.advance('shadow');
});

test('a rollback brings all keys back with all that was written meanwhile, and the ramp may begin anew', async () => {
  await using world = await CoordinatedWorld.make(aWishMigration());
  world.putOldRows(ROWS);
  await world.start();
  await world.openDirector();
  for (const stage of ['dual', 'loaded', 'caught-up', 'verified', 'shadow'] as const) await world.advance(stage);
  await readMuch(world);
  await world.advance('ramp');
  await world.order({ kind: 'ramp', percent: 100 });
  for (let user = 0; user < 20; user += 1) await world.wish(user, 'ramped', `of ${user}`);
  await world.wish(0, 'sku-0', undefined);
  const { stage, movedPercent } = await world.order({ kind: 'rollback' });
  assert.deepEqual([stage, movedPercent], ['shadow', 0]);
  assert.equal(world.legacy.get('wish', { user_id: 7n, sku: 'ramped' })?.note, 'of 7');
  assert.equal(world.legacy.get('wish', { user_id: 0n, sku: 'sku-0' }), undefined);
  assert.equal((await countsOf(world)).get('wishers:ramped'), 20n);
  await world.wish(7, 'ramped', 'decided by the old side');
  assert.equal(world.legacy.get('wish', { user_id: 7n, sku: 'ramped' })?.note, 'decided by the old side');
  await world.restart();
  await world.wish(21, 'ramped', 'after the rollback');
  while ((await countsOf(world)).get('wishers:ramped') !== 21n) await world.clock.sleep(10);
  await world.until(({ mismatches, debts }) => mismatches.length === 0 && debts === 0);
  await readMuch(world);
  await world.advance('ramp');
});

test('forwardOnly moves what is written from now on, and what was there before is no mismatch', async () => {
  await using world = await CoordinatedWorld.make(aWishMigration({ forwardOnly: true }));
  world.putOldRows(ROWS);
  await world.start();
  await world.openDirector();
  for (const stage of ['dual', 'loaded', 'caught-up'] as const) await world.advance(stage);
  assert.equal(await world.table.get(1, 'sku-1'), undefined, 'nothing is copied');
  await world.until(() => world.director.report().stage === 'dual');
  await world.wish(1, 'sku-1', 'changed');
  await world.wish(2, 'sku-2', undefined);
  await world.wish(100, 'later', 'new');
  await world.wish(101, 'later', 'new');
  await world.wish(101, 'later', undefined);
  assert.equal((await world.table.get(1, 'sku-1'))?.properties.note, 'changed');
  assert.equal((await world.table.get(100, 'later'))?.properties.note, 'new');
  await world.advance('verified');
  await world.restart();
  await world.wish(102, 'later', 'after the restart');
  const { sides, stored, secondPath } = await verified(world);
  assert.deepEqual([sides?.mismatches, stored?.mismatches, secondPath?.mismatches], [[], [], []]);
  assert.equal(stored?.rows, 3, 'rows of before do not count');
  assert.equal(world.legacy.rows('wish').length, ROWS + 1);
  await world.table.delete([{ source: 100, target: 'later', version: BigInt(Date.now()) * 2_001n }]);
  const { mismatches } = await world.until((status) => status.mismatches.length > 0);
  assert.match(mismatches[0]?.text ?? '', /100 → later is missing on the new side/);
});

async function verified(world: CoordinatedWorld) {
  await world.until(({ windows }) => windows.clean > 0);
  return world.coordinator.verify();
}

async function countsOf(world: CoordinatedWorld): Promise<ReadonlyMap<string, bigint>> {
  const all = new Map<string, bigint>();
  for await (const page of world.counts.scan()) for (const [key, count] of page) all.set(key, count);
  return all;
}
