/** How an audit goes about its work; what it finds is the matter of `audit-damage.test.ts`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeIndexKey, encodeStateKey } from '@actionbase/core/codec/row-key';
import { decodeGroupCell, encodeCount, encodeGroupCell } from '@actionbase/core/codec/row-value';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import type { RowWrite } from '@actionbase/ports/store';
import { codeOf, wishesOf, wishItem } from '../testing/a-shop.ts';
import { aBusyShop } from '../testing/damages.ts';
import { dumpStore } from '../testing/instance-state.ts';
import { anItem } from '../testing/model.ts';
import { PlantedDamage } from '../testing/planted-damage.ts';
import { readAudit } from '../testing/read-audit.ts';
import { cacheCell, countRow, edgeValue, groupCell, indexKey } from '../testing/row-addresses.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { TEST_STAMP } from '../testing/wish-tables.ts';

test('an audit of a table without damage finds nothing and says what it has read', async () => {
  await using shop = await aBusyShop();
  await shop.mutate('wish', [anItem({ type: 'DELETE', version: 20n, source: 8, target: 'sku-a' })]);
  const { summary } = await readAudit(shop, 'wish');
  const { states, activeEdges, found, repaired, left, position } = summary;
  assert.deepEqual(
    { states, activeEdges, found, repaired, left },
    { states: 3, activeEdges: 2, found: 0, repaired: null, left: 0 },
  );
  assert.deepEqual(position, shop.engine.position);
  // Two edges with two indexes and a cache in two directions; three counts, four group cells.
  assert.equal(summary.rows, 12 + 3 + 4);
});

test('tables that keep states only, or nothing, have nothing to check', async () => {
  await using shop = await aBusyShop();
  await shop.mutate('links', [wishItem], { rules: 'v2' });
  for (const name of ['links', 'void']) {
    const { summary, progress } = await readAudit(shop, name, { repair: true });
    assert.deepEqual([summary.rows, summary.found, progress.length], [0, 0, 0]);
  }
});

test('a repair reports the log records of an edge, the last ones', async () => {
  const planted = new PlantedDamage();
  await using shop = await aBusyShop({ wrapStore: planted.wrapStore, limits: { auditTouchesMax: 2 } });
  for (const version of [20n, 21n, 22n]) {
    const item = anItem({ type: 'UPDATE', version, source: 7, target: 'sku-a', properties: { qty: Number(version) } });
    await shop.mutate('wish', [item], { stamp: { ...TEST_STAMP, requestId: `r${version}` } });
  }
  const table = shop.table('wish');
  await planted.plant(shop, [{ ...indexKey(table, 'OUT', [7n, 1000n, 'sku-a']), value: undefined }]);
  const { found } = await readAudit(shop, 'wish');
  const touches = found[0]?.touches ?? [];
  assert.deepEqual(
    touches.map(({ requestId, version, type, status }) => [requestId, version, type, status]),
    [
      ['r21', 21n, 'UPDATE', 'UPDATED'],
      ['r22', 22n, 'UPDATE', 'UPDATED'],
    ],
  );
});

test('a group cell keeps the time of its last entry when its sum is repaired', async () => {
  const planted = new PlantedDamage();
  await using shop = await aBusyShop({ wrapStore: planted.wrapStore });
  const table = shop.table('wish');
  const address = groupCell(table, 'IN', ['sku-a', 'red']);
  await planted.plant(shop, [{ ...address, value: encodeGroupCell({ sum: 9n, lastMs: 1234 }) }]);
  await readAudit(shop, 'wish', { repair: true });
  const [cell] = shop.store.getMany([address]);
  assert.ok(cell !== undefined);
  assert.deepEqual(decodeGroupCell(cell), { sum: 2n, lastMs: 1234 });
});

test('what nobody can read is reported and left alone, and so is what depends on it', async () => {
  const planted = new PlantedDamage();
  await using shop = await aBusyShop({ wrapStore: planted.wrapStore });
  const table = shop.table('wish');
  const state = encodeStateKey(table, { kind: 'edge', source: 8n, target: 'sku-a' });
  const garbage: RowWrite = { space: table.id, key: Uint8Array.of(1, 2, 3), value: Uint8Array.of(9) };
  await planted.plant(shop, [garbage, { space: table.id, key: state, value: Uint8Array.of(7) }]);
  const { found, left, summary } = await readAudit(shop, 'wish', { repair: true });
  const unreadable = found.filter(({ finding }) => finding.problem === 'unreadable').map(({ finding }) => finding.kind);
  assert.deepEqual(unreadable.sort(), ['state', 'unknown']);
  // The counters that the edge had a share in seem to be wrong, but who knows: they stay, as its index rows do.
  assert.deepEqual([summary.repaired, left.length], [0, found.length]);
  assert.deepEqual(shop.store.get(table.id, state), Uint8Array.of(7));
  assert.deepEqual(shop.store.get(table.id, garbage.key), garbage.value);
  const { key } = indexKey(table, 'OUT', [8n, 3000n, 'sku-a']);
  assert.notEqual(shop.store.get(table.id, key), undefined);
});

test('one audit is let in at a time, and the next one after it was closed', async () => {
  await using shop = await aBusyShop();
  const request = { database: 'shop', table: 'wish', repair: false, ratePerS: 0, stamp: TEST_STAMP };
  const first = shop.engine.audit(request);
  assert.throws(
    () => shop.engine.audit(request),
    (error) => codeOf(error) === 'audit-running',
  );
  first.close();
  await assert.rejects(first.events.next(), (error) => codeOf(error) === 'engine-stopped');
  assert.equal((await readAudit(shop, 'wish')).summary.found, 0);
  assert.throws(
    () => shop.engine.audit({ ...request, table: 'nowhere' }),
    (error) => codeOf(error) === 'unknown-table',
  );
  // A name that is not known does not take the place of an audit.
  assert.equal((await readAudit(shop, 'wish')).summary.found, 0);
});

test('an audit reads no faster than its rate', async () => {
  await using shop = await aBusyShop();
  const startMs = shop.clock.monotonicMs();
  const audit = readAudit(shop, 'wish', { ratePerS: 10 });
  let isDone = false;
  void audit.then(() => {
    isDone = true;
  });
  while (!isDone) {
    await shop.settle();
    shop.clock.advanceToNext();
  }
  const { progress } = await audit;
  const rows = progress.findLast(({ phase }) => phase === 'counters')?.rows ?? 0;
  const seconds = (shop.clock.monotonicMs() - startMs) / 1000;
  assert.ok(rows > 20 && seconds >= (rows - 10) / 10, `${rows} rows in ${seconds} seconds`);
});

test('of more differences than are listed the number is told, and the listed ones are repaired', async () => {
  const planted = new PlantedDamage();
  await using shop = await aBusyShop({ wrapStore: planted.wrapStore, limits: { auditDifferencesMax: 2 } });
  const table = shop.table('wish');
  const ghosts = [1n, 2n, 3n].map((vertex) => ({ ...countRow(table, 'OUT', vertex), value: encodeCount(1n) }));
  await planted.plant(shop, ghosts);
  const { found, left, summary } = await readAudit(shop, 'wish', { repair: true });
  assert.deepEqual([found.length, left.length], [2, 1]);
  assert.deepEqual([summary.found, summary.listed, summary.repaired, summary.left], [3, 2, 2, 1]);
});

test('a pass begins again when the table is changed, and gives up when that does not end', async () => {
  await using shop = await aBusyShop({ limits: { auditPageRowsMax: 4, auditRestartsMax: 3 } });
  const changeSchema = async (nth: number): Promise<void> => {
    const schema = shop.engine.catalog.tables.get('shop.wish')?.definition.schema;
    assert.ok(schema !== undefined && schema.kind === 'edge');
    const properties = [
      ...schema.properties,
      { name: `more${nth}`, type: 'int', comment: '', nullable: true } as const,
    ];
    const change = {
      kind: 'update-table',
      database: 'shop',
      table: 'wish',
      schema: { ...schema, properties },
    } as const;
    await shop.engine.changeCatalog(change, TEST_STAMP);
  };
  let changes = 0;
  const once = await readAudit(shop, 'wish', {
    between: ({ phase }) => (phase === 'rows' && changes === 0 ? changeSchema(++changes) : undefined),
  });
  assert.deepEqual([once.summary.found, once.summary.states], [0, 3]);
  const always = readAudit(shop, 'wish', { between: () => changeSchema(++changes) });
  await assert.rejects(always, (error) => codeOf(error) === 'audit-unsettled');
});

test('a pass begins again when the feed that it needs was trimmed', async () => {
  await using shop = await aBusyShop({ limits: { auditPageRowsMax: 4 } });
  let trims = 0;
  const { summary } = await readAudit(shop, 'wish', {
    between: async ({ phase }) => {
      if (phase !== 'rows' || trims > 0) return;
      trims += 1;
      await shop.mutate('wish', [anItem({ version: 30n, source: 7, target: 'sku-c', properties: { at: 1 } })]);
      await shop.mutate('wish', [anItem({ version: 31n, source: 7, target: 'sku-d', properties: { at: 1 } })]);
      const before = shop.engine.position?.offset ?? 0;
      await shop.store.clear({ kind: 'feed', partition: 0, before }, 1000);
    },
  });
  assert.deepEqual([summary.found, summary.states], [0, 5]);
});

test('L7 a repair that is replayed into an instance without the damage changes nothing', async () => {
  const planted = new PlantedDamage();
  await using shop = await aBusyShop({ wrapStore: planted.wrapStore });
  const [wish, orders] = [shop.table('wish'), shop.table('orders')];
  const group = groupCell(wish, 'IN', ['sku-a', 'red']);
  const [cell] = shop.store.getMany([group]);
  assert.ok(cell !== undefined);
  await planted.plant(shop, [
    { ...indexKey(wish, 'OUT', [7n, 1000n, 'sku-a']), value: undefined },
    { ...countRow(wish, 'IN', 'sku-a'), value: encodeCount(7n) },
    { ...group, value: encodeGroupCell({ ...decodeGroupCell(cell), sum: 9n }) },
    { ...countRow(orders, 'OUT', 7n), value: undefined },
    { ...cacheCell(wish, 'IN', ['sku-b', 1n, 7n]), value: edgeValue(wish, 1n, 1n) },
  ]);
  const before = shop.engine.position?.offset ?? 0;
  assert.equal((await readAudit(shop, 'wish', { repair: true })).summary.repaired, 4);
  assert.equal((await readAudit(shop, 'orders', { repair: true })).summary.repaired, 1);
  await shop.mutate('wish', [anItem({ version: 40n, source: 7, target: 'sku-e', properties: { at: 4 } })]);
  assert.equal(shop.engine.position?.offset, before + 3, 'two repairs and a mutation');
  assert.equal(await wishesOf(shop, 7n), 3n);
  await using again = await TestInstance.open({ storage: shop.storage });
  assert.deepEqual(await dumpStore(again.store), await dumpStore(shop.store));
});

test('a repair has no item in the streams and no outcome in the feed', async () => {
  const planted = new PlantedDamage();
  await using shop = await aBusyShop({ wrapStore: planted.wrapStore });
  await planted.plant(shop, [{ ...countRow(shop.table('wish'), 'OUT', 7n), value: undefined }]);
  await readAudit(shop, 'wish', { repair: true });
  const offset = shop.engine.position?.offset ?? 0;
  assert.deepEqual(
    (await shop.engine.feed(offset, 1)).map(({ outcomes }) => outcomes),
    [[]],
  );
  const from = { epoch: 1, partition: 0, offset: offset - 1, item: null };
  assert.deepEqual((await shop.engine.readWal({ from })).records, []);
  assert.deepEqual((await shop.engine.readCdc({ from })).records, []);
});

test('a repair is alone in its frame, whoever writes at the same time', async () => {
  const planted = new PlantedDamage();
  await using shop = await aBusyShop({ wrapStore: planted.wrapStore });
  await planted.plant(shop, [{ ...countRow(shop.table('wish'), 'OUT', 70n), value: encodeCount(1n) }]);
  let isDone = false;
  const audit = readAudit(shop, 'wish', { repair: true }).finally(() => {
    isDone = true;
  });
  const sent: Promise<unknown>[] = [];
  for (let version = 100n; !isDone; version += 1n) {
    sent.push(shop.mutate('wish', [anItem({ version, source: 9, target: 'sku-a', properties: { at: 1 } })]));
    await Promise.resolve();
  }
  assert.equal((await audit).summary.repaired, 1);
  await Promise.all(sent);
  const frames = await shop.log.read(0, 0, { frames: 10_000, bytes: 2 ** 24 });
  const sizes = frames.filter(({ entries }) => entries.length > 1);
  assert.ok(sizes.length > 0, 'writes shared frames');
  const repairs = frames.filter(({ entries }) => entries.some((bytes) => decodeLogRecord(bytes).kind === 'rederive'));
  assert.deepEqual(
    repairs.map(({ entries }) => entries.length),
    [1],
  );
});

/** Adds an index and a cache to the wishes and drops another index. */
async function reshape(shop: TestInstance): Promise<void> {
  const schema = shop.engine.catalog.tables.get('shop.wish')?.definition.schema;
  assert.ok(schema !== undefined && schema.kind === 'edge');
  const fields = [{ field: 'qty', order: 'ASC' }] as const;
  const indexes = [
    ...schema.indexes.filter(({ index }) => index !== 'by_color'),
    { index: 'by_qty', fields, comment: '' },
  ];
  const caches = [...schema.caches, { cache: 'few', fields, limit: 5, comment: '' }];
  const changed = { ...schema, indexes, caches };
  const change = { kind: 'update-table', database: 'shop', table: 'wish', schema: changed } as const;
  await shop.engine.changeCatalog(change, TEST_STAMP);
}

