import assert from 'node:assert/strict';
import { type Check, type CompatibilityArea, fixed, roughEdge, same, shownBy } from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, post, readJson, refuses } from '../expectations.ts';
import { edges, edgesOf, mutates } from '../labels.ts';
import {
  creates,
  edgeTable,
  index,
  item,
  multiEdgeTable,
  mutate,
  mutateMulti,
  PAY,
  property,
  RICH,
  TABLES,
  WISH,
} from '../shop.ts';

const AUDIT_TEST = 'packages/engine/src/audit/audit.property.test.ts';
const PROPERTY_TEST = 'packages/engine/src/engine.property.test.ts';
const ENGINE_TEST = 'packages/engine/src/engine.test.ts';
const DERIVE_TEST = 'packages/core/src/derive/derive-rows.test.ts';
const WAL = '/actionbase/v1/log/wal';
const AT_ONE = { at: 1 };

/** Rows 1 to 15: atomicity, locks, order, counts. */
export const ROUGH_EDGES_WRITING: CompatibilityArea = {
  title: '10.2 writing',
  cases: [
    ...roughEdge(
      '1',
      fixed(
        'a crash leaves index, count, group and cache rows apart from the states',
        'rows and log position are one transaction, and a start completes what a crash cut short',
        shownBy(
          PROPERTY_TEST,
          'L1 L2 after a crash that loses any part of the store, replay gives back exactly what was there',
        ),
      ),
      fixed(
        'nothing recounts the rows that are derived from states',
        'a recount after any program of writes finds no difference',
        shownBy(
          PROPERTY_TEST,
          'L3 L4 L5 after any program the recount, the fold of the feed and the chain of the feed hold',
        ),
      ),
      fixed(
        'rows that drifted from the states stay so',
        'an audit finds each of them while writes go on, and repairs it through the log',
        shownBy(AUDIT_TEST, 'L3 damage is found, and nothing else, and repaired while generated programs write'),
      ),
    ),
    ...roughEdge(
      '2',
      fixed(
        'locks of a millisecond without fencing',
        'there are no locks: the order is that of the log',
        shownBy(
          PROPERTY_TEST,
          'L7 reading a log into an empty instance gives the same rows, feed and progress, byte for byte',
        ),
      ),
    ),
    ...roughEdge(
      '3',
      fixed(
        'a retry of the storage client counts twice',
        "a record at or below the store's position is never applied again",
        shownBy(ENGINE_TEST, 'L2 foreign records that come again, in whole or in part, change nothing'),
      ),
    ),
    ...roughEdge(
      '4',
      fixed(
        'a request that is refused leaves WAL records of its earlier items',
        'a refused request changes neither store nor log',
        leavesNoRecord(),
      ),
    ),
    ...roughEdge(
      '5',
      fixed(
        'items of one version in one request are ordered by chance',
        'they take effect in the order of the request',
        all(
          answers(
            mutate(WISH, wish(300, 'DELETE', 5), wish(300, 'INSERT', 5, AT_ONE)),
            200,
            /"status":"CREATED","count":2/,
          ),
          answers(
            mutate(WISH, wish(301, 'INSERT', 5, AT_ONE), wish(301, 'DELETE', 5)),
            200,
            /"status":"IDLE","count":2/,
          ),
        ),
      ),
    ),
    ...roughEdge(
      '6',
      fixed(
        'IDLE writes the state row',
        'a change to the same state writes nothing',
        shownBy('packages/core/src/derive/derive-rows.property.test.ts', 'a change to the same state derives nothing'),
      ),
    ),
    ...roughEdge(
      '7',
      fixed(
        'more than 512 keys in one request stall for five minutes',
        "up to 10,000 items are one request, as far as the table's rows allow; above, it is refused at once",
        manyKeys(),
      ),
    ),
    ...roughEdge(
      '8',
      fixed(
        'a key, a qualifier or a value of over 5120 bytes fails inside',
        '1,900 bytes for a key and 65,536 for a value; above, a refusal names field and size',
        all(
          refuses(
            mutate(WISH, item('DELETE', { version: 1, source: 1, target: 'k'.repeat(2000) })),
            'key-too-long',
            /"target".* 20\d\d bytes.* 1900/,
          ),
          answers(mutate(WISH, item('DELETE', { version: 1, source: 1, target: 'k'.repeat(1800) })), 200, /IDLE/),
          refuses(
            mutate(
              RICH,
              item('INSERT', { version: 1, source: 302, target: 't', properties: { at: 1, doc: 'x'.repeat(70_000) } }),
            ),
            'value-too-long',
            /"doc" most of them; at most 65536/,
          ),
          answers(
            mutate(
              RICH,
              item('INSERT', { version: 1, source: 302, target: 't', properties: { at: 1, doc: 'x'.repeat(60_000) } }),
            ),
            200,
            /CREATED/,
          ),
          answers(
            mutate(
              WISH,
              item('INSERT', { version: 1, source: 302, target: 't', properties: { at: 1, color: 'y'.repeat(3000) } }),
            ),
            200,
            /"status":"ERROR","count":0,"code":"key-too-long","message":"\\"color\\" makes the key of index/,
          ),
          refuses(mutate(WISH, item('DELETE', { version: 1, source: 1, target: 'a\0b' })), 'cast-failed', /U\+0000/),
        ),
      ),
    ),
    ...roughEdge(
      '9',
      fixed(
        'an UPDATE cannot unset a property of a multi edge',
        'null unsets it, as for unique edges',
        all(
          answers(
            mutateMulti(
              PAY,
              item('INSERT', { version: 1, id: 309, source: 3, target: 9, properties: { at: 1, note: 'n' } }),
            ),
            200,
            /CREATED/,
          ),
          answers(
            mutateMulti(PAY, item('UPDATE', { version: 2, id: 309, properties: { note: null } })),
            200,
            /UPDATED/,
          ),
          answers(get(`${PAY}/multi-edges/ids?ids=309`), 200, /"properties":\{"_id":309,"at":1,"note":null\}/),
        ),
      ),
    ),
    ...roughEdge(
      '10',
      fixed(
        'source and target in an index of a multi edge mean the id',
        'a new table is refused; _source and _target mean the ends',
        all(
          refuses(
            post(TABLES, multiEdgeTable('x', { indexes: [index('i', ['source', 'ASC'])] })),
            'invalid-change',
            /"source" would mean the id of a multi edge; use "_source"/,
          ),
          creates(multiEdgeTable('by_ends', { indexes: [index('i', ['_target', 'ASC'])] })),
        ),
      ),
      same(
        'rows of existing tables with such an index keep their meaning',
        shownBy(
          DERIVE_TEST,
          'fields called source and target of a multi edge mean its id, as in tables of the reference',
        ),
      ),
    ),
    ...roughEdge(
      '11',
      fixed(
        'every v2 purge ends in ERROR',
        'it removes state, index, cache and group rows, and corrects the counts',
        shownBy(
          'packages/engine/src/v2-mutations.test.ts',
          'removes every row of an edge, whatever its version, and takes it out of the counts',
        ),
      ),
      fixed(
        'null property values break the equality of v2 edges',
        'null equals null: the same INSERT is IDLE',
        sameNull(),
      ),
    ),
    ...roughEdge(
      '12',
      fixed(
        'lock=false skips the lock, and with it the order of writes',
        'the parameter is read and has no effect',
        all(
          answers(post(`${WISH}/edges?lock=false`, { mutations: [wish(312, 'INSERT', 1, AT_ONE)] }), 200, /CREATED/),
          answers(post(`${WISH}/edges/sync?lock=true`, { mutations: [wish(312, 'INSERT', 1, AT_ONE)] }), 200, /IDLE/),
          answers(
            post(`${PAY}/multi-edges?lock=false`, { mutations: [item('DELETE', { version: 1, id: 312 })] }),
            200,
            /IDLE/,
          ),
        ),
      ),
    ),
    ...roughEdge(
      '12a',
      fixed('v2 mutations maintain no groups and caches', 'every write derives all rows', derivesAll()),
    ),
    ...roughEdge(
      '13',
      fixed(
        'an ERROR says no reason',
        'it has the members code and message',
        answers(
          mutate(WISH, wish(313, 'INSERT', 1)),
          200,
          '{"results":[{"source":313,"target":"t","status":"ERROR","count":0,"code":"missing-property","message":"at must be provided: shop.wish declares it as not nullable"}]}',
        ),
      ),
    ),
    ...roughEdge(
      '14',
      fixed(
        'counts can go below zero',
        'a count is the number of active edges, whatever is sent in whatever order',
        all(
          answers(mutate(WISH, wish(314, 'DELETE', 9)), 200, /IDLE/),
          answers(mutate(WISH, wish(314, 'DELETE', 10)), 200, /IDLE/),
          answers(get(`${WISH}/edges/count?start=314&direction=OUT`), 200, /"count":0/),
        ),
      ),
      fixed(
        'a count that is wrong cannot be recounted',
        'an audit recounts counts and group sums while writes go on, without a false alarm',
        shownBy(AUDIT_TEST, 'L3 an audit raises no false alarm while generated programs write'),
      ),
    ),
    ...roughEdge(
      '15',
      fixed(
        'the ttl of a group is never applied',
        'a cell is hidden once its last entry is older',
        shownBy(
          'packages/engine/src/query/agg-reader.test.ts',
          "a cell is hidden once its last entry is older than the group's ttl, not before",
        ),
      ),
      fixed(
        'the limit of a cache is never enforced',
        'it bounds what seek reaches, by one page or by many',
        cacheLimit(),
      ),
    ),
  ],
};

