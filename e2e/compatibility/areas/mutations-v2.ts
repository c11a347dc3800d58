import assert from 'node:assert/strict';
import {
  type Check,
  type CompatibilityArea,
  type CompatibilityCase,
  fixed,
  same,
  shownBy,
} from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, post, readJson, refuses } from '../expectations.ts';
import {
  ALICE_PHONE_ID,
  createsLabel,
  edges,
  edgesOf,
  like,
  likesSchema,
  mutates,
  NOTE,
  SHOP,
  statusesOf,
  V2,
} from '../labels.ts';
import { item, mutate, mutateMulti, PAY, TABLES } from '../shop.ts';

const MUTATIONS_TEST = 'packages/server/src/edge-mutations-v2.test.ts';
const WISHES = edgesOf('wish');
const WAL = '/actionbase/v1/log/wal';
const CDC = '/actionbase/v1/log/cdc';

/** Each row of the table of statuses: what the edge was, what is asked, the status, and the count afterwards. */
const STATUSES: readonly (readonly [string, readonly string[], string, string, number])[] = [
  ['no edge, INSERT: CREATED', [], 'POST 5', 'CREATED', 1],
  ['no edge, UPDATE: IDLE', [], 'PUT 5', 'IDLE', 0],
  ['no edge, DELETE: IDLE', [], 'DELETE 5', 'IDLE', 0],
  ['active, newer INSERT: UPDATED', ['POST 5'], 'POST 6', 'UPDATED', 1],
  ['active, newer UPDATE: UPDATED', ['POST 5'], 'PUT 6', 'UPDATED', 1],
  ['active, INSERT that changes nothing: IDLE', ['POST 5'], 'POST 5', 'IDLE', 1],
  ['active, UPDATE that changes nothing: IDLE', ['POST 5', 'PUT 6'], 'PUT 6', 'IDLE', 1],
  ['active, DELETE not older than the state: DELETED', ['POST 5'], 'DELETE 5', 'DELETED', 0],
  ['active, DELETE not older than the INSERT: DELETED', ['POST 5', 'PUT 9'], 'DELETE 6', 'DELETED', 0],
  ['active, DELETE older than the INSERT: IDLE', ['POST 5'], 'DELETE 4', 'IDLE', 1],
  ['deleted, INSERT not older than the state: CREATED', ['POST 5', 'DELETE 6'], 'POST 6', 'CREATED', 1],
  ['deleted, INSERT not older than the DELETE: CREATED', ['POST 5', 'DELETE 6', 'PUT 9'], 'POST 7', 'CREATED', 1],
  ['deleted, INSERT older than the DELETE: IDLE', ['POST 5', 'DELETE 6'], 'POST 4', 'IDLE', 0],
  ['deleted, UPDATE: IDLE', ['POST 5', 'DELETE 6'], 'PUT 7', 'IDLE', 0],
  ['deleted, DELETE: IDLE', ['POST 5', 'DELETE 6'], 'DELETE 7', 'IDLE', 0],
];

