/** Goal: queries of the v2 API: every parameter, every kind of label, byte for byte. Method: a server with labels of all kinds. */
import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { edgesOf, startLabels } from './testing/label-shop.ts';
import { get, post, send } from './testing/send.ts';
import { TEST_STORES, type TestServer } from './testing/test-server.ts';

const LIKES = edgesOf('likes');
const HASH = edgesOf('hash');
const ID = 'bgSN7qiN3shnXm6PsMA';

/** ts, src, tgt, created_at, note. */
type Like = readonly [number, string, string, number, (string | null)?];

async function like(server: TestServer, label: string, likes: readonly Like[]): Promise<void> {
  const edges = likes.map(([ts, src, tgt, created_at, note]) => ({ ts, src, tgt, props: { created_at, note } }));
  const { status, text } = await post(server, edgesOf(label), JSON.stringify({ edges }));
  assert.equal(status, 200, text);
  assert.ok(!text.includes('ERROR'), text);
}

async function unlike(server: TestServer, label: string, ts: number, src: string, tgt: string): Promise<void> {
  const { text } = await post(server, `${edgesOf(label)}/delete`, JSON.stringify({ edges: [{ ts, src, tgt }] }));
  assert.ok(text.includes('DELETED'), text);
}

const FOUR: readonly Like[] = [
  [1, 'Alice', 'Phone', 100, 'a'],
  [2, 'Alice', 'Laptop', 200, null],
  [3, 'Bob', 'Phone', 300, 'b'],
  [4, 'Alice', 'Alice', 400, 'a'],
];

const END = '"stats":[],"offset":null,"hasNext":false}';
const ALICE_PHONE = '{"dir":"OUT","ts":1,"src":"Alice","tgt":"Phone","created_at":100,"note":"a"}';
const ALICE_LAPTOP = '{"dir":"OUT","ts":2,"src":"Alice","tgt":"Laptop","created_at":200,"note":null}';
const BOB_PHONE = '{"dir":"OUT","ts":3,"src":"Bob","tgt":"Phone","created_at":300,"note":"b"}';
const ALICE_ALICE = '{"dir":"OUT","ts":4,"src":"Alice","tgt":"Alice","created_at":400,"note":"a"}';
/** The cursor of the index recent behind Alice's Phone. */
const AFTER_PHONE = 'iToeeDQXIQOsAlGJuq4R9Q';

const rows = (...found: readonly string[]): string => `{"data":[${found.join(',')}],"rows":${found.length},`;

