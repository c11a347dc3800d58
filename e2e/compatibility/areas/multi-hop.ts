import type { Check } from '../compatibility-case.ts';
import { type CompatibilityArea, fixed, same, shownBy } from '../compatibility-case.ts';
import { all, answers, post, refuses } from '../expectations.ts';

const HOP_TEST = 'packages/engine/src/query/multi-hop-reader.test.ts';
const ROWS_TEST = 'packages/core/src/query/multi-hop/rows.test.ts';

type Item = Readonly<Record<string, unknown>>;

const SEVEN = { type: 'VALUE', value: [7] };
const WISH = { database: 'shop', table: 'wish', direction: 'OUT', source: SEVEN };
const SCAN = { type: 'SCAN', name: 'mine', index: 'newest', ...WISH };
const RICH = { type: 'SCAN', name: 'rich', index: 'by_at', ...WISH, table: 'rich', include: true };

function query(...items: readonly Item[]): ReturnType<typeof post> {
  return post('/graph/v3/query', { query: items });
}

/** The check that a query has these items, as they are printed. */
function gives(items: readonly Item[], ...expected: readonly string[]): Check {
  return answers(query(...items), 200, `{"items":[${expected.join(',')}]}`);
}

function shown(name: string, data: string, rows: number, rest = '"offset":null,"hasNext":false'): string {
  return `{"name":"${name}","data":[${data}],"rows":${rows},"stats":[],${rest}}`;
}

