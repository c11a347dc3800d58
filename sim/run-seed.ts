import { PlantedDamage } from '@actionbase/engine/testing/planted-damage';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { Attendant } from './attendant.ts';
import { checkRun } from './check-run.ts';
import { Client } from './clients.ts';
import { damageAndRepair } from './damage.ts';
import type { Wrappers } from './database.ts';
import { Inspector } from './inspector.ts';
import type { Violation } from './ledger.ts';
import { Meddler } from './meddler.ts';
import { Operator } from './operator.ts';
import { World } from './world.ts';

export interface SeedOptions {
  readonly seed: number;
  /** What a planted mistake puts around the parts; nothing for the real thing. */
  readonly wrappers?: Wrappers;
  readonly lengthMs?: number;
  /** Whether rows are damaged in the end, for audits to find and to repair. */
  readonly isDamaged?: boolean;
}

/** What a run did, and what it broke. */
export interface SeedResult {
  readonly seed: number;
  readonly steps: number;
  readonly lives: number;
  readonly zombies: number;
  /** Audits that ran beside the clients. */
  readonly audits: number;
  /** Rows that were damaged, found and repaired. */
  readonly damaged: number;
  readonly acknowledged: number;
  readonly reads: number;
  readonly frames: number;
  readonly violations: readonly Violation[];
}

const LENGTH_MS_DEFAULT = 2_500;
const CLIENTS_MAX = 5;
/** Virtual time that everything may take to finish once nothing goes wrong any more. */
const HEAL_MS = 600_000;

/** Plays one seed: faults and clients at first, then everything heals and must finish; then the checkers look at it. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const { seed, lengthMs = LENGTH_MS_DEFAULT, isDamaged = false } = options;
  const planted = new PlantedDamage();
  const wrappers = isDamaged ? { wrapStore: planted.wrapStore } : (options.wrappers ?? {});
  const world = new World({ seed, wrappers, lengthMs });
  const { scheduler, ledger, faults } = world;
  await world.begin();
  const clients = Array.from({ length: 1 + world.random.below(CLIENTS_MAX) }, (_, place) => new Client(world, place));
  for (const client of clients) client.begin();
  new Operator(world, seed).begin();
  new Meddler(world, seed).begin();
  new Attendant(world, seed).begin();
  new Inspector(world, seed).begin();
  const hasFailed = (): boolean => ledger.violations.length > 0;
  await scheduler.runUntil(() => {
    world.lookAfter();
    return hasFailed() || clients.every((client) => client.isDone);
  }, lengthMs * 10);
  faults.heal();
  const isWell = (): boolean => {
    world.lookAfter();
    const { database } = world;
    if (!world.areZombiesOver) return false;
    if (database?.engine.status.kind !== 'running') return false;
    const applied = database.engine.position?.offset ?? -1;
    // What a change of a schema left to do is done; what could not be built stays so.
    if ([...database.engine.catalog.reworks.values()].some(({ current }) => current !== undefined)) return false;
    // A frame whose senders were told that nobody knows may still have to be applied.
    return database.engine.isQueueEmpty && world.process.pending === 0 && applied === database.log.bounds(0).end - 1;
  };
  const comesToRest = (): Promise<boolean> =>
    scheduler.runUntil(() => hasFailed() || isWell(), scheduler.nowMs + HEAL_MS);
  let finished = await comesToRest();
  if (finished && !hasFailed() && world.zombies.length > 0) {
    world.startOver();
    finished = await comesToRest();
  }
  if (!finished && !hasFailed()) ledger.violate(describeStuck(world));
  let damaged: number | undefined;
  if (isDamaged && !hasFailed()) {
    void damageAndRepair(world, planted, new SeededRandom(seed)).then((count) => {
      damaged = count;
    });
    await scheduler.runUntil(() => hasFailed() || damaged !== undefined, scheduler.nowMs + HEAL_MS);
    if (damaged === undefined && !hasFailed()) ledger.violate('an audit or a repair does not come to its end');
  }
  const frames = hasFailed() ? 0 : await checkRun(world, isDamaged);
  const { lives, audits } = world;
  const zombies = world.zombies.length;
  const { acknowledged, reads, violations } = ledger;
  return {
    seed,
    steps: scheduler.steps,
    lives,
    zombies,
    audits,
    damaged: damaged ?? 0,
    acknowledged,
    reads: reads.length,
    frames,
    violations,
  };
}

function describeStuck({ database, scheduler, areZombiesOver }: World): string {
  const status = database?.engine.status.kind ?? 'not open';
  const zombies = areZombiesOver ? '' : ', and one that was replaced has not ended';
  return `nothing heals: at ${Math.floor(scheduler.nowMs)} ms the engine is ${status}${zombies}`;
}
