/** Goal: mutations of the v2 API: every path, every status, what the streams show. Method: a server with labels of all kinds. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeEdgeId } from '@actionbase/core/codec/edge-id';
import { edgesOf, startLabels } from './testing/label-shop.ts';
import { get, send } from './testing/send.ts';
import type { TestServer } from './testing/test-server.ts';

const LIKES = edgesOf('likes');
const ID = 'bgSN7qiN3shnXm6PsMA';

interface Result {
  readonly status: string;
  readonly traceId: string;
  readonly edge: { readonly active: boolean; readonly ts: number; readonly props: object } | null;
  readonly code?: string;
  readonly message?: string;
}

async function call(
  server: TestServer,
  sent: string,
  body: unknown,
  headers?: Record<string, string>,
): Promise<string> {
  const [method = '', path = ''] = sent.split(' ');
  const { status, text } = await send(server, {
    method,
    path,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
  assert.equal(status, 200, text);
  return text;
}

async function results(server: TestServer, sent: string, body: unknown): Promise<readonly Result[]> {
  return JSON.parse(await call(server, sent, body)).result;
}

function edge(ts: number, props: object = { created_at: ts }, tgt = 'Phone'): object {
  return { ts, src: 'Alice', tgt, props };
}

const plain = (text: string): string => text.replaceAll(/"traceId":"[0-9A-HJKMNP-TV-Z]{26}"/g, '"traceId":"T"');

test('the answer is the documented one, byte for byte', async () => {
  await using server = await startLabels();
  const body = { edges: [{ ts: 1, src: 'a', tgt: 'b', props: { created_at: 1 } }] };
  assert.equal(
    plain(await call(server, `POST ${LIKES}`, body)),
    '{"result":[{"status":"CREATED","traceId":"T","edge":{"ts":1,"src":"a","tgt":"b","props":{"created_at":1,"note":null},"active":true}}]}',
  );
  assert.equal(await call(server, `POST ${LIKES}`, { edges: [] }), '{"result":[]}');
});

/** One path after the other, all about Alice -> Phone. */
const PATHS: readonly (readonly [string, unknown, string, string])[] = [
  [`POST ${LIKES}`, { edges: [edge(1)] }, 'CREATED', '{"ts":1,"active":true,"note":null}'],
  [`PUT ${LIKES}`, { edges: [edge(2, { note: 'a' })] }, 'UPDATED', '{"ts":2,"active":true,"note":"a"}'],
  [`DELETE ${LIKES}`, { edges: [edge(3)] }, 'DELETED', '{"ts":3,"active":false,"note":null}'],
  [`POST ${LIKES}/sync`, { edges: [edge(4)] }, 'CREATED', '{"ts":4,"active":true,"note":null}'],
  [`PUT ${LIKES}/sync`, { edges: [edge(5, { note: 'b' })] }, 'UPDATED', '{"ts":5,"active":true,"note":"b"}'],
  [`DELETE ${LIKES}/sync`, { edges: [edge(6, {})] }, 'DELETED', '{"ts":6,"active":false,"note":null}'],
  [`POST ${LIKES}/id/${ID}`, { ts: 7, props: { created_at: 7 } }, 'CREATED', '{"ts":7,"active":true,"note":null}'],
  [`PUT ${LIKES}/id/${ID}`, { ts: 8, props: { note: 'c' } }, 'UPDATED', '{"ts":8,"active":true,"note":"c"}'],
  [`DELETE ${LIKES}/id/${ID}`, { ts: 9 }, 'DELETED', '{"ts":9,"active":false,"note":null}'],
  [
    'POST /graph/v2/edge',
    { label: 'likes.likes', edges: [edge(10)] },
    'CREATED',
    '{"ts":10,"active":true,"note":null}',
  ],
  [
    'PUT /graph/v2/edge',
    { label: 'likes.fav', edges: [edge(11, { note: 'd' })] },
    'UPDATED',
    '{"ts":11,"active":true,"note":"d"}',
  ],
  [
    'DELETE /graph/v2/edge',
    { label: 'likes.likes', edges: [edge(12)] },
    'DELETED',
    '{"ts":12,"active":false,"note":null}',
  ],
  [
    'POST /graph/v2/edge/id',
    { label: 'likes.likes', edgeId: ID, edgeValue: { ts: 13, props: { created_at: 1 } } },
    'CREATED',
    '{"ts":13,"active":true,"note":null}',
  ],
  [
    'PUT /graph/v2/edge/id',
    { label: 'likes.likes', edgeId: ID, edgeValue: { ts: 14, props: { note: 'e' } } },
    'UPDATED',
    '{"ts":14,"active":true,"note":"e"}',
  ],
  [
    'DELETE /graph/v2/edge/id',
    { label: 'likes.likes', edgeId: ID, edgeValue: { ts: 15, props: null } },
    'DELETED',
    '{"ts":15,"active":false,"note":null}',
  ],
  [`POST ${LIKES}`, { edges: [edge(16)] }, 'CREATED', '{"ts":16,"active":true,"note":null}'],
  [`POST ${LIKES}/delete`, { edges: [edge(17)] }, 'DELETED', '{"ts":17,"active":false,"note":null}'],
  [`POST ${LIKES}?bulk=true`, { edges: [edge(18)] }, 'CREATED', '{"ts":18,"active":true,"note":null}'],
  [`POST ${LIKES}/delete/id/${ID}`, { ts: 19 }, 'DELETED', '{"ts":19,"active":false,"note":null}'],
  [`POST ${LIKES}/purge`, { edges: [edge(20)] }, 'PURGED', 'null'],
  [`POST ${LIKES}?mode=SYNC`, { edges: [edge(1)] }, 'CREATED', '{"ts":1,"active":true,"note":null}'],
  [`DELETE ${LIKES}/purge`, { edges: [edge(0)] }, 'PURGED', 'null'],
  [`DELETE ${LIKES}/purge`, { edges: [edge(0)] }, 'IDLE', 'null'],
];

