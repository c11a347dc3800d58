import { posted, REFUSAL_LIMITS, type Refusal, V3, WISH } from './refusal.ts';

/** Paths, methods and headers that lead nowhere. */
export const PATH_REFUSALS: readonly Refusal[] = [
  { name: 'an unknown path', path: '/graph/v9', status: 404, code: 'unknown-path' },
  { name: 'a trailing slash', path: `${V3}/`, status: 404, code: 'unknown-path' },
  { name: 'a doubled slash', path: '//graph/v3', status: 404, code: 'unknown-path' },
  { name: 'a path in upper case', path: '/graph/V3/databases', status: 404, code: 'unknown-path' },
  { name: 'an empty name', path: `${V3}//tables`, status: 404, code: 'unknown-path' },
  { name: 'a wrong method', method: 'DELETE', path: V3, status: 405, code: 'method-not-allowed' },
  { name: 'a method that nothing has', method: 'PATCH', path: `${WISH}`, status: 405, code: 'method-not-allowed' },
  { name: 'GET of a mutation', path: `${WISH}/edges`, status: 405, code: 'method-not-allowed' },
  {
    name: 'an unknown method on an unknown path',
    method: 'PATCH',
    path: '/nowhere',
    status: 404,
    code: 'unknown-path',
  },
  { name: 'a URL that is too long', path: `${V3}?x=${'y'.repeat(20_000)}`, status: 414, code: 'url-too-long' },
  {
    name: 'a path that is not UTF-8',
    path: `${V3}/%ff`,
    status: 400,
    code: 'invalid-parameter',
    part: /"%ff" is not percent-encoded/,
  },
  {
    name: 'a query that is not UTF-8',
    path: `${V3}?status=%zz`,
    status: 400,
    code: 'invalid-parameter',
    part: /percent-encoded/,
  },
  { name: 'XML wanted', path: V3, headers: { accept: 'application/xml' }, status: 406, code: 'not-acceptable' },
  { name: 'JSON excluded', path: V3, headers: { accept: 'application/json;q=0' }, status: 406, code: 'not-acceptable' },
];

/** Bodies that cannot be read. */
export const BODY_REFUSALS: readonly Refusal[] = [
  posted('a body of another type', V3, '{}', {
    headers: { 'content-type': 'text/plain' },
    status: 415,
    code: 'unsupported-media-type',
  }),
  posted('a body in another charset', V3, '{}', {
    headers: { 'content-type': 'application/json; charset=latin1' },
    status: 415,
    code: 'unsupported-media-type',
  }),
  posted('a compressed body', V3, '{}', {
    headers: { 'content-encoding': 'gzip' },
    status: 415,
    code: 'unsupported-media-type',
  }),
  posted('no body', `${WISH}/edges`, undefined, { status: 400, code: 'no-body', part: /No request body/ }),
  posted('an empty body', `${WISH}/edges`, '', { status: 400, code: 'no-body', part: /No request body/ }),
  posted('a body that is too large', `${WISH}/edges`, ' '.repeat(REFUSAL_LIMITS.bodyBytes + 1), {
    status: 413,
    code: 'body-too-large',
    part: /at most 65536 are allowed \(limits\.bodyBytes\)/,
  }),
  posted('a query that has no items', '/graph/v3/query', '{"query":{}}', {
    status: 400,
    code: 'malformed-json',
    part: /query is an object; expected an array/,
  }),
  posted('a query with several faults', '/graph/v3/query', '{"query":[{"type":"HOP"}],"stats":["NONE"]}', {
    status: 400,
    code: 'malformed-json',
    part: /stats\[0\] is "NONE".*query\[0\]\.type is "HOP"; expected one of SELF, GET, COUNT, SCAN, CACHE/,
  }),
  posted('malformed JSON', `${WISH}/edges`, '{"mutations":[', {
    status: 400,
    code: 'malformed-json',
    part: /early end at character 14/,
  }),
  posted('JSON with something behind it', `${WISH}/edges`, '{} {}', { status: 400, code: 'malformed-json', part: /./ }),
  posted('a body that is not an object', `${WISH}/edges`, '[]', {
    status: 400,
    code: 'malformed-json',
    part: /mutations is missing; expected an array/,
  }),
  posted('JSON nested too deep', `${WISH}/edges`, '['.repeat(20_000), {
    status: 400,
    code: 'malformed-json',
    part: /deep|nested/,
  }),
  {
    name: 'a body that is not UTF-8',
    method: 'POST',
    path: V3,
    body: new Uint8Array([0x22, 0xff, 0x22]),
    status: 400,
    code: 'malformed-json',
    part: /UTF-8/,
  },
];
