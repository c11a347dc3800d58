import { GIFT, posted, type Refusal, V3, WISH } from './refusal.ts';

/** Mutations that are refused as a whole. */
export const MUTATION_REFUSALS: readonly Refusal[] = [
  posted('an unknown table', `${V3}/shop/tables/none/edges`, mutation('{"version":1,"source":1,"target":"a"}'), {
    status: 400,
    code: 'unknown-table',
    part: /^No such label shop\.none\.$/,
  }),
  posted('a table name that cannot be', `${V3}/shop/tables/1x/edges`, mutation('{"source":1,"target":"a"}'), {
    status: 400,
    code: 'unknown-table',
    part: /No such label shop\.1x\./,
  }),
  posted('a unique edge for a table of multi edges', `${GIFT}/edges`, mutation('{"source":1,"target":"a"}'), {
    status: 400,
    code: 'wrong-edge-kind',
    part: /Expected ModelSchema\.Edge, but got MultiEdge/,
  }),
  posted('a multi edge for a table of unique edges', `${WISH}/multi-edges`, mutation('{"id":1}'), {
    status: 400,
    code: 'wrong-edge-kind',
    part: /Expected ModelSchema\.MultiEdge, but got Edge/,
  }),
  posted('a source of another type', `${WISH}/edges`, mutation('{"version":1,"source":"abc","target":"a"}'), {
    status: 400,
    code: 'cast-failed',
    part: /mutations\[0\]\.edge\.source: "abc" cannot be cast to long/,
  }),
  posted(
    'a property of another type after an edge that is right',
    `${WISH}/edges`,
    '{"mutations":[{"type":"INSERT","edge":{"version":1,"source":1,"target":"a","properties":{"at":1}}},' +
      '{"type":"INSERT","edge":{"version":1,"source":1,"target":"b","properties":{"at":"soon"}}}]}',
    { status: 400, code: 'cast-failed', part: /mutations\[1\]\.edge\.properties\.at: "soon" cannot be cast to long/ },
  ),
  posted('no source', `${WISH}/edges`, mutation('{"version":1,"target":"a"}'), {
    status: 400,
    code: 'malformed-json',
    part: /mutations\[0\]\.edge\.source is missing or null/,
  }),
  posted('an unknown type', `${WISH}/edges`, mutation('{"source":1,"target":"a"}', 'PURGE'), {
    status: 400,
    code: 'malformed-json',
    part: /mutations\[0\]\.type is "PURGE"; expected INSERT, UPDATE or DELETE/,
  }),
  posted('an item that is null', `${WISH}/edges`, '{"mutations":[null]}', {
    status: 400,
    code: 'malformed-json',
    part: /mutations\[0\] is null/,
  }),
  posted(
    'a version beyond 64 bits',
    `${WISH}/edges`,
    mutation('{"version":9223372036854775808,"source":1,"target":"a"}'),
    {
      status: 400,
      code: 'malformed-json',
      part: /version is 9223372036854775808; expected a 64-bit integer/,
    },
  ),
  posted('too many items', `${WISH}/edges`, manyItems(), {
    status: 400,
    code: 'too-many-items',
    part: /101 items; at most 100/,
  }),
  posted(
    'a key that is too long',
    `${WISH}/edges`,
    mutation(`{"version":1,"source":1,"target":"${'k'.repeat(2_000)}"}`),
    {
      status: 400,
      code: 'key-too-long',
      part: /^"target" makes the key of the state row 20\d\d bytes long; at most 1900 are allowed$/,
    },
  ),
  posted('text that no row can hold', `${WISH}/edges`, mutation('{"version":1,"source":1,"target":"a\\u0000b"}'), {
    status: 400,
    code: 'cast-failed',
    part: /U\+0000/,
  }),
  posted('a force that is no switch', `${WISH}/edges/sync?force=maybe`, mutation('{"source":1,"target":"a"}'), {
    status: 400,
    code: 'invalid-parameter',
    part: /force is "maybe"; allowed is true or false/,
  }),
];

function mutation(edge: string, type = 'INSERT'): string {
  return `{"mutations":[{"type":"${type}","edge":${edge}}]}`;
}

function manyItems(): string {
  return `{"mutations":[${Array.from({ length: 101 }, () => '{}').join(',')}]}`;
}