test('every path of a mutation does what its method and its name say', async () => {
  await using server = await startLabels();
  assert.deepEqual(decodeEdgeId(ID), { source: 'Alice', target: 'Phone' });
  for (const [sent, body, status, expected] of PATHS) {
    const [result] = await results(server, sent, body);
    assert.equal(result?.status, status, sent);
    const { ts, active, props } = result.edge ?? { props: {} };
    const note = new Map(Object.entries(props)).get('note');
    assert.equal(result.edge === null ? 'null' : JSON.stringify({ ts, active, note }), expected, sent);
  }
});

/** Spec 3.10: what an edge becomes, by what it was. The last number is the count afterwards. */
const STATUSES: readonly (readonly [string, readonly string[], string, number])[] = [
  ['no edge: INSERT', [], 'POST 5 CREATED', 1],
  ['no edge: UPDATE', [], 'PUT 5 IDLE', 0],
  ['no edge: DELETE', [], 'DELETE 5 IDLE', 0],
  ['an active edge: newer INSERT', ['POST 5'], 'POST 6 UPDATED', 1],
  ['an active edge: the same INSERT', ['POST 5'], 'POST 5 IDLE', 1],
  ['an active edge: newer UPDATE', ['POST 5'], 'PUT 6 UPDATED', 1],
  ['an active edge: newer DELETE', ['POST 5'], 'DELETE 6 DELETED', 0],
  ['an active edge: DELETE of its version', ['POST 5'], 'DELETE 5 DELETED', 0],
  ['an active edge: DELETE not older than its INSERT', ['POST 5', 'PUT 9'], 'DELETE 6 DELETED', 0],
  ['an active edge: older DELETE', ['POST 5'], 'DELETE 4 IDLE', 1],
  ['a deleted edge: newer INSERT', ['POST 5', 'DELETE 6'], 'POST 7 CREATED', 1],
  ['a deleted edge: INSERT of its version', ['POST 5', 'DELETE 6'], 'POST 6 CREATED', 1],
  ['a deleted edge: older INSERT', ['POST 5', 'DELETE 6'], 'POST 4 IDLE', 0],
  ['a deleted edge: UPDATE', ['POST 5', 'DELETE 6'], 'PUT 7 IDLE', 0],
  ['a deleted edge: DELETE', ['POST 5', 'DELETE 6'], 'DELETE 7 IDLE', 0],
];

