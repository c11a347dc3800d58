import assert from 'node:assert/strict';
import { type Check, type CompatibilityArea, fixed, roughEdge, same, shownBy } from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, post, readJson, refuses } from '../expectations.ts';
import { creates, index, item, multiEdgeTable, mutate, mutateMulti, PAY, RICH, TABLES, WISH } from '../shop.ts';

const NEWEST = `${WISH}/edges/scan/newest?start=7&direction=OUT`;
const RICH_SCAN = (rest: string): string => `${RICH}/edges/scan/${rest}`;
const MINE = {
  type: 'SCAN',
  name: 'mine',
  include: true,
  database: 'shop',
  table: 'wish',
  index: 'newest',
  direction: 'OUT',
  source: { type: 'VALUE', value: [7] },
};

/** Rows 31 to 42: reading. */
export const ROUGH_EDGES_READING: CompatibilityArea = {
  title: '10.4 reading',
  cases: [
    ...roughEdge(
      '31',
      fixed(
        'filters run after limit and drop the cursor',
        'limit counts what matches, and offset and hasNext are kept',
        filteredPages(),
      ),
    ),
    ...roughEdge(
      '32',
      fixed(
        'filters on version, source and target are a 500',
        'they filter',
        all(
          answers(get(`${NEWEST}&filters=version:gte:12`), 200, /"version":12,.*"version":13,.*"count":2,/),
          answers(get(`${NEWEST}&filters=target:in:sku-a,sku-b`), 200, /"count":2,/),
          answers(get(`${NEWEST}&filters=source:eq:7`), 200, /"count":3,/),
        ),
      ),
      fixed('comparing through doubles loses digits above 2^53', 'integers compare exactly', bigFilters()),
      fixed(
        'null fails the request',
        'null never matches',
        answers(get(`${NEWEST}&filters=qty:lt:100`), 200, /^(?!.*sku-b).*"count":2,/),
      ),
    ),
    ...roughEdge(
      '33',
      fixed(
        'a range behind one that is no eq has wrong bounds',
        'the first bounds the scan, the later ones are checked row by row, before limit counts',
        all(
          answers(
            get(RICH_SCAN('by_qty?start=7&direction=OUT&ranges=qty:gte:2;at:gt:0')),
            200,
            /"target":"c".*"target":"b".*"count":2,/,
          ),
          answers(
            get(RICH_SCAN('by_qty?start=7&direction=OUT&ranges=qty:gte:2;at:lt:2&limit=1')),
            200,
            /"target":"a".*"hasNext":true/,
          ),
        ),
      ),
    ),
    ...roughEdge(
      '34',
      fixed(
        'version, source and target of an index cannot be ranged',
        'they can',
        all(
          answers(
            get(RICH_SCAN('by_version?start=7&direction=OUT&ranges=version:bt:2,3')),
            200,
            /"version":3,.*"version":2,.*"count":2,/,
          ),
          answers(
            get(RICH_SCAN('by_target?start=7&direction=OUT&ranges=target:gt:b')),
            200,
            /"target":"c".*"target":"d".*"count":2,/,
          ),
          rangesOfEnds(),
        ),
      ),
    ),
    ...roughEdge(
      '35',
      fixed(
        'values cannot hold ":", ";" or ","',
        'a backslash before one of them, or before a backslash, makes it part of the value',
        all(
          answers(
            get(
              RICH_SCAN(`by_color?start=7&direction=OUT&ranges=${encodeURIComponent('color:eq:a\\:b\\;c\\,d\\\\e')}`),
            ),
            200,
            /"target":"c".*"count":1,/,
          ),
          answers(
            get(
              `${RICH}/edges/get?source=7&target=a,c&filters=${encodeURIComponent('color:in:a\\:b\\;c\\,d\\\\e,blue')}`,
            ),
            200,
            /"target":"c".*"count":1,/,
          ),
        ),
      ),
      fixed(
        'malformed or empty ranges and filters are a 500',
        '400 that says what is wrong',
        all(
          refuses(get(`${NEWEST}&ranges=`), 'invalid-ranges', /`ranges` is empty/),
          refuses(get(`${NEWEST}&filters=`), 'invalid-filters', /`filters` is empty/),
          refuses(get(`${NEWEST}&ranges=at:gt`), 'invalid-ranges', /not field:op:value/),
          refuses(get(`${NEWEST}&ranges=at:bt:1`), 'invalid-ranges', /bt takes "from,to"/),
        ),
      ),
      fixed(
        'what follows a third ":" is dropped',
        '400 that shows how to write it: half of a value is never what was meant',
        refuses(get(`${NEWEST}&filters=color:eq:10:30`), 'invalid-filters', /has a third ":"; write "\\:"/),
      ),
    ),
    ...roughEdge(
      '36',
      fixed(
        'seek shows the id of a multi edge for its far end, and _id null',
        'its real ends and its _id, as in scan',
        answers(
          get(`${PAY}/edges/seek/recent?start=1&direction=OUT&limit=1`),
          200,
          /"source":1,"target":0,"properties":\{"_id":11,"at":12,"note":null\}/,
        ),
      ),
    ),
    ...roughEdge(
      '37',
      fixed(
        'group values that are no texts never match',
        "query values are cast to the field's type",
        answers(
          get(`${RICH}/edges/agg/by_qty?start=7&direction=OUT&ranges=qty:bt:2,3`),
          200,
          '{"groups":[{"start":7,"direction":"OUT","value":86400001,"context":{}}],"count":1,"context":{}}',
        ),
      ),
      fixed(
        "a part of the group's fields matches nothing",
        'it sums up everything below it',
        answers(get(`${RICH}/edges/agg/daily?start=7&direction=OUT&ranges=color:eq:red`), 200, /"value":2,/),
      ),
    ),
    ...roughEdge(
      '38',
      same(
        'a multi-hop SCAN from IN shows the vertex that was asked for as source',
        answers(
          post('/graph/v3/query', {
            query: [{ ...MINE, direction: 'IN', source: { type: 'VALUE', value: ['sku-a'] } }],
          }),
          200,
          /\{"direction":"IN","version":14,"source":"sku-a","target":8,/,
        ),
      ),
    ),
    ...roughEdge(
      '39',
      fixed(
        'an unknown field of an aggregator is a 500',
        '400 that names the fields that there are',
        refuses(
          post('/graph/v3/query', {
            query: [{ ...MINE, aggregators: [{ type: 'COUNT', field: 'nope', order: 'DESC', limit: 3 }] }],
          }),
          'invalid-query',
          /`nope`; the item has direction, version/,
        ),
      ),
      fixed(
        'an aggregator without source vertices is a 500',
        'empty data',
        answers(
          post('/graph/v3/query', {
            query: [
              {
                ...MINE,
                source: { type: 'VALUE', value: [] },
                aggregators: [{ type: 'COUNT', field: 'color', order: 'DESC', limit: 3 }],
              },
            ],
          }),
          200,
          /"data":\[\],"rows":0/,
        ),
      ),
      fixed(
        'the order of the sources is not defined',
        'it is that of the vertices',
        answers(
          post('/graph/v3/query', { query: [{ ...MINE, limit: 1, source: { type: 'VALUE', value: [8, 7] } }] }),
          200,
          /"source":8,.*"source":7,/,
        ),
      ),
      same(
        'memoize is read and has no effect',
        answers(post('/graph/v3/query', { query: [{ ...MINE, memoize: true }] }), 200, /"rows":3/),
      ),
    ),
    ...roughEdge(
      '40',
      fixed(
        'limit has no maximum',
        '100,000 unless configured otherwise; above, 400',
        all(
          answers(get(`${NEWEST}&limit=100000`), 200, /"count":3,/),
          refuses(get(`${NEWEST}&limit=100001`), 'limit-out-of-range', /0\.\.100000/),
        ),
      ),
    ),
    ...roughEdge(
      '41',
      same(
        'a filtered scan has no total',
        all(
          answers(get(`${NEWEST}&filters=color:eq:red`), 200, /"total":-1/),
          refuses(
            get(`${NEWEST}&filters=color:eq:red&features=total`),
            'not-supported',
            /total count does not support/,
          ),
        ),
      ),
    ),
    ...roughEdge(
      '42',
      same(
        'a cursor that is no base64url is 400, any other text is taken',
        all(
          refuses(get(`${NEWEST}&offset=***`), 'invalid-offset', /\*\*\*/),
          answers(get(`${NEWEST}&offset=AAAA`), 200, /"hasNext":false/),
        ),
      ),
      same(
        'a cursor never leaves its index',
        shownBy(
          'packages/core/src/query/scan-plan.property.test.ts',
          'never leaves the ranges, whatever bytes the cursor holds',
        ),
      ),
    ),
  ],
};

function rangesOfEnds(): Check {
  return async (site) => {
    const fields = index('ends', ['_target', 'DESC'], ['version', 'ASC']);
    await creates(multiEdgeTable('ranged', { indexes: [fields] }))(site);
    const edges = [2, 3].map((target) => item('INSERT', { version: target, id: target, source: 1, target }));
    await expectAnswer(site, mutateMulti(`${TABLES}/ranged`, ...edges), 200, /CREATED.*CREATED/);
    const scan = `${TABLES}/ranged/edges/scan/ends?start=1&direction=OUT`;
    await expectAnswer(site, get(`${scan}&ranges=_target:eq:3;version:gte:3`), 200, /"_id":3.*"count":1,/);
    await expectAnswer(site, get(`${scan}&filters=target:eq:2;_id:eq:2`), 200, /"_id":2.*"count":1,/);
  };
}

function filteredPages(): Check {
  return async (site) => {
    const first = await readJson(site, get(`${NEWEST}&limit=1&filters=color:eq:red`));
    assert.deepEqual([first.count, first.hasNext], [1, true]);
    await expectAnswer(
      site,
      get(`${NEWEST}&limit=1&filters=color:eq:red&offset=${first.offset}`),
      200,
      /"target":"sku-a".*"count":1,.*"offset":null,"hasNext":false/,
    );
  };
}

function bigFilters(): Check {
  return async (site) => {
    const big = '9007199254740993';
    const edge = `{"version":1,"source":332,"target":"t","properties":{"at":${big}}}`;
    await expectAnswer(site, post(`${WISH}/edges`, `{"mutations":[{"type":"INSERT","edge":${edge}}]}`), 200, /CREATED/);
    const scan = `${WISH}/edges/scan/newest?start=332&direction=OUT`;
    await expectAnswer(site, get(`${scan}&filters=at:eq:${big}`), 200, /"count":1,/);
    await expectAnswer(site, get(`${scan}&filters=at:gt:9007199254740992`), 200, /"count":1,/);
    await expectAnswer(site, get(`${scan}&filters=at:lt:${big}`), 200, /"count":0,/);
    await expectAnswer(site, mutate(WISH, item('DELETE', { version: 2, source: 332, target: 't' })), 200, /DELETED/);
  };
}
