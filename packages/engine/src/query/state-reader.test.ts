/** Goal: states are read and scanned by source, page by page, within limits. Method: an engine in memory, a model of arrays. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { EngineOptions } from '../engine.ts';
import { TestInstance } from '../testing/test-instance.ts';

async function openShop(limits: EngineOptions['limits'] = {}): Promise<TestInstance> {
  const instance = await TestInstance.open({ limits });
  await instance.createShop();
  const wish = (source: number, target: string, type: 'INSERT' | 'DELETE' = 'INSERT') => ({
    type,
    version: type === 'INSERT' ? 1n : 2n,
    source,
    target,
    properties: type === 'INSERT' ? { at: 1 } : {},
  });
  await instance.mutate('wish', [
    ...['e', 'c', 'a', 'd', 'b'].map((target) => wish(7, target)),
    wish(7, 'b', 'DELETE'),
    wish(7, 'c', 'DELETE'),
    wish(8, 'x'),
  ]);
  return instance;
}

interface Asked {
  readonly limit?: number;
  readonly offset?: string | undefined;
  readonly withInactive?: boolean;
}

async function scan(instance: TestInstance, sources: readonly bigint[], asked: Asked = {}) {
  const query = { limit: 10, offset: undefined, withInactive: false, ...asked };
  const page = await instance.engine.scanStates(instance.table('wish'), query, { starts: sources });
  return { ...page, targets: page.rows.map((row) => `${row.target}${row.active ? '' : '-'}`).join('') };
}

async function whole(instance: TestInstance, asked: Asked): Promise<string> {
  let targets = '';
  let offset: string | undefined;
  for (let page = 0; page < 20; page++) {
    const found = await scan(instance, [7n], { ...asked, offset });
    targets += found.targets;
    if (!found.hasNext) return targets;
    assert.ok(found.offset !== null, 'what has a next page has a cursor');
    offset = found.offset;
  }
  throw new Error('the pages have no end');
}

test('the states of a source are found by their targets, its own only, active ones unless asked', async () => {
  await using instance = await openShop();
  assert.equal((await scan(instance, [7n])).targets, 'ade');
  assert.equal((await scan(instance, [7n], { withInactive: true })).targets, 'ab-c-de');
  assert.equal((await scan(instance, [9n])).targets, '');
  assert.equal((await scan(instance, [7n], { limit: 0 })).targets, '');
  const states = await instance.engine.states(
    instance.table('wish'),
    ['b', 'z', 'a'].map((target) => ({ kind: 'edge', source: 7n, target })),
  );
  assert.deepEqual(
    states.map(({ target, active, version }) => [target, active, version]),
    [
      ['b', false, 2n],
      ['a', true, 1n],
    ],
  );
});

test('pages joined by their cursors are the whole, for every limit and budget', async () => {
  for (const limits of [{}, { scanRowsMax: 1 }, { scanRowsMax: 2 }, { answerBytesMax: 1 }, { pageRowsMax: 1 }]) {
    await using instance = await openShop(limits);
    for (const limit of [1, 2, 3, 10]) {
      assert.equal(await whole(instance, { limit }), 'ade', JSON.stringify({ limits, limit }));
      assert.equal(await whole(instance, { limit, withInactive: true }), 'ab-c-de', JSON.stringify({ limits, limit }));
    }
  }
});

test('a page has a cursor for each row, and says whether more follows', async () => {
  await using instance = await openShop();
  const first = await scan(instance, [7n], { limit: 2 });
  assert.deepEqual([first.targets, first.hasNext, first.cursors?.length], ['ad', true, 2]);
  assert.equal(first.offset, first.cursors?.[1]);
  const behindFirst = await scan(instance, [7n], { offset: first.cursors?.[0] });
  assert.deepEqual([behindFirst.targets, behindFirst.hasNext, behindFirst.offset], ['de', false, null]);
});

test('the pages of several sources stand behind one another, and what would be lost is refused', async () => {
  await using instance = await openShop();
  const both = await scan(instance, [8n, 7n], { limit: 2 });
  assert.deepEqual([both.targets, both.hasNext, both.offset], ['xad', false, null]);
  for (const limits of [{ scanRowsMax: 3 }, { answerBytesMax: 1 }, { answerEdgesMax: 2 }]) {
    await using small = await openShop(limits);
    await assert.rejects(scan(small, [8n, 7n]), { code: 'limit-out-of-range' }, JSON.stringify(limits));
  }
});

test('active states are counted, within the rows that may be read', async () => {
  await using instance = await openShop({ pageRowsMax: 2 });
  const table = instance.table('wish');
  assert.deepEqual(await instance.engine.countStates(table, [7n, 9n, 8n]), [3n, 0n, 1n]);
  await using exact = await openShop({ scanRowsMax: 6, pageRowsMax: 2 });
  assert.deepEqual(await exact.engine.countStates(table, [7n, 8n]), [3n, 1n]);
  await using small = await openShop({ scanRowsMax: 5, pageRowsMax: 2 });
  await assert.rejects(small.engine.countStates(table, [7n, 8n]), { code: 'limit-out-of-range' });
});

test('the scans of an index from several starts share one answer, and give cursors when asked', async () => {
  await using instance = await openShop();
  const table = instance.table('wish');
  const query = { index: 'newest', direction: 'OUT', limit: 2, offset: undefined, ranges: [], filters: [] } as const;
  const both = await instance.engine.scanMany(table, { ...query, withTotal: false }, { starts: [8n, 7n] });
  assert.deepEqual([both.rows.map((row) => row.target), both.hasNext, both.offset], [['x', 'a', 'd'], false, null]);
  const asked = { ...query, start: 7n, withTotal: false, withCursors: true };
  const { cursors = [], offset } = await instance.engine.scan(table, asked);
  assert.deepEqual([cursors.length, offset], [2, cursors[1]]);
  const rest = await instance.engine.scan(table, { ...asked, offset: cursors[0] });
  assert.deepEqual([rest.rows.map((row) => row.target), rest.hasNext, rest.offset], [['d', 'e'], false, null]);
  await using small = await openShop({ scanRowsMax: 2 });
  await assert.rejects(small.engine.scanMany(table, { ...query, withTotal: false }, { starts: [8n, 7n] }), {
    code: 'limit-out-of-range',
  });
});
