import { GIFT, posted, type Refusal, WISH } from './refusal.ts';

/** Scans, gets by query, and counts. */
export const QUERY_REFUSALS: readonly Refusal[] = [
  ['an unknown index', 'scan/nope?start=7&direction=OUT', 'unknown-index', /`nope`.*It has: newest, by_color/],
  [
    'a negative limit',
    'scan/newest?start=7&direction=OUT&limit=-1',
    'limit-out-of-range',
    /limit is -1; allowed are 0\.\.500/,
  ],
  [
    'a limit that is too large',
    'scan/newest?start=7&direction=OUT&limit=501',
    'limit-out-of-range',
    /501; allowed are 0\.\.500/,
  ],
  [
    'a limit beyond all numbers',
    `scan/newest?start=7&direction=OUT&limit=${'9'.repeat(400)}`,
    'limit-out-of-range',
    /0\.\.500/,
  ],
  [
    'a limit that is text',
    'scan/newest?start=7&direction=OUT&limit=abc',
    'invalid-parameter',
    /limit is "abc"; allowed is an integer/,
  ],
  ['an empty limit', 'scan/newest?start=7&direction=OUT&limit=', 'invalid-parameter', /limit is ""/],
  ['a repeated limit', 'scan/newest?start=7&direction=OUT&limit=1&limit=2', 'invalid-parameter', /limit is "1,2"/],
  ['a fraction as limit', 'scan/newest?start=7&direction=OUT&limit=1.5', 'invalid-parameter', /limit is "1\.5"/],
  [
    'a direction in lower case',
    'scan/newest?start=7&direction=out',
    'invalid-parameter',
    /direction is "out"; allowed is OUT or IN/,
  ],
  ['the direction BOTH', 'scan/newest?start=7&direction=BOTH', 'invalid-parameter', /direction is "BOTH"/],
  ['a repeated direction', 'scan/newest?start=7&direction=OUT&direction=IN', 'invalid-parameter', /"OUT,IN"/],
  ['no direction', 'scan/newest?start=7', 'missing-parameter', /Required query parameter 'direction' is not present/],
  ['no start', 'scan/newest?direction=OUT', 'missing-parameter', /Required query parameter 'start' is not present/],
  [
    'a start of another type',
    'scan/newest?start=seven&direction=OUT',
    'cast-failed',
    /start: "seven" cannot be cast to long/,
  ],
  [
    'a start beyond 64 bits',
    'scan/newest?start=18446744073709551617&direction=OUT',
    'cast-failed',
    /start: "18446744073709551617" cannot be cast to long/,
  ],
  ['two starts', 'scan/newest?start=7&start=8&direction=OUT', 'cast-failed', /start: "7,8" cannot/],
  ['a cursor that is not base64url', 'scan/newest?start=7&direction=OUT&offset=***', 'invalid-offset', /\*\*\*/],
  ['empty ranges', 'scan/newest?start=7&direction=OUT&ranges=', 'invalid-ranges', /`ranges` is empty/],
  ['ranges without a value', 'scan/newest?start=7&direction=OUT&ranges=at:gt', 'invalid-ranges', /not field:op:value/],
  [
    'ranges with an unknown operator',
    'scan/newest?start=7&direction=OUT&ranges=at:like:1',
    'invalid-ranges',
    /Unsupported operator: like/,
  ],
  [
    'ranges out of order',
    'scan/by_color?start=7&direction=OUT&ranges=at:gt:1',
    'invalid-ranges',
    /\[color, at\]\. input was: \[at\]/,
  ],
  ['ranges of another type', 'scan/newest?start=7&direction=OUT&ranges=at:gt:soon', 'cast-failed', /soon/],
  [
    'ranges with in',
    'scan/newest?start=7&direction=OUT&ranges=at:in:1,2',
    'invalid-ranges',
    /Unsupported predicate type: In/,
  ],
  ['empty filters', 'scan/newest?start=7&direction=OUT&filters=', 'invalid-filters', /`filters` is empty/],
  ['filters of an unknown field', 'scan/newest?start=7&direction=OUT&filters=size:eq:1', 'invalid-filters', /size/],
  [
    'an unknown feature',
    'scan/newest?start=7&direction=OUT&features=foo',
    'not-supported',
    /`features` foo are not supported in scan query\. It has: total/,
  ],
  [
    'a total with ranges',
    'scan/newest?start=7&direction=OUT&features=total&ranges=at:gt:1',
    'not-supported',
    /total count does not support/,
  ],
  [
    'a total with filters',
    'scan/newest?start=7&direction=OUT&features=total&filters=at:gt:1',
    'not-supported',
    /total count does not support/,
  ],
  [
    'an unknown cache',
    'seek/nope?start=7&direction=OUT',
    'unknown-cache',
    /^Cache not found: nope\. `shop\.wish` has: top\.$/,
  ],
  ['a start of another type in a seek', 'seek/top?start=seven&direction=OUT', 'cast-failed', /start: "seven"/],
  ['no start in a seek', 'seek/top?direction=OUT', 'missing-parameter', /'start'/],
  ['no direction in a seek', 'seek/top?start=7', 'missing-parameter', /'direction'/],
  ['a limit that is too large in a seek', 'seek/top?start=7&direction=OUT&limit=501', 'limit-out-of-range', /501/],
  ['a cursor of a seek that is not base64url', 'seek/top?start=7&direction=OUT&offset=***', 'invalid-offset', /\*/],
  [
    'an unknown group',
    'agg/nope?start=7&direction=OUT&ranges=color:eq:red',
    'unknown-group',
    /group `nope` is not found in label `shop\.wish`\. It has: none/,
  ],
  ['no ranges in agg', 'agg/g?start=7&direction=OUT', 'missing-parameter', /'ranges'/],
  ['no start in agg', 'agg/g?direction=OUT&ranges=a:eq:1', 'missing-parameter', /'start'/],
  ['filters in agg', 'agg/g?start=7&direction=OUT&ranges=a:eq:1&filters=', 'not-supported', /`filters` is not yet/],
  [
    'an unknown feature in agg',
    'agg/g?start=7&direction=OUT&ranges=a:eq:1&features=zz',
    'not-supported',
    /zz are not supported in agg query\. It has: accumulators, trends, cachedRecords/,
  ],
  ['a ttl that is text', 'agg/g?start=7&direction=OUT&ranges=a:eq:1&ttl=x', 'invalid-parameter', /ttl is "x"/],
  ['a start of another type in agg', 'agg/g?start=b&direction=OUT&ranges=a:eq:1', 'cast-failed', /start: "b"/],
  ['no source', 'get?target=a', 'missing-parameter', /'source' is not present/],
  ['no target', 'get?source=7', 'missing-parameter', /'target' is not present/],
  ['a source of another type', 'get?source=seven&target=a', 'cast-failed', /source: "seven" cannot be cast to long/],
  [
    'ranges in a get',
    'get?source=7&target=a&ranges=at:gt:1',
    'not-supported',
    /`ranges` is not supported in get query/,
  ],
  [
    'features in a get',
    'get?source=7&target=a&features=total',
    'not-supported',
    /`features` total are not supported in get query/,
  ],
  ['empty filters in a get', 'get?source=7&target=a&filters=', 'invalid-filters', /`filters` is empty/],
  [
    'ranges in a count',
    'count?start=7&direction=OUT&ranges=at:gt:1',
    'not-supported',
    /`ranges` is not yet supported in count query/,
  ],
  [
    'filters in a count',
    'count?start=7&direction=OUT&filters=at:gt:1',
    'not-supported',
    /`filters` is not yet supported in count query/,
  ],
  ['features in a count', 'count?start=7&direction=OUT&features=total', 'not-supported', /`features` total/],
  [
    'two starts in a count',
    'count?start=1&start=2&direction=OUT',
    'cast-failed',
    /Invalid src: "1,2"; start: "1,2" cannot/,
  ],
  ['no start in counts', 'counts?direction=OUT', 'missing-parameter', /'start'/],
  ['one bad start in counts', 'counts?start=1,b&direction=OUT', 'cast-failed', /Invalid src: "b"/],
].map(([name, query, code, part]) => ({ name, path: `${WISH}/edges/${query}`, status: 400, code, part }) as Refusal);

