import assert from 'node:assert/strict';
import { type Check, type CompatibilityArea, fixed, same, shownBy } from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, readJson, refuses } from '../expectations.ts';
import { ALICE_PHONE_ID, createsLabel, edges, edgesOf, like, likesSchema, mutates, NOTE } from '../labels.ts';

const QUERIES_TEST = 'packages/server/src/edge-queries-v2.test.ts';
const LIKES = edgesOf('asked');
const HASH = edgesOf('hashed');
const END = '"stats":[],"offset":null,"hasNext":false}';
const PHONE = '{"dir":"OUT","ts":1,"src":"Alice","tgt":"Phone","created_at":100,"note":"a"}';
const LAPTOP = '{"dir":"OUT","ts":2,"src":"Alice","tgt":"Laptop","created_at":200,"note":null}';
const SELF = '{"dir":"OUT","ts":4,"src":"Alice","tgt":"Alice","created_at":400,"note":"a"}';

const rows = (...found: readonly string[]): string => `{"data":[${found.join(',')}],"rows":${found.length},`;

/** Reading edges with v2. */
export const QUERIES_V2: CompatibilityArea = {
  title: '4.10 queries (v2)',
  cases: [
    same(
      'one src and several tgt read the edges between them, distinct, in their order',
      asked('src=Alice&tgt=Laptop,Phone,None,Phone', rows(LAPTOP, PHONE) + END),
    ),
    same('self reads the edges of vertices with themselves', asked('self=Alice,Bob', rows(SELF) + END)),
    same('src is required, or self', refuses(get(`${LIKES}?tgt=Phone`), 'missing-parameter', /^src is required/)),
    fixed(
      'several src with tgt',
      '400 that says how to ask',
      refuses(get(`${LIKES}?src=Alice,Bob&tgt=Phone`), 'not-supported', /^tgt goes with one src/),
    ),
    same(
      'select names the columns, in its order; without it there are all',
      asked('src=Alice&tgt=Phone&select=tgt,ts', `${rows('{"tgt":"Phone","ts":1}')}${END}`),
    ),
    fixed(
      'offset and hasNext of a query with select',
      'they are kept, so that what was selected can be paged',
      async (site) => {
        await prepared(site);
        const { data, offset, hasNext } = await readJson(
          site,
          get(`${LIKES}?src=Alice&index=recent&limit=1&select=tgt`),
        );
        assert.deepEqual([data, typeof offset, hasNext], [[{ tgt: 'Alice' }], 'string', true]);
      },
    ),
    fixed(
      'an unknown column of select',
      '400 that names the columns that there are',
      refuses(
        get(`${LIKES}?src=Alice&tgt=Phone&select=size`),
        'invalid-query',
        /size does not exist\. Available: dir, ts, src, tgt/,
      ),
    ),
    same(
      'select=COUNT(1) without tgt counts each src',
      asked(
        'src=Alice,None&select=COUNT(1)',
        rows('{"src":"Alice","COUNT(1)":3,"dir":"OUT"}', '{"src":"None","COUNT(1)":0,"dir":"OUT"}') + END,
      ),
    ),
    same(
      'index scans the edges of src',
      asked(
        'src=Alice&index=recent&select=tgt&limit=2',
        /^\{"data":\[\{"tgt":"Alice"\},\{"tgt":"Laptop"\}\],"rows":2,"stats":\[\],"offset":"[\w-]+","hasNext":true\}$/,
      ),
    ),
    same(
      'without index and tgt it is 400',
      refuses(get(`${LIKES}?src=Alice`), 'unknown-index', /^Index not found: null/),
    ),
    same(
      'dir is OUT when missing, else OUT or IN in upper case',
      all(
        asked('src=Phone&index=recent', rows() + END),
        refuses(get(`${LIKES}?src=Phone&index=recent&dir=in`), 'invalid-parameter', /OUT or IN/),
      ),
    ),
    same(
      'a scan from IN is not flipped: src is the vertex that was asked for',
      asked(
        'src=Phone&index=recent&dir=IN&select=dir,src,tgt',
        /^\{"data":\[\{"dir":"IN","src":"Phone","tgt":"Bob"\},\{"dir":"IN","src":"Phone","tgt":"Alice"\}\]/,
      ),
    ),
    same(
      'limit is 10 when missing or empty, and 0 is an empty page',
      all(
        asked('src=Alice&index=recent&limit=', /"rows":3/),
        asked('src=Alice&index=recent&limit=0', rows() + END),
        tenEdges(),
      ),
    ),
    same('offset goes on behind a page, which has one also where nothing follows', async (site) => {
      await prepared(site);
      const { offset, hasNext } = await readJson(site, get(`${LIKES}?src=Alice&index=recent`));
      assert.deepEqual([typeof offset, hasNext], ['string', false]);
      await expectAnswer(site, get(`${LIKES}?src=Alice&index=recent&offset=${offset}`), 200, rows() + END);
    }),
    same(
      'filter bounds the scan of an index, and only that',
      all(
        asked(
          'src=Alice&index=recent&filter=created_at:bt:100,200&select=tgt',
          /^\{"data":\[\{"tgt":"Laptop"\},\{"tgt":"Phone"\}\]/,
        ),
        asked('src=Alice&tgt=Phone&filter=created_at:gt:1000', rows(PHONE) + END),
      ),
    ),
    fixed(
      'what filter says of other fields than the leading ones of the index is dropped',
      'it is checked row by row, before limit counts',
      asked(
        'src=Alice&index=recent&filter=note:eq:a&limit=1&select=tgt',
        /^\{"data":\[\{"tgt":"Alice"\}\],"rows":1,.*"hasNext":true\}$/,
      ),
    ),
    fixed(
      'an unknown field of filter, or half a one',
      '400 that says so',
      all(
        refuses(get(`${LIKES}?src=Alice&index=recent&filter=size:eq:1`), 'invalid-filters', /`size`/),
        refuses(get(`${LIKES}?src=Alice&tgt=Phone&filter=at:gt`), 'invalid-filters', /not field:op:value/),
      ),
    ),
    same(
      'stats=WITH_ALL adds edgeId and active, and what is deleted is answered',
      asked(
        'src=Alice&tgt=Phone,Gone&stats=WITH_ALL',
        new RegExp(
          `"edgeId":"${ALICE_PHONE_ID}","active":true\\},\\{"dir":"OUT","ts":9,"src":"Alice","tgt":"Gone",.*"active":false\\}\\],"rows":2,"stats":\\[\\]`,
        ),
      ),
    ),
    same(
      'stats=EDGE_ID adds edgeId',
      asked('src=Alice&tgt=Phone&stats=EDGE_ID', `${rows(PHONE.replace('}', `,"edgeId":"${ALICE_PHONE_ID}"}`))}${END}`),
    ),
    fixed(
      'edgeId in a scan from IN',
      'it names the edge itself, not the one with its ends exchanged',
      asked(
        'src=Phone&index=recent&dir=IN&filter=created_at:eq:100&stats=EDGE_ID&select=edgeId',
        new RegExp(`^\\{"data":\\[\\{"edgeId":"${ALICE_PHONE_ID}"\\}\\]`),
      ),
    ),
    same(
      'stats=SRC_DEGREE and TGT_DEGREE count the edges of one vertex',
      asked(
        'src=Alice&tgt=Phone&stats=TGT_DEGREE,SRC_DEGREE',
        /"stats":\[\{"name":"TGT_DEGREE","value":2\},\{"name":"SRC_DEGREE","value":3\}\]/,
      ),
    ),
    same(
      'stats=OFFSET adds the cursor of each edge to the scan of an index',
      asked(
        'src=Alice&index=recent&stats=OFFSET&limit=1',
        /^\{"data":\[\{"dir":"OUT",[^}]*"offset":"([\w-]+)"\}\],"rows":1,"stats":\[\],"offset":"\1"/,
      ),
    ),
    same(
      'stats=IGNORE_PHASE and INVALIDATE_CACHE are accepted',
      asked('src=Alice&tgt=Phone&stats=IGNORE_PHASE,INVALIDATE_CACHE', rows(PHONE) + END),
    ),
    same(
      'another name in stats is 400',
      refuses(get(`${LIKES}?src=Alice&tgt=Phone&stats=with_all`), 'invalid-parameter', /stats is "with_all"/),
    ),
    same(
      'format=jsoncompact has meta and arrays; any other format is the default one',
      all(
        asked(
          'src=Alice&tgt=Phone&format=jsoncompact&select=dir,ts,note',
          `{"meta":[{"name":"dir","type":"STRING"},{"name":"ts","type":"LONG"},{"name":"note","type":"STRING"}],"data":[["OUT",1,"a"]],"rows":1,${END}`,
        ),
        asked('src=Alice&tgt=Phone&format=xml', rows(PHONE) + END),
      ),
    ),
    same('an edge id is the masked ends; edge/id/{edgeId} answers all columns', async (site) => {
      await prepared(site);
      await expectAnswer(
        site,
        get(`${LIKES}/id/${ALICE_PHONE_ID}`),
        200,
        rows(PHONE.replace('}', `,"edgeId":"${ALICE_PHONE_ID}","active":true}`)) + END,
      );
    }),
    same(
      'of several src offset is null and hasNext false',
      asked('src=Bob,Alice&index=recent&limit=1&select=tgt', `${rows('{"tgt":"Phone"}', '{"tgt":"Alice"}')}${END}`),
    ),
    fixed(
      'the edges of several src have no bound together',
      'a page that would lose edges is refused',
      shownBy(
        QUERIES_TEST,
        'the scans of several vertices share one answer, and are refused where they would lose edges',
      ),
    ),
    same(
      'a HASH label is read by its keys, and scanned from src whatever index is named',
      hashed('src=Alice&index=none', /"rows":3/),
    ),
    fixed(
      'offset in the scan of a HASH label',
      'it goes on behind a page, as in any other scan',
      shownBy(QUERIES_TEST, 'is read page by page'),
    ),
    fixed(
      'the counts of a HASH label',
      'they are counted over its states, so they never drift; from tgt there are none',
      hashed('src=Alice&select=COUNT(1)', /"COUNT\(1\)":3/),
    ),
    same('a NIL label holds nothing', shownBy(QUERIES_TEST, 'a NIL label holds nothing, whatever is asked')),
    same(
      'multi edges are read with their ids in both places, and shown with their ends',
      shownBy(QUERIES_TEST, 'multi edges are read with their real ends, by id, by index, by edge id, and counted'),
    ),
    same(
      'values have the text of v3; an object is JSON',
      shownBy(QUERIES_TEST, 'v2 prints every type as v3 does, and an object as JSON'),
    ),
    same(
      'an unknown label is 400',
      refuses(get(`${edgesOf('none')}?src=1`), 'unknown-table', /^No such label shop\.none\.$/),
    ),
  ],
};

/** The check that the label asked answers a query so. */
function asked(query: string, expected: string | RegExp): Check {
  return async (site) => {
    await prepared(site);
    await answers(get(`${LIKES}?${query}`), 200, expected)(site);
  };
}

function hashed(query: string, expected: RegExp): Check {
  return async (site) => {
    await prepared(site);
    await answers(get(`${HASH}?${query}`), 200, expected)(site);
  };
}

/** Makes the labels asked and hashed with their edges, unless they are there. */
const prepared: Check = async (site) => {
  const found = await readJson(site, get('/graph/v2/service/shop/label'));
  if (JSON.stringify(found).includes('shop.asked')) return;
  const schema = likesSchema(NOTE);
  await createsLabel('asked', { schema })(site);
  await createsLabel('hashed', { schema, type: 'HASH', dirType: 'OUT', indices: [] })(site);
  const sent = [
    like(1, { created_at: 100, note: 'a' }),
    like(2, { created_at: 200 }, 'Laptop'),
    { ...like(3, { created_at: 300, note: 'b' }), src: 'Bob' },
    like(4, { created_at: 400, note: 'a' }, 'Alice'),
    like(8, { created_at: 500 }, 'Gone'),
  ];
  for (const path of [LIKES, HASH]) {
    await mutates(edges('POST', path, ...sent), 'CREATED')(site);
    await mutates(edges('DELETE', path, like(9, {}, 'Gone')), 'DELETED')(site);
  }
};

function tenEdges(): Check {
  return async (site) => {
    await createsLabel('eleven')(site);
    const sent = Array.from({ length: 11 }, (_, at) => like(at + 1, { created_at: at }, `t${at}`));
    await mutates(edges('POST', edgesOf('eleven'), ...sent), 'CREATED')(site);
    await expectAnswer(site, get(`${edgesOf('eleven')}?src=Alice&index=recent`), 200, /"rows":10,.*"hasNext":true/);
  };
}