/** Queries of the label likes with their whole answers. */
const ANSWERS: readonly (readonly [string, string])[] = [
  ['src=Alice&tgt=Phone', rows(ALICE_PHONE) + END],
  ['src=Alice&tgt=Laptop,Phone,Nothing,Phone', rows(ALICE_LAPTOP, ALICE_PHONE) + END],
  ['src=Alice&tgt=Gone', rows() + END],
  ['src=Alice&tgt=', rows() + END],
  ['src=Alice&tgt=Phone&dir=IN', rows(ALICE_PHONE) + END],
  ['src=Alice&tgt=Phone&filter=created_at:gt:1000&index=none&limit=0&offset=x', rows(ALICE_PHONE) + END],
  ['src=Alice&tgt=Phone&stats=IGNORE_PHASE,INVALIDATE_CACHE,OFFSET', rows(ALICE_PHONE) + END],
  ['self=Alice,Bob', rows(ALICE_ALICE) + END],
  ['self=Alice&src=Bob&tgt=Phone', rows(ALICE_ALICE) + END],
  ['src=Alice&tgt=Phone&select=tgt,ts', `${rows('{"tgt":"Phone","ts":1}')}${END}`],
  ['src=Alice&tgt=Phone&select=tgt,*', rows(ALICE_PHONE) + END],
  ['src=Alice&tgt=Phone&select=', rows(ALICE_PHONE) + END],
  ['src=Alice&tgt=Phone&select=COUNT(1)', rows(ALICE_PHONE) + END],
  ['src=Alice&tgt=Phone&stats=EDGE_ID', `${rows(ALICE_PHONE.replace('}', `,"edgeId":"${ID}"}`))}${END}`],
  [
    'src=Alice&tgt=Phone,Gone&stats=WITH_ALL',
    rows(
      ALICE_PHONE.replace('}', `,"edgeId":"${ID}","active":true}`),
      '{"dir":"OUT","ts":9,"src":"Alice","tgt":"Gone","created_at":null,"note":null,"edgeId":"<id>","active":false}',
    ) + END,
  ],
  [
    'src=Alice&tgt=Phone&stats=TGT_DEGREE,SRC_DEGREE,TGT_DEGREE',
    `${rows(ALICE_PHONE)}"stats":[{"name":"TGT_DEGREE","value":2},{"name":"SRC_DEGREE","value":3}],"offset":null,"hasNext":false}`,
  ],
  ['src=Alice&tgt=Phone,Gone&stats=TGT_DEGREE', rows(ALICE_PHONE) + END],
  [
    'self=Alice&stats=SRC_DEGREE,TGT_DEGREE',
    `${rows(ALICE_ALICE)}"stats":[{"name":"SRC_DEGREE","value":3}],"offset":null,"hasNext":false}`,
  ],
  [
    'src=Alice&tgt=Phone&format=jsoncompact',
    '{"meta":[{"name":"dir","type":"STRING"},{"name":"ts","type":"LONG"},{"name":"src","type":"STRING"},' +
      '{"name":"tgt","type":"STRING"},{"name":"created_at","type":"LONG"},{"name":"note","type":"STRING"}],' +
      `"data":[["OUT",1,"Alice","Phone",100,"a"]],"rows":1,${END}`,
  ],
  [
    'src=Alice&tgt=Gone&format=jsoncompact&select=note',
    `{"meta":[{"name":"note","type":"STRING"}],"data":[],"rows":0,${END}`,
  ],
  ['src=Alice&tgt=Phone&format=xml', rows(ALICE_PHONE) + END],
  ['src=Alice&select=COUNT(1)', `${rows('{"src":"Alice","COUNT(1)":3,"dir":"OUT"}')}${END}`],
  [
    'src=Phone,Nobody&select=COUNT(1)&dir=IN',
    `${rows('{"src":"Phone","COUNT(1)":2,"dir":"IN"}', '{"src":"Nobody","COUNT(1)":0,"dir":"IN"}')}${END}`,
  ],
  [
    'src=Alice&select=COUNT(1)&format=jsoncompact',
    '{"meta":[{"name":"src","type":"STRING"},{"name":"COUNT(1)","type":"LONG"},{"name":"dir","type":"STRING"}],' +
      `"data":[["Alice",3,"OUT"]],"rows":1,${END}`,
  ],
  [
    'src=Alice&index=recent',
    `${rows(ALICE_ALICE, ALICE_LAPTOP, ALICE_PHONE)}"stats":[],"offset":"${AFTER_PHONE}","hasNext":false}`,
  ],
  ['src=Nobody&index=recent', rows() + END],
  ['src=Alice&index=recent&limit=0', rows() + END],
  [
    'src=Alice&index=recent&limit=',
    `${rows(ALICE_ALICE, ALICE_LAPTOP, ALICE_PHONE)}"stats":[],"offset":"${AFTER_PHONE}","hasNext":false}`,
  ],
  [`src=Alice&index=recent&offset=${AFTER_PHONE}`, rows() + END],
  [
    'src=Phone&index=recent&dir=IN&select=dir,src,tgt',
    `${rows('{"dir":"IN","src":"Phone","tgt":"Bob"}', '{"dir":"IN","src":"Phone","tgt":"Alice"}')}"stats":[],"offset":"<cursor>","hasNext":false}`,
  ],
  [
    'src=Phone&index=recent&dir=IN&limit=1&stats=EDGE_ID&filter=created_at:lt:300',
    `${rows(`{"dir":"IN","ts":1,"src":"Phone","tgt":"Alice","created_at":100,"note":"a","edgeId":"${ID}"}`)}"stats":[],"offset":"<cursor>","hasNext":false}`,
  ],
  [
    'src=Alice&index=recent&stats=WITH_ALL&filter=created_at:lte:100',
    `${rows(ALICE_PHONE.replace('}', `,"edgeId":"${ID}","active":true}`))}"stats":[],"offset":"${AFTER_PHONE}","hasNext":false}`,
  ],
  [
    'src=Alice&index=recent&stats=OFFSET,WITH_ALL&filter=created_at:bt:0,100',
    `${rows(ALICE_PHONE.replace('}', `,"offset":"${AFTER_PHONE}"}`))}"stats":[],"offset":"${AFTER_PHONE}","hasNext":false}`,
  ],
  ['src=Bob,Alice&index=recent&limit=1', rows(BOB_PHONE, ALICE_ALICE) + END],
  ['src=Bob,Alice,Bob&index=recent&stats=SRC_DEGREE', rows(BOB_PHONE, ALICE_ALICE, ALICE_LAPTOP, ALICE_PHONE) + END],
  [
    'src=Alice&index=recent&filter=created_at:in:100,200&select=tgt&limit=5',
    `${rows('{"tgt":"Laptop"}', '{"tgt":"Phone"}')}"stats":[],"offset":"<cursor>","hasNext":false}`,
  ],
  [
    'src=Alice&index=recent&filter=note:eq:a&select=tgt',
    `${rows('{"tgt":"Alice"}', '{"tgt":"Phone"}')}"stats":[],"offset":"<cursor>","hasNext":false}`,
  ],
  [
    'src=Alice&index=by_note&filter=ts:gt:1;note:eq:a&select=ts',
    `${rows('{"ts":4}')}"stats":[],"offset":"<cursor>","hasNext":false}`,
  ],
  [
    'src=Alice&index=by_note&filter=tgt:eq:Phone&select=ts',
    `${rows('{"ts":1}')}"stats":[],"offset":"<cursor>","hasNext":false}`,
  ],
  ['src=Alice&index=recent&filter=src:eq:Bob', rows() + END],
];