/** Multi-hop queries. */
export const MULTI_HOP: CompatibilityArea = {
  title: '4.8 multi-hop query',
  cases: [
    same(
      'only items with include are answered, in their order',
      gives(
        [
          SCAN,
          {
            type: 'COUNT',
            name: 'fans',
            database: 'shop',
            table: 'wish',
            direction: 'IN',
            source: { type: 'REF', ref: 'mine', field: 'target' },
            include: true,
          },
        ],
        shown(
          'fans',
          '{"source":"sku-c","COUNT(1)":1,"direction":"IN"},{"source":"sku-b","COUNT(1)":1,"direction":"IN"},{"source":"sku-a","COUNT(1)":2,"direction":"IN"}',
          3,
        ),
      ),
    ),
    same(
      'SELF reads the edge of each vertex with itself',
      shownBy(HOP_TEST, 'SELF reads the edge of a vertex with itself, and a multi edge by its id, with its real ends'),
    ),
    same(
      'GET reads the cross product',
      gives(
        [
          {
            type: 'GET',
            name: 'g',
            database: 'shop',
            table: 'wish',
            source: SEVEN,
            target: { type: 'VALUE', value: ['sku-b', 'none'] },
            include: true,
          },
        ],
        shown(
          'g',
          '{"direction":"OUT","version":11,"source":7,"target":"sku-b","at":2000,"color":"blue","qty":null}',
          1,
        ),
      ),
    ),
    same(
      'COUNT counts each source',
      gives(
        [{ ...WISH, type: 'COUNT', name: 'c', source: { type: 'VALUE', value: [7, 99] }, include: true }],
        shown('c', '{"source":7,"COUNT(1)":3,"direction":"OUT"},{"source":99,"COUNT(1)":0,"direction":"OUT"}', 2),
      ),
    ),
    same(
      'SCAN takes limit, offset and ranges; one source keeps its cursor',
      gives(
        [{ ...SCAN, limit: 1, ranges: 'at:gte:2000', include: true }],
        shown(
          'mine',
          '{"direction":"OUT","version":12,"source":7,"target":"sku-c","at":3000,"color":"red","qty":3}',
          1,
          '"offset":"iToeeDQXIQhwAnKKoO0X9Q","hasNext":true',
        ),
      ),
    ),
    same(
      'CACHE seeks from each source, and needs a limit',
      all(
        gives(
          [{ ...WISH, type: 'CACHE', name: 's', cache: 'top', limit: 1, include: true }],
          shown(
            's',
            '{"version":12,"source":7,"target":"sku-c","at":3000,"color":"red","qty":3}',
            1,
            '"offset":"iToeeDQXIQhwAnKKoO0X9Q","hasNext":true',
          ),
        ),
        refuses(query({ ...WISH, type: 'CACHE', cache: 'top' }), 'malformed-json', /query\[0\]\.limit is missing/),
      ),
    ),
    same(
      'with several sources offset is null and hasNext false',
      answers(
        query({ ...SCAN, source: { type: 'VALUE', value: [7, 8] }, limit: 1, include: true }),
        200,
        /"source":7,"target":"sku-c".*"source":8,"target":"sku-a".*"rows":2,"stats":\[\],"offset":null,"hasNext":false/,
      ),
    ),
    same(
      'of VALUE, 1 and "1" are two vertices, so the rows come twice',
      answers(
        query({ ...WISH, type: 'COUNT', name: 'c', source: { type: 'VALUE', value: [7, 7, '7'] }, include: true }),
        200,
        /"data":\[(?:\{"source":7,"COUNT\(1\)":3,"direction":"OUT"\},?){2}\]/,
      ),
    ),
    same(
      'STEP stands inside an item',
      gives(
        [
          {
            type: 'COUNT',
            name: 'c',
            database: 'shop',
            table: 'wish',
            direction: 'IN',
            source: { type: 'STEP', step: { ...SCAN, limit: 1 }, field: 'target' },
            include: true,
          },
        ],
        shown('c', '{"source":"sku-c","COUNT(1)":1,"direction":"IN"}', 1),
      ),
    ),
    same(
      'an unknown item or column gives no vertices',
      shownBy(HOP_TEST, '1 and "1" are two vertices, 1 and 1 are one; an unknown item or column gives no vertices'),
    ),
    same(
      'of two items of one name the later stands in the place of the first',
      shownBy(
        HOP_TEST,
        'of two items of one name the later stands in the place of the first, once, if one of them is included',
      ),
    ),
    same(
      'an item without a name gets a random one',
      answers(query({ ...SCAN, name: undefined, include: true }), 200, /"name":"[0-9a-f]{8}-[0-9a-f-]{27}"/),
    ),
    same(
      'two hops through a cache',
      shownBy(
        HOP_TEST,
        'what did my hundred friends wish for, each one newest first, is one request over one snapshot',
      ),
    ),
    same(
      'columns: direction, version, source, target, properties; CACHE has no direction and shows the real ends',
      shownBy(HOP_TEST, 'columns come in the documented order; a scan from IN is not turned round, a cache is'),
    ),
    same(
      'JSON_OBJECT makes columns of the members of a JSON text',
      shownBy(ROWS_TEST, 'members of a JSON text become columns of their own kinds'),
    ),
    same(
      'SPLIT_EXPLODE makes one row of each piece that is not empty',
      all(
        answers(
          query({
            ...RICH,
            post: [{ type: 'SPLIT_EXPLODE', field: 'color', regex: 'e', alias: 'p', dataType: 'STRING' }],
          }),
          200,
          /"version":1,.*"p":"r"\},\{.*"version":1,.*"p":"d"\}/,
        ),
        leavesOutUnset(),
      ),
    ),
    same(
      'data types of a split are upper case, DECIMAL and JSON are 400',
      all(
        ...['DECIMAL', 'JSON', 'string'].map((dataType) =>
          refuses(
            query({ ...RICH, post: [{ type: 'SPLIT_EXPLODE', field: 'color', regex: 'e', alias: 'p', dataType }] }),
            'malformed-json',
            /dataType/,
          ),
        ),
      ),
    ),
    same(
      'COUNT and SUM group rows, sort by the value with ties as first seen, and cut to limit',
      all(
        gives(
          [{ ...RICH, aggregators: [{ type: 'COUNT', field: 'color', order: 'DESC', limit: 1 }] }],
          shown('rich', '{"color":"red","count":2}', 1),
        ),
        answers(
          query({
            ...RICH,
            aggregators: [{ type: 'SUM', valueField: 'at', keyFields: ['color'], order: 'ASC', limit: 9 }],
          }),
          200,
          /"color":"red","at":1\.0\}.*"color":null,"at":8\.6400001E7/,
        ),
        answers(query({ ...RICH, aggregators: [{ type: 'FLATTEN' }] }), 200, /"rows":4,/),
      ),
    ),
    same(
      'aggregated and split results have offset null and hasNext false',
      answers(
        query({
          ...SCAN,
          limit: 1,
          include: true,
          aggregators: [{ type: 'COUNT', field: 'color', order: 'DESC', limit: 9 }],
        }),
        200,
        /"offset":null,"hasNext":false/,
      ),
    ),
    same(
      'an aggregator over sources without rows is empty data',
      answers(
        query({
          ...SCAN,
          source: { type: 'VALUE', value: [99] },
          include: true,
          aggregators: [{ type: 'COUNT', field: 'color', order: 'DESC', limit: 9 }],
        }),
        200,
        /"data":\[\],"rows":0/,
      ),
    ),
    same(
      'stats takes the names of v2 and has no effect; other names are 400',
      all(
        answers(post('/graph/v3/query', { query: [], stats: ['WITH_ALL'] }), 200, '{"items":[]}'),
        refuses(post('/graph/v3/query', { query: [], stats: ['NONE'] }), 'malformed-json', /stats\[0\] is "NONE"/),
      ),
    ),
    same(
      'types are upper case, unknown ones are 400',
      refuses(query({ ...SCAN, type: 'scan' }), 'malformed-json', /SELF, GET, COUNT, SCAN, CACHE/),
    ),
    same('an unknown table is 400', refuses(query({ ...SCAN, table: 'none' }), 'unknown-table', /shop\.none/)),
    fixed(
      'SUM over texts, JSON_OBJECT over text that is no JSON',
      '400 that names the column, instead of a 500',
      all(
        refuses(
          query({
            ...RICH,
            aggregators: [{ type: 'SUM', valueField: 'color', keyFields: [], order: 'ASC', limit: 9 }],
          }),
          'invalid-query',
          /color/,
        ),
        refuses(
          query({
            ...RICH,
            post: [{ type: 'JSON_OBJECT', field: 'color', paths: [{ path: 'a', alias: 'x', dataType: 'STRING' }] }],
          }),
          'invalid-query',
          /color/,
        ),
      ),
    ),
  ],
};

/** Rows whose text is unset vanish. */
function leavesOutUnset(): Check {
  return answers(
    query({ ...RICH, post: [{ type: 'SPLIT_EXPLODE', field: 'color', regex: 'x', alias: 'p', dataType: 'STRING' }] }),
    200,
    /^(?!.*"target":"d").*"rows":3,/,
  );
}
