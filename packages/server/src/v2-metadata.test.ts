/** The metadata calls of v2 over HTTP: the documented exchange, the life of each entity, and what v3 sees of it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { override } from '@actionbase/engine/testing/override';
import { engineOptions } from './engine-options.ts';
import { exchangeBody } from './testing/exchange.ts';
import { openMemoryInstance } from './testing/memory-instance.ts';
import { get, post, put, type Received, send } from './testing/send.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './testing/test-server.ts';

const V2 = '/graph/v2';
const LIKES = `${V2}/service/likes`;
const V3 = '/graph/v3/databases';

const LABEL = {
  desc: 'Like',
  type: 'INDEXED',
  schema: {
    src: { type: 'STRING' },
    tgt: { type: 'STRING' },
    fields: [{ name: 'created_at', type: 'LONG', nullable: false }],
  },
  dirType: 'BOTH',
  storage: 'datastore://likes/likes',
  indices: [{ name: 'recent', fields: [{ name: 'created_at', order: 'DESC' }] }],
};

/** The label as the server prints it, with the members that a test changes. */
function labelText(
  parts: { readonly active?: boolean; readonly name?: string; readonly storage?: string } = {},
): string {
  const { active = true, name = 'likes.likes', storage = 'datastore://likes/likes' } = parts;
  return (
    `{"active":${active},"name":"${name}","desc":"Like","type":"INDEXED",` +
    '"schema":{"src":{"type":"STRING","desc":""},"tgt":{"type":"STRING","desc":""},' +
    '"fields":[{"name":"created_at","type":"LONG","nullable":false,"desc":""}]},' +
    `"dirType":"BOTH","storage":"${storage}","groups":[],` +
    '"indices":[{"name":"recent","fields":[{"name":"created_at","order":"DESC"}],"desc":""}],' +
    '"caches":[],"event":false,"readOnly":false,"mode":"SYNC"}'
  );
}

async function startLikes(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer({}, options);
  await ok(post(server, LIKES, '{"desc":"Likes"}'));
  await ok(post(server, `${LIKES}/label/likes`, JSON.stringify(LABEL)));
  return server;
}

async function ok(answer: Promise<Received>): Promise<string> {
  const { status, text } = await answer;
  assert.equal(status, 200, text);
  return text;
}

function remove(server: TestServer, path: string): Promise<Received> {
  return send(server, { method: 'DELETE', path });
}

