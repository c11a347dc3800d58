import { type CompatibilityArea, fixed, same, shownBy } from '../compatibility-case.ts';
import { all, answers, get, refuses } from '../expectations.ts';
import { RICH, WISH } from '../shop.ts';

const TOP = `${WISH}/edges/seek/top?start=7&direction=OUT`;
const DAILY = `${RICH}/edges/agg/daily?start=7&direction=OUT`;
const SEEK_TEST = 'packages/engine/src/query/seek-reader.test.ts';
const AGG_TEST = 'packages/engine/src/query/agg-reader.test.ts';
const BUCKET_TEST = 'packages/core/src/query/bucket-time.test.ts';
const SUM = (value: number): string =>
  `{"groups":[{"start":7,"direction":"OUT","value":${value},"context":{}}],"count":1,"context":{}}`;

/** Seek. */
export const SEEKS: CompatibilityArea = {
  title: '4.6 seek',
  cases: [
    same(
      'a page has the first edges of the cache, their number as total, and a cursor',
      answers(
        get(`${TOP}&limit=2`),
        200,
        /"target":"sku-c".*"target":"sku-b".*"count":2,"total":2,"offset":"iToeeDQXIQQYAnKKoO0W9Q","hasNext":true/,
      ),
    ),
    same(
      'the next page goes on behind the cursor',
      answers(
        get(`${TOP}&limit=2&offset=iToeeDQXIQQYAnKKoO0W9Q`),
        200,
        /"target":"sku-a".*"count":1,"total":1,"offset":null,"hasNext":false/,
      ),
    ),
    same(
      'limit is 10 when it is missing; 0 or negative is an empty page',
      all(
        answers(get(TOP), 200, /"count":3,/),
        answers(get(`${TOP}&limit=0`), 200, /^\{"edges":\[\],"count":0,"total":0,/),
        answers(get(`${TOP}&limit=-1`), 200, /^\{"edges":\[\],"count":0,"total":0,/),
      ),
    ),
    same(
      'a row of several edges is paged one by one, as in HBase',
      answers(get(`${TOP}&limit=1`), 200, /"target":"sku-c".*"count":1,"total":1,"offset":"[^"]+","hasNext":true/),
    ),
    same('filters are ignored', answers(get(`${TOP}&filters=color:eq:red`), 200, /"count":3,/)),
    same(
      'from IN, source and target are the real ones',
      answers(
        get(`${WISH}/edges/seek/top?start=sku-a&direction=IN`),
        200,
        /"source":8,"target":"sku-a".*"source":7,"target":"sku-a"/,
      ),
    ),
    same(
      'an unknown cache is 400',
      refuses(get(`${WISH}/edges/seek/nope?start=7&direction=OUT`), 'unknown-cache', /^Cache not found: nope/),
    ),
    same(
      'a missing start or direction is 400',
      all(
        refuses(get(`${WISH}/edges/seek/top?direction=OUT`), 'missing-parameter', /'start'/),
        refuses(get(`${WISH}/edges/seek/top?start=7`), 'missing-parameter', /'direction'/),
      ),
    ),
    fixed(
      'a start that does not cast',
      '400 that names it, instead of a 500',
      refuses(get(`${WISH}/edges/seek/top?start=x&direction=OUT`), 'cast-failed', /start: "x"/),
    ),
    same(
      'caches are kept in ascending and descending order, unset values first when ascending',
      shownBy(SEEK_TEST, 'an ascending cache begins with unset values'),
    ),
  ],
};

/** Agg. */
export const AGGS: CompatibilityArea = {
  title: '4.7 agg',
  cases: [
    same(
      'agg sums up a range of a group',
      all(
        answers(get(`${DAILY}&ranges=color:eq:red;day:eq:1970-01-01`), 200, SUM(2)),
        answers(get(`${DAILY}&ranges=color:eq:red;day:bt:1970-01-01,1970-01-02`), 200, SUM(2)),
      ),
    ),
    same(
      'starts without data are absent',
      answers(
        get(`${RICH}/edges/agg/daily?start=6&direction=OUT&ranges=color:eq:red;day:eq:1970-01-01`),
        200,
        '{"groups":[],"count":0,"context":{}}',
      ),
    ),
    same(
      'several starts, and IN',
      answers(
        get(`${RICH}/edges/agg/daily?start=a,b&direction=IN&ranges=color:eq:red;day:eq:1970-01-01`),
        200,
        '{"groups":[{"start":"a","direction":"IN","value":1,"context":{}},{"start":"b","direction":"IN","value":1,"context":{}}],"count":2,"context":{}}',
      ),
    ),
    same(
      'features=accumulators lists the cells, cachedRecords counts them, trends has no effect',
      shownBy(
        'packages/server/src/agg-calls.test.ts',
        'sums, accumulators and cached records have the documented shape ({store})',
      ),
    ),
    same(
      'other features are 400',
      refuses(
        get(`${DAILY}&ranges=color:eq:red&features=zz`),
        'not-supported',
        /^`features` zz are not supported in agg query\./,
      ),
    ),
    same(
      'an unknown group is 400',
      refuses(
        get(`${RICH}/edges/agg/nope?start=7&direction=OUT&ranges=a:eq:1`),
        'unknown-group',
        /^group `nope` is not found in label `shop\.rich`\./,
      ),
    ),
    same(
      'missing ranges, start or direction are 400',
      all(
        refuses(get(DAILY), 'missing-parameter', /'ranges'/),
        refuses(get(`${RICH}/edges/agg/daily?direction=OUT&ranges=color:eq:red`), 'missing-parameter', /'start'/),
        refuses(get(`${RICH}/edges/agg/daily?start=7&ranges=color:eq:red`), 'missing-parameter', /'direction'/),
      ),
    ),
    same(
      'filters are 400',
      refuses(get(`${DAILY}&ranges=color:eq:red&filters=at:eq:1`), 'not-supported', /^`filters` is not yet supported/),
    ),
    same(
      'ranges follow the fields of the group, a bucket by its own name, else 400',
      all(
        refuses(
          get(`${DAILY}&ranges=day:eq:1970-01-01`),
          'invalid-ranges',
          /^valid `ranges` order for the index `daily` is \[color, day\]/,
        ),
        refuses(get(`${DAILY}&ranges=color:eq:red;at:eq:0`), 'invalid-ranges', /\[color, day\]/),
      ),
    ),
    same(
      'all but the last predicate are eq, the last is eq or bt, else 400',
      all(
        refuses(get(`${DAILY}&ranges=color:bt:a,z;day:eq:1970-01-01`), 'invalid-ranges', /must be eq/),
        refuses(get(`${DAILY}&ranges=color:eq:red;day:gt:1970-01-01`), 'invalid-ranges', /eq or bt/),
      ),
    ),
    same(
      'now, now-3d, now+2h and now-15m name buckets; an upper end that moves is rounded up',
      shownBy(BUCKET_TEST, '"{text}" in {format} is {lower} below and {upper} above'),
    ),
    same(
      'a moving upper end in a format with seconds is 400',
      shownBy(
        BUCKET_TEST,
        'an upper end that moves cannot be rounded to seconds, plain now and lower ends take every format',
      ),
    ),
    same(
      'ttl is a number of milliseconds',
      all(
        answers(get(`${DAILY}&ranges=color:eq:red&ttl=1000`), 200, SUM(2)),
        refuses(get(`${DAILY}&ranges=color:eq:red&ttl=x`), 'invalid-parameter', /ttl is "x"/),
      ),
    ),
    fixed(
      'results cached in the process for ttl',
      'every answer is as of now, so cachedRecords is always 0',
      all(
        answers(
          get(`${DAILY}&ranges=color:eq:red&ttl=60000&features=cachedRecords`),
          200,
          /"context":\{"cachedRecords":0\}\}$/,
        ),
        answers(
          get(`${DAILY}&ranges=color:eq:red&ttl=60000&features=cachedRecords`),
          200,
          /"context":\{"cachedRecords":0\}\}$/,
        ),
      ),
    ),
    fixed(
      'a start that does not cast',
      '400 that names it, instead of a 500',
      refuses(get(`${RICH}/edges/agg/daily?start=x&direction=OUT&ranges=color:eq:red`), 'cast-failed', /start: "x"/),
    ),
    same(
      'a sum is that of the active edges after any program',
      shownBy(AGG_TEST, 'after any program a sum is the sum over the active edges of the model'),
    ),
  ],
};
