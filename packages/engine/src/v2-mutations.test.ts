/** Goal: what the callers of v2 mutations rely on: one entry per item, states and places in the answers, PURGE, the streams. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeStateValue } from '@actionbase/core/codec/row-value';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';
import { printTraceId } from '@actionbase/core/wire/trace-id';
import type { MutateAnswer, MutationResult } from './engine.ts';
import { aShop, wishesOf, wishItem } from './testing/a-shop.ts';
import { dumpStore, foldProblems, recountAll } from './testing/instance-state.ts';
import { readMutations } from './testing/read-streams.ts';
import { TestInstance, type TestTable } from './testing/test-instance.ts';
import { TEST_STAMP } from './testing/wish-tables.ts';

const purge: MutationItem = { ...wishItem, type: 'PURGE', version: 0n, properties: {} };

function mutateV2(
  instance: TestInstance,
  items: readonly MutationItem[],
  { table = 'wish', ...parts }: { table?: TestTable; mode?: 'ASYNC' } = {},
): Promise<MutateAnswer> {
  return instance.mutate(table, items, { rules: 'v2', ...parts });
}

function statuses({ results }: MutateAnswer): string[] {
  return results.map(({ status }) => status);
}

/** The values of the properties of the state after an entry, in the order of the schema. */
function valuesAfter(instance: TestInstance, { after }: MutationResult): unknown[] | null {
  if (after === null) return null;
  return decodeStateValue(instance.table('wish'), after).properties.map((cell) => cell?.value);
}

function lineOf(texts: readonly { readonly text: string }[], place: number): Record<string, unknown> {
  return JSON.parse(texts[place]?.text ?? '');
}

describe('the answer', () => {
  test('has one result per item, in the order of the items, each with the state after it', async () => {
    await using instance = await aShop();
    const answer = await mutateV2(instance, [
      { ...wishItem, version: 20n },
      { ...wishItem, version: 10n, type: 'UPDATE', properties: { qty: 3 } },
      { ...wishItem, target: 'sku-b' },
      { ...wishItem, version: 30n, properties: { color: 'blue' } },
      { ...wishItem, version: 15n, type: 'DELETE' },
    ]);
    assert.deepEqual(statuses(answer), ['CREATED', 'IDLE', 'CREATED', 'UPDATED', 'IDLE']);
    assert.deepEqual(
      answer.results.map((result) => valuesAfter(instance, result)),
      [
        [1000n, 'red', null, null],
        [1000n, 'red', null, null],
        [1000n, 'red', null, null],
        [1000n, 'blue', null, null],
        [1000n, 'blue', null, null],
      ],
    );
    assert.deepEqual(
      answer.results.map(({ count }) => count),
      [1, 1, 1, 1, 1],
    );
  });

  test('of a v3 call has the state after each key as well', async () => {
    await using instance = await aShop();
    const later = { ...wishItem, version: 11n, properties: { at: 2, color: null } };
    const { results } = await instance.mutate('wish', [later, wishItem, { ...wishItem, target: 'sku-b' }]);
    assert.deepEqual(
      results.map((result) => [result.count, valuesAfter(instance, result)]),
      [
        [2, [2n, null, null, null]],
        [1, [1000n, 'red', null, null]],
      ],
    );
  });

  test('names the places by which the streams print trace ids', async () => {
    await using instance = await aShop();
    const call = (target: string) =>
      mutateV2(instance, [
        { ...wishItem, target },
        { ...wishItem, target, version: 11n },
      ]);
    const v3 = instance.mutate('wish', [wishItem, { ...wishItem, version: 12n }, { ...wishItem, source: 8 }]);
    const answers = [await v3, ...(await Promise.all(['x', 'y', 'z'].map(call)))];
    const ids = answers.flatMap(({ results }) => results.map(({ place }) => printTraceId(place)));
    const cdc = await readMutations(instance.engine, 'cdc');
    assert.equal(new Set(ids).size, 8);
    assert.deepEqual(
      cdc.map((_, place) => (lineOf(cdc, place).edge as { traceId: string }).traceId),
      ids,
    );
    assert.ok(
      answers[2]?.results.some(({ place }) => place.entry > 1),
      'two requests shared a frame',
    );
  });

  test('of a refused item keeps the state that was there, and the items around it take effect', async () => {
    await using instance = await aShop();
    const answer = await mutateV2(instance, [
      wishItem,
      { ...wishItem, version: 20n, type: 'UPDATE', properties: { at: null } },
      { ...wishItem, target: 'sku-b', properties: {} },
      { ...wishItem, version: 20n, type: 'UPDATE', properties: { qty: 1 } },
    ]);
    assert.deepEqual(statuses(answer), ['CREATED', 'ERROR', 'ERROR', 'UPDATED']);
    const [, refused, unborn] = answer.results;
    assert.ok(refused !== undefined && unborn !== undefined);
    assert.deepEqual(valuesAfter(instance, refused), [1000n, 'red', null, null]);
    assert.deepEqual([refused.code, refused.count, unborn.after], ['missing-property', 0, null]);
    assert.match(refused.message ?? '', /Field is not null : at$/);
  });

  test('of what is queued has no state', async () => {
    await using instance = await aShop();
    const { results } = await mutateV2(instance, [wishItem], { mode: 'ASYNC' });
    assert.deepEqual([results[0]?.status, results[0]?.after], ['QUEUED', null]);
  });
});