test('the documented exchange of metadata gives the documented answers', async () => {
  await using server = await startTestServer();
  const likes = '{"active":true,"name":"likes","desc":"Likes"}';
  assert.equal(await ok(get(server, V2)), '{"engine":"Graph"}');
  assert.equal(await ok(post(server, LIKES, '{"desc":"Likes"}')), `{"status":"CREATED","result":${likes}}`);
  assert.equal(await ok(post(server, LIKES, '{"desc":"Likes"}')), '{"status":"ERROR"}');
  const sys = '{"active":true,"name":"sys","desc":"System service"}';
  assert.equal(await ok(get(server, `${V2}/service`)), `{"count":2,"content":[${sys},${likes}]}`);
  assert.equal(await ok(get(server, LIKES)), likes);

  const path = `${LIKES}/label/likes`;
  const created = `{"status":"CREATED","result":${labelText()}}`;
  assert.equal(await ok(post(server, path, JSON.stringify(LABEL))), created);
  assert.equal(await ok(post(server, path, JSON.stringify(LABEL))), '{"status":"ERROR"}');
  const changed = `{"status":"UPDATED","result":${labelText({ active: false })}}`;
  assert.equal(await ok(put(server, path, '{"active":false}')), changed);
  assert.equal(await ok(put(server, `${LIKES}/label/none`, '{"active":false}')), '{"status":"IDLE"}');
  assert.equal(await ok(get(server, path)), labelText({ active: false }), 'an inactive one is answered');
  assert.match(await ok(get(server, `${LIKES}/label`)), /^\{"count":1,.*"active":false/, 'and listed');

  await ok(put(server, path, '{"active":true}'));
  const alias = `{"active":true,"name":"likes.fav","desc":"x","target":"likes.likes","label":${labelText()}}`;
  assert.equal(
    await ok(post(server, `${LIKES}/alias/fav`, '{"desc":"x","target":"likes.likes"}')),
    `{"status":"CREATED","result":${alias}}`,
  );
  assert.equal(await ok(get(server, `${LIKES}/alias`)), `{"count":1,"content":[${alias}]}`);

  const storage = '{"active":true,"name":"st","desc":"d","type":"HBASE","conf":{"namespace":"ns","tableName":"t"}}';
  assert.equal(
    await ok(post(server, `${V2}/storage/st`, '{"desc":"d","type":"HBASE","conf":{"namespace":"ns","tableName":"t"}}')),
    `{"status":"CREATED","result":${storage}}`,
  );
  const storages: { count: number; content: { name: string }[] } = JSON.parse(await ok(get(server, `${V2}/storage`)));
  assert.equal(storages.count, 4);
  assert.deepEqual(
    storages.content.map(({ name }) => name),
    ['local_only_storage', 'local_backed_metastore', 'metastore', 'st'],
  );
  assert.match(
    await ok(get(server, `${V2}/storage/local_only_storage`)),
    /"type":"LOCAL","conf":\{"useGlobal":false\}/,
  );
});

test('what is not there is 404 without a body, an empty page, or IDLE', async () => {
  await using server = await startLikes();
  for (const path of ['service/none', 'service/likes/label/none', 'service/likes/label/none/status', 'storage/none']) {
    const { status, text } = await get(server, `${V2}/${path}`);
    assert.deepEqual([status, text], [404, ''], path);
  }
  for (const path of ['service/likes/alias/none', 'service/likes/query/none', 'service/none/label/likes']) {
    assert.equal((await get(server, `${V2}/${path}`)).status, 404, path);
  }
  for (const list of ['label', 'alias', 'query']) {
    assert.equal(await ok(get(server, `${V2}/service/none/${list}`)), '{"count":0,"content":[]}');
  }
  const paths = ['service/none', 'service/likes/label/none', 'service/likes/alias/none', 'service/likes/query/none'];
  for (const path of [...paths, 'storage/none']) {
    assert.equal(await ok(put(server, `${V2}/${path}`, '{}')), '{"status":"IDLE"}', path);
  }
  const admin = `${V2}/admin/service`;
  for (const path of [`${admin}/none`, `${admin}/likes/label/none`, `${admin}/likes/alias/none`]) {
    assert.equal(await ok(remove(server, path)), '{"status":"IDLE"}', path);
  }
  assert.equal(await ok(remove(server, `${V2}/admin/storage/none`)), '{"status":"IDLE"}');
  assert.equal(await ok(remove(server, `${LIKES}/alias/none`)), '{"status":"IDLE"}');
});

test('everything is deleted from the inside out, and its names are free again', async () => {
  await using server = await startLikes();
  await ok(post(server, `${LIKES}/alias/fav`, '{"desc":"","target":"likes.likes"}'));
  await ok(post(server, `${V2}/storage/st`, '{"desc":"","type":"NIL","conf":{}}'));
  const off = '{"active":false}';
  for (const [path, gone] of [
    [`${LIKES}/alias/fav`, `${V2}/admin/service/likes/alias/fav`],
    [`${LIKES}/label/likes`, `${V2}/admin/service/likes/label/likes`],
    [LIKES, `${V2}/admin/service/likes`],
    [`${V2}/storage/st`, `${V2}/admin/storage/st`],
  ] as const) {
    assert.equal((await remove(server, gone)).status, 400, `${gone} is active`);
    assert.match(await ok(put(server, path, off)), /^\{"status":"UPDATED","result":\{"active":false/);
    assert.equal(await ok(remove(server, gone)), '{"status":"DELETED"}');
    assert.equal((await get(server, path)).status, 404);
  }
  assert.match(await ok(post(server, LIKES, '{"desc":"again"}')), /^\{"status":"CREATED"/);
});

test('a label is changed part by part', async () => {
  await using server = await startLikes();
  const path = `${LIKES}/label/likes`;
  const fields = [...LABEL.schema.fields, { name: 'memo', type: 'STRING', nullable: true, desc: 'm' }];
  const body = { desc: 'more', schema: { ...LABEL.schema, fields }, readOnly: true, mode: 'IGNORE', audit: null };
  const changed = await ok(put(server, path, JSON.stringify(body)));
  assert.match(
    changed,
    /"desc":"more","type":"INDEXED",.*\{"name":"memo","type":"STRING","nullable":true,"desc":"m"\}/,
  );
  assert.match(changed, /"indices":\[\{"name":"recent".*"readOnly":true,"mode":"IGNORE"\}\}$/);
  const caches = [{ cache: 'top', fields: [{ field: 'ts', order: 'DESC' }] }];
  const cached = await ok(put(server, path, JSON.stringify({ caches, indices: [], type: 'NIL' })));
  assert.match(
    cached,
    /"type":"NIL".*"indices":\[\],"caches":\[\{"cache":"top","fields":\[\{"field":"ts","order":"DESC"\}\]/,
  );
  assert.equal(await ok(get(server, path)), cached.slice('{"status":"UPDATED","result":'.length, -1));
  const status = send(server, { path: `${path}/status`, headers: { accept: 'text/plain' } });
  assert.equal(await ok(status), 'N/A');
});

test('updates of one label at the same time all take effect', async () => {
  const gate = new Gate();
  await using server = await startLikes({
    parts: {
      open: async (config, onNotice) => {
        const instance = await openMemoryInstance(new SystemClock(), engineOptions(config, onNotice));
        const { engine } = instance;
        const change: typeof engine.changeCatalog = async (...all) =>
          gate.pass().then(() => engine.changeCatalog(...all));
        return { ...instance, engine: override(engine, 'changeCatalog', change) };
      },
    },
  });
  const path = `${LIKES}/label/likes`;
  const fields = [...LABEL.schema.fields, { name: 'memo', type: 'STRING', nullable: true }];
  const updates = [
    { schema: { ...LABEL.schema, fields } },
    { indices: [{ name: 'all', fields: [] }] },
    { groups: [{ group: 'g', type: 'COUNT', fields: [] }] },
    { caches: [{ cache: 'c', fields: [] }] },
    { desc: 'new', mode: 'ASYNC' },
  ];
  gate.close(updates.length);
  await Promise.all(updates.map((update) => ok(put(server, path, JSON.stringify(update)))));
  const label = JSON.parse(await ok(get(server, path)));
  const namesOf = (list: readonly Record<string, unknown>[], name: string): unknown[] => list.map((one) => one[name]);
  assert.deepEqual(namesOf(label.schema.fields, 'name'), ['created_at', 'memo']);
  assert.deepEqual(namesOf(label.indices, 'name'), ['all']);
  assert.deepEqual(namesOf(label.groups, 'group'), ['g']);
  assert.deepEqual(namesOf(label.caches, 'cache'), ['c']);
  assert.deepEqual([label.desc, label.mode], ['new', 'ASYNC']);
});

test('a label is copied, by its name and by its alias', async () => {
  await using server = await startLikes();
  const target = { name: 'likes.copy', storage: 'metastore' };
  const copied = `{"status":"CREATED","result":${labelText(target)}}`;
  const body = '{"target":"copy","storage":"metastore"}';
  assert.equal(await ok(post(server, `${LIKES}/label/likes/copy`, body)), copied);
  assert.equal(await ok(post(server, `${LIKES}/label/likes/copy`, body)), '{"status":"ERROR"}');
  assert.equal(await ok(post(server, `${LIKES}/label/none/copy`, body)), '{"status":"IDLE"}');

  await ok(post(server, `${V2}/service/other`, '{"desc":""}'));
  await ok(post(server, `${V2}/service/other/alias/fav`, '{"desc":"","target":"likes.likes"}'));
  const aliased = await ok(post(server, `${V2}/service/other/alias/fav/new-label`, body));
  assert.equal(aliased, `{"status":"CREATED","result":${labelText({ ...target, name: 'other.copy' })}}`);
  assert.equal(await ok(post(server, `${V2}/service/other/alias/none/new-label`, body)), '{"status":"IDLE"}');
});

test('an alias is turned to a label of another service; admin tells what there is', async () => {
  await using server = await startLikes();
  await ok(post(server, `${V2}/service/other`, '{"desc":""}'));
  await ok(post(server, `${V2}/service/other/label/far`, JSON.stringify({ ...LABEL, type: 'NIL' })));
  await ok(post(server, `${LIKES}/alias/fav`, '{"desc":"x","target":"likes.likes"}'));
  const turned = await ok(put(server, `${LIKES}/alias/fav`, '{"target":"other.far"}'));
  assert.match(
    turned,
    /"name":"likes\.fav","desc":"x","target":"other\.far","label":\{"active":true,"name":"other\.far"/,
  );
  assert.equal(
    await ok(get(server, `${V2}/admin/labels`)),
    '{"likes.fav":"Alias(other.far)","likes.likes":"INDEXED(storage=datastore://likes/likes, mode=SYNC)",' +
      '"other.far":"NIL(storage=datastore://likes/likes, mode=SYNC)","sys.nil":"NIL(storage=datastore://sys/nil, mode=SYNC)"}',
  );
});

test('a stored query lives, and holds the label that it speaks of', async () => {
  await using server = await startLikes();
  const path = `${LIKES}/query/top`;
  const query = '{"active":true,"name":"likes.top","desc":"","query":"select * from likes.likes","stats":[""]}';
  const body = '{"desc":"","query":"select * from likes.likes","stats":[]}';
  assert.equal(await ok(post(server, path, body)), `{"status":"CREATED","result":${query}}`);
  assert.equal(await ok(post(server, path, body)), '{"status":"ERROR"}');
  assert.equal(await ok(get(server, path)), query);
  assert.equal(await ok(get(server, `${LIKES}/query`)), `{"count":1,"content":[${query}]}`);
  const guarded = await put(server, `${LIKES}/label/likes`, '{"active":false}');
  assert.equal(guarded.status, 400);
  assert.match(guarded.text, /entity cannot be deactivated : likes\.likes/);
  assert.match(await ok(put(server, path, '{"active":false,"stats":["a"]}')), /"active":false.*"stats":\["a"\]/);
  assert.match(await ok(put(server, `${LIKES}/label/likes`, '{"active":false}')), /UPDATED/);
});

test('v3 sees what v2 made', async () => {
  await using server = await startLikes();
  const fields = [{ name: '_id', type: 'LONG', nullable: false, desc: 'order' }, ...LABEL.schema.fields];
  const caches = [{ cache: 'top', fields: [{ field: 'ts', order: 'DESC' }] }];
  const multi = { ...LABEL, type: 'MULTI_EDGE', schema: { ...LABEL.schema, fields }, caches };
  assert.match(await ok(post(server, `${LIKES}/label/orders`, JSON.stringify(multi))), /"readOnly":true,"mode":"SYNC"/);
  await ok(post(server, `${LIKES}/alias/fav`, '{"desc":"x","target":"likes.likes"}'));

  assert.match(await ok(get(server, `${V3}/likes`)), /"database":"likes","active":true,"comment":"Likes"/);
  const table = await ok(get(server, `${V3}/likes/tables/orders`));
  assert.match(table, /^\{"type":"multiEdge",.*"schema":\{"type":"multiEdge","id":\{"type":"long","comment":"order"\}/);
  assert.match(table, /"indexes":\[\{"index":"recent",.*"fields":\[\{"field":"version","order":"DESC"\}\]/);
  assert.match(
    await ok(get(server, `${V3}/likes/aliases/fav`)),
    /"alias":"fav","table":"likes","active":true,"comment":"x"/,
  );

  const edge = { version: 1, id: 7, source: 'ann', target: 'phone', properties: { created_at: 1 } };
  const mutation = JSON.stringify({ mutations: [{ type: 'INSERT', edge }] });
  assert.match(await ok(post(server, `${V3}/likes/tables/orders/multi-edges`, mutation)), /CREATED/, 'nothing is lost');
  const counts = `${V3}/likes/tables/orders/edges/count?start=ann&direction=OUT`;
  assert.match(await ok(get(server, counts)), /"count":1,/);
});

test('v2 sees what v3 made', async () => {
  await using server = await startTestServer();
  await ok(post(server, V3, exchangeBody(1)));
  await ok(post(server, `${V3}/shop/tables`, exchangeBody(2)));
  await ok(post(server, `${V3}/shop/aliases`, '{"alias":"w","table":"wish","comment":"c"}'));
  const shop = `${V2}/service/shop`;
  assert.equal(await ok(get(server, shop)), '{"active":true,"name":"shop","desc":"demo shop"}');
  assert.equal(
    await ok(get(server, `${shop}/label/wish`)),
    '{"active":true,"name":"shop.wish","desc":"wishes","type":"INDEXED",' +
      '"schema":{"src":{"type":"LONG","desc":"user"},"tgt":{"type":"STRING","desc":"sku"},' +
      '"fields":[{"name":"at","type":"LONG","nullable":false,"desc":"time"},' +
      '{"name":"color","type":"STRING","nullable":true,"desc":""},{"name":"qty","type":"INT","nullable":true,"desc":""}]},' +
      '"dirType":"BOTH","storage":"datastore://shop/wish","groups":[],' +
      '"indices":[{"name":"newest","fields":[{"name":"at","order":"DESC"}],"desc":""},' +
      '{"name":"by_color","fields":[{"name":"color","order":"ASC"},{"name":"at","order":"DESC"}],"desc":""}],' +
      '"caches":[{"cache":"top","fields":[{"field":"at","order":"DESC"}],"limit":10,"comment":""}],' +
      '"event":false,"readOnly":false,"mode":"SYNC"}',
  );
  assert.match(
    await ok(get(server, `${shop}/alias/w`)),
    /"name":"shop\.w","desc":"c","target":"shop\.wish","label":\{/,
  );
});

test('names that v3 would not take can be given through v2, and carry data', async () => {
  await using server = await startTestServer();
  const name = encodeURIComponent('1-좋아요');
  await ok(post(server, `${V2}/service/${name}`, '{"desc":""}'));
  await ok(post(server, `${V2}/service/${name}/label/${name}`, JSON.stringify(LABEL)));
  const edge = { version: 1, source: 'a', target: 'b', properties: { created_at: 1 } };
  const edges = `${V3}/${name}/tables/${name}/edges`;
  assert.match(await ok(post(server, edges, JSON.stringify({ mutations: [{ type: 'INSERT', edge }] }))), /CREATED/);
  assert.match(await ok(get(server, `${V2}/service/${name}/label`)), /"name":"1-좋아요\.1-좋아요"/);
});

/** Holds callers up until as many have come as it was closed for. */
class Gate {
  #awaited = 0;
  #opened = Promise.withResolvers<void>();

  close(callers: number): void {
    this.#awaited = callers;
    this.#opened = Promise.withResolvers<void>();
  }

  pass(): Promise<void> {
    this.#awaited -= 1;
    if (this.#awaited <= 0) this.#opened.resolve();
    return this.#opened.promise;
  }
}
