/**
 * Goal: writes that go on beside an audit neither raise a false alarm nor hide damage. Method: generated programs write
 * between and during the pages of an audit whose pages, passes and reads of the feed are as small as can be.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCount } from '@actionbase/core/codec/row-value';
import type { RowWrite } from '@actionbase/ports/store';
import fc from 'fast-check';
import { recountAll } from '../testing/instance-state.ts';
import { PlantedDamage } from '../testing/planted-damage.ts';
import { mixedRequest, type ProgramRequest } from '../testing/programs.ts';
import { readAudit } from '../testing/read-audit.ts';
import { cacheCell, countRow, edgeValue, groupCell, indexKey, sumCell } from '../testing/row-addresses.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { rowName } from './row-name.ts';

const run = fc.record({
  before: fc.array(mixedRequest, { maxLength: 12 }),
  during: fc.array(mixedRequest, { minLength: 1, maxLength: 40 }),
  limits: fc.record({
    auditPageRowsMax: fc.integer({ min: 1, max: 5 }),
    auditCountersMax: fc.integer({ min: 1, max: 8 }),
    auditFeedFramesMax: fc.integer({ min: 1, max: 3 }),
  }),
  /** Whether a page waits for the writes that were sent before it. */
  waits: fc.boolean(),
  perPage: fc.integer({ min: 1, max: 4 }),
});

type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

function send(instance: TestInstance, { table, rules, items }: ProgramRequest): Promise<unknown> {
  return instance.mutate(table, items, { rules });
}

/** Audits a table while the program goes on between its pages, over and over. */
async function auditAmongWrites(
  instance: TestInstance,
  table: string,
  { during, waits, perPage }: Run,
  repair = false,
) {
  const sent: Promise<unknown>[] = [];
  let next = 0;
  const audit = await readAudit(instance, table, {
    repair,
    between: async () => {
      const some = Array.from({ length: perPage }, () => during[next++ % during.length]).flatMap((one) => one ?? []);
      const written = Promise.all(some.map((request) => send(instance, request)));
      sent.push(written);
      if (waits) await written;
    },
  });
  await Promise.all(sent);
  return audit;
}

async function anInstance({ before, limits }: Run, planted = new PlantedDamage()): Promise<TestInstance> {
  const instance = await TestInstance.open({ limits, wrapStore: planted.wrapStore });
  await instance.createShop();
  await instance.createLayouts();
  for (const request of before) await send(instance, request);
  return instance;
}

test('L3 an audit raises no false alarm while generated programs write', async () => {
  await fc.assert(
    fc.asyncProperty(run, async (given) => {
      await using instance = await anInstance(given);
      for (const table of ['wish', 'orders']) {
        const { found, summary } = await auditAmongWrites(instance, table, given);
        assert.deepEqual(
          found.map(({ finding }) => finding),
          [],
        );
        assert.equal(summary.found, 0);
      }
      assert.deepEqual(await recountAll(instance.store), []);
    }),
    { numRuns: 100 },
  );
});

/** Vertices that no program writes to: damage to theirs is the same before and after. */
function quietDamage(instance: TestInstance): readonly RowWrite[] {
  const [wish, orders] = [instance.table('wish'), instance.table('orders')];
  return [
    { ...indexKey(wish, 'OUT', [70n, 1n, 'x']), value: edgeValue(wish, 1n, 1n) },
    { ...indexKey(wish, 'IN', ['x', 2n, 70n]), value: edgeValue(wish, 1n, 2n) },
    { ...cacheCell(wish, 'IN', ['x', 3n, 70n]), value: edgeValue(wish, 1n, 3n) },
    { ...countRow(wish, 'OUT', 70n), value: encodeCount(3n) },
    { ...countRow(wish, 'IN', 'x'), value: encodeCount(-3n) },
    { ...groupCell(wish, 'OUT', [70n, 'red']), value: sumCell(4n) },
    { ...indexKey(orders, 'OUT', [70n, 1n, 999n]), value: edgeValue(orders, 1n, 70n) },
    { ...countRow(orders, 'IN', 70n), value: encodeCount(9n) },
    { ...groupCell(orders, 'OUT', [70n, '2020-01-01']), value: sumCell(-4n) },
  ];
}

test('L3 damage is found, and nothing else, and repaired while generated programs write', async () => {
  await fc.assert(
    fc.asyncProperty(run, fc.array(fc.nat(8), { minLength: 1, maxLength: 9 }), async (given, places) => {
      const planted = new PlantedDamage();
      await using instance = await anInstance(given, planted);
      const damage = quietDamage(instance).filter((_, place) => places.includes(place));
      await planted.plant(instance, damage);
      for (const name of ['wish', 'orders']) {
        const { id } = instance.table(name);
        const { found, left, summary } = await auditAmongWrites(instance, name, given, true);
        const expected = damage.filter(({ space }) => space === id).map(rowName);
        assert.deepEqual(found.map(({ finding }) => rowName(finding.address)).sort(), expected.sort());
        assert.deepEqual([summary.repaired, summary.left, left.length], [expected.length, 0, 0]);
      }
      assert.deepEqual(await recountAll(instance.store), []);
    }),
    { numRuns: 60 },
  );
});

test('an audit with room for few counters takes several passes and finds the same', async () => {
  const given: Run = {
    before: fc.sample(mixedRequest, { numRuns: 60, seed: 7 }),
    during: fc.sample(mixedRequest, { numRuns: 10, seed: 8 }),
    limits: { auditPageRowsMax: 3, auditCountersMax: 2, auditFeedFramesMax: 1 },
    waits: true,
    perPage: 1,
  };
  const planted = new PlantedDamage();
  await using instance = await anInstance(given, planted);
  const wish = instance.table('wish');
  await planted.plant(instance, [{ ...countRow(wish, 'OUT', 70n), value: encodeCount(3n) }]);
  const { found, progress } = await auditAmongWrites(instance, 'wish', given);
  assert.equal(found.length, 1);
  const passes = Math.max(...progress.map(({ pass }) => pass));
  assert.ok(passes > 3, `${passes} passes`);
});
