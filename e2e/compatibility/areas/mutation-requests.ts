import assert from 'node:assert/strict';
import { type Check, type CompatibilityArea, fixed, not, same, shownBy } from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, post, refuses } from '../expectations.ts';
import { creates, edgeTable, item, mutate, mutateMulti, PAY, property, RICH, TABLES, WISH } from '../shop.ts';

/** An integer of 65 bits, whose low 64 bits are 1. */
const BEYOND = '18446744073709551617';

/** What a mutation may say. */
export const MUTATION_REQUESTS: CompatibilityArea = {
  title: '1.3, 3.1–3.3 requests of mutations',
  cases: [
    same(
      'POST edges and edges/sync take {"mutations":[{"type","edge"}]} and answer one result for each key',
      all(
        answers(
          mutate(WISH, wish(100, 'INSERT', 1, { at: 1 })),
          200,
          '{"results":[{"source":100,"target":"t","status":"CREATED","count":1}]}',
        ),
        answers(
          post(`${WISH}/edges/sync`, { mutations: [wish(100, 'DELETE', 2)] }),
          200,
          '{"results":[{"source":100,"target":"t","status":"DELETED","count":1}]}',
        ),
      ),
    ),
    same(
      'POST multi-edges and multi-edges/sync answer the id',
      all(
        answers(
          mutateMulti(PAY, item('INSERT', { version: 1, id: 700, source: 70, target: 70, properties: { at: 1 } })),
          200,
          '{"results":[{"id":700,"status":"CREATED","count":1}]}',
        ),
        answers(
          post(`${PAY}/multi-edges/sync`, { mutations: [item('DELETE', { version: 2, id: 700 })] }),
          200,
          '{"results":[{"id":700,"status":"DELETED","count":1}]}',
        ),
      ),
    ),
    same('an empty list of mutations answers no results', answers(mutate(WISH), 200, '{"results":[]}')),
    same(
      'keys in results are the cast values, properties may be left out',
      answers(
        mutate(WISH, item('DELETE', { version: 1, source: '0101', target: 5 })),
        200,
        '{"results":[{"source":101,"target":"5","status":"IDLE","count":1}]}',
      ),
    ),
    same(
      'results are sorted by the text source:target, of multi edges by the text of the id, so 10 stands before 9',
      all(
        answers(
          mutate(WISH, ...[1020, 103, 102].map((source) => wish(source, 'DELETE', 1))),
          200,
          /"source":1020,.*"source":102,.*"source":103,/,
        ),
        answers(
          mutateMulti(PAY, ...[809, 8010].map((id) => item('DELETE', { version: 1, id }))),
          200,
          /"id":8010,.*"id":809,/,
        ),
      ),
    ),
    same(
      'a version in text or with a fraction is read, a missing, null or empty one is 0',
      all(
        answers(
          mutate(
            RICH,
            ...[`"12"`, '1.5', '1e3', 'null', '""'].map((version, place) =>
              item('INSERT', { version: JSON.parse(version), source: 110, target: `v${place}`, properties: { at: 1 } }),
            ),
            item('INSERT', { source: 110, target: 'v5', properties: { at: 1 } }),
          ),
          200,
          /^(?!.*ERROR)/,
        ),
        answers(
          get(`${RICH}/edges/get?source=110&target=v0,v1,v2,v3,v4,v5`),
          200,
          /"version":12,.*"version":1,.*"version":1000,.*"version":0,.*"version":0,.*"version":0,/,
        ),
      ),
    ),
    same(
      'other texts, true, and numbers beyond 64 bits are no versions',
      all(
        ...['"soon"', 'true', '9223372036854775808'].map((version) =>
          refuses(
            post(
              `${WISH}/edges`,
              `{"mutations":[{"type":"DELETE","edge":{"version":${version},"source":1,"target":"a"}}]}`,
            ),
            'malformed-json',
            /version is/,
          ),
        ),
      ),
    ),
    same(
      'a missing or null source or target, null properties, a missing type or edge is 400',
      all(
        refuses(
          mutate(WISH, item('DELETE', { version: 1, target: 'a' })),
          'malformed-json',
          /source is missing or null/,
        ),
        refuses(
          mutate(WISH, item('DELETE', { source: 1, target: null })),
          'malformed-json',
          /target is missing or null/,
        ),
        refuses(
          mutate(WISH, item('DELETE', { source: 1, target: 'a', properties: null })),
          'malformed-json',
          /properties/,
        ),
        refuses(mutate(WISH, { edge: { source: 1, target: 'a' } }), 'malformed-json', /type is missing/),
        refuses(mutate(WISH, { type: 'DELETE' }), 'malformed-json', /edge is missing/),
      ),
    ),
    same(
      'INSERT, UPDATE and DELETE are the only types',
      all(
        ...['PURGE', 'insert', 'MERGE'].map((type) =>
          refuses(
            mutate(WISH, item(type, { source: 1, target: 'a' })),
            'malformed-json',
            /expected INSERT, UPDATE or DELETE/,
          ),
        ),
      ),
    ),
    fixed(
      'an item that is null',
      '400 that names it, instead of a 500',
      refuses(post(`${WISH}/edges`, '{"mutations":[null]}'), 'malformed-json', /mutations\[0\] is null/),
    ),
    same(
      'properties that the table does not have are ignored',
      all(
        answers(mutate(WISH, wish(111, 'INSERT', 1, { at: 1, nobody: 'knows' })), 200, /CREATED/),
        answers(get(`${WISH}/edges/get?source=111&target=t`), 200, /"properties":\{"at":1,"color":null,"qty":null\}/),
      ),
    ),
    same(
      'unique edges sent to a table of multi edges, and the other way round, are 400',
      all(
        refuses(mutate(PAY, wish(1, 'DELETE', 1)), 'wrong-edge-kind', /^Expected ModelSchema\.Edge, but got MultiEdge/),
        refuses(
          mutateMulti(WISH, item('DELETE', { version: 1, id: 1 })),
          'wrong-edge-kind',
          /^Expected ModelSchema\.MultiEdge, but got Edge/,
        ),
      ),
    ),
    same(
      'an unknown table is 400, also under a name that no table can have',
      all(
        refuses(mutate(`${TABLES}/none`, wish(1, 'DELETE', 1)), 'unknown-table', /^No such label shop\.none\.$/),
        refuses(mutate(`${TABLES}/1x`, wish(1, 'DELETE', 1)), 'unknown-table', /^No such label shop\.1x\.$/),
      ),
    ),
    same(
      'a source beyond 64 bits keeps the low 64 of a number, as all integers do; in a text it is refused',
      all(
        answers(mutate(WISH, item('DELETE', { version: 1, source: BEYOND, target: 'a' })), 400, {
          code: 'cast-failed',
          message: /^mutations\[0\]\.edge\.source: "18446744073709551617" cannot be cast to long/,
        }),
        answers(
          post(
            `${WISH}/edges`,
            `{"mutations":[{"type":"DELETE","edge":{"version":1,"source":${BEYOND},"target":"a"}}]}`,
          ),
          200,
          '{"results":[{"source":1,"target":"a","status":"IDLE","count":1}]}',
        ),
      ),
    ),
    same("values are cast by the table of types, and come back in Java's text form", casts()),
    not(
      'characters beyond U+FFFF as \\u escapes',
      'they are printed as themselves, which is the same text to every reader of JSON',
      all(
        answers(
          mutate(
            RICH,
            item('INSERT', { version: 1, source: 114, target: 'e', properties: { at: 1, color: '\u{1f600}' } }),
          ),
          200,
          /CREATED/,
        ),
        answers(get(`${RICH}/edges/get?source=114&target=e`), 200, /"color":"\u{1f600}"/u),
      ),
    ),
    same(
      'a cast that fails refuses the whole request',
      all(
        refuses(
          mutate(WISH, wish(112, 'INSERT', 1, { at: 1 }), wish(113, 'INSERT', 1, { at: 'soon' })),
          'cast-failed',
          /mutations\[1\]\.edge\.properties\.at: "soon" cannot be cast to long/,
        ),
        answers(get(`${WISH}/edges/get?source=112&target=t`), 200, /"count":0/),
      ),
    ),
    same(
      'integers of 64 bits are kept whole, both ways',
      shownBy(
        'packages/server/src/data-calls.test.ts',
        'integers above 2^53 survive a write, a get and a scan ({store})',
      ),
    ),
  ],
};