/** Writing edges with v2. */
export const MUTATIONS_V2: CompatibilityArea = {
  title: '3.10 mutations (v2)',
  cases: [
    same(
      'the answer has one result per edge, in the order of the request: status, traceId and edge',
      shownBy(MUTATIONS_TEST, 'results stand in the order of the request, one per edge, also when edges come twice'),
    ),
    same('no edges are no results', answers(edges('POST', WISHES), 200, '{"result":[]}')),
    same(
      'edges have ts, src, tgt, which must be there, and props, which may be left out',
      all(
        refuses(
          edges('POST', WISHES, {}),
          'malformed-json',
          /^edges\[0\]\.ts is missing; edges\[0\]\.src is missing; edges\[0\]\.tgt is missing$/,
        ),
        mutates(edges('PUT', WISHES, { ts: 1, src: 901, tgt: 'a' }), 'IDLE'),
      ),
    ),
    same('an edge id names the ends, in the path and in the body', async (site) => {
      await createsLabel('ids')(site);
      const path = `${edgesOf('ids')}/id/${ALICE_PHONE_ID}`;
      await expectAnswer(
        site,
        post(path, { ts: 1, props: { created_at: 1 } }),
        200,
        /"CREATED".*"src":"Alice","tgt":"Phone"/,
      );
      const body = { label: 'shop.ids', edgeId: ALICE_PHONE_ID, edgeValue: { ts: 1, props: { created_at: 1 } } };
      await expectAnswer(site, post(`${V2}/edge/id`, body), 200, /"IDLE".*"src":"Alice","tgt":"Phone"/);
    }),
    fixed(
      'an edge id that names nothing',
      '400 that says so',
      refuses(post(`${WISHES}/id/AAAA`, { ts: 1 }), 'invalid-edge-id', /'AAAA' names no edge/),
    ),
    ...STATUSES.map(statusCase),
    fixed(
      'active, DELETE older than the INSERT: UPDATED where only the time of deletion rises',
      'IDLE: nothing that a reader sees has changed',
      transition('rising', ['POST 9', 'DELETE 4'], 'DELETE 6', 'IDLE', 1),
    ),
    same(
      'an INSERT keeps the properties that it does not name; those that were never named become null',
      async (site) => {
        await createsLabel('merged', { schema: likesSchema(NOTE, { ...NOTE, name: 'other' }) })(site);
        const path = edgesOf('merged');
        await expectAnswer(
          site,
          edges('POST', path, like(1, { created_at: 1, note: 'n' })),
          200,
          /"note":"n","other":null/,
        );
        await expectAnswer(
          site,
          edges('POST', path, like(2, { created_at: 2 })),
          200,
          /"created_at":2,"note":"n","other":null/,
        );
      },
    ),
    same('a property is taken unless the stored one is newer', async (site) => {
      await createsLabel('older', { schema: likesSchema(NOTE) })(site);
      const path = edgesOf('older');
      await expectAnswer(site, edges('POST', path, like(5, { created_at: 5 })), 200, /CREATED/);
      await expectAnswer(site, edges('PUT', path, like(9, { note: 'nine' })), 200, /UPDATED/);
      await expectAnswer(
        site,
        edges('PUT', path, like(7, { created_at: 7, note: 'seven' })),
        200,
        /"created_at":7,"note":"nine"/,
      );
    }),
    same('an edge without a field that must be there is ERROR, the others take effect', async (site) => {
      await createsLabel('strict')(site);
      const sent = edges('POST', edgesOf('strict'), like(1, {}, 'a'), like(1, { created_at: 1 }, 'b'));
      assert.deepEqual(await statusesOf(site, sent), ['ERROR', 'CREATED']);
    }),
    fixed(
      'the reason of an ERROR is in the log of the server',
      'the result has the members code and message as well',
      answers(
        edges('POST', edgesOf('strict'), like(1, {}, 'c')),
        200,
        /"edge":null,"code":"missing-property","message":"Validation error\(s\): Field is not null : created_at"/,
      ),
    ),
    same(
      'values that do not fit their type are null',
      shownBy(MUTATIONS_TEST, 'a property that does not fit its type is null, and unknown ones are ignored'),
    ),
    same(
      'versions are read as in v3: text, fractions, null',
      shownBy(MUTATIONS_TEST, 'versions are read as in v3: text, fractions, null'),
    ),
    same(
      'every edge of a read-only label is ERROR, and v3 writes it all the same',
      all(
        createsLabel('closed', { readOnly: true }),
        mutates(edges('POST', edgesOf('closed'), like(1)), 'ERROR'),
        answers(
          mutate(
            `${TABLES}/closed`,
            item('INSERT', { version: 1, source: 'a', target: 'b', properties: { created_at: 1 } }),
          ),
          200,
          /CREATED/,
        ),
      ),
    ),
    same(
      'a label of multi edges takes writes from v3 only',
      all(
        mutates(edges('POST', edgesOf('pay'), { ts: 1, src: 1, tgt: 2 }), 'ERROR'),
        answers(mutateMulti(PAY, item('DELETE', { version: 1, id: 990 })), 200, /IDLE/),
      ),
    ),
    fixed(
      'an edge whose ends do not fit, or of a read-only label',
      'ERROR with its reason, before the log: no record of it is in WAL and CDC',
      noRecord(),
    ),
    same(
      'a NIL label answers IDLE and null',
      all(
        createsLabel('void', { type: 'NIL', indices: [] }),
        answers(
          edges('POST', edgesOf('void'), like(1)),
          200,
          /^\{"result":\[\{"status":"IDLE","traceId":"[0-9A-Z]{26}","edge":null\}\]\}$/,
        ),
      ),
    ),
    same(
      'mode is SYNC, ASYNC or IGNORE; sync is SYNC; without it the mode of the label holds',
      shownBy(
        MUTATIONS_TEST,
        'a mutation runs in the mode of the call, else of the label, and a queued one has no edge',
      ),
    ),
    same(
      'another mode is 400',
      all(
        ...['DROP', 'sync'].map((mode) =>
          refuses(edges('POST', `${WISHES}?mode=${mode}`), 'invalid-parameter', /SYNC, ASYNC or IGNORE/),
        ),
      ),
    ),
    fixed(
      'bulk=true skips the lock',
      'it is accepted and has no effect: the order is that of the log',
      all(
        ...['true', 'false', ''].map((bulk) => answers(edges('POST', `${WISHES}?bulk=${bulk}`), 200, '{"result":[]}')),
      ),
    ),
    same(
      'the actor is audit.actor of the body, else "default"; the request id is the header or the body’s, else ""',
      async (site) => {
        const wish = { ts: 1, src: 950, tgt: 'a', props: { at: 1 } };
        const named = post(WISHES, { edges: [wish], audit: { actor: 'ann' } }, { 'x-request-id': 'v2-1' });
        await expectAnswer(site, named, 200, /CREATED/);
        await expectAnswer(site, get(`${WAL}?request=v2-1`), 200, /"audit":\{"actor":"ann"\},"requestId":"v2-1"/);
        await expectAnswer(
          site,
          post(`${V2}/edge`, { label: 'shop.wish', edges: [wish], requestId: 'v2-2' }),
          200,
          /IDLE/,
        );
        await expectAnswer(site, get(`${WAL}?request=v2-2`), 200, /"audit":\{"actor":"default"\},"requestId":"v2-2"/);
        await expectAnswer(site, edges('POST', WISHES, { ...wish, src: 951 }), 200, /CREATED/);
        await expectAnswer(
          site,
          get(`${WAL}?table=shop.wish`),
          200,
          /"src":951,.*"audit":\{"actor":"default"\},"requestId":""/,
        );
      },
    ),
    fixed(
      'purge ends in ERROR',
      'PURGED, the edge null, whatever its ts: every row of it is gone, and nothing is remembered; of no edge it is IDLE',
      all(
        createsLabel('purged'),
        mutates(edges('POST', edgesOf('purged'), like(5)), 'CREATED'),
        answers(
          edges('POST', `${edgesOf('purged')}/purge`, like(1)),
          200,
          /^\{"result":\[\{"status":"PURGED","traceId":"[0-9A-Z]{26}","edge":null\}\]\}$/,
        ),
        mutates(edges('DELETE', `${edgesOf('purged')}/purge`, like(9)), 'IDLE'),
        mutates(edges('POST', edgesOf('purged'), like(1)), 'CREATED'),
      ),
    ),
    fixed(
      'there is no bound to the edges of a request',
      'as of a request of v3: 10,000 unless configured otherwise',
      async (site) => {
        await using small = await site.start({ 'limits.mutationItems': 2 });
        await expectAnswer(small, post(`${V2}/service/shop`, { desc: '' }), 200, /CREATED/);
        await createsLabel('few')({ ...site, port: small.port });
        await refuses(
          edges('POST', edgesOf('few'), like(1), like(2), like(3)),
          'too-many-items',
          /3 items; at most 2/,
        )({ ...site, port: small.port });
      },
    ),
    same(
      'an unknown label is 400',
      refuses(edges('POST', edgesOf('none'), like(1)), 'unknown-table', /^No such label shop\.none\.$/),
    ),
    same(
      'v2 and v3 write the same edges, under an alias too',
      shownBy(MUTATIONS_TEST, 'v2 and v3 see one another, under the alias too'),
    ),
    fixed('v2 writes neither groups nor caches', 'every write derives all rows', async (site) => {
      await expectAnswer(site, edges('POST', WISHES, { ts: 1, src: 960, tgt: 'a', props: { at: 1 } }), 200, /CREATED/);
      const { count } = await readJson(site, get(`${TABLES}/wish/edges/seek/top?start=960&direction=OUT`));
      assert.equal(count, 1);
    }),
  ],
};

