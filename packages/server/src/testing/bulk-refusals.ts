import { GIFT, posted, type Refusal, WISH } from './refusal.ts';

const DIGEST = '/actionbase/v1/digest';
const BAD_JSON = { status: 400, code: 'malformed-json' } as const;

/** Loads and digests that are refused as a whole. */
export const BULK_REFUSALS: readonly Refusal[] = [
  posted('a load of an unknown table', '/graph/v3/databases/shop/tables/none/edges/load', load('[1,1,"a"]'), {
    status: 400,
    code: 'unknown-table',
    part: /^No such label shop\.none\.$/,
  }),
  posted('a load of unique edges for a table of multi edges', `${GIFT}/edges/load`, load('[1,1,"a"]'), {
    status: 400,
    code: 'wrong-edge-kind',
    part: /Expected ModelSchema\.Edge, but got MultiEdge/,
  }),
  posted('a row that does not fit behind one that does', `${WISH}/edges/load`, load('[1,1,"a"],[1,"x","a"]'), {
    status: 400,
    code: 'cast-failed',
    part: /^rows\[1\]\.source: "x" cannot be cast to long/,
  }),
  posted('a row with an end beyond 64 bits', `${WISH}/edges/load`, load('[1,1,"a"],[1,18446744073709551617,"a"]'), {
    status: 400,
    code: 'cast-failed',
    part: /^rows\[1\]\.source: 18446744073709551617 cannot be cast to long: it is not within 64 bits$/,
  }),
  posted('a row without its version', `${WISH}/edges/load`, load('[1,"a"]'), {
    ...BAD_JSON,
    part: /^rows\[0\] is an array of 2; expected an array of 3/,
  }),
  posted('a row of multi edges without id', `${GIFT}/multi-edges/load`, load('[1,null,"a",5]'), {
    ...BAD_JSON,
    part: /^rows\[0\]\.id is missing or null/,
  }),
  posted('a load without properties', `${WISH}/edges/load`, '{"rows":[]}', {
    ...BAD_JSON,
    part: /^properties is missing/,
  }),
  posted('too many rows', `${WISH}/edges/load`, load(new Array(1_001).fill('[1,1,"a"]').join()), {
    status: 400,
    code: 'too-many-items',
    part: /^rows has 1001 items; at most 1000 are allowed in one request$/,
  }),
  posted('a row with a key that is too long', `${WISH}/edges/load`, load(`[1,1,"a"],[1,1,"${'x'.repeat(2_000)}"]`), {
    status: 400,
    code: 'key-too-long',
    part: /^rows\[1\]: /,
  }),
  posted('a digest of an unknown table', DIGEST, '{"database":"shop","table":"none","fields":["source"]}', {
    status: 400,
    code: 'unknown-table',
    part: /^No such label shop\.none\.$/,
  }),
  posted('a digest of a field that is none', DIGEST, '{"database":"shop","table":"wish","fields":["source","id"]}', {
    status: 400,
    code: 'unknown-field',
    part: /^fields\[1\] is "id"; shop\.wish has source, target, version and its properties$/,
  }),
  posted(
    'a digest of nothing, of a bucket that is none',
    DIGEST,
    '{"database":"shop","table":"wish","fields":[],"bucket":1000}',
    {
      ...BAD_JSON,
      part: /^fields is empty; expected at least one name; bucket is 1000; expected an integer from 0 to 999$/,
    },
  ),
];

function load(rows: string): string {
  return `{"properties":[],"rows":[${rows}]}`;
}
