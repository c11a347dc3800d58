import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LegacyPosition, TruthHold } from '@actionbase/ports/legacy';
import { foldJournal, JOURNAL_START, type JournalEntry, type JournalState } from '../stages/journal-state.ts';
import { finishMove, type MoveParts, moveTruth } from './move.ts';

const STAMP = { atMs: 1, who: 'ann', why: 'go' };

/** Stands for a process that was killed: nothing of it runs on. */
class Killed extends Error {}

/** Both sides as far as a move sees them, with a kill before the nth step. */
class World {
  journal: JournalEntry[] = [];
  revision = 0;
  newBuckets = 0;
  isHeld = false;
  readonly openNames = new Set<number>([0]);
  readonly steps: string[] = [];
  killBefore = Number.POSITIVE_INFINITY;

  get state(): JournalState {
    return this.journal.reduce(foldJournal, JOURNAL_START);
  }

  /** A process that may be killed; what the sides have done stays. */
  parts(): MoveParts {
    const world = this;
    const step = async (name: string): Promise<void> => {
      if (world.steps.length >= world.killBefore) throw new Killed(name);
      world.steps.push(name);
    };
    return {
      journal: {
        get state() {
          return world.state;
        },
        async write(entry) {
          await step(`journal ${entry.kind}`);
          world.journal.push(entry);
        },
      },
      async hold(): Promise<TruthHold> {
        await step('hold');
        world.isHeld = true;
        return {
          truth: { revision: world.revision, newBuckets: world.newBuckets, versionFloor: 0n, settings: '' },
          position: '0-1-5' as LegacyPosition,
          async settle(newBuckets) {
            await step('settle');
            world.revision += 1;
            world.newBuckets = newBuckets;
            world.isHeld = false;
            return { revision: world.revision, newBuckets, versionFloor: 0n, settings: '' };
          },
          // The old side itself releases the hold of a process that is gone.
          async [Symbol.asyncDispose]() {
            world.isHeld = false;
          },
        };
      },
      settledRevision: async () => world.revision,
      fences: {
        async open(revision) {
          await step(`open ${revision}`);
          world.openNames.add(revision);
        },
        async close(revision) {
          await step(`close ${revision}`);
          world.openNames.delete(revision);
          return 'e1-p0-9';
        },
      },
      async forwardReached(position) {
        await step(`forward ${position}`);
        assert.ok(world.isHeld, 'the followers catch up while writers are held');
      },
      async backReached(position) {
        await step(`back ${position}`);
        assert.ok(!world.openNames.has(world.revision), 'the way back catches up when no writer can add to it');
      },
      monotonicMs: () => 0,
    };
  }
}

test('WISH-17 a move holds both sides, lets both followers catch up, and settles last', async () => {
  const world = new World();
  const result = await moveTruth(world.parts(), {
    place: { stage: 'ramp', newBuckets: 10 },
    evidence: '',
    stamp: STAMP,
  });
  assert.deepEqual(result, { revision: 1, stallMs: 0 });
  assert.deepEqual(world.steps, [
    'journal move-begun',
    'open 1',
    'hold',
    'close 0',
    'forward 0-1-5',
    'back e1-p0-9',
    'journal move-ready',
    'settle',
    'journal move-settled',
  ]);
  assert.deepEqual(world.state.place, { stage: 'ramp', newBuckets: 10 });
  assert.deepEqual(world.state.moves, [{ fromPosition: 'e1-p0-9', revision: 1, newBuckets: 10 }]);
});

test('WISH-21 a coordinator that is killed before any step of a move finds out at its next start whether it happened', async () => {
  const order = { place: { stage: 'ramp', newBuckets: 10 }, evidence: '', stamp: STAMP } as const;
  const outcomes: string[] = [];
  for (let kill = 0; kill <= 9; kill += 1) {
    const world = new World();
    world.killBefore = kill;
    await moveTruth(world.parts(), order).catch((error: unknown) => assert.ok(error instanceof Killed));
    world.killBefore = Number.POSITIVE_INFINITY;
    const outcome = (await finishMove(world.parts(), STAMP)) ?? 'none';
    outcomes.push(outcome);
    const { place, revision, openMove } = world.state;
    assert.equal(openMove, undefined);
    assert.equal(world.isHeld, false);
    assert.equal(revision, world.revision, 'journal and old side agree');
    assert.equal(place.newBuckets, world.newBuckets);
    assert.deepEqual([...world.openNames], [world.revision], 'writers of the present revision go on, and no others');
    // And the same move can be made again.
    if (outcome !== 'settled' && kill < 9) await moveTruth(world.parts(), order);
    assert.equal(world.newBuckets, 10);
  }
  assert.ok(outcomes.includes('undone') && outcomes.includes('settled') && outcomes.includes('none'));
});