/** Hides the cursor or id that an expectation doesn't spell out. */
function hide(text: string, expected: string): string {
  if (expected.includes('<cursor>')) return text.replace(/"offset":"[\w-]+"/, '"offset":"<cursor>"');
  return expected.includes('<id>')
    ? text.replace(/"edgeId":"[\w-]+","active":false/, '"edgeId":"<id>","active":false')
    : text;
}

for (const store of TEST_STORES) {
  describe(`a label with indexes (${store})`, () => {
    let server: TestServer;
    before(async () => {
      server = await startLabels({}, { store });
      await like(server, 'likes', [...FOUR, [8, 'Alice', 'Gone', 500]]);
      await unlike(server, 'likes', 9, 'Alice', 'Gone');
    });
    after(() => server[Symbol.asyncDispose]());

    for (const [query, expected] of ANSWERS) {
      test(`answers ${query}`, async () => {
        for (const path of [LIKES, edgesOf('fav')]) {
          const { status, text } = await get(server, `${path}?${query}`);
          assert.equal(status, 200, text);
          assert.equal(hide(text, expected), expected);
        }
      });
    }

    test('finds an edge by its id, with all columns, deleted ones too', async () => {
      const all = ALICE_PHONE.replace('}', `,"edgeId":"${ID}","active":true}`);
      assert.equal((await get(server, `${LIKES}/id/${ID}`)).text, rows(all) + END);
      assert.equal((await get(server, `${LIKES}/id/${ID}?stats=`)).text, rows(ALICE_PHONE) + END);
      const { text } = await get(server, `${LIKES}?src=Alice&tgt=Gone&stats=WITH_ALL`);
      const [gone]: { edgeId: string }[] = JSON.parse(text).data;
      const byId = await get(server, `${LIKES}/id/${gone?.edgeId}?format=jsoncompact`);
      assert.deepEqual(JSON.parse(byId.text).data, [['OUT', 9, 'Alice', 'Gone', null, null, gone?.edgeId, false]]);
    });

    test('pages joined by their cursors are the whole, with selected fields too', async () => {
      const targets: string[] = [];
      let offset = '';
      for (let page = 0; page < 5; page++) {
        const { text } = await get(server, `${LIKES}?src=Alice&index=recent&limit=1&select=tgt&offset=${offset}`);
        const frame = JSON.parse(text);
        targets.push(...frame.data.map(({ tgt }: { tgt: string }) => tgt));
        offset = frame.offset;
        if (!frame.hasNext) break;
      }
      assert.deepEqual(targets, ['Alice', 'Laptop', 'Phone']);
    });
  });
}

test('v2 prints every type as v3 does, and an object as JSON', async () => {
  await using server = await startLabels();
  const props =
    '{"a_byte":1,"a_short":2,"a_int":3,"a_long":9007199254740993,"a_boolean":true,"a_float":1.5,"a_double":201,"a_string":"x","a_object":{"b":[1.50]}}';
  await post(
    server,
    edgesOf('typed'),
    `{"edges":[{"ts":9007199254740993,"src":9007199254740993,"tgt":"t","props":${props}}]}`,
  );
  const { text } = await get(server, `${edgesOf('typed')}?src=9007199254740993&tgt=t&format=jsoncompact`);
  assert.ok(
    text.includes(
      '"data":[["OUT",9007199254740993,9007199254740993,"t",1,2,3,9007199254740993,true,1.5,201.0,"x",{"b":[1.5]}]]',
    ),
    text,
  );
  const types = JSON.parse(text).meta.map(({ type }: { type: string }) => type);
  assert.equal(types.join(), 'STRING,LONG,LONG,STRING,BYTE,SHORT,INT,LONG,BOOLEAN,FLOAT,DOUBLE,STRING,JSON');
});