function statusCase(row: (typeof STATUSES)[number], place: number): CompatibilityCase {
  const [feature, before, asked, status, count] = row;
  return same(feature, transition(`row${place}`, before, asked, status, count));
}

/** The check that an edge of its own becomes what is expected, and is counted so. */
function transition(
  name: string,
  before: readonly string[],
  ...[asked, status, count]: readonly [string, string, number]
): Check {
  return async (site) => {
    await createsLabel(name)(site);
    const path = edgesOf(name);
    const step = (text: string): ReturnType<typeof edges> => {
      const [method, ts] = text.split(' ');
      if (method !== 'POST' && method !== 'PUT' && method !== 'DELETE') throw new Error(`${text} is no step`);
      return edges(method, path, like(Number(ts), { created_at: 1 }));
    };
    for (const text of before) await statusesOf(site, step(text));
    assert.deepEqual(await statusesOf(site, step(asked)), [status]);
    await expectAnswer(
      site,
      get(`${path}?src=Phone&select=COUNT(1)&dir=IN`),
      200,
      new RegExp(`"COUNT\\(1\\)":${count}\\b`),
    );
  };
}

function noRecord(): Check {
  return async (site) => {
    const headers = { 'x-request-id': 'v2-refused' };
    const read = post(`${SHOP}/label/closed_twice/edge`, { edges: [like(1)] }, headers);
    await createsLabel('closed_twice', { readOnly: true })(site);
    await expectAnswer(site, read, 200, /"ERROR".*"code":"read-only-table"/);
    const seven = post(WISHES, { edges: [{ ts: 1, src: 'seven', tgt: 'a', props: { at: 1 } }] }, headers);
    await expectAnswer(site, seven, 200, /"ERROR".*"code":"cast-failed"/);
    for (const stream of [WAL, CDC]) {
      await expectAnswer(site, get(`${stream}?request=v2-refused`), 200, /^\{"position":"[^"]+"\}\n$/);
    }
  };
}
