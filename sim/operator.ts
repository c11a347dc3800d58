import { TOGGLES, toggleChange } from '@actionbase/engine/testing/schema-programs';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { askForChange, repeat } from './actor.ts';
import type { World } from './world.ts';

/** Pause between two changes of a schema, milliseconds. */
const PAUSE_MS = 150;
/** One seed in so many has an operator, so that the others are what they are without. */
const SEEDS_PER_OPERATOR = 2;

/** Adds and drops indexes, groups and caches of the tables while clients write to them. */
export class Operator {
  readonly #world: World;
  readonly #random: SeededRandom;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = new SeededRandom(seed);
  }

  begin(): void {
    if (this.#random.below(SEEDS_PER_OPERATOR) !== 0) return;
    const plan = { random: this.#random, pauseMs: PAUSE_MS, untilMs: this.#world.lengthMs };
    repeat(this.#world, plan, () => this.#change());
  }

  /** A change that fails, or whose outcome nobody knows, is let be: the next one looks at what is there. */
  #change(): void {
    const { database } = this.#world;
    const toggle = NAMES[this.#random.below(NAMES.length)];
    if (database === undefined || toggle === undefined) return;
    const before = database.engine.catalog.tables.get(`shop.${toggle.table}`)?.definition.schema;
    if (before === undefined) return;
    askForChange(this.#world, toggleChange(before, toggle));
  }
}

/** Properties stay: the checkers read states as they were written. */
const NAMES = TOGGLES.filter(({ kind }) => kind !== 'property');