for (const store of TEST_STORES) {
  describe(`a HASH label (${store})`, () => {
    let server: TestServer;
    before(async () => {
      server = await startLabels({}, { store });
      await like(server, 'hash', [...FOUR, [8, 'Alice', 'Gone', 500]]);
      await unlike(server, 'hash', 9, 'Alice', 'Gone');
    });
    after(() => server[Symbol.asyncDispose]());

    const targetsOf = (text: string): string[] => JSON.parse(text).data.map(({ tgt }: { tgt: string }) => tgt);

    test('is read by its keys', async () => {
      assert.equal((await get(server, `${HASH}?src=Alice&tgt=Phone`)).text, rows(ALICE_PHONE) + END);
      assert.equal((await get(server, `${HASH}?self=Alice`)).text, rows(ALICE_ALICE) + END);
      assert.match((await get(server, `${HASH}/id/${ID}`)).text, /"rows":1,/);
    });

    test('is scanned by the source, targets in their order, whatever index is named', async () => {
      const { text } = await get(server, `${HASH}?src=Alice&index=none&filter=note:eq:b`);
      assert.ok(text.startsWith(rows(ALICE_ALICE, ALICE_LAPTOP, ALICE_PHONE)), text);
      assert.match(text, /"offset":"[\w-]+","hasNext":false\}$/);
      assert.deepEqual(targetsOf((await get(server, `${HASH}?src=Bob,Alice&limit=1`)).text), ['Phone', 'Alice']);
      assert.equal((await get(server, `${HASH}?src=Nobody`)).text, rows() + END);
      assert.equal((await get(server, `${HASH}?src=Alice&limit=0`)).text, rows() + END);
      const all = await get(server, `${HASH}?src=Alice&stats=WITH_ALL`);
      assert.deepEqual(targetsOf(all.text), ['Alice', 'Gone', 'Laptop', 'Phone']);
      assert.match(all.text, /"tgt":"Gone","created_at":null,"note":null,"edgeId":"[\w-]+","active":false/);
    });

    test('is read page by page', async () => {
      const targets: string[] = [];
      let offset = '';
      for (let page = 0; page < 5; page++) {
        const { text } = await get(server, `${HASH}?src=Alice&limit=1&offset=${offset}`);
        targets.push(...targetsOf(text));
        const frame = JSON.parse(text);
        offset = frame.offset;
        if (!frame.hasNext) break;
      }
      assert.deepEqual(targets, ['Alice', 'Laptop', 'Phone']);
    });

    test('is counted by the source', async () => {
      const { text } = await get(server, `${HASH}?src=Alice,Nobody&select=COUNT(1)`);
      const counts = ['{"src":"Alice","COUNT(1)":3,"dir":"OUT"}', '{"src":"Nobody","COUNT(1)":0,"dir":"OUT"}'];
      assert.equal(text, rows(...counts) + END);
      const degrees = await get(server, `${HASH}?src=Alice&tgt=Phone&stats=SRC_DEGREE,TGT_DEGREE`);
      assert.deepEqual(JSON.parse(degrees.text).stats, [
        { name: 'SRC_DEGREE', value: 3 },
        { name: 'TGT_DEGREE', value: 0 },
      ]);
    });
  });
}

test('a NIL label holds nothing, whatever is asked', async () => {
  await using server = await startLabels();
  const NIL = edgesOf('nil');
  await post(server, NIL, '{"edges":[{"ts":1,"src":"a","tgt":"a","props":{"created_at":1}}]}');
  for (const query of ['src=a&tgt=a', 'self=a', 'src=a', 'src=a&index=recent', 'src=a,b&dir=IN']) {
    assert.equal((await get(server, `${NIL}?${query}`)).text, rows() + END, query);
  }
  assert.equal((await get(server, `${NIL}?src=a,b&select=COUNT(1)`)).text, `${rows('{"COUNT(1)":0}')}${END}`);
});

