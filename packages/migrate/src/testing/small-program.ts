import { bucketsOfSources, SmallWorld, SOURCES, TARGETS, type WorldOptions } from './small-world.ts';

/** Plays a seed: writers, crashes of directors, moves of the truth, and either side down and up; then checks what is left. */
export async function playSmallProgram(options: WorldOptions): Promise<void> {
  const world = new SmallWorld(options);
  await world.turns.run(smallProgram(world));
  world.check();
}

export async function smallProgram(world: SmallWorld): Promise<void> {
  await world.announce('ramp');
  for (const place of [0, 1]) await world.openDirector(place);
  await world.openWayBack();
  const { random, clock } = world;
  const pick = <T>(list: readonly T[]): T | undefined => list[random.below(list.length)];
  const writers = [0, 1, 2, 3].map(async (writer) => {
    for (let count = 0; count < 8; count += 1) {
      const key = `${pick(SOURCES)}:${pick(TARGETS)}`;
      await world.write(random.below(2), key, random.below(3) === 0 ? undefined : `note ${writer} ${count}`);
      if (random.below(3) === 0) await clock.sleep(random.below(300));
    }
  });
  const mover = async (): Promise<void> => {
    for (let count = 0; count < 3; count += 1) {
      await clock.sleep(random.below(400));
      await world.move(pick([0, 1_000, ...bucketsOfSources()]) ?? 0);
    }
  };
  const troubles = async (): Promise<void> => {
    for (let count = 0; count < 4; count += 1) {
      await clock.sleep(random.below(500));
      const side = pick([world.legacy, world.newSide]);
      if (random.below(2) === 0) await world.crash(random.below(2));
      else if (side !== undefined) {
        side.isUp = false;
        await clock.sleep(random.below(1_500));
        side.isUp = true;
      }
    }
  };
  const followers = async (): Promise<void> => {
    for (let count = 0; count < 10; count += 1) {
      await clock.sleep(random.below(200));
      await world.follow();
      if (random.below(4) === 0) {
        await world.closeWayBack();
        await world.openWayBack();
      }
    }
  };
  await Promise.all([...writers, mover(), troubles(), followers()]);
  await world.rest();
}