/** Edges of one source each, so that cases do not meet. */
function wish(source: number, type: string, version: number, properties: object = {}): ReturnType<typeof item> {
  return item(type, { version, source, target: 't', properties });
}

/** Type, JSON that is sent, JSON that comes back; null where it is refused. */
const CASTS: readonly (readonly [string, string, string | null])[] = [
  ['boolean', '"TRUE"', 'true'],
  ['boolean', '1', 'false'],
  ['boolean', '"yes"', 'false'],
  ['byte', '300', '44'],
  ['byte', '"300"', null],
  ['short', '70000', '4464'],
  ['int', '1.9', '1'],
  ['int', '"12"', '12'],
  ['int', '"1.5"', null],
  ['int', '""', null],
  ['int', 'true', null],
  ['long', '12345678901234567890', '-6101065172474983726'],
  ['long', '1e300', '9223372036854775807'],
  ['double', '"1e3"', '1000.0'],
  ['double', '"abc"', null],
  ['double', '201', '201.0'],
  ['double', '1e21', '1.0E21'],
  ['double', '1e-7', '1.0E-7'],
  ['double', '"NaN"', '"NaN"'],
  ['double', '"1d"', '1.0'],
  ['float', '16777216', '1.6777216E7'],
  ['float', '1e300', '"Infinity"'],
  ['float', '"1.5f"', '1.5'],
  ['string', '1', '"1"'],
  ['string', '1.0', '"1.0"'],
  ['string', 'true', '"true"'],
  ['string', '{"a":1}', '"{a=1}"'],
  ['string', '[1,2]', '"[1, 2]"'],
  ['object', '{"a":[1,{"b":null}]}', '{"a":[1,{"b":null}]}'],
];

function casts(): Check {
  return async (site) => {
    const types = [...new Set(CASTS.map(([type]) => type))];
    await creates(edgeTable('casts', { properties: types.map((type) => property(type, type)) }))(site);
    for (const [place, [type, sent, expected]] of CASTS.entries()) {
      const edge = `{"version":1,"source":1,"target":"${place}","properties":{"${type}":${sent}}}`;
      const request = post(`${TABLES}/casts/edges`, `{"mutations":[{"type":"INSERT","edge":${edge}}]}`);
      if (expected === null) await refuses(request, 'cast-failed', new RegExp(`cannot be cast to ${type}`))(site);
      else {
        await expectAnswer(site, request, 200, /CREATED/);
        const { text } = await expectAnswer(site, get(`${TABLES}/casts/edges/get?source=1&target=${place}`), 200, /./);
        assert.ok(text.includes(`"${type}":${expected}`), `${sent} as ${type} came back in ${text}`);
      }
    }
  };
}