/** Gets by body and by id. */
export const GET_REFUSALS: readonly Refusal[] = [
  posted('a get whose source is no list', `${WISH}/edges/get`, '{"source":"7","target":["a"]}', {
    status: 400,
    code: 'malformed-json',
    part: /source is "7"; expected an array/,
  }),
  posted(
    'a get whose source is beyond 64 bits',
    `${WISH}/edges/get`,
    '{"source":[18446744073709551617],"target":["a"]}',
    {
      status: 400,
      code: 'cast-failed',
      part: /source: "18446744073709551617" cannot be cast to long/,
    },
  ),
  posted('a get with a null source', `${WISH}/edges/get`, '{"source":[null],"target":["a"]}', {
    status: 400,
    code: 'malformed-json',
    part: /source\[0\] is null; expected text/,
  }),
  posted('a get of too many pairs', `${WISH}/edges/get`, manyPairs(), {
    status: 400,
    code: 'limit-out-of-range',
    part: /distinct sources times distinct targets are 10201; allowed are 0\.\.10000/,
  }),
  {
    name: 'ids of a table of unique edges',
    path: `${WISH}/multi-edges/ids?ids=1`,
    status: 400,
    code: 'wrong-edge-kind',
    part: /get query with ids is only supported for multi-edge tables/,
  },
  { name: 'no ids', path: `${GIFT}/multi-edges/ids`, status: 400, code: 'missing-parameter', part: /'ids'/ },
  {
    name: 'an id of another type',
    path: `${GIFT}/multi-edges/ids?ids=1,b`,
    status: 400,
    code: 'cast-failed',
    part: /ids: "b" cannot be cast to long/,
  },
  posted('an id that is null', `${GIFT}/multi-edges/ids`, '{"ids":[1,null]}', {
    status: 400,
    code: 'malformed-json',
    part: /ids\[1\] is null; expected an id/,
  }),
];

function manyPairs(): string {
  const list = JSON.stringify(Array.from({ length: 101 }, (_, place) => String(place)));
  return `{"source":${list},"target":${list}}`;
}
