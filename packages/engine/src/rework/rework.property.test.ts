/**
 * Goal: whatever is written while indexes, groups and caches come and go, each of them answers what the states say as soon
 * as it answers at all. Method: generated programs of mutations, changes of schemas, steps of reworks and crashes, over few
 * keys and with steps of a few rows. After every step of a program the recount finds nothing, a name that is not complete
 * refuses, and every other one answers what is worked out from a get of all edges. A log that is read again gives the same
 * bytes. In the end everything becomes complete, and nothing of what was dropped is left.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import type { Table, TableCache, TableGroup, TableIndex } from '@actionbase/core/model/table';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { MemoryLog } from '@actionbase/ports/memory/memory-log';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import fc from 'fast-check';
import { replay } from '../apply/replay.ts';
import { ENGINE_LIMITS, type EngineLimits } from '../limits.ts';
import { compareAnswers, readFromName } from '../testing/expected-answers.ts';
import { dumpStore, foldProblems, recountAll } from '../testing/instance-state.ts';
import { dropChange, type SchemaStep, schemaProgram, type Toggle, toggleChange } from '../testing/schema-programs.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { TEST_STAMP } from '../testing/wish-tables.ts';

const TABLES = ['wish', 'orders'] as const;
/** More than any program needs. */
const STEPS_MAX = 5_000;

const limits = fc.record({
  reworkRowsMax: fc.constantFrom(1, 2, 3, 7, 1_000),
  reworkBytesMax: fc.constantFrom(1, 300, 1_000_000),
  reworkStatesInCallMax: fc.constantFrom(0, 0, 1, 3),
});

test('L1 L2 L3 L4 L5 L7 names that come and go answer what the states say, in any program', async () => {
  await fc.assert(
    fc.asyncProperty(schemaProgram, limits, async (program, small) => {
      const run = new ProgramRun(await anEmptyShop(small), small);
      for (const step of program) {
        await run.take(step);
        await run.check();
      }
      await run.finish();
    }),
    { numRuns: 100 },
  );
});

async function anEmptyShop(small: Partial<EngineLimits>): Promise<TestInstance> {
  const instance = await TestInstance.open({ limits: small });
  await instance.createShop();
  await instance.createLayouts();
  return instance;
}

class ProgramRun {
  #instance: TestInstance;
  readonly #limits: Partial<EngineLimits>;

  constructor(instance: TestInstance, small: Partial<EngineLimits>) {
    this.#instance = instance;
    this.#limits = small;
  }

  async take(step: SchemaStep): Promise<void> {
    switch (step.kind) {
      case 'send':
        return this.#send(step);
      case 'rework':
        for (let taken = 0; taken < step.steps; taken++) await this.#rework();
        return;
      case 'crash':
        return this.#crash(step.lost);
    }
  }

  /** What must hold between any two steps. */
  async check(): Promise<void> {
    const { engine, store } = this.#instance;
    assert.equal(engine.status.kind, 'running');
    assert.deepEqual(await recountAll(store), []);
    for (const name of TABLES) {
      const table = this.#instance.table(name);
      const unready = unreadyOf(table);
      const isReady = (one: { readonly name: string }): boolean => !unready.some((other) => other === one);
      for (const { what, answer, expected } of await compareAnswers(engine, table, isReady)) {
        assert.deepEqual(answer, expected, what);
      }
      for (const one of unready) await assert.rejects(readFromName(engine, table, one), isNotReady, one.name);
    }
  }

  /** Lets everything become complete, drops what cannot, and looks for what is left of it. */
  async finish(): Promise<void> {
    await this.#reworkAll();
    await this.check();
    for (const name of TABLES) {
      const { engine } = this.#instance;
      const entry = engine.catalog.tables.get(`shop.${name}`);
      assert.ok(entry !== undefined);
      const failed = entry.reworks?.list.flatMap((rework) => rework.failed) ?? [];
      const unready = unreadyOf(entry.table);
      assert.deepEqual(unready.map((one) => one.name).toSorted(), failed.map((one) => one.name).toSorted());
      if (failed.length > 0) await engine.changeCatalog(dropChange(name, entry.definition.schema, failed), TEST_STAMP);
    }
    await this.#reworkAll();
    assert.equal(this.#instance.engine.catalog.reworks.size, 0);
    await this.check();
    assert.deepEqual(await foldProblems(this.#instance.store), []);
    const original = await dumpStore(this.#instance.store);
    assertSameLines(await replayed(this.#instance, new MemoryStore()), original);
    await this.#instance[Symbol.asyncDispose]();
  }

  /** Sends one after the other without waiting for answers, some together with a step of a rework. */
  async #send({ all, withStep }: Extract<SchemaStep, { kind: 'send' }>): Promise<void> {
    if (withStep) this.#instance.clock.advance(ENGINE_LIMITS.reworkRestMsMin);
    const sent: Promise<unknown>[] = [];
    for (const one of all) {
      if ('items' in one) sent.push(this.#instance.mutate(one.table, one.items, { rules: one.rules }));
      else if ('rows' in one) sent.push(this.#instance.load(one));
      else sent.push(this.#toggle(one).catch(throwUnlessRefused));
      for (let turn = 0; turn < 3; turn++) await Promise.resolve();
    }
    await Promise.all(sent);
    await this.#instance.settle();
  }

  #toggle(toggle: Toggle): Promise<unknown> {
    const { engine } = this.#instance;
    const entry = engine.catalog.tables.get(`shop.${toggle.table}`);
    assert.ok(entry !== undefined);
    return engine.changeCatalog(toggleChange(entry.definition.schema, toggle), TEST_STAMP);
  }

  async #rework(): Promise<void> {
    this.#instance.clock.advance(ENGINE_LIMITS.reworkRestMsMin);
    await this.#instance.settle();
  }

  async #reworkAll(): Promise<void> {
    for (let step = 0; step < STEPS_MAX; step++) {
      const { reworks } = this.#instance.engine.catalog;
      if ([...reworks.values()].every(({ current }) => current === undefined)) return;
      await this.#rework();
    }
    assert.fail('the reworks do not come to an end');
  }

  async #crash(lost: number): Promise<void> {
    const { store, storage } = this.#instance;
    const original = await dumpStore(store);
    const kept = Math.floor((1 - lost) * store.unflushedWrites);
    const found = store.crash(kept);
    assertSameLines(await replayed(this.#instance, found), original);
    this.#instance = await TestInstance.open({ storage, store: found, limits: this.#limits });
    await this.#instance.settle();
  }
}

function unreadyOf(table: Table): readonly (TableIndex | TableCache | TableGroup)[] {
  return [...table.indexes, ...table.caches, ...table.groups].filter(({ building }) => building !== undefined);
}

function isNotReady(error: unknown): boolean {
  return error instanceof Failure && error.code === 'not-ready';
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

/** Two changes that are sent at once may contradict one another. */
function throwUnlessRefused(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== 'invalid-change') throw error;
}
