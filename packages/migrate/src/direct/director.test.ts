/** Goal: what users and operators see of a director. Method: both sides in memory, virtual time, single faults. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { SmallWorld } from '../testing/small-world.ts';
import type { Director } from './director.ts';
import { DIRECT_LIMITS } from './limits.ts';
import { fenceAlias } from './route-write.ts';

/** Runs a program in a world with one director. */
async function inWorld(program: (world: SmallWorld, director: Director) => Promise<void>, seed = 1): Promise<void> {
  const world = new SmallWorld({ seed, hasFollower: false });
  const run = async (): Promise<void> => {
    await world.announce('dual');
    const { director } = await world.openDirector(0);
    await program(world, director);
  };
  await world.turns.run(run());
}

/** Waits, in virtual time, until something holds. */
async function until(world: SmallWorld, holds: () => boolean): Promise<void> {
  while (!holds()) await world.clock.sleep(50);
}

test('WISH-06 a write goes to both sides, and the old one answers', async () => {
  await inWorld(async (world, director) => {
    const put = await director.write({ source: 1, target: 'a', properties: { note: 'red' } });
    assert.equal(put.side, 'legacy');
    assert.equal(world.newSide.states.get('["1","a"]')?.version, put.version * 2n);
    const gone = await director.write({ kind: 'delete', source: 1, target: 'a' });
    assert.deepEqual({ ...gone, version: 0n }, { side: 'legacy', version: 0n, existed: true });
    const again = await director.write({ kind: 'delete', source: 1, target: 'a' });
    assert.equal(again.existed, false);
    const read = { name: 'get', key: '1', legacy: async () => 'legacy', target: async () => 'new' };
    assert.equal(await director.read(read), 'legacy');
    assert.equal(await director.read({ ...read, side: 'new' }), 'new');
    await world.rest();
    world.check();
  });
});

test('WISH-07 the new side is cut off for a minute: no user error, and all that is owed is paid', async () => {
  await inWorld(async (world, director) => {
    world.newSide.isUp = false;
    const startedMs = world.clock.monotonicMs();
    for (let count = 0; world.clock.monotonicMs() < startedMs + 60_000; count += 1) {
      await world.write(0, `${count % 5}:a`, count % 7 === 0 ? undefined : `note ${count}`);
      await world.clock.sleep(500);
    }
    assert.deepEqual(world.userErrors, []);
    const { debt } = director.report();
    assert.equal(debt.owed, 5);
    assert.deepEqual([debt.breaker.kind, debt.breaker.openings], ['open', 1]);
    assert.match(String(debt.failing), /down/);
    world.newSide.isUp = true;
    await until(world, () => director.report().debt.owed === 0);
    assert.equal(director.report().debt.breaker.kind, 'closed');
    await world.rest();
    world.check();
  });
});

test('WISH-07 what is owed is paid by the next process when the first one was killed', async () => {
  await inWorld(async (world) => {
    world.newSide.isUp = false;
    for (const source of [1, 2, 3]) await world.write(0, `${source}:a`, 'red');
    await world.crash(0);
    assert.equal(world.directors[0]?.director.report().debt.owed, 3);
    world.newSide.isUp = true;
    await until(world, () => world.directors[0]?.director.report().debt.owed === 0);
    assert.equal(world.newSide.states.size, 3);
  });
});

test('WISH-15 a new side that takes two seconds costs a user the short deadline at most, and soon nothing', async () => {
  await inWorld(async (world) => {
    world.newSide.slowMs = 2_000;
    const tookMs: number[] = [];
    for (let count = 0; count < 20; count += 1) {
      const startedMs = world.clock.monotonicMs();
      await world.write(0, `${count}:a`, 'red');
      tookMs.push(world.clock.monotonicMs() - startedMs);
    }
    // Other timers of the program may let a little more time pass.
    assert.ok(Math.max(...tookMs) <= DIRECT_LIMITS.dualWriteMsMax * 2, `${Math.max(...tookMs)} ms`);
    assert.equal(tookMs.filter((ms) => ms >= DIRECT_LIMITS.dualWriteMsMax).length, DIRECT_LIMITS.breakerFailuresMax);
    assert.deepEqual(world.userErrors, []);
  });
});

