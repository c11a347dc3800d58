import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { Direction, Value } from '@actionbase/core/model/value';
import type { EdgeRow } from '@actionbase/core/query/edge-row';
import fc from 'fast-check';
import type { MutateAnswer } from './engine.ts';
import { dumpStore, foldProblems, recountAll } from './testing/instance-state.ts';
import { Model, type PlainEdge } from './testing/model.ts';
import { mixedRequest, PRODUCTS, type ProgramRequest, SKUS, USERS } from './testing/programs.ts';
import { TestInstance } from './testing/test-instance.ts';

const program = fc.array(mixedRequest, { minLength: 1, maxLength: 25 });

/** Goal: the engine answers like a Map and the reducer. Method: generated requests over few keys, versions and values. */
test('every answer equals the one of a model made of a Map and the reducer', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (requests) => {
      await using instance = await TestInstance.open();
      await instance.createShop();
      await instance.createLayouts();
      const model = new Model();
      for (const request of requests) await assertSameStatuses(instance, model, request);
      await assertSameReads(instance, model);
    }),
    { numRuns: 150 },
  );
});

test('L3 L4 L5 after any program the recount, the fold of the feed and the chain of the feed hold', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (requests) => {
      await using instance = await TestInstance.open();
      await instance.createShop();
      await instance.createLayouts();
      await Promise.all(requests.map((request) => send(instance, request)));
      assert.deepEqual(await recountAll(instance.store), []);
      assert.deepEqual(await foldProblems(instance.store), []);
    }),
    { numRuns: 100 },
  );
});

test('L7 reading a log into an empty instance gives the same rows, feed and progress, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (requests) => {
      await using instance = await TestInstance.open();
      await instance.createShop();
      await instance.createLayouts();
      await Promise.all(requests.map((request) => send(instance, request)));
      const original = await dumpStore(instance.store);
      await using again = await TestInstance.open({ storage: instance.storage });
      assert.deepEqual(await dumpStore(again.store), original);
    }),
    { numRuns: 100 },
  );
});

test('L1 L2 after a crash that loses any part of the store, replay gives back exactly what was there', async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.double({ min: 0, max: 1, noNaN: true }), async (requests, kept) => {
      const instance = await TestInstance.open();
      await instance.createShop();
      await instance.createLayouts();
      for (const request of requests) await send(instance, request);
      const original = await dumpStore(instance.store);
      const store = instance.store.crash(Math.floor(kept * instance.store.unflushedWrites));
      await using again = await TestInstance.open({ storage: instance.storage, store });
      assert.deepEqual(await dumpStore(again.store), original);
    }),
    { numRuns: 100 },
  );
});

function send(instance: TestInstance, { table, rules, items }: ProgramRequest): Promise<MutateAnswer> {
  return instance.mutate(table, items, { rules });
}

async function assertSameStatuses(instance: TestInstance, model: Model, request: ProgramRequest): Promise<void> {
  const answer = await send(instance, request);
  const expected = model.mutate(instance.table(request.table), request.items, request.rules);
  assert.deepEqual(
    answer.results.map((result) => result.status),
    expected,
  );
}

async function assertSameReads(instance: TestInstance, model: Model): Promise<void> {
  const wish = instance.table('wish');
  const orders = instance.table('orders');
  const pairs = USERS.flatMap((source) => SKUS.map((target): EdgeKey => ({ kind: 'edge', source, target })));
  const ids = [100n, 101n, 102n].map((id): EdgeKey => ({ kind: 'multiEdge', id }));
  await assertSameGets(instance, model, { table: wish, keys: pairs });
  await assertSameGets(instance, model, { table: instance.table('links'), keys: pairs });
  assert.deepEqual((await instance.engine.get(instance.table('void'), pairs, [])).rows, []);
  await assertSameGets(instance, model, { table: orders, keys: ids });
  for (const vertex of USERS) {
    await assertSameVertex(instance, model, { table: wish, direction: 'OUT', vertex, index: 'newest', field: 'at' });
    await assertSameVertex(instance, model, {
      table: orders,
      direction: 'OUT',
      vertex,
      index: 'paid_at_desc',
      field: 'paidAt',
    });
  }
  for (const vertex of SKUS) {
    await assertSameVertex(instance, model, { table: wish, direction: 'IN', vertex, index: 'newest', field: 'at' });
  }
  for (const vertex of PRODUCTS) {
    await assertSameVertex(instance, model, {
      table: orders,
      direction: 'IN',
      vertex,
      index: 'paid_at_desc',
      field: 'paidAt',
    });
  }
}

async function assertSameGets(
  instance: TestInstance,
  model: Model,
  { table, keys }: { table: Table; keys: readonly EdgeKey[] },
): Promise<void> {
  const { rows } = await instance.engine.get(table, keys, []);
  assert.deepEqual(
    rows.map((row) => plainRow(table, row)),
    keys.map((key) => model.get(table, key)).filter((edge) => edge !== undefined),
  );
}

interface VertexQuestion {
  readonly table: Table;
  readonly direction: Direction;
  readonly vertex: Value;
  readonly index: string;
  readonly field: string;
}

/** Count, and a scan by pages of two, newest first. */
async function assertSameVertex(instance: TestInstance, model: Model, question: VertexQuestion): Promise<void> {
  const { table, direction, vertex, index } = question;
  const [count] = await instance.engine.counts(table, direction, [vertex]);
  assert.equal(count, BigInt(model.count(table, direction, vertex)));
  const scanned: PlainEdge[] = [];
  for (let offset: string | undefined; ; ) {
    const query = { index, direction, start: vertex, limit: 2, offset, ranges: [], filters: [], withTotal: true };
    const page = await instance.engine.scan(table, query);
    assert.equal(page.total, count);
    scanned.push(...page.rows.map((row) => plainRow(table, row)));
    if (!page.hasNext) break;
    offset = page.offset ?? undefined;
  }
  assert.deepEqual(scanned, sortedNewestFirst(question, model.from(table, direction, vertex)));
}

function sortedNewestFirst({ table, direction, field }: VertexQuestion, edges: readonly PlainEdge[]): PlainEdge[] {
  const place = table.fieldIndexByName.get(field) ?? -1;
  const far = (edge: PlainEdge): Value => edge.id ?? (direction === 'OUT' ? edge.target : edge.source);
  return edges.toSorted(
    (a, b) => compare(b.properties[place] ?? null, a.properties[place] ?? null) || compare(far(a), far(b)),
  );
}

function compare(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return a < b ? -1 : a > b ? 1 : 0;
}

function plainRow(table: Table, row: EdgeRow): PlainEdge {
  const properties = table.fields.map((_, place) => row.values[place] ?? null);
  return { version: row.version, source: row.source, target: row.target, id: row.id, properties };
}