describe('PURGE', () => {
  const key: EdgeKey = { kind: 'edge', source: 7n, target: 'sku-a' };

  test('removes every row of an edge, whatever its version, and takes it out of the counts', async () => {
    await using instance = await aShop();
    const before = rowsOf(await dumpStore(instance.store));
    await mutateV2(instance, [wishItem]);
    assert.ok(rowsOf(await dumpStore(instance.store)).length > 8);
    const answer = await mutateV2(instance, [purge]);
    assert.deepEqual([statuses(answer), answer.results[0]?.after], [['PURGED'], null]);
    assert.deepEqual(rowsOf(await dumpStore(instance.store)), before);
    assert.deepEqual((await instance.engine.get(instance.table('wish'), [key], [])).rows, []);
    assert.equal(await wishesOf(instance, 7n), 0n);
  });

  test('of a deleted edge removes its state, and of none does nothing', async () => {
    await using instance = await aShop();
    await mutateV2(instance, [wishItem, { ...wishItem, version: 11n, type: 'DELETE' }]);
    assert.deepEqual(statuses(await mutateV2(instance, [purge, purge])), ['PURGED', 'IDLE']);
    const rows = await dumpStore(instance.store);
    assert.deepEqual(rowsOf(rows), []);
    assert.deepEqual(statuses(await mutateV2(instance, [purge])), ['IDLE']);
    assert.deepEqual(rowsOf(await dumpStore(instance.store)), []);
  });

  test('within one request is seen by the items after it, which begin from nothing', async () => {
    await using instance = await aShop();
    const answer = await mutateV2(instance, [
      wishItem,
      purge,
      { ...wishItem, version: 1n, type: 'UPDATE', properties: { qty: 1 } },
      { ...wishItem, version: 2n, properties: { at: 5 } },
    ]);
    assert.deepEqual(statuses(answer), ['CREATED', 'PURGED', 'IDLE', 'CREATED']);
    assert.deepEqual(
      answer.results.map((result) => valuesAfter(instance, result)),
      [[1000n, 'red', null, null], null, [undefined, undefined, 1, undefined], [5n, null, 1, null]],
    );
    assert.equal(await wishesOf(instance, 7n), 1n);
    assert.deepEqual(await recountAll(instance.store), []);
    assert.deepEqual(await foldProblems(instance.store), []);
  });

  test('at the end of a request that created the edge leaves nothing of it', async () => {
    await using instance = await aShop();
    assert.deepEqual(statuses(await mutateV2(instance, [wishItem, purge])), ['CREATED', 'PURGED']);
    assert.deepEqual(rowsOf(await dumpStore(instance.store)), []);
    assert.deepEqual(await foldProblems(instance.store), []);
  });

  test('in one frame with requests of v3 takes its turn among them', async () => {
    await using instance = await aShop();
    const answers = await Promise.all([
      instance.mutate('wish', [wishItem]),
      mutateV2(instance, [purge]),
      instance.mutate('wish', [{ ...wishItem, version: 1n }]),
      instance.mutate('wish', [{ ...wishItem, version: 2n, type: 'DELETE', properties: {} }]),
      mutateV2(instance, [purge]),
    ]);
    assert.deepEqual(answers.flatMap(statuses), ['CREATED', 'PURGED', 'CREATED', 'DELETED', 'PURGED']);
    assert.deepEqual(rowsOf(await dumpStore(instance.store)), []);
  });

  test('by v3 is a mistake of the caller, and nothing is written', async () => {
    await using instance = await aShop();
    const { end } = instance.log.bounds(0);
    await assert.rejects(instance.mutate('wish', [purge]), /a PURGE is an item of a v2 call/);
    assert.equal(instance.log.bounds(0).end, end);
  });
});

