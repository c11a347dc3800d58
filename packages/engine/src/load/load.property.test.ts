/**
 * Goal: a load does what its rows do as INSERTs one by one, and no law is the worse for it. Method: generated loads among
 * generated requests, over few keys and versions, on two instances, of which one gets every load as mutations.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import fc from 'fast-check';
import { dumpStore, foldProblems, recountAll } from '../testing/instance-state.ts';
import { insertsOf, type ProgramLoad, programLoad } from '../testing/load-programs.ts';
import { mixedRequest, type ProgramRequest } from '../testing/programs.ts';
import { readMutations } from '../testing/read-streams.ts';
import { TestInstance } from '../testing/test-instance.ts';

type Step = ProgramRequest | ProgramLoad;

const program: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof({ weight: 2, arbitrary: programLoad }, { weight: 1, arbitrary: mixedRequest }),
  { minLength: 1, maxLength: 12 },
);

async function aShop(): Promise<TestInstance> {
  const instance = await TestInstance.open();
  await instance.createShop();
  await instance.createLayouts();
  return instance;
}

function send(instance: TestInstance, step: Step): Promise<unknown> {
  if ('rows' in step) return instance.load(step);
  return instance.mutate(step.table, step.items, { rules: step.rules });
}

/** Statuses of the rows' mutations, each sent alone. */
async function sendSlowly(instance: TestInstance, load: ProgramLoad): Promise<string[]> {
  const statuses: string[] = [];
  for (const item of insertsOf(load)) {
    const { results } = await instance.mutate(load.table, [item]);
    statuses.push(...results.map(({ status }) => status));
  }
  return statuses;
}

/** Rows and cells; of a group's cells not the time of their last entry, which is that of the frame. */
async function rowsOf({ store }: TestInstance): Promise<string[]> {
  const lines = await dumpStore(store);
  return lines.flatMap((line) => {
    if (/^row [1-9]/.test(line)) return [line];
    if (!line.startsWith('cell ')) return [];
    const isGroupCell = /297b298/.test(line);
    return [isGroupCell ? line.slice(0, -16) : line];
  });
}

/** What took effect per edge, without the places in the log. */
async function changesOf({ engine }: TestInstance): Promise<string[]> {
  const records = await readMutations(engine, 'cdc');
  const changes = records.map(({ key, text }) => {
    const { op, status, before, after } = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify({ key, op, status, before, after });
  });
  return changes.toSorted();
}

test('a load leaves the rows, and tells the changes, that its INSERTs one by one would', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (steps) => {
      await using fast = await aShop();
      await using slow = await aShop();
      for (const step of steps) {
        if (!('rows' in step)) {
          await Promise.all([send(fast, step), send(slow, step)]);
          continue;
        }
        const statuses = await sendSlowly(slow, step);
        const { created, updated, idle, refused } = await fast.load(step);
        const count = (status: string): number => statuses.filter((one) => one === status).length;
        const expected = [count('CREATED'), count('UPDATED'), count('IDLE'), count('ERROR')];
        assert.deepEqual([created, updated, idle, refused], expected);
      }
      assert.deepEqual(await rowsOf(fast), await rowsOf(slow));
      assert.deepEqual(await changesOf(fast), await changesOf(slow));
    }),
    { numRuns: 150 },
  );
});

test('L3 L4 L5 L7 loads among other requests keep recount, fold, chain and replay', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (steps) => {
      await using instance = await aShop();
      await Promise.all(steps.map((step) => send(instance, step)));
      assert.deepEqual(await recountAll(instance.store), []);
      assert.deepEqual(await foldProblems(instance.store), []);
      const original = await dumpStore(instance.store);
      await using again = await TestInstance.open({ storage: instance.storage, store: new MemoryStore() });
      assert.deepEqual(await dumpStore(again.store), original);
    }),
    { numRuns: 100 },
  );
});

test('L1 L2 after a crash that loses any part of the store, the replay of loads gives back what was there', async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.double({ min: 0, max: 1, noNaN: true }), async (steps, kept) => {
      const instance = await aShop();
      for (const step of steps) await send(instance, step);
      const original = await dumpStore(instance.store);
      const store = instance.store.crash(Math.floor(kept * instance.store.unflushedWrites));
      await using again = await TestInstance.open({ storage: instance.storage, store });
      assert.deepEqual(await dumpStore(again.store), original);
    }),
    { numRuns: 60 },
  );
});
