import { Failure } from '@actionbase/core/failure';
import type { CatalogChange } from '@actionbase/core/model/catalog';
import { TOGGLES, toggleChange } from '@actionbase/engine/testing/schema-programs';
import { TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
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
    if (this.#random.below(SEEDS_PER_OPERATOR) === 0) this.#next();
  }

  #next(): void {
    const { scheduler, lengthMs } = this.#world;
    if (scheduler.nowMs >= lengthMs) return;
    scheduler.schedule(this.#random.next() * PAUSE_MS, () => {
      this.#change();
      this.#next();
    });
  }

  /** A change that fails, or whose outcome nobody knows, is let be: the next one looks at what is there. */
  #change(): void {
    const { database, ledger, process } = this.#world;
    const toggle = NAMES[this.#random.below(NAMES.length)];
    if (database === undefined || toggle === undefined) return;
    const before = database.engine.catalog.tables.get(`shop.${toggle.table}`)?.definition.schema;
    if (before === undefined) return;
    const change: CatalogChange = toggleChange(before, toggle);
    database.engine.changeCatalog(change, { ...TEST_STAMP, timeMs: process.nowMs() }).catch((error: unknown) => {
      if (process.isAlive && !(error instanceof Failure)) ledger.violate(`a change met a mistake: ${String(error)}`);
    });
  }
}

/** Properties stay: the checkers read states as they were written. */
const NAMES = TOGGLES.filter(({ kind }) => kind !== 'property');