test('an edge becomes what the table of transitions says', async () => {
  await using server = await startLabels();
  const mutate = async (step: string, tgt: string): Promise<string | undefined> => {
    const [method, ts] = step.split(' ');
    const [result] = await results(server, `${method} ${LIKES}`, { edges: [edge(Number(ts), { created_at: 1 }, tgt)] });
    return result?.status;
  };
  for (const [name, before, asked, count] of STATUSES) {
    for (const step of before) await mutate(step, name);
    assert.equal(await mutate(asked, name), asked.split(' ')[2], name);
    const query = `src=${encodeURIComponent(name)}&select=COUNT(1)&dir=IN`;
    const { text } = await get(server, `${LIKES}?${query}`);
    assert.equal(JSON.parse(text).data[0]['COUNT(1)'], count, name);
  }
});

test('an INSERT keeps the properties that it does not name', async () => {
  await using server = await startLabels();
  await call(server, `POST ${LIKES}`, { edges: [edge(1, { created_at: 1, note: 'kept' })] });
  const [result] = await results(server, `POST ${LIKES}`, { edges: [edge(2, { created_at: 2 })] });
  assert.deepEqual(result?.edge?.props, { created_at: 2, note: 'kept' });
});

test('results stand in the order of the request, one per edge, also when edges come twice', async () => {
  await using server = await startLabels();
  const edges = [edge(2, undefined, 'b'), edge(3, undefined, 'a'), edge(2, undefined, 'b'), edge(5, undefined, 'b')];
  const all = await results(server, `POST ${LIKES}`, { edges });
  assert.deepEqual(
    all.map(({ status, edge: found }) => [status, found?.ts]),
    [
      ['CREATED', 2],
      ['CREATED', 3],
      ['IDLE', 2],
      ['UPDATED', 5],
    ],
  );
  assert.equal(new Set(all.map(({ traceId }) => traceId)).size, 4);
});

test('an edge that cannot be is an ERROR of its own, and the others are applied', async () => {
  await using server = await startLabels();
  const to = (src: unknown, tgt: unknown, props: object = {}): object => ({ ts: 1, src, tgt, props });
  const edges = [
    to('seven', 'a'),
    to(7, 'a'),
    to(null, 'a'),
    to(7, 'x\0y'),
    to(7, 'b', { a_string: '\ud800' }),
    to('8', 9),
  ];
  const all = await results(server, `POST ${edgesOf('typed')}`, { edges });
  assert.deepEqual(
    all.map(({ status, code, message }) => [status, code, message]),
    [
      ['ERROR', 'cast-failed', 'edges[0].src: "seven" cannot be cast to long'],
      ['CREATED', undefined, undefined],
      ['ERROR', 'cast-failed', 'edges[2].src is null; expected long'],
      [
        'ERROR',
        'cast-failed',
        'edges[3].tgt: "x\\u0000y" cannot be cast to string: text may not hold U+0000 or half of a surrogate pair',
      ],
      [
        'ERROR',
        'cast-failed',
        'edges[4].props.a_string: "\\ud800" cannot be cast to string: text may not hold U+0000 or half of a surrogate pair',
      ],
      ['CREATED', undefined, undefined],
    ],
  );
  assert.equal(new Set(all.map(({ traceId }) => traceId)).size, edges.length);
  assert.ok(all.every(({ traceId }) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(traceId)));
  const { text } = await get(server, `${edgesOf('typed')}?src=8&tgt=9`);
  assert.equal(JSON.parse(text).rows, 1);
});

test('a property that does not fit its type is null, and unknown ones are ignored', async () => {
  await using server = await startLabels();
  const fitting = {
    a_byte: 300,
    a_short: '12',
    a_int: 1.9,
    a_long: '9007199254740993',
    a_boolean: 'TRUE',
    a_float: '1e3',
    a_double: 201,
    a_string: 1,
    a_object: { b: [1] },
    other: 5,
  };
  const wrong = {
    a_byte: '300',
    a_short: true,
    a_int: 'x',
    a_long: '1.5',
    a_boolean: 1,
    a_float: 'abc',
    a_double: {},
    a_string: null,
    a_object: null,
  };
  const sent = { edges: [fitting, wrong].map((props, ts) => ({ ts, src: 1, tgt: `t${ts}`, props })) };
  const text = await call(server, `POST ${edgesOf('typed')}`, sent);
  assert.ok(
    text.includes(
      '"props":{"a_byte":44,"a_short":12,"a_int":1,"a_long":9007199254740993,"a_boolean":true,"a_float":1000.0,' +
        '"a_double":201.0,"a_string":"1","a_object":{"b":[1]}},"active":true}',
    ),
    text,
  );
  assert.ok(
    text.includes(
      '"props":{"a_byte":null,"a_short":null,"a_int":null,"a_long":null,"a_boolean":false,"a_float":null,' +
        '"a_double":null,"a_string":null,"a_object":null},"active":true}',
    ),
    text,
  );
});

