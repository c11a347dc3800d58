import type { Engine } from '@actionbase/engine/engine';
import { TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { ask, repeat } from './actor.ts';
import type { World } from './world.ts';

/** Pause between two audits, milliseconds. */
const PAUSE_MS = 600;
/** One seed in so many has an inspector. */
const SEEDS_PER_INSPECTOR = 2;
const TABLES = ['wish', 'orders', 'temp'] as const;
const INSPECTOR = 0x1a5;

/** What an audit told: a sentence per difference that it found, and per difference that a repair left. */
export interface Audited {
  readonly found: readonly string[];
  readonly left: readonly string[];
}

/** Audits tables while clients write to them: there must be nothing to find. */
export class Inspector {
  readonly #world: World;
  readonly #random: SeededRandom;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = new SeededRandom(seed ^ INSPECTOR);
  }

  begin(): void {
    if (this.#random.below(SEEDS_PER_INSPECTOR) !== 0) return;
    const plan = { random: this.#random, pauseMs: PAUSE_MS, untilMs: this.#world.lengthMs };
    repeat(this.#world, plan, () => this.#audit());
  }

  #audit(): void {
    const world = this.#world;
    const { process } = world;
    const table = TABLES[this.#random.below(TABLES.length)];
    if (table === undefined) return;
    ask(world, 'an audit', async ({ engine }) => {
      const { found } = await audit(engine, table, false);
      world.audits += 1;
      // One that was replaced meanwhile compares rows of its successor with what itself knows.
      if (process !== world.process) return;
      for (const difference of found) world.ledger.violate(`L3: an audit of ${table} found ${difference}`);
    });
  }
}

/** Audits a table of the shop to the end. */
export async function audit(engine: Engine, table: string, repair: boolean): Promise<Audited> {
  const run = engine.audit({ database: 'shop', table, repair, ratePerS: 0, stamp: TEST_STAMP });
  const told = { found: [] as string[], left: [] as string[] };
  try {
    for await (const event of run.events) {
      if (event.kind !== 'found' && event.kind !== 'left') continue;
      const { kind, problem, address } = event.finding;
      told[event.kind].push(`a ${kind} row that is ${problem}: ${Buffer.from(address.key).toString('hex')}`);
    }
  } finally {
    run.close();
  }
  return told;
}