function wish(source: number, type: string, version: number, properties: object = {}): ReturnType<typeof item> {
  return item(type, { version, source, target: 't', properties });
}

function leavesNoRecord(): Check {
  return async (site) => {
    const body = { mutations: [wish(304, 'INSERT', 1, AT_ONE), wish(305, 'INSERT', 1, { at: 'soon' })] };
    await refuses(post(`${WISH}/edges`, body, { 'x-request-id': 'edge-4' }), 'cast-failed', /mutations\[1\]/)(site);
    await expectAnswer(site, get(`${WAL}?request=edge-4`), 200, /^\{"position":"[^"]+"\}\n$/);
    await expectAnswer(site, get(`${WISH}/edges/get?source=304,305&target=t`), 200, /"count":0/);
  };
}

function manyKeys(): Check {
  return async (site) => {
    const keys = (count: number): object[] =>
      Array.from({ length: count }, (_, at) => item('INSERT', { version: 1, source: 307, target: `k${at}` }));
    await creates(edgeTable('many', { direction: 'OUT', properties: [] }))(site);
    const answer = await readJson(site, post(`${TABLES}/many/edges`, { mutations: keys(10_000) }));
    assert.equal(Array.isArray(answer.results) && answer.results.length, 10_000);
    await expectAnswer(site, get(`${TABLES}/many/edges/count?start=307&direction=OUT`), 200, /"count":10000/);
    await refuses(
      post(`${TABLES}/many/edges`, { mutations: keys(10_001) }),
      'too-many-items',
      /10001 items; at most 10000/,
    )(site);
  };
}

function sameNull(): Check {
  return async (site) => {
    const sent = edges('POST', edgesOf('wish'), { ts: 1, src: 311, tgt: 't', props: { at: 1, color: null } });
    await mutates(sent, 'CREATED')(site);
    await mutates(sent, 'IDLE')(site);
  };
}

function derivesAll(): Check {
  return async (site) => {
    const edge = { ts: 1, src: 3121, tgt: 't', props: { at: 0, color: 'red', qty: 2 } };
    await mutates(edges('POST', edgesOf('rich'), edge), 'CREATED')(site);
    const at = `start=3121&direction=OUT`;
    await expectAnswer(site, get(`${RICH}/edges/seek/first?${at}`), 200, /"target":"t".*"count":1/);
    await expectAnswer(site, get(`${RICH}/edges/agg/daily?${at}&ranges=color:eq:red`), 200, /"value":1/);
  };
}

function cacheLimit(): Check {
  return async (site) => {
    const cache = { cache: 'two', fields: [{ field: 'at', order: 'DESC' }], limit: 2 };
    await creates(edgeTable('short_cache', { properties: [property('at', 'long')], caches: [cache] }))(site);
    const items = [1, 2, 3].map((at) =>
      item('INSERT', { version: 1, source: 1, target: `t${at}`, properties: { at } }),
    );
    await expectAnswer(site, mutate(`${TABLES}/short_cache`, ...items), 200, /CREATED/);
    const seek = `${TABLES}/short_cache/edges/seek/two?start=1&direction=OUT`;
    await expectAnswer(
      site,
      get(seek),
      200,
      /"target":"t3".*"target":"t2".*"count":2,"total":2,"offset":null,"hasNext":false/,
    );
    const { offset } = await readJson(site, get(`${seek}&limit=1`));
    await expectAnswer(
      site,
      get(`${seek}&limit=9&offset=${offset}`),
      200,
      /"target":"t2".*"count":1,.*"hasNext":false/,
    );
  };
}
