import type { CatalogChange } from '@actionbase/core/model/catalog';
import { linkSchema, wishSchema } from '@actionbase/engine/testing/wish-tables';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { askForChange, repeat } from './actor.ts';
import type { World } from './world.ts';

/** Pause between two changes, milliseconds. */
const PAUSE_MS = 120;

const made = { database: 'shop', mode: 'SYNC', storage: 'datastore://shop/more', comment: '' } as const;
const alias = { database: 'shop', alias: 'fav' } as const;

/** What may be done at any time; most of it is refused, because it was done before or something stands in its way. */
const CHANGES: readonly CatalogChange[] = [
  { ...made, kind: 'create-table', table: 'links', schema: linkSchema, layout: 'HASH' },
  { ...made, kind: 'create-table', table: 'temp', schema: wishSchema },
  { ...made, kind: 'create-table', table: 'temp', schema: wishSchema, mode: 'ASYNC' },
  { kind: 'update-table', database: 'shop', table: 'temp', active: false },
  { kind: 'update-table', database: 'shop', table: 'temp', active: true },
  { kind: 'delete-table', database: 'shop', table: 'temp' },
  { kind: 'update-table', database: 'shop', table: 'temp', schema: { ...wishSchema, indexes: [], caches: [] } },
  { kind: 'update-table', database: 'shop', table: 'temp', schema: wishSchema },
  { ...alias, kind: 'create-alias', table: 'wish', comment: '' },
  { ...alias, kind: 'create-alias', table: 'temp', comment: '' },
  { ...alias, kind: 'update-alias', table: 'wish', active: true },
  { ...alias, kind: 'update-alias', table: 'temp' },
  { ...alias, kind: 'update-alias', active: false },
  { ...alias, kind: 'delete-alias' },
  { kind: 'update-table', database: 'shop', table: 'wish', active: false },
  { kind: 'update-table', database: 'shop', table: 'wish', active: true },
  { kind: 'update-table', database: 'shop', table: 'wish', active: true },
  { kind: 'update-table', database: 'shop', table: 'orders', comment: 'other' },
];

/** Makes, deactivates, deletes and makes again a table, moves an alias, and makes tables inactive under those who write to them. */
export class Meddler {
  readonly #world: World;
  readonly #random: SeededRandom;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = new SeededRandom(seed);
  }

  begin(): void {
    if (!this.#world.isVaried) return;
    const plan = { random: this.#random, pauseMs: PAUSE_MS, untilMs: this.#world.lengthMs };
    repeat(this.#world, plan, () => this.#change());
  }

  /** Two changes at once now and then, so that they lie in one frame. */
  #change(): void {
    const count = 1 + this.#random.below(2);
    for (let done = 0; done < count; done += 1) {
      const change = CHANGES[this.#random.below(CHANGES.length)];
      if (change !== undefined) askForChange(this.#world, change);
    }
  }
}
