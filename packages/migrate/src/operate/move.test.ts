import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { LegacyPosition, TruthHold } from '@actionbase/ports/legacy';
import { foldJournal, JOURNAL_START, type JournalEntry, type JournalState } from '../stages/journal-state.ts';
import { finishMove, type MoveParts, moveTruth } from './move.ts';

const STAMP = { atMs: 1, who: 'ann', why: 'go' };

/** Stands for a process that was killed: nothing of it runs on. */
class Killed extends Error {}

/** The other side, or the way there, said no. */
class Refused extends Error {}

interface Planned {
  /** Steps that take this many turns, by their first word; one when missing. */
  readonly turns?: Readonly<Record<string, number>>;
  /** The first word of a step that fails, once; with `late` after it took effect. */
  readonly failing?: string | undefined;
  readonly late?: boolean;
  /** The connection breaks while it is settled, and the old side does it all the same, this many turns later. */
  readonly doneAfterAll?: number;
}

/** Both sides as far as a move sees them, with a kill before the nth step. What is asked of the new side takes effect in order. */
class World {
  journal: JournalEntry[] = [];
  revision = 0;
  newBuckets = 0;
  isHeld = false;
  readonly openNames = new Set<number>([0]);
  readonly steps: string[] = [];
  readonly ended = new Set<string>();
  killBefore = Number.POSITIVE_INFINITY;
  readonly #turns: Readonly<Record<string, number>>;
  readonly #late: boolean;
  #failing: string | undefined;
  #writing: Promise<void> = Promise.resolve();
  #doneAfterAll: number | undefined;
  /** What the old side still does for a connection that broke; its locks are held until then. */
  #inDoubt: Promise<void> = Promise.resolve();

  constructor({ turns = {}, failing, late = false, doneAfterAll }: Planned = {}) {
    this.#turns = turns;
    this.#failing = failing;
    this.#late = late;
    this.#doneAfterAll = doneAfterAll;
  }

  get state(): JournalState {
    return this.journal.reduce(foldJournal, JOURNAL_START);
  }

  /** A process that may be killed; what the sides have done stays. */
  parts(): MoveParts {
    const world = this;
    const step = (name: string, effect?: () => void): Promise<void> => world.#step(name, effect);
    return {
      journal: {
        get state() {
          return world.state;
        },
        // One after another, in the order of the calls.
        write(entry) {
          const written = world.#writing.then(async () => {
            await step(`journal ${entry.kind}`);
            world.journal.push(entry);
          });
          world.#writing = written.catch(() => undefined);
          return written;
        },
      },
      approach: () => step('approach'),
      async hold(): Promise<TruthHold> {
        // One that fails is released by itself.
        await step('hold');
        await world.#inDoubt;
        world.isHeld = true;
        return world.#hold(step);
      },
      fences: {
        open: (revision) => step(`open ${revision}`, () => world.openNames.add(revision)),
        async close(revision) {
          await step(`close ${revision}`, () => world.openNames.delete(revision));
          return 'e1-p0-9';
        },
      },
      async forwardReached(position) {
        assert.ok(world.isHeld, 'the followers catch up while writers are held');
        await step(`forward ${position}`);
      },
      async backReached(position) {
        assert.ok(!world.openNames.has(world.revision), 'the way back catches up when no writer can add to it');
        await step(`back ${position}`);
      },
      monotonicMs: () => 0,
    };
  }

  /** What must be so whenever no move is under way. */
  check(): void {
    const { place, revision, openMove } = this.state;
    assert.equal(openMove, undefined);
    assert.equal(this.isHeld, false);
    assert.equal(revision, this.revision, 'journal and old side agree');
    assert.equal(place.newBuckets, this.newBuckets);
    assert.deepEqual([...this.openNames], [this.revision], 'writers of the present revision go on, and no others');
  }

  #hold(step: (name: string) => Promise<void>): TruthHold {
    const world = this;
    const truth = { revision: this.revision, newBuckets: this.newBuckets, versionFloor: 0n, settings: '' };
    return {
      truth,
      position: '0-1-5' as LegacyPosition,
      prepare: (newBuckets) => step(`prepare ${newBuckets}`),
      async settle(newBuckets) {
        for (const name of ['forward', 'back', 'prepare', 'journal move-ready'])
          assert.ok(world.ended.has(name), `${name} comes before the settling`);
        assert.ok(world.isHeld && !world.openNames.has(world.revision), 'nobody writes when it is settled');
        await step('settle');
        const commit = (): void => {
          world.revision += 1;
          world.newBuckets = newBuckets;
          world.isHeld = false;
        };
        if (world.#doneAfterAll !== undefined) {
          world.#inDoubt = turnsOf(world.#doneAfterAll).then(commit);
          world.#doneAfterAll = undefined;
          throw new Refused('the connection broke');
        }
        commit();
        return { ...truth, revision: world.revision, newBuckets };
      },
      // The old side itself releases the hold of a process that is gone.
      async [Symbol.asyncDispose]() {
        world.isHeld = false;
      },
    };
  }

  async #step(text: string, effect: () => void = () => {}): Promise<void> {
    if (this.steps.length >= this.killBefore) throw new Killed(text);
    this.steps.push(text);
    const name = text.startsWith('journal') ? text : text.replace(/ .*/, '');
    await turnsOf(this.#turns[name] ?? 1);
    const isFailing = this.#failing === name;
    if (isFailing) this.#failing = undefined;
    if (!isFailing || this.#late) effect();
    if (isFailing) throw new Refused(text);
    this.ended.add(name);
  }
}

