import { type CompatibilityArea, fixed, same, shownBy } from '../compatibility-case.ts';
import { all, answers, get, refuses } from '../expectations.ts';
import { creates, edgeTable, index, item, mutate, RICH, TABLES, WISH } from '../shop.ts';

const NEWEST = `${WISH}/edges/scan/newest?start=7&direction=OUT`;
const RANGES_TEST = 'packages/core/src/query/scan-plan.property.test.ts';
const EMPTY = '{"edges":[],"count":0,"total":-1,"offset":null,"hasNext":false,"context":{}}';

/** Scan. */
export const SCANS: CompatibilityArea = {
  title: '4.5 scan',
  cases: [
    same(
      'a page has limit edges, its cursor and hasNext; the last one has neither',
      all(
        answers(
          get(`${NEWEST}&limit=2`),
          200,
          /"target":"sku-c".*"target":"sku-b".*"count":2,"total":-1,"offset":"iToeeDQXIQQYAnKKoO0W9Q","hasNext":true/,
        ),
        answers(
          get(`${NEWEST}&limit=2&offset=iToeeDQXIQQYAnKKoO0W9Q`),
          200,
          /"target":"sku-a".*"count":1,"total":-1,"offset":null,"hasNext":false/,
        ),
      ),
    ),
    same(
      'limit is 10 when it is missing',
      all(
        answers(get(`${NEWEST}`), 200, /"count":3/),
        refuses(get(`${NEWEST}&limit=`), 'invalid-parameter', /limit is ""/),
      ),
    ),
    same('limit=0 is an empty page', answers(get(`${NEWEST}&limit=0`), 200, EMPTY)),
    same(
      'a limit that is negative or no integer is 400',
      all(
        refuses(get(`${NEWEST}&limit=-1`), 'limit-out-of-range', /limit is -1/),
        refuses(get(`${NEWEST}&limit=abc`), 'invalid-parameter', /limit is "abc"/),
      ),
    ),
    same('limit=2147483647 is 400', refuses(get(`${NEWEST}&limit=2147483647`), 'limit-out-of-range', /2147483647/)),
    same(
      'from IN, source and target are the real ones',
      answers(
        get(`${WISH}/edges/scan/newest?start=sku-a&direction=IN`),
        200,
        /"source":8,"target":"sku-a".*"source":7,"target":"sku-a"/,
      ),
    ),
    same(
      'an unknown index is 400',
      refuses(
        get(`${WISH}/edges/scan/nope?start=7&direction=OUT`),
        'unknown-index',
        /^index `nope` is not found in label `shop\.wish`\./,
      ),
    ),
    same(
      'an empty offset and empty features mean none',
      answers(get(`${NEWEST}&offset=&features=`), 200, /"count":3,"total":-1/),
    ),
    same(
      'features=total gives the number of edges',
      answers(get(`${NEWEST}&limit=1&features=total`), 200, /"count":1,"total":3,/),
    ),
    same(
      'a total with ranges or filters is 400',
      all(
        refuses(
          get(`${NEWEST}&features=total&ranges=at:gt:1`),
          'not-supported',
          /^total count does not support with `ranges` or `filters`\.$/,
        ),
        refuses(get(`${NEWEST}&features=total&filters=at:gt:1`), 'not-supported', /^total count/),
      ),
    ),
    same(
      'other features are 400',
      refuses(get(`${NEWEST}&features=foo`), 'not-supported', /^`features` foo are not supported/),
    ),
    same(
      'a missing start or direction is 400',
      all(
        refuses(get(`${WISH}/edges/scan/newest?direction=OUT`), 'missing-parameter', /'start'/),
        refuses(get(`${WISH}/edges/scan/newest?start=7`), 'missing-parameter', /'direction'/),
      ),
    ),
    same(
      'a start of another type is 400',
      refuses(get(`${WISH}/edges/scan/newest?start=x&direction=OUT`), 'cast-failed', /start: "x"/),
    ),
    same(
      'entries lie in the order of the fields with their ASC and DESC, then of the target',
      answers(
        get(`${WISH}/edges/scan/by_color?start=7&direction=OUT`),
        200,
        /"target":"sku-b".*"target":"sku-c".*"target":"sku-a"/,
      ),
    ),
    same(
      'a direction that the table does not keep finds nothing',
      all(
        creates(edgeTable('inward', { direction: 'IN', indexes: [index('i', ['at', 'ASC'])] })),
        answers(mutate(`${TABLES}/inward`, item('INSERT', { version: 1, source: 1, target: 'a' })), 200, /CREATED/),
        answers(get(`${TABLES}/inward/edges/scan/i?start=1&direction=OUT`), 200, EMPTY),
        answers(get(`${TABLES}/inward/edges/scan/i?start=a&direction=IN`), 200, /"count":1,/),
      ),
    ),
    same(
      'an index without fields lies in the order of the target',
      answers(
        get(`${RICH}/edges/scan/plain?start=7&direction=OUT`),
        200,
        /"target":"a".*"target":"b".*"target":"c".*"target":"d"/,
      ),
    ),
    same(
      'eq, gt, gte, lt, lte and bt bound the leading fields',
      all(
        ...(
          [
            ['eq:2000', /"count":1,/],
            ['gt:1000', /"count":2,/],
            ['gte:1000', /"count":3,/],
            ['lt:3000', /"count":2,/],
            ['lte:3000', /"count":3,/],
            ['bt:1000,2000', /"count":2,/],
          ] as const
        ).map(([range, part]) => answers(get(`${NEWEST}&ranges=at:${range}`), 200, part)),
      ),
    ),
    same(
      'ranges of any shape find what a naive filter finds',
      shownBy(RANGES_TEST, 'finds what a naive filter finds, in the order of the index'),
    ),
    same(
      'several predicates follow the fields of the index, else 400',
      all(
        answers(
          get(`${WISH}/edges/scan/by_color?start=7&direction=OUT&ranges=color:eq:red;at:gte:2000`),
          200,
          /"count":1,/,
        ),
        refuses(
          get(`${WISH}/edges/scan/by_color?start=7&direction=OUT&ranges=at:gt:1`),
          'invalid-ranges',
          /^valid `ranges` order for the index `by_color` is \[color, at\]\. input was: \[at\]\.$/,
        ),
      ),
    ),
    same(
      'an unknown operator, and `in` in ranges, are 400',
      all(
        refuses(get(`${NEWEST}&ranges=at:like:1`), 'invalid-ranges', /^Unsupported operator: like/),
        refuses(get(`${NEWEST}&ranges=at:in:1,2`), 'invalid-ranges', /^Unsupported predicate type: In/),
      ),
    ),
    same('a value of another type is 400', refuses(get(`${NEWEST}&ranges=at:gt:soon`), 'cast-failed', /soon/)),
    same('inverted bounds find nothing, as in HBase', answers(get(`${NEWEST}&ranges=at:bt:3000,1000`), 200, EMPTY)),
    same(
      'with a cursor, ranges go on to bound the end',
      answers(get(`${NEWEST}&ranges=at:gte:2000&offset=iToeeDQXIQQYAnKKoO0W9Q`), 200, EMPTY),
    ),
    fixed(
      'with a cursor, the start of the ranges is ignored',
      'it holds as well: a cursor only moves the start forward',
      shownBy(RANGES_TEST, 'never leaves the ranges, whatever bytes the cursor holds'),
    ),
    same(
      'any base64url text is a cursor, other text is 400',
      all(
        answers(get(`${NEWEST}&offset=AAAA`), 200, /"hasNext":false/),
        refuses(get(`${NEWEST}&offset=***`), 'invalid-offset', /\*\*\*/),
      ),
    ),
    same(
      'version, source and target may stand in an index; ts, src and tgt name them, too',
      answers(
        get(`${RICH}/edges/scan/by_version?start=7&direction=OUT&ranges=ts:gte:3`),
        200,
        /"version":4,.*"version":3,.*"count":2,/,
      ),
    ),
    fixed(
      'rows that cannot be read',
      'the read fails with a 500, instead of an answer that silently lacks them',
      shownBy(
        'packages/core/src/codec/row-value.property.test.ts',
        'are read from any bytes, or MalformedBytes is thrown',
      ),
    ),
  ],
};

