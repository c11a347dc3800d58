import { posted, type Refusal } from './refusal.ts';

const WISH = '/graph/v2/service/shop/label/wish/edge';
const GIFT = '/graph/v2/service/shop/label/gift/edge';
const ANY = '/graph/v2/edge';

const BAD_JSON = { status: 400, code: 'malformed-json' };
const BAD_PARAMETER = { status: 400, code: 'invalid-parameter' };

/** v2 mutations that are refused as a whole. */
export const EDGE_REFUSALS_V2: readonly Refusal[] = [
  posted('v2: an unknown label', '/graph/v2/service/shop/label/none/edge', edges('{"ts":1,"src":1,"tgt":"a"}'), {
    status: 400,
    code: 'unknown-table',
    part: /^No such label shop\.none\.$/,
  }),
  posted('v2: an unknown label in the body', ANY, '{"label":"none.wish","edges":[]}', {
    status: 400,
    code: 'unknown-table',
    part: /^No such label none\.wish\.$/,
  }),
  ...['wish', 'a.b.c', '.wish', 'shop.'].map((label) =>
    posted(`v2: the label ${label}`, ANY, `{"label":"${label}","edges":[]}`, {
      ...BAD_JSON,
      part: /^label is ".*"; expected "service\.label"$/,
    }),
  ),
  posted('v2: no label', ANY, '{"edges":[]}', { ...BAD_JSON, part: /^label is missing$/ }),
  posted('v2: a request id that is no text', ANY, '{"label":"shop.wish","edges":[],"requestId":1}', {
    ...BAD_JSON,
    part: /^requestId is 1; expected text$/,
  }),
  posted('v2: no edges', WISH, '{}', { ...BAD_JSON, part: /^edges is missing$/ }),
  posted('v2: edges that are no array', WISH, '{"edges":{}}', {
    ...BAD_JSON,
    part: /^edges is an object; expected an array$/,
  }),
  posted('v2: edges that are null or no objects', WISH, '{"edges":[null,5]}', {
    ...BAD_JSON,
    part: /^edges\[0\] is null; expected an object; edges\[1\] is 5; expected an object$/,
  }),
  posted('v2: an edge without anything', WISH, edges('{}'), {
    ...BAD_JSON,
    part: /^edges\[0\]\.ts is missing; edges\[0\]\.src is missing; edges\[0\]\.tgt is missing$/,
  }),
  posted('v2: a ts beyond 64 bits', WISH, edges('{"ts":9223372036854775808,"src":1,"tgt":"a"}'), {
    ...BAD_JSON,
    part: /^edges\[0\]\.ts is 9223372036854775808; expected a 64-bit integer$/,
  }),
  posted('v2: properties that are no object', WISH, edges('{"ts":1,"src":1,"tgt":"a","props":[]}'), {
    ...BAD_JSON,
    part: /^edges\[0\]\.props is an array; expected an object$/,
  }),
  posted('v2: an audit without actor', WISH, '{"edges":[],"audit":{}}', {
    ...BAD_JSON,
    part: /^audit\.actor is missing$/,
  }),
  ...['\\u0000', '\\ud800', 'a\\udc00b'].flatMap((text) => [
    posted(`v2: an actor with ${text}`, WISH, `{"edges":[],"audit":{"actor":"${text}"}}`, {
      ...BAD_JSON,
      part: /^audit\.actor is ".*"; text may not hold U\+0000 or half of a surrogate pair$/,
    }),
    posted(`v2: a request id with ${text}`, ANY, `{"label":"shop.wish","edges":[],"requestId":"${text}"}`, {
      ...BAD_JSON,
      part: /^requestId is ".*"; text may not hold U\+0000 or half of a surrogate pair$/,
    }),
  ]),
  posted('v2: an audit that is text', WISH, '{"edges":[],"audit":"ann"}', { ...BAD_JSON, part: /^audit is "ann"/ }),
  posted('v2: a key that is too long', WISH, edges(`{"ts":1,"src":1,"tgt":"${'k'.repeat(2_000)}"}`), {
    status: 400,
    code: 'key-too-long',
    part: /target.* bytes.* 1900 are allowed/,
  }),
  posted('v2: too many edges', WISH, manyEdges(), {
    status: 400,
    code: 'too-many-items',
    part: /^edges has 101 items; at most 100 are allowed/,
  }),
  posted('v2: a mode in lower case', `${WISH}?mode=sync`, edges(), {
    ...BAD_PARAMETER,
    part: /^mode is "sync"; allowed is SYNC, ASYNC or IGNORE/,
  }),
  posted('v2: the mode DROP', `${WISH}?mode=DROP`, edges(), { ...BAD_PARAMETER, part: /mode is "DROP"/ }),
  posted('v2: a bulk that is no switch', `${WISH}?bulk=maybe`, edges(), { ...BAD_PARAMETER, part: /bulk is "maybe"/ }),
  posted('v2: no body', `${WISH}/purge`, undefined, { status: 400, code: 'no-body', part: /No request body/ }),
  {
    name: 'v2: a DELETE without a body',
    method: 'DELETE',
    path: WISH,
    status: 400,
    code: 'no-body',
    part: /No request/,
  },
  posted('v2: an edge id that is no base64url', `${WISH}/id/***`, '{"ts":1}', {
    status: 400,
    code: 'invalid-edge-id',
    part: /edgeId '\*\*\*'/,
  }),
  posted('v2: an edge id that hides nothing', `${WISH}/delete/id/AAAA`, '{"ts":1}', {
    status: 400,
    code: 'invalid-edge-id',
    part: /'AAAA' names no edge/,
  }),
  posted('v2: an edge value without ts', `${WISH}/id/bgSN7qiN3shnXm6PsMA`, '{}', {
    ...BAD_JSON,
    part: /^ts is missing$/,
  }),
  posted('v2: nothing but a label', `${ANY}/id`, '{"label":"shop.wish"}', {
    ...BAD_JSON,
    part: /^edgeId is missing; edgeValue is missing$/,
  }),
];