test('an edge that the new side refuses is told, and keeps no other edge from being paid', async () => {
  await inWorld(async (world, director) => {
    world.newSide.isUp = false;
    for (const source of [1, 2, 3]) await world.write(0, `${source}:a`, 'red');
    const { send } = world.newSide;
    world.newSide.send = async (name, edges, timeoutMs) =>
      edges.some(({ source }) => source === 2n)
        ? { kind: 'refused', reason: 'note must be blue' }
        : send.call(world.newSide, name, edges, timeoutMs);
    world.newSide.isUp = true;
    await until(world, () => director.report().debt.owed === 1);
    await until(world, () => director.report().debt.refused === 1);
    assert.match(String(director.report().debt.refusal), /blue/);
    world.newSide.send = send;
    await until(world, () => director.report().debt.owed === 0);
  });
});

test('WISH-17 writes wait for a move to end, and fail clearly when it does not', async () => {
  await inWorld(async (world, director) => {
    await world.openWayBack();
    await world.move(1_000);
    assert.equal((await director.write({ source: 1, target: 'a', properties: {} })).side, 'new');
    world.newSide.names.delete(fenceAlias('wish', 2));
    const write = director.write({ source: 1, target: 'a', properties: { note: 'red' } });
    await assert.rejects(write, { code: 'move-takes-long' });
    const waiting = director.write({ source: 1, target: 'a', properties: { note: 'blue' } });
    await world.clock.sleep(200);
    world.newSide.names.add(fenceAlias('wish', 2));
    assert.equal((await waiting).side, 'new');
    assert.ok(director.report().writes.moveWaitMsMax >= DIRECT_LIMITS.moveWaitMsMax);
    await world.rest();
    world.check();
  });
});

test('WISH-18 where the new side decides, the old one may be down, also at a start', async () => {
  await inWorld(async (world, director) => {
    await world.openWayBack();
    await world.move(1_000);
    await director.write({ source: 1, target: 'a', properties: { note: 'red' } });
    world.legacy.isUp = false;
    await world.write(0, '2:a', 'red');
    await world.crash(0);
    await world.write(0, '3:a', 'red');
    assert.deepEqual(world.userErrors, []);
    await world.rest();
    world.check();
  });
});

test('settings that cannot be read leave the last good ones in force, and are told', async () => {
  await inWorld(async (world, director) => {
    await world.legacy.announce('wish', '{"stage":"nonsense"}');
    await world.clock.sleep(DIRECT_LIMITS.truthPollMs * 2);
    await until(world, () => director.report().truth?.settingsRefused !== null);
    assert.match(String(director.report().truth?.settingsRefused), /stage is "nonsense"/);
    assert.equal(director.report().stage, 'dual');
    await world.announce('shadow');
    await until(world, () => director.report().stage === 'shadow');
    assert.equal(director.report().truth?.settingsRefused, null);
  });
});

test('a property that the migration does not map is refused before anything is written', async () => {
  await inWorld(async (world, director) => {
    await world.clock.sleep(1);
    assert.throws(() => director.write({ source: 1, target: 'a', properties: { colour: 'red' } }), {
      code: 'unknown-property',
    });
    assert.equal(world.legacy.log.length, 0);
  });
});

test('an edge whose integers are beyond 64 bits is refused before anything is written', async () => {
  await inWorld(async (world, director) => {
    await world.clock.sleep(1);
    for (const beyond of [2n ** 64n + 1n, 2n ** 63n, -(2n ** 63n) - 1n]) {
      const refused = { code: 'row-unfit', message: new RegExp(`${beyond} is not from -2\\^63 to 2\\^63 - 1`) };
      assert.throws(() => director.write({ source: beyond, target: 'a', properties: {} }), refused);
      assert.throws(() => director.write({ kind: 'delete', source: 1, target: beyond }), refused);
      assert.throws(() => director.write({ source: 1, target: 'a', properties: { note: beyond } }), refused);
    }
    assert.equal(world.legacy.log.length, 0);
  });
});