test('a change of the schema during an audit raises no false alarm', async () => {
  await using shop = await aBusyShop({ limits: { auditPageRowsMax: 4 } });
  let changes = 0;
  const { summary } = await readAudit(shop, 'wish', {
    between: ({ phase }) => (phase === 'rows' && changes++ === 0 ? reshape(shop) : undefined),
  });
  assert.equal(summary.found, 0);
});

test('names whose rows are being built or cleaned up are left out, and left alone by a repair', async () => {
  const planted = new PlantedDamage();
  const limits = { reworkRowsMax: 1, reworkStatesInCallMax: 1 };
  await using shop = await aBusyShop({ wrapStore: planted.wrapStore, limits });
  await reshape(shop);
  const wish = shop.table('wish');
  assert.ok(
    wish.indexes.some(({ building }) => building !== undefined),
    'the rework is under way',
  );
  const ghost = { direction: 'OUT', vertex: 70n, values: [1n], far: 'x' } as const;
  const index = wish.indexes.find(({ name }) => name === 'by_qty');
  assert.ok(index !== undefined);
  const left = { space: wish.id, key: encodeIndexKey(wish, index, { ...ghost, values: [1] }) };
  await planted.plant(shop, [
    { ...left, value: edgeValue(wish, 1n, 1n) },
    { ...indexKey(wish, 'OUT', [70n, 1n, 'x']), value: edgeValue(wish, 1n, 1n) },
  ]);
  const { found, summary } = await readAudit(shop, 'wish', { repair: true });
  assert.deepEqual(
    found.map(({ finding }) => finding.row?.kind === 'index' && finding.row.name),
    ['newest'],
  );
  assert.deepEqual([summary.repaired, summary.left], [1, 0]);
  assert.notEqual(shop.store.get(left.space, left.key), undefined);
});
