import { Failure } from '@actionbase/core/failure';
import type { CatalogChange } from '@actionbase/core/model/catalog';
import { TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { Database } from './database.ts';
import type { World } from './world.ts';

/** Lets something happen again and again, after pauses of at most `pauseMs`, until `untilMs`. */
export function repeat(
  world: World,
  { random, pauseMs, untilMs }: { readonly random: SeededRandom; readonly pauseMs: number; readonly untilMs: number },
  act: () => void,
): void {
  const next = (): void => {
    if (world.scheduler.nowMs >= untilMs) return;
    world.scheduler.schedule(random.next() * pauseMs, () => {
      act();
      next();
    });
  };
  next();
}

/**
 * Asks the database for something whose answer nobody waits for. That it is refused or fails is all right; that something
 * else is thrown is not, as long as the process lives.
 */
export function ask(world: World, what: string, call: (database: Database) => Promise<unknown>): void {
  const { database, process, ledger } = world;
  if (database === undefined) return;
  process.pending += 1;
  call(database).then(
    () => {
      process.pending -= 1;
    },
    (error: unknown) => {
      process.pending -= 1;
      if (process.isAlive && !(error instanceof Failure)) ledger.violate(`${what} met a mistake: ${String(error)}`);
    },
  );
}

/** Asks for a change of metadata. */
export function askForChange(world: World, change: CatalogChange): void {
  const stamp = { ...TEST_STAMP, timeMs: world.process.nowMs() };
  ask(world, 'a change', ({ engine }) => engine.changeCatalog(change, stamp));
}