test('versions are read as in v3: text, fractions, null', async () => {
  await using server = await startLabels();
  for (const [ts, expected] of [
    ['12', 12],
    [1.9, 1],
    [null, 0],
    ['', 0],
  ]) {
    const [result] = await results(server, `POST ${LIKES}`, {
      edges: [{ ts, src: 'v', tgt: String(ts), props: { created_at: 1 } }],
    });
    assert.equal(result?.edge?.ts, expected, String(ts));
  }
});

test('an edge that lacks what must be there is an ERROR with its reason', async () => {
  await using server = await startLabels();
  const [result] = await results(server, `POST ${LIKES}`, { edges: [edge(1, {})] });
  assert.deepEqual([result?.status, result?.edge, result?.code], ['ERROR', null, 'missing-property']);
  assert.match(result?.message ?? '', /created_at/);
});

for (const label of ['closed', 'pays']) {
  test(`L8 every mutation of the read-only label ${label} is an ERROR that writes nothing`, async () => {
    await using server = await startLabels();
    const { engine, log } = server.instance;
    const before = [engine.position, log.bounds(0)];
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const all = await results(server, `${method} ${edgesOf(label)}`, { edges: [edge(1), edge(2)] });
      for (const result of all) {
        assert.deepEqual([result.status, result.edge, result.code], ['ERROR', null, 'read-only-table']);
        assert.equal(result.message, `This Label (likes.${label}) is read-only for v2 mutations`);
      }
      assert.equal(all.length, 2);
    }
    assert.deepEqual([engine.position, log.bounds(0)], before);
  });
}

test('a NIL label answers IDLE', async () => {
  await using server = await startLabels();
  const [result] = await results(server, `POST ${edgesOf('nil')}`, { edges: [edge(1)] });
  assert.deepEqual([result?.status, result?.edge], ['IDLE', null]);
});

/** The mode that a call asks for, on labels of each mode. */
const MODES: readonly (readonly [string, string, string])[] = [
  ['likes', '', 'CREATED'],
  ['likes', '?mode=', 'CREATED'],
  ['likes', '?mode=ASYNC', 'QUEUED'],
  ['likes', '?mode=IGNORE', 'QUEUED'],
  ['later', '', 'QUEUED'],
  ['later', '?mode=SYNC', 'CREATED'],
  ['later', '/sync', 'CREATED'],
  ['later', '/sync?mode=ASYNC', 'CREATED'],
  ['later', '/purge', 'QUEUED'],
  ['never', '', 'QUEUED'],
  ['never', '?mode=ASYNC', 'QUEUED'],
];

test('a mutation runs in the mode of the call, else of the label, and a queued one has no edge', async () => {
  await using server = await startLabels();
  for (const [place, [label, rest, expected]] of MODES.entries()) {
    const sent = `POST ${edgesOf(label)}${rest}`;
    const [result] = await results(server, sent, { edges: [edge(1, { created_at: 1 }, `t${place}`)] });
    assert.equal(result?.status, expected, sent);
    if (expected === 'QUEUED') assert.equal(result?.edge, null);
  }
  while (!server.instance.engine.isQueueEmpty) await new Promise((resolve) => setImmediate(resolve));
  const found = async (path: string): Promise<number> => JSON.parse((await get(server, path)).text).rows;
  assert.equal(await found(`${LIKES}?src=Alice&tgt=t2`), 1, 'what was ASYNC takes effect');
  assert.equal(await found(`${LIKES}?src=Alice&tgt=t3`), 0, 'what was ignored never does');
});