async function turnsOf(count: number): Promise<void> {
  for (let turn = count; turn > 0; turn -= 1) await setImmediate();
}

test('WISH-17 a move holds both sides, lets both followers catch up, and settles last', async () => {
  const world = new World();
  const result = await moveTruth(world.parts(), {
    place: { stage: 'ramp', newBuckets: 10 },
    evidence: '',
    stamp: STAMP,
  });
  assert.deepEqual(result, { revision: 1, stallMs: 0 });
  assert.deepEqual(world.steps.slice(0, 5), ['journal move-begun', 'open 1', 'approach', 'hold', 'close 0']);
  assert.deepEqual(
    world.steps.slice(5, -2).sort(),
    ['back e1-p0-9', 'forward 0-1-5', 'journal move-ready', 'prepare 10'],
    'the sides catch up side by side',
  );
  assert.deepEqual(world.steps.slice(-2), ['settle', 'journal move-settled']);
  assert.deepEqual(world.state.place, { stage: 'ramp', newBuckets: 10 });
  assert.equal(world.state.revision, 1);
});

const ORDER = { place: { stage: 'ramp', newBuckets: 10 }, evidence: '', stamp: STAMP } as const;
const STEPS = 11;

test('WISH-21 a coordinator that is killed before any step of a move finds out at its next start whether it happened', async () => {
  const outcomes: string[] = [];
  for (const turns of [{}, { hold: 9 }, { close: 9 }]) {
    for (let kill = 0; kill <= STEPS; kill += 1) {
      const world = new World({ turns });
      world.killBefore = kill;
      await moveTruth(world.parts(), ORDER).catch((error: unknown) => assert.ok(error instanceof Killed));
      world.killBefore = Number.POSITIVE_INFINITY;
      const outcome = (await finishMove(world.parts(), STAMP)) ?? 'none';
      outcomes.push(outcome);
      world.check();
      // And the same move can be made again.
      if (outcome !== 'settled' && kill < STEPS) await moveTruth(world.parts(), ORDER);
      assert.equal(world.newBuckets, 10);
    }
  }
  assert.ok(outcomes.includes('undone') && outcomes.includes('settled') && outcomes.includes('none'));
});

const FAILING = ['open', 'approach', 'hold', 'close', 'forward', 'back', 'prepare', 'journal move-ready', 'settle'];
const SLOW = [
  {},
  { hold: 30 },
  { close: 30 },
  { forward: 30 },
  { back: 30 },
  { prepare: 30 },
  { 'journal move-ready': 30 },
];

test('WISH-21 whichever step fails, and whichever side is slower then, nothing of the move comes after it was undone', async () => {
  for (const failing of FAILING) {
    for (const turns of SLOW) {
      for (const late of [false, true]) {
        const world = new World({ failing, turns, late });
        const words = `${failing} fails${late ? ' late' : ''}, ${JSON.stringify(turns)}`;
        await assert.rejects(moveTruth(world.parts(), ORDER), Refused, words);
        assert.equal(world.journal.at(-1)?.kind, 'move-undone', words);
        await turnsOf(60);
        world.check();
        await moveTruth(world.parts(), ORDER);
        assert.equal(world.newBuckets, 10, words);
        world.check();
      }
    }
  }
});

test('WISH-21 a settling whose connection broke may still be done: what has happened is told when the old side has ended it', async () => {
  for (const doneAfterAll of [1, 5, 40]) {
    const world = new World({ doneAfterAll });
    await assert.rejects(moveTruth(world.parts(), ORDER), Refused);
    await turnsOf(60);
    assert.equal(world.journal.at(-1)?.kind, 'move-settled', `${doneAfterAll} turns later`);
    world.check();
    assert.equal(world.newBuckets, 10);
  }
});