test('the queue appends mutations of v2 again by the rules of v2', async () => {
  await using instance = await aShop();
  await instance.mutate('wish', [wishItem]);
  const merge = { ...wishItem, version: 20n, properties: { qty: 1 } };
  await mutateV2(instance, [merge, { ...merge, version: 15n, type: 'UPDATE' }], { mode: 'ASYNC' });
  await mutateV2(
    instance,
    [
      { ...wishItem, target: 'sku-b' },
      { ...purge, target: 'sku-b' },
    ],
    { mode: 'ASYNC' },
  );
  await instance.settle();
  const { rows } = await instance.engine.get(
    instance.table('wish'),
    [{ kind: 'edge', source: 7n, target: 'sku-a' }],
    [],
  );
  assert.deepEqual(rows[0]?.values, [1000n, 'red', 1, null]);
  assert.equal(await wishesOf(instance, 7n), 1n);
  const cdc = await readMutations(instance.engine, 'cdc');
  assert.deepEqual(
    cdc.map((_, place) => [lineOf(cdc, place).op, lineOf(cdc, place).status]),
    [
      ['INSERT', 'CREATED'],
      ['INSERT', 'UPDATED'],
      ['UPDATE', 'IDLE'],
      ['INSERT', 'CREATED'],
      ['PURGE', 'PURGED'],
    ],
  );
  await using again = await TestInstance.open({ storage: instance.storage });
  await again.settle();
  assert.deepEqual(await dumpStore(again.store), await dumpStore(instance.store));
});

describe('the streams', () => {
  test('show a PURGE as op and PURGED as status, with the state that was forgotten', async () => {
    await using instance = await aShop();
    await mutateV2(instance, [wishItem]);
    await mutateV2(instance, [purge, purge]);
    const [wal, cdc] = [await readMutations(instance.engine, 'wal'), await readMutations(instance.engine, 'cdc')];
    assert.deepEqual(
      wal.map((_, place) => lineOf(wal, place).op),
      ['INSERT', 'PURGE', 'PURGE'],
    );
    const [, purged, idle] = [0, 1, 2].map((place) => lineOf(cdc, place));
    assert.deepEqual([purged?.op, purged?.status, purged?.acc, purged?.after], ['PURGE', 'PURGED', -1, null]);
    assert.deepEqual(purged?.before, lineOf(cdc, 0).after);
    assert.deepEqual([idle?.status, idle?.acc, idle?.before, idle?.after], ['IDLE', 0, null, null]);
  });

  test('publish what v2 refused, with message and alias, and not what v3 refused', async () => {
    await using instance = await aShop();
    const alias = { kind: 'create-alias', database: 'shop', alias: 'fav', table: 'wish', comment: '' } as const;
    await instance.engine.changeCatalog(alias, TEST_STAMP);
    const bad = { ...wishItem, properties: { color: 'red' } };
    await instance.mutate('wish', [bad]);
    await mutateV2(instance, [bad]);
    await instance.mutate('wish', [bad], { rules: 'v2', table: 'fav' });
    const cdc = await readMutations(instance.engine, 'cdc');
    const message = 'Validation error(s): Field is not null : at';
    assert.deepEqual(
      cdc.map((_, place) => {
        const { status, alias: name, message: why, before, after, acc } = lineOf(cdc, place);
        return { status, name, why, before, after, acc };
      }),
      ['shop.wish', 'shop.fav'].map((name) => ({
        status: 'ERROR',
        name,
        why: message,
        before: null,
        after: null,
        acc: 0,
      })),
    );
    assert.equal((await readMutations(instance.engine, 'wal')).length, 3);
  });

  test('L7 a replay publishes the same refusals, also of a field that no text can hold', async () => {
    await using instance = await aShop();
    const properties = [{ name: 'a\0\ud800', type: 'long' as const, comment: '', nullable: false }];
    const { schema } = instance.engine.catalog.tables.get('shop.wish')?.definition ?? {};
    assert.ok(schema?.kind === 'edge');
    const bare = { ...schema, properties, indexes: [], groups: [], caches: [] };
    const table = {
      database: 'shop',
      table: 'odd',
      mode: 'SYNC',
      storage: 'datastore://shop/odd',
      comment: '',
    } as const;
    await instance.engine.changeCatalog({ kind: 'create-table', ...table, schema: bare }, TEST_STAMP);
    await instance.mutate('wish', [wishItem], { rules: 'v2', table: 'odd' });
    const cdc = await readMutations(instance.engine, 'cdc');
    assert.match(String(lineOf(cdc, 0).message), /Field is not null : a\ufffd\ufffd$/);
    await using again = await TestInstance.open({ storage: instance.storage });
    assert.deepEqual(await readMutations(again.engine, 'cdc'), cdc);
  });
});

function rowsOf(dump: readonly string[]): string[] {
  return dump.filter((line) => /^(row|cell) [1-9]/.test(line));
}
