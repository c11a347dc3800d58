/** The life of databases, tables and aliases over HTTP. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { exchangeBody } from './testing/exchange.ts';
import { get, post, put, send } from './testing/send.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const V3 = '/graph/v3/databases';
const SHOP = `${V3}/shop`;

async function startShop(): Promise<TestServer> {
  const server = await startTestServer({ tenant: 'acme' });
  assert.equal((await post(server, V3, exchangeBody(1))).status, 200);
  assert.equal((await post(server, `${SHOP}/tables`, exchangeBody(2))).status, 200);
  return server;
}

async function namesIn(server: TestServer, path: string, member: string): Promise<unknown[]> {
  const { status, text } = await get(server, path);
  assert.equal(status, 200, text);
  const list: Record<string, unknown>[] = JSON.parse(text);
  return list.map((entity) => entity[member]);
}

async function remove(server: TestServer, path: string): Promise<{ status: number; text: string }> {
  const { status, text } = await send(server, { method: 'DELETE', path });
  return { status, text };
}

test('a database lives: created, listed, changed, deactivated, reactivated, deleted, created again', async () => {
  await using server = await startTestServer({ tenant: 'acme' });
  const created = await send(server, {
    method: 'POST',
    path: V3,
    body: '{"database":"shop","comment":"c","active":false,"version":9,"unknown":[1]}',
    headers: { 'x-actor-id': 'ann' },
  });
  assert.match(
    created.text,
    /^\{"tenant":"acme","database":"shop","active":true,"comment":"c","revision":1,"createdAt":(\d{13}),"createdBy":"ann","updatedAt":\1,"updatedBy":"ann"\}$/,
  );
  assert.equal((await get(server, SHOP)).text, created.text);
  assert.deepEqual(await namesIn(server, V3, 'database'), ['sys', 'shop']);

  const changed = await send(server, {
    method: 'PUT',
    path: SHOP,
    body: '{"comment":"d","active":null}',
    headers: { 'x-ab-actor-id': 'ben' },
  });
  assert.match(changed.text, /"active":true,"comment":"d","revision":2,.*"createdBy":"ann",.*"updatedBy":"ben"/);

  assert.match((await put(server, SHOP, '{"active":false}')).text, /"active":false,"comment":"d","revision":3/);
  assert.deepEqual(await namesIn(server, V3, 'database'), ['sys']);
  assert.deepEqual(await namesIn(server, `${V3}?status=`, 'database'), ['sys']);
  assert.deepEqual(await namesIn(server, `${V3}?status=INACTIVE`, 'database'), ['shop']);
  assert.deepEqual(await namesIn(server, `${V3}?status=ALL`, 'database'), ['sys', 'shop']);
  assert.equal((await get(server, SHOP)).status, 200, 'an inactive one is answered');
  assert.equal((await post(server, V3, exchangeBody(1))).status, 409, 'an inactive one keeps its name');

  assert.match((await put(server, SHOP, '{"active":true}')).text, /"active":true/);
  assert.equal((await remove(server, SHOP)).status, 400);
  await put(server, SHOP, '{"active":false}');
  assert.deepEqual(await remove(server, SHOP), { status: 204, text: '' });
  assert.deepEqual(await remove(server, SHOP), { status: 204, text: '' });
  const gone = await get(server, SHOP);
  assert.deepEqual([gone.status, gone.text], [404, '']);
  assert.match((await post(server, V3, exchangeBody(1))).text, /"revision":1/);
});

test('a table lives: listed by status, changed, guarded by its alias, deleted with its rows', async () => {
  await using server = await startShop();
  assert.deepEqual(await namesIn(server, `${SHOP}/tables`, 'table'), ['wish']);
  assert.deepEqual(await namesIn(server, `${V3}/none/tables`, 'table'), []);
  await post(server, `${SHOP}/tables/wish/edges`, exchangeBody(3));

  const added = JSON.parse(exchangeBody(2)).schema;
  added.properties.push({ name: 'note', type: 'string', comment: '', nullable: true });
  const changed = await put(server, `${SHOP}/tables/wish`, JSON.stringify({ schema: added, comment: 'more' }));
  assert.match(changed.text, /"name":"note","type":"string"/);
  assert.match(changed.text, /"comment":"more","revision":2,/);
  const read = await get(server, `${SHOP}/tables/wish/edges/get?source=8&target=sku-a`);
  assert.match(read.text, /"properties":\{"at":1500,"color":null,"qty":null,"note":null\}/);

  assert.equal((await post(server, `${SHOP}/aliases`, '{"alias":"w","table":"wish","comment":""}')).status, 200);
  const guarded = await put(server, `${SHOP}/tables/wish`, '{"active":false}');
  assert.match(guarded.text, /entity cannot be deactivated : shop\.wish/);
  await put(server, `${SHOP}/aliases/w`, '{"active":false}');
  assert.equal((await put(server, `${SHOP}/tables/wish`, '{"active":false}')).status, 200);
  assert.deepEqual(await namesIn(server, `${SHOP}/tables?status=INACTIVE`, 'table'), ['wish']);
  assert.deepEqual(await namesIn(server, `${SHOP}/tables`, 'table'), []);
  assert.equal((await remove(server, `${SHOP}/tables/wish`)).status, 204);

  assert.equal((await post(server, `${SHOP}/tables`, exchangeBody(2))).status, 200);
  const count = await get(server, `${SHOP}/tables/wish/edges/count?start=7&direction=OUT`);
  assert.match(count.text, /"count":0,/, 'a new table of the same name has no rows of the old one');
});

test('an alias lives: read and written through, turned to another table, deactivated, deleted', async () => {
  await using server = await startShop();
  const created = await post(server, `${SHOP}/aliases`, '{"alias":"w","table":"wish","comment":"c"}');
  assert.match(
    created.text,
    /^\{"tenant":"acme","database":"shop","alias":"w","table":"wish","active":true,"comment":"c","revision":1,"createdAt":\d{13},/,
  );
  assert.match((await post(server, `${SHOP}/tables/w/edges`, exchangeBody(3))).text, /CREATED/);
  const throughAlias = await get(server, `${SHOP}/tables/w/edges/scan/newest?start=7&direction=OUT`);
  const direct = await get(server, `${SHOP}/tables/wish/edges/scan/newest?start=7&direction=OUT`);
  assert.equal(throughAlias.text, direct.text);
  assert.match(direct.text, /"count":3/);

  assert.deepEqual(await namesIn(server, `${SHOP}/aliases`, 'alias'), ['w']);
  assert.equal((await put(server, `${SHOP}/aliases/w`, '{"table":"none"}')).status, 400);
  const other = { ...JSON.parse(exchangeBody(2)), table: 'other' };
  await post(server, `${SHOP}/tables`, JSON.stringify(other));
  assert.match((await put(server, `${SHOP}/aliases/w`, '{"table":"other"}')).text, /"table":"other".*"revision":2/);
  assert.match((await get(server, `${SHOP}/tables/w/edges/count?start=7&direction=OUT`)).text, /"count":0/);

  assert.equal((await remove(server, `${SHOP}/aliases/w`)).status, 400);
  await put(server, `${SHOP}/aliases/w`, '{"active":false}');
  assert.equal((await get(server, `${SHOP}/tables/w/edges/count?start=7&direction=OUT`)).status, 400);
  assert.deepEqual(await remove(server, `${SHOP}/aliases/w`), { status: 204, text: '' });
  assert.equal((await get(server, `${SHOP}/aliases/w`)).status, 404);
});