test('v2 and v3 see one another, under the alias too', async () => {
  await using server = await startLabels();
  const v3 = '/graph/v3/databases/likes/tables/likes/edges';
  await call(server, `POST ${edgesOf('fav')}`, { edges: [edge(1, { created_at: 5, note: 'from v2' })] });
  const got = await get(server, `${v3}/get?source=Alice&target=Phone`);
  assert.ok(
    got.text.includes('{"version":1,"source":"Alice","target":"Phone","properties":{"created_at":5,"note":"from v2"}'),
  );
  const counted = await get(server, `${v3}/count?start=Phone&direction=IN`);
  assert.ok(counted.text.includes('"count":1'));
  const update = { version: 2, source: 'Alice', target: 'Phone', properties: { note: 'from v3' } };
  await call(server, `POST ${v3}`, { mutations: [{ type: 'UPDATE', edge: update }] });
  const seen = await get(server, `${LIKES}?src=Alice&index=recent`);
  assert.ok(
    seen.text.startsWith(
      '{"data":[{"dir":"OUT","ts":2,"src":"Alice","tgt":"Phone","created_at":5,"note":"from v3"}],"rows":1,',
    ),
    seen.text,
  );
});

async function stream(server: TestServer, name: 'wal' | 'cdc'): Promise<Record<string, unknown>[]> {
  const { text } = await get(server, `/actionbase/v1/log/${name}?table=likes.likes`);
  const lines = text.trim().split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line).record);
}

test('WAL and CDC show v2 mutations as the reference does', async () => {
  await using server = await startLabels();
  const inserted = await results(server, `POST ${LIKES}`, { edges: [edge(1)] });
  const named = { edges: [edge(2, { note: 'x' })], audit: { actor: 'ann' } };
  await call(server, `PUT ${edgesOf('fav')}?mode=SYNC`, named, { 'x-request-id': 'r1' });
  await call(server, 'POST /graph/v2/edge', { label: 'likes.likes', edges: [edge(3, {}, 'b')], requestId: 'r2' });
  await call(server, 'POST /graph/v2/edge', { label: 'likes.fav', edges: [edge(3, {}, 'b')] });
  await call(server, `POST ${LIKES}/purge`, { edges: [edge(1)] });
  const wal = await stream(server, 'wal');
  assert.deepEqual(
    wal.map(({ alias, label, op, requestId, audit, version }) => [alias, label, op, requestId, audit, version]),
    [
      [null, 'likes.likes', 'INSERT', '', { actor: 'default' }, '2'],
      ['likes.fav', 'likes.likes', 'UPDATE', 'r1', { actor: 'ann' }, '2'],
      [null, 'likes.likes', 'INSERT', 'r2', { actor: 'default' }, '2'],
      ['likes.fav', 'likes.likes', 'INSERT', '', { actor: 'default' }, '2'],
      [null, 'likes.likes', 'PURGE', '', { actor: 'default' }, '2'],
    ],
  );
  assert.deepEqual(
    wal.map(({ mode }) => mode).slice(0, 2),
    [null, 'SYNC'].map((r) => ({ l: 'SYNC', r, s: null, f: false, queue: false })),
  );
  const traceId = inserted[0]?.traceId;
  assert.deepEqual(wal[0]?.edge, { ts: 1, src: 'Alice', tgt: 'Phone', props: { created_at: 1 }, traceId });
  const cdc = await stream(server, 'cdc');
  const first = { active: true, ts: 1, src: 'Alice', tgt: 'Phone', props: { created_at: 1, note: null } };
  const second = { ...first, ts: 2, props: { created_at: 1, note: 'x' } };
  assert.deepEqual(
    cdc.map(({ status, before, after, acc, alias }) => [status, before, after, acc, alias]),
    [
      ['CREATED', null, first, 1, null],
      ['UPDATED', first, second, 0, 'likes.fav'],
      ['ERROR', null, null, 0, 'likes.likes'],
      ['ERROR', null, null, 0, 'likes.fav'],
      ['PURGED', second, null, -1, null],
    ],
  );
  assert.deepEqual(cdc[0]?.edge, wal[0]?.edge);
  assert.deepEqual(
    cdc.map(({ message }) => (message === null ? null : /created_at/.test(String(message)))),
    [null, null, true, true, null],
  );
});

test('metrics count v2 results by status, refused edges too', async () => {
  await using server = await startLabels();
  await call(server, `POST ${LIKES}`, { edges: [edge(1), { ...edge(1), src: null }] });
  const { text } = await get(server, '/actuator/prometheus');
  assert.match(text, /mutation_results_total\{status="CREATED"\} 1\n/);
  assert.match(text, /mutation_results_total\{status="ERROR"\} 1\n/);
});
