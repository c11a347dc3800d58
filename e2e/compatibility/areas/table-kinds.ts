import { type CompatibilityArea, fixed, not, same, shownBy } from '../compatibility-case.ts';
import { all, answers, get, post, refuses } from '../expectations.ts';
import { createsLabel, edges, edgesOf, label, like, likesSchema, mutates, SHOP } from '../labels.ts';
import { item, mutate, mutateMulti, TABLES, V3 } from '../shop.ts';

const LAYOUTS_TEST = 'packages/server/src/table-layouts.test.ts';
const ENGINE_TEST = 'packages/engine/src/table-layouts.test.ts';
const NIL = `${V3}/sys/tables/nil`;
const EMPTY = '{"edges":[],"count":0,"total":0,"offset":null,"hasNext":false,"context":{}}';
const ID = { name: '_id', type: 'LONG', nullable: false };

/** Tables of states only, and of nothing; what v2 may do to multi edges; types that no row holds. */
export const TABLE_KINDS: CompatibilityArea = {
  title: '1.2, 1.3 HASH, NIL and multi-edge labels, DECIMAL',
  cases: [
    same(
      'a HASH table refuses the data calls of v3',
      shownBy(LAYOUTS_TEST, 'a HASH table refuses the data calls of v3'),
    ),
    same('a HASH table has state rows only', shownBy(ENGINE_TEST, 'has a state row per edge and no other')),
    same(
      'a HASH label has the direction OUT',
      all(
        refuses(post(`${SHOP}/label/x`, label({ type: 'HASH', indices: [] })), 'invalid-change', /HASH.*OUT/),
        createsLabel('links', { type: 'HASH', dirType: 'OUT', indices: [] }),
        mutates(edges('POST', edgesOf('links'), like(1)), 'CREATED'),
      ),
    ),
    same(
      'sys.nil is there: writes are IDLE, reads are empty',
      all(
        answers(
          mutate(NIL, item('INSERT', { version: 1, source: 'a', target: 'b' })),
          200,
          '{"results":[{"source":"a","target":"b","status":"IDLE","count":1}]}',
        ),
        answers(get(`${NIL}/edges/get?source=a&target=b`), 200, EMPTY),
        answers(
          get(`${NIL}/edges/count?start=a&direction=OUT`),
          200,
          '{"start":"","direction":"OUT","count":0,"context":{}}',
        ),
      ),
    ),
    same(
      'a NIL table answers every read as empty, whatever index, cache or group is named',
      shownBy(LAYOUTS_TEST, 'a NIL table takes what it is sent and answers every read as empty ({store})'),
    ),
    same(
      'what a NIL table is sent is in both streams',
      shownBy(ENGINE_TEST, 'answers every mutation IDLE, keeps nothing of it, and shows it in both streams'),
    ),
    same(
      'a NIL table is one of unique edges: calls of multi edges are 400',
      shownBy(LAYOUTS_TEST, 'a NIL table is none of multi edges'),
    ),
    not(
      'a table that cannot be made becomes NIL in silence',
      'every table of the catalog can be made: what does not fit is refused at its creation',
      refuses(post(`${SHOP}/label/x`, label({ type: 'MULTI_EDGE' })), 'malformed-json', /_id/),
    ),
    same(
      'a MULTI_EDGE label has a field _id, and is readOnly',
      all(
        createsLabel('orders', {
          type: 'MULTI_EDGE',
          schema: { ...likesSchema(), fields: [ID] },
          indices: [],
          readOnly: true,
        }),
        answers(
          get(`${SHOP}/label/orders`),
          200,
          /"fields":\[\{"name":"_id","type":"LONG","nullable":false,"desc":""\}\].*"readOnly":true/,
        ),
      ),
    ),
    fixed(
      'a MULTI_EDGE label without readOnly loses what is written to it',
      'it is a table like any other, and readOnly all the same',
      all(
        createsLabel('bills', { type: 'MULTI_EDGE', schema: { ...likesSchema(), fields: [ID] }, indices: [] }),
        answers(get(`${SHOP}/label/bills`), 200, /"readOnly":true/),
        answers(
          mutateMulti(`${TABLES}/bills`, item('INSERT', { version: 1, id: 7, source: 'a', target: 'b' })),
          200,
          /CREATED/,
        ),
        answers(get(`${TABLES}/bills/multi-edges/ids?ids=7`), 200, /"count":1/),
      ),
    ),
    fixed(
      'a label with a DECIMAL field can be made, and neither written nor read',
      '400 when it is made: no row can hold one',
      refuses(
        post(`${SHOP}/label/x`, label({ schema: likesSchema({ name: 'price', type: 'DECIMAL', nullable: true }) })),
        'malformed-json',
        /type is DECIMAL, which no row can hold/,
      ),
    ),
  ],
};
