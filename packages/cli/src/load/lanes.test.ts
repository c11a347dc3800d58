import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { SendableRow } from './batch-sender.ts';
import { Lanes } from './lanes.ts';

function aRow(key: string, version: number): SendableRow {
  return { type: 'INSERT', edge: { version, source: key, target: 't' }, key, settle: () => {} };
}

test('rows of one edge are sent in their order, never two in one batch, and all of them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      fc.scheduler(),
      async (keys, laneCount, batchRowsMax, scheduler) => {
        const done: string[] = [];
        let underWay = 0;
        const lanes = new Lanes({
          lanes: laneCount,
          batchRowsMax,
          send: async (rows) => {
            underWay += 1;
            assert.ok(underWay <= laneCount && rows.length <= batchRowsMax);
            assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
            await scheduler.schedule(Promise.resolve());
            done.push(...rows.map(({ key, edge }) => `${key}@${edge.version}`));
            underWay -= 1;
          },
        });
        const all = (async () => {
          for (const [version, key] of keys.entries()) await lanes.add(aRow(String(key), version), 10);
          await lanes.flush();
        })();
        await scheduler.waitFor(all);
        for (let key = 0; key <= 6; key += 1) {
          const expected = keys.flatMap((each, version) => (each === key ? [`${key}@${version}`] : []));
          assert.deepEqual(
            done.filter((text) => text.startsWith(`${key}@`)),
            expected,
          );
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('what stops a batch stops the lanes', async () => {
  const lanes = new Lanes({ lanes: 1, batchRowsMax: 1, send: () => Promise.reject(new Error('down')) });
  await lanes.add(aRow('a', 1), 1);
  await lanes.drain();
  await assert.rejects(lanes.add(aRow('b', 1), 1), { message: 'down' });
  await assert.rejects(lanes.flush(), { message: 'down' });
});
