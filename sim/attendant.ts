import type { ParkedPosition } from '@actionbase/core/model/parked-position';
import type { Engine } from '@actionbase/engine/engine';
import { TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { ask, repeat } from './actor.ts';
import type { World } from './world.ts';

/** Pause between two looks at the side queue, milliseconds. */
const PAUSE_MS = 100;

/** Retries and drops what is parked in the side queue, now and then the same thing twice at once. */
export class Attendant {
  readonly #world: World;
  readonly #random: SeededRandom;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = new SeededRandom(seed);
  }

  begin(): void {
    if (!this.#world.isVaried) return;
    const plan = { random: this.#random, pauseMs: PAUSE_MS, untilMs: Number.POSITIVE_INFINITY };
    repeat(this.#world, plan, () => this.#look());
  }

  /** In the end only what stands in the way of others goes: a run must come to rest. */
  #look(): void {
    const { database, scheduler, lengthMs } = this.#world;
    if (database === undefined) return;
    const { engine } = database;
    const isOver = scheduler.nowMs >= lengthMs;
    if (isOver && engine.queueStatus.state.kind !== 'waiting-for-room') return;
    ask(this.#world, 'the side queue', async () => {
      const { parked } = await engine.sideQueue.read({ after: null, limit: 8, table: null });
      const one = parked[this.#random.below(Math.max(1, parked.length))];
      if (one === undefined) return;
      this.#act(engine, one.position, isOver);
      if (this.#random.next() < 0.2) this.#act(engine, one.position, isOver);
    });
  }

  #act(engine: Engine, position: ParkedPosition, isOver: boolean): void {
    const stamp = { ...TEST_STAMP, timeMs: this.#world.process.nowMs(), requestId: 'attendant' };
    const isDrop = isOver || this.#random.next() < 0.3;
    ask(this.#world, 'the side queue', () =>
      isDrop ? engine.sideQueue.drop(position, stamp) : engine.sideQueue.retry(position, stamp),
    );
  }
}