/** Filters. */
export const FILTERS: CompatibilityArea = {
  title: '4.9 filters',
  cases: [
    same(
      'filters have the syntax of ranges, on any property; all must hold',
      answers(get(`${NEWEST}&filters=color:eq:red;qty:gt:3`), 200, /"target":"sku-a".*"count":1,/),
    ),
    same(
      'get, ids and scan take filters',
      all(
        answers(get(`${WISH}/edges/get?source=7&target=sku-a&filters=color:eq:red`), 200, /"count":1,/),
        answers(
          get(`${RICH.replace('rich', 'pay')}/multi-edges/ids?ids=9,10&filters=note:eq:nine`),
          200,
          /"_id":9.*"count":1,/,
        ),
      ),
    ),
    same(
      '`in` drops the blanks around its items',
      answers(get(`${NEWEST}&filters=color:in:%20red%20,%20blue`), 200, /"count":3,/),
    ),
    same(
      'an unknown operator is 400',
      refuses(get(`${NEWEST}&filters=color:like:x`), 'invalid-filters', /Unsupported operator: like/),
    ),
    fixed(
      'an unknown field',
      '400 that names those that exist, instead of a 500',
      refuses(
        get(`${NEWEST}&filters=size:eq:1`),
        'invalid-filters',
        /size.*shop\.wish has version, source, target, at, color, qty/,
      ),
    ),
    fixed(
      'a null in a comparison',
      'it never matches, instead of failing the request',
      answers(get(`${NEWEST}&filters=qty:gt:0`), 200, /^(?!.*sku-b).*"count":2,/),
    ),
    fixed(
      'comparing texts that are no numbers',
      'texts compare as texts, instead of failing the request',
      answers(get(`${NEWEST}&filters=color:gt:green`), 200, /"count":2,/),
    ),
  ],
};
