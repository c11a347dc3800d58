/**
 * Goal: mutations by both rules, and tables, layouts, modes, aliases and databases that change, go and come back between
 * them, keep the laws. Method: generated programs that send both without waiting for answers, so that they meet in one
 * frame, with crashes between. After each step the recount finds nothing; in the end the feed folds to the states, and the
 * log read into an empty store gives the same bytes, also of what was written after a start on an older store.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { MemoryLog } from '@actionbase/ports/memory/memory-log';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import fc from 'fast-check';
import { replay } from '../apply/replay.ts';
import { ENGINE_LIMITS } from '../limits.ts';
import { type CatalogStep, catalogProgram, type NamedRequest } from '../testing/catalog-programs.ts';
import { dumpStore, foldProblems, recountAll } from '../testing/instance-state.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { TEST_STAMP } from '../testing/wish-tables.ts';

test('L1 L2 L3 L4 L5 L7 mutations and changes of what they name keep the laws in any order', async () => {
  await fc.assert(
    fc.asyncProperty(catalogProgram, async (program) => {
      let instance = await TestInstance.open();
      await instance.createShop();
      await instance.createLayouts();
      for (const step of program) {
        if (step.kind === 'send') await send(instance, step);
        else instance = await crash(instance, step.lost);
        assert.equal(instance.engine.status.kind, 'running');
        assert.deepEqual(await recountAll(instance.store), []);
      }
      assert.deepEqual(await foldProblems(instance.store), []);
      assertSameLines(await replayed(instance, new MemoryStore()), await dumpStore(instance.store));
      await instance[Symbol.asyncDispose]();
    }),
    { numRuns: 150 },
  );
});

/** What is refused is refused with a reason that an operator can act on. */
async function send(instance: TestInstance, { all, rounds }: Extract<CatalogStep, { kind: 'send' }>): Promise<void> {
  const sent: Promise<unknown>[] = [];
  for (const one of all) {
    const answer = 'items' in one ? mutate(instance, one) : instance.engine.changeCatalog(one, TEST_STAMP);
    sent.push(answer.catch(throwUnlessFailure));
    for (let round = 0; round < rounds; round++) await Promise.resolve();
  }
  await Promise.all(sent);
  while (!instance.engine.isQueueEmpty) await instance.settle();
}

function mutate(instance: TestInstance, { table, rules, items, mode, isFar }: NamedRequest): Promise<unknown> {
  const place = isFar ? { database: 'other', table: 'far' } : {};
  return instance.mutate(table, items, { rules, mode, ...place });
}

function throwUnlessFailure(error: unknown): void {
  if (!(error instanceof Failure) || error.kind.status >= 500) throw error;
}

async function crash({ store, storage }: TestInstance, lost: number): Promise<TestInstance> {
  const original = await dumpStore(store);
  const found = store.crash(Math.floor((1 - lost) * store.unflushedWrites));
  const instance = await TestInstance.open({ storage, store: found });
  assertSameLines(await dumpStore(found), original);
  return instance;
}

/** The dump of a store after the log was read into it, without an engine that would go on. */
async function replayed(instance: TestInstance, store: MemoryStore): Promise<string[]> {
  const log = await MemoryLog.open({ storage: instance.storage, clock: new ManualClock({ sleeps: 'advance' }) });
  const rules = { keyBytesMax: store.keyBytesMax, valueBytesMax: ENGINE_LIMITS.valueBytesMax };
  await replay({ log, store, rules, limits: ENGINE_LIMITS, onProgress: () => undefined });
  return dumpStore(store);
}

/** As `deepEqual`; tells only the lines that differ. */
function assertSameLines(found: readonly string[], expected: readonly string[]): void {
  const [inFound, inExpected] = [new Set(found), new Set(expected)];
  const missing = expected.filter((line) => !inFound.has(line));
  const surplus = found.filter((line) => !inExpected.has(line));
  assert.deepEqual({ missing, surplus }, { missing: [], surplus: [] });
}