/** v2 queries that are refused, all of the label wish unless they say otherwise. */
export const EDGE_QUERY_REFUSALS_V2: readonly Refusal[] = [
  ['no src', '', 'missing-parameter', /^src is required, or self$/],
  ['a src of another type', 'src=seven&tgt=a', 'cast-failed', /^src: "seven" cannot be cast to long$/],
  ['an empty src', 'src=&index=newest', 'cast-failed', /^src: "" cannot be cast to long$/],
  ['a self of another type', 'self=seven', 'cast-failed', /^self: "seven" cannot be cast to long$/],
  ['several src with tgt', 'src=7,8&tgt=sku-a', 'not-supported', /^tgt goes with one src, and src names 2/],
  [
    'no index',
    'src=7',
    'unknown-index',
    /^Index not found: null\. The label shop\.wish has: newest, by_color; a query without tgt/,
  ],
  ['an unknown index', 'src=7&index=nope', 'unknown-index', /^Index not found: nope\./],
  ['a direction in lower case', 'src=7&index=newest&dir=in', 'invalid-parameter', /^dir is "in"; allowed is OUT or IN/],
  [
    'a limit that is text',
    'src=7&tgt=a&limit=abc',
    'invalid-parameter',
    /^limit is "abc"; allowed is an integer from 0 to 500$/,
  ],
  ['a negative limit', 'src=7&index=newest&limit=-1', 'limit-out-of-range', /^limit is -1; allowed are 0\.\.500$/],
  ['a limit that is too large', 'src=7&index=newest&limit=501', 'limit-out-of-range', /501; allowed are 0\.\.500/],
  ['an offset that is no base64url', 'src=7&index=newest&offset=***', 'invalid-offset', /\*\*\*/],
  ['an empty filter', 'src=7&index=newest&filter=', 'invalid-filters', /^`filter` is empty/],
  ['half a filter', 'src=7&tgt=a&filter=at:gt', 'invalid-filters', /^`filter` piece "at:gt" is not field:op:value$/],
  ['an unknown operator', 'src=7&index=newest&filter=at:like:1', 'invalid-filters', /Unsupported operator: like/],
  [
    'a filter of an unknown field',
    'src=7&index=newest&filter=size:eq:1',
    'invalid-filters',
    /^`filter` names the field `size`/,
  ],
  [
    'a filter of another type that bounds the scan',
    'src=7&index=newest&filter=at:gt:soon',
    'cast-failed',
    /^`filter` value "soon" of the field `at` is not of type long$/,
  ],
  ['a filter of another type', 'src=7&index=newest&filter=qty:gt:many', 'cast-failed', /^`filter` value "many"/],
  [
    'an unknown stat',
    'src=7&tgt=a&stats=WITH_ALL,with_all',
    'invalid-parameter',
    /^stats is "with_all"; allowed is a list of WITH_ALL, SRC_DEGREE/,
  ],
  [
    'an unknown column',
    'src=7&tgt=a&select=tgt,size',
    'invalid-query',
    /^select: size does not exist\. Available: dir, ts, src, tgt, at, color, qty$/,
  ],
  ['a column twice', 'src=7&tgt=a&select=tgt,tgt', 'invalid-query', /^select: tgt is named twice$/],
].map(([name, query, code, part]) => refused(`v2: ${name}`, `${WISH}?${query}`, { code, part }));

/** The rest of the refused v2 queries. */
export const EDGE_ID_REFUSALS_V2: readonly Refusal[] = [
  refused('v2: a query of an unknown label', '/graph/v2/service/shop/label/none/edge?src=1', {
    code: 'unknown-table',
    part: /^No such label shop\.none\.$/,
  }),
  refused('v2: an id of a multi edge of another type', `${GIFT}?src=x&tgt=5`, {
    code: 'cast-failed',
    part: /^src: "x"/,
  }),
  refused('v2: garbage as edge id', `${WISH}/id/!`, { code: 'invalid-edge-id', part: /^edgeId '!' names no edge/ }),
  refused('v2: an edge id of another type', `${WISH}/id/bgSN7qiN3shnXm6PsMA`, {
    code: 'cast-failed',
    part: /^edgeId: "Alice" cannot be cast to long$/,
  }),
  refused('v2: an unknown stat with an edge id', `${WISH}/id/bgSN7qiN3shnXm6PsMA?stats=x`, {
    code: 'invalid-parameter',
    part: /stats is "x"/,
  }),
];

function refused(name: string, path: string, { code, part }: { code: unknown; part: unknown }): Refusal {
  if (typeof code !== 'string' || !(part instanceof RegExp)) throw new Error(`${name}: a code and a part are expected`);
  return { name, path, status: 400, code, part };
}

function edges(edge?: string): string {
  return `{"edges":[${edge ?? ''}]}`;
}

function manyEdges(): string {
  return `{"edges":[${Array.from({ length: 101 }, () => '{}').join(',')}]}`;
}
