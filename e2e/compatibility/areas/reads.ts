import { type CompatibilityArea, not, same, shownBy } from '../compatibility-case.ts';
import { all, answers, get, post, refuses } from '../expectations.ts';
import { PAY, RICH, TABLES, WISH } from '../shop.ts';

const DATA_TEST = 'packages/server/src/data-calls.test.ts';
const EMPTY = '{"edges":[],"count":0,"total":0,"offset":null,"hasNext":false,"context":{}}';
const A = '{"version":13,"source":7,"target":"sku-a","properties":{"at":1000,"color":"red","qty":5},"context":{}}';
const ONE_A = `{"edges":[${A}],"count":1,"total":1,"offset":null,"hasNext":false,"context":{}}`;
const NINE = '{"version":1,"source":1,"target":2,"properties":{"_id":9,"at":10,"note":"nine"},"context":{}}';

/** Get, by keys and by ids. */
export const GETS: CompatibilityArea = {
  title: '4.1–4.3 get',
  cases: [
    same(
      'an answer has edges, count, total, offset, hasNext and context',
      answers(get(`${WISH}/edges/get?source=7&target=sku-a`), 200, ONE_A),
    ),
    same(
      'get takes the cross product of distinct ends, source by source in their order; what is not there is left out',
      answers(
        get(`${WISH}/edges/get?source=8,7,8&target=sku-b,sku-a`),
        200,
        /^\{"edges":\[\{"version":14,"source":8,"target":"sku-a".*"source":7,"target":"sku-b".*"source":7,"target":"sku-a".*\],"count":3,"total":3,/,
      ),
    ),
    same(
      'a list is one value split at commas, or a repeated parameter that is not split; an empty one finds nothing',
      shownBy(DATA_TEST, 'a list comes split at commas or as repeated parameters, and an empty one finds nothing'),
    ),
    same(
      'properties come in the order of the schema, unset ones as null',
      answers(
        get(`${RICH}/edges/get?source=7&target=d`),
        200,
        /"properties":\{"at":86400001,"color":null,"qty":null,"price":null,"doc":null\}/,
      ),
    ),
    same(
      'POST edges/get takes lists, numbers among them',
      all(
        answers(post(`${WISH}/edges/get`, { source: [7], target: ['sku-a'] }), 200, ONE_A),
        answers(post(`${WISH}/edges/get`, { source: ['7'], target: ['sku-a'], filters: 'qty:eq:5' }), 200, ONE_A),
        refuses(post(`${WISH}/edges/get`, { source: '7', target: ['sku-a'] }), 'malformed-json', /expected an array/),
      ),
    ),
    same(
      'a missing source or target is 400',
      all(
        refuses(get(`${WISH}/edges/get?target=a`), 'missing-parameter', /'source'/),
        refuses(get(`${WISH}/edges/get?source=7`), 'missing-parameter', /'target'/),
      ),
    ),
    same(
      'ranges in a get are 400',
      refuses(
        get(`${WISH}/edges/get?source=7&target=a&ranges=at:gt:1`),
        'not-supported',
        /^`ranges` is not supported in get query\.$/,
      ),
    ),
    same(
      'features in a get are 400',
      refuses(
        get(`${WISH}/edges/get?source=7&target=a&features=total`),
        'not-supported',
        /^`features` total are not supported in get query\./,
      ),
    ),
    same(
      'filters in a get leave edges out',
      answers(get(`${WISH}/edges/get?source=7&target=sku-a&filters=qty:gt:5`), 200, EMPTY),
    ),
    same(
      "a key that is not of the table's type is 400",
      refuses(get(`${WISH}/edges/get?source=seven&target=a`), 'cast-failed', /source: "seven" cannot be cast to long/),
    ),
    same(
      'a get of a multi-edge table takes the id for both ends',
      answers(
        get(`${PAY}/edges/get?source=9&target=9`),
        200,
        `{"edges":[${NINE}],"count":1,"total":1,"offset":null,"hasNext":false,"context":{}}`,
      ),
    ),
    same(
      'multi-edges/ids reads distinct ids, by GET and by POST',
      all(
        answers(
          get(`${PAY}/multi-edges/ids?ids=9,9,404`),
          200,
          new RegExp(`^\\{"edges":\\[${NINE.replaceAll(/[{}]/g, '\\$&')}\\],"count":1`),
        ),
        answers(post(`${PAY}/multi-edges/ids`, { ids: [10, 9, 10] }), 200, /"_id":10.*"_id":9.*"count":2,/),
      ),
    ),
    same(
      'ids of a table of unique edges are 400',
      refuses(
        get(`${WISH}/multi-edges/ids?ids=1`),
        'wrong-edge-kind',
        /^get query with ids is only supported for multi-edge tables\.$/,
      ),
    ),
    same('missing ids are 400', refuses(get(`${PAY}/multi-edges/ids`), 'missing-parameter', /'ids'/)),
    same(
      'a multi edge shows its real ends, and _id before its properties',
      answers(
        get(`${PAY}/edges/scan/newest?start=1&direction=OUT&limit=1`),
        200,
        /"source":1,"target":0,"properties":\{"_id":11,"at":12,"note":null\}/,
      ),
    ),
    same(
      "doubles come in Java's text form",
      answers(get(`${RICH}/edges/get?source=7&target=b`), 200, /"price":201\.0,/),
    ),
    not(
      'the documented maximum of 25 edges',
      'the reference does not hold it either; there is one limit for every answer',
      answers(
        get(`${WISH}/edges/get?source=${Array.from({ length: 60 }, (_, at) => at).join(',')}&target=sku-a`),
        200,
        /"count":2,/,
      ),
    ),
  ],
};

/** Count, of one vertex and of several. */
export const COUNTS: CompatibilityArea = {
  title: '4.4 count and counts',
  cases: [
    same(
      'count answers start, direction, count and context',
      answers(
        get(`${WISH}/edges/count?start=7&direction=OUT`),
        200,
        '{"start":7,"direction":"OUT","count":3,"context":{}}',
      ),
    ),
    same(
      'a vertex without edges counts 0, with its cast start',
      answers(
        get(`${WISH}/edges/count?start=007&direction=IN`),
        200,
        '{"start":"007","direction":"IN","count":0,"context":{}}',
      ),
    ),
    same(
      'counts takes several starts, distinct as they are written, in their order',
      answers(
        get(`${WISH}/edges/counts?start=8,7,8,07&direction=OUT`),
        200,
        '{"counts":[{"start":8,"direction":"OUT","count":1,"context":{}},{"start":7,"direction":"OUT","count":3,"context":{}},' +
          '{"start":7,"direction":"OUT","count":3,"context":{}}],"count":3,"context":{}}',
      ),
    ),
    same(
      'ranges, filters and features of a count are 400',
      all(
        refuses(
          get(`${WISH}/edges/count?start=7&direction=OUT&ranges=at:gt:1`),
          'not-supported',
          /^`ranges` is not yet supported in count query\.$/,
        ),
        refuses(
          get(`${WISH}/edges/count?start=7&direction=OUT&filters=at:gt:1`),
          'not-supported',
          /^`filters` is not yet supported in count query\.$/,
        ),
        refuses(get(`${WISH}/edges/counts?start=7&direction=OUT&features=total`), 'not-supported', /^`features` total/),
      ),
    ),
    same(
      'a missing start or direction is 400',
      all(
        refuses(
          get(`${WISH}/edges/count?direction=OUT`),
          'missing-parameter',
          /^Required query parameter 'start' is not present\.$/,
        ),
        refuses(
          get(`${WISH}/edges/count?start=7`),
          'missing-parameter',
          /^Required query parameter 'direction' is not present\.$/,
        ),
      ),
    ),
    same(
      'a start of another type is 400 with "Invalid src" or "Invalid tgt"',
      all(
        refuses(get(`${WISH}/edges/count?start=x&direction=OUT`), 'cast-failed', /^Invalid src: "?x"?/),
        refuses(get(`${PAY}/edges/count?start=x&direction=IN`), 'cast-failed', /^Invalid tgt: "?x"?/),
      ),
    ),
    same(
      'a repeated parameter of one value is joined with a comma',
      refuses(get(`${WISH}/edges/count?start=1&start=2&direction=OUT`), 'cast-failed', /1,2/),
    ),
    same(
      'directions are OUT and IN, in upper case',
      all(
        refuses(get(`${WISH}/edges/count?start=7&direction=out`), 'invalid-parameter', /OUT or IN/),
        refuses(get(`${WISH}/edges/count?start=7&direction=BOTH`), 'invalid-parameter', /OUT or IN/),
      ),
    ),
    same(
      'a moved multi edge counts at its new ends',
      shownBy(DATA_TEST, 'multi edges are written, moved, read by id, scanned and counted'),
    ),
    same(
      'a read of an unknown table is 400',
      refuses(get(`${TABLES}/none/edges/count?start=7&direction=OUT`), 'unknown-table', /^No such label shop\.none\.$/),
    ),
  ],
};