test('multi edges are read with their real ends, by id, by index, by edge id, and counted', async () => {
  await using server = await startLabels();
  const PAYS = edgesOf('pays');
  const insert = (id: number, source: string, target: number): object => ({
    type: 'INSERT',
    edge: { version: id, id, source, target, properties: { created_at: id } },
  });
  const mutations = [insert(5, 'a', 7), insert(6, 'a', 7)];
  const v3 = '/graph/v3/databases/likes/tables/pays/multi-edges';
  assert.equal((await post(server, v3, JSON.stringify({ mutations }))).status, 200);
  const five = (dir: string, src: string, tgt: string): string =>
    `{"dir":"${dir}","ts":5,"src":${src},"tgt":${tgt},"_id":5,"created_at":5,"note":null}`;
  assert.equal((await get(server, `${PAYS}?src=5&tgt=5`)).text, rows(five('OUT', '"a"', '7')) + END);
  assert.equal((await get(server, `${PAYS}?self=5`)).text, rows(five('OUT', '"a"', '7')) + END);
  const out = await get(server, `${PAYS}?src=a&index=recent&filter=created_at:eq:5`);
  assert.ok(out.text.startsWith(rows(five('OUT', '"a"', '7'))), out.text);
  const into = await get(server, `${PAYS}?src=7&index=recent&dir=IN&filter=created_at:eq:5&stats=EDGE_ID`);
  const [found] = JSON.parse(into.text).data;
  assert.deepEqual([found.src, found.tgt, found._id], [7, 'a', 5]);
  const byId = await get(server, `${PAYS}/id/${found.edgeId}?stats=`);
  assert.equal(byId.text, rows(five('OUT', '"a"', '7')) + END);
  const counted = await get(server, `${PAYS}?src=7&select=COUNT(1)&dir=IN`);
  assert.equal(counted.text, `${rows('{"src":7,"COUNT(1)":2,"dir":"IN"}')}${END}`);
  await post(server, v3, JSON.stringify({ mutations: [{ type: 'DELETE', edge: { version: 9, id: 5 } }] }));
  const deleted = await get(server, `${PAYS}?src=5&tgt=5&stats=WITH_ALL`);
  assert.match(deleted.text, /"ts":9,"src":null,"tgt":null,"_id":5,.*"active":false/);
});

test('a multi edge is found by the edge id of an answer, whatever the type of its id', async () => {
  await using server = await startLabels();
  const ids = {
    BYTE: 5,
    SHORT: 5,
    INT: 5,
    LONG: 5,
    BOOLEAN: true,
    FLOAT: 1.5,
    DOUBLE: 0.1,
    STRING: 'x',
    JSON: { a: 1 },
  };
  for (const [type, id] of Object.entries(ids)) {
    const schema = { src: { type: 'LONG' }, tgt: { type: 'LONG' }, fields: [{ name: '_id', type, nullable: false }] };
    const label = { desc: 'd', type: 'MULTI_EDGE', dirType: 'OUT', storage: 'datastore://a/b', schema };
    const indices = [{ name: 'all', fields: [] }];
    await post(server, `/graph/v2/service/likes/label/${type}`, JSON.stringify({ ...label, indices }));
    const mutations = [{ type: 'INSERT', edge: { version: 1, id, source: 1, target: 2 } }];
    await post(server, `/graph/v3/databases/likes/tables/${type}/multi-edges`, JSON.stringify({ mutations }));
    const scanned = await get(server, `${edgesOf(type)}?src=1&index=all&stats=EDGE_ID`);
    const [{ edgeId }] = JSON.parse(scanned.text).data;
    const found = await get(server, `${edgesOf(type)}/id/${edgeId}?stats=EDGE_ID`);
    assert.deepEqual(JSON.parse(found.text).data, JSON.parse(scanned.text).data);
  }
});

test('the scans of several vertices share one answer, and are refused where they would lose edges', async () => {
  await using server = await startLabels({ 'limits.answerEdges': 3 });
  await like(server, 'likes', FOUR);
  await like(server, 'hash', FOUR);
  for (const query of [`${LIKES}?src=Alice,Bob&index=recent&limit=3`, `${HASH}?src=Alice,Bob&limit=3`]) {
    const { status, text } = await send(server, { path: query });
    assert.deepEqual([status, JSON.parse(text).code], [400, 'limit-out-of-range']);
    assert.match(text, /more than 3 edges/);
  }
  const few = await get(server, `${LIKES}?src=Alice,Bob&index=recent&limit=2`);
  assert.equal(JSON.parse(few.text).rows, 3);
});
