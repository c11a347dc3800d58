import { type CompatibilityArea, fixed, same, shownBy } from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, refuses } from '../expectations.ts';
import { creates, edgeTable, item, multiEdgeTable, mutate, mutateMulti, PAY, RICH, TABLES, WISH } from '../shop.ts';

const FOLD_TEST = 'packages/core/src/reduce/fold-entry.test.ts';
const REDUCE_TEST = 'packages/core/src/reduce/reduce.test.ts';
const BUCKET_TEST = 'packages/core/src/derive/date-bucket.test.ts';
const DERIVE_TEST = 'packages/core/src/derive/derive-rows.test.ts';

/** What a mutation answers. */
export const MUTATION_RESULTS: CompatibilityArea = {
  title: '3.1, 3.5 results of mutations',
  cases: [
    same(
      'several items of one key are one result that counts them, with their net effect',
      all(
        answers(
          mutate(
            WISH,
            wish(120, 'UPDATE', 4, { color: 'x' }),
            wish(120, 'INSERT', 3, { at: 3 }),
            wish(120, 'DELETE', 2),
            wish(120, 'INSERT', 1, { at: 1 }),
          ),
          200,
          '{"results":[{"source":120,"target":"t","status":"CREATED","count":4}]}',
        ),
        answers(get(`${WISH}/edges/get?source=120&target=t`), 200, /"version":4,.*"at":3,"color":"x"/),
      ),
    ),
    same(
      'INSERT and DELETE of a new edge in one request is IDLE',
      answers(
        mutate(WISH, wish(121, 'INSERT', 1, { at: 1 }), wish(121, 'DELETE', 2)),
        200,
        /"status":"IDLE","count":2/,
      ),
    ),
    same(
      'the same event again is IDLE; an INSERT of the same values with a newer version is UPDATED',
      all(
        answers(mutate(WISH, wish(122, 'INSERT', 1, { at: 1 })), 200, /CREATED/),
        answers(mutate(WISH, wish(122, 'INSERT', 1, { at: 1 })), 200, /IDLE/),
        answers(mutate(WISH, wish(122, 'INSERT', 2, { at: 1 })), 200, /UPDATED/),
      ),
    ),
    fixed(
      'a key that is refused has status ERROR and count 0; the others take effect and the answer is 200',
      'the result says why, in the members code and message',
      all(
        answers(
          mutate(WISH, wish(123, 'INSERT', 1), wish(124, 'INSERT', 1, { at: 1 })),
          200,
          /"source":123,"target":"t","status":"ERROR","count":0,"code":"missing-property","message":"at must be provided[^}]*\},\{"source":124,"target":"t","status":"CREATED"/,
        ),
        answers(get(`${WISH}/edges/count?start=124&direction=OUT`), 200, /"count":1/),
      ),
    ),
    same(
      'an edge may have source and target equal',
      all(
        creates(edgeTable('self', { target: { type: 'long', comment: '' } })),
        answers(mutate(`${TABLES}/self`, item('INSERT', { version: 1, source: 5, target: 5 })), 200, /CREATED/),
        answers(get(`${TABLES}/self/edges/get?source=5&target=5`), 200, /"source":5,"target":5/),
      ),
    ),
    same('1,500 items of one key are one result', async (site) => {
      const items = Array.from({ length: 1500 }, (_, place) => wish(125, 'INSERT', place, { at: place }));
      await expectAnswer(site, mutate(WISH, ...items), 200, /"status":"CREATED","count":1500/);
    }),
  ],
};

/** The state machine. */
export const TRANSITIONS: CompatibilityArea = {
  title: '3.4, 3.11 states and transitions',
  cases: [
    same(
      'the transitions of INSERT, UPDATE and DELETE, one by one',
      shownBy(REDUCE_TEST, 'golden transition {i}: {name}'),
    ),
    same(
      'the traces of the state machine: statuses, times and values',
      shownBy(FOLD_TEST, 'trace {name}: statuses, times and values are those of the reference'),
    ),
    same(
      'INSERT replaces all properties, UPDATE changes those that it names and creates nothing',
      all(
        answers(mutate(WISH, wish(130, 'INSERT', 1, { at: 1, color: 'red', qty: 2 })), 200, /CREATED/),
        answers(mutate(WISH, wish(130, 'UPDATE', 2, { qty: 3 })), 200, /UPDATED/),
        answers(get(`${WISH}/edges/get?source=130&target=t`), 200, /"at":1,"color":"red","qty":3/),
        answers(mutate(WISH, wish(130, 'INSERT', 3, { at: 2 })), 200, /UPDATED/),
        answers(get(`${WISH}/edges/get?source=130&target=t`), 200, /"at":2,"color":null,"qty":null/),
        answers(mutate(WISH, wish(131, 'UPDATE', 1, { at: 1 })), 200, /IDLE/),
        answers(get(`${WISH}/edges/get?source=131&target=t`), 200, /"count":0/),
      ),
    ),
    same(
      'an UPDATE before its INSERT is remembered, and its newer values stay',
      all(
        answers(mutate(WISH, wish(132, 'UPDATE', 5, { color: 'new' })), 200, /IDLE/),
        answers(mutate(WISH, wish(132, 'INSERT', 3, { at: 1, color: 'old' })), 200, /CREATED/),
        answers(get(`${WISH}/edges/get?source=132&target=t`), 200, /"version":5,.*"at":1,"color":"new"/),
      ),
    ),
    same(
      'a DELETE before its INSERT is remembered; an older INSERT stays out, a newer one comes back',
      all(
        answers(mutate(WISH, wish(133, 'DELETE', 10)), 200, /IDLE/),
        answers(mutate(WISH, wish(133, 'INSERT', 9, { at: 1 })), 200, /IDLE/),
        answers(mutate(WISH, wish(133, 'INSERT', 11, { at: 1 })), 200, /CREATED/),
      ),
    ),
    same(
      'of equal versions the later one wins',
      all(
        answers(mutate(WISH, wish(134, 'INSERT', 10, { at: 1 })), 200, /CREATED/),
        answers(mutate(WISH, wish(134, 'DELETE', 10)), 200, /DELETED/),
        answers(mutate(WISH, wish(134, 'INSERT', 10, { at: 1 })), 200, /CREATED/),
      ),
    ),
    same(
      'null unsets a property; unsetting one that is not nullable is ERROR and changes nothing',
      all(
        answers(mutate(WISH, wish(135, 'INSERT', 1, { at: 1, color: 'red' })), 200, /CREATED/),
        answers(mutate(WISH, wish(135, 'UPDATE', 2, { color: null })), 200, /UPDATED/),
        answers(mutate(WISH, wish(135, 'UPDATE', 3, { at: null })), 200, /ERROR/),
        answers(get(`${WISH}/edges/get?source=135&target=t`), 200, /"version":2,.*"at":1,"color":null/),
      ),
    ),
    same(
      'the first refusal refuses all events of a key, also when a later one would mend it',
      answers(mutate(WISH, wish(136, 'INSERT', 1), wish(136, 'UPDATE', 2, { at: 1 })), 200, /ERROR/),
    ),
    same(
      'a text that the reference stores as unset is stored as null here, too',
      shownBy(REDUCE_TEST, 'the texts by which the reference marks unset values are stored as null'),
    ),
    same(
      'events of distinct versions give one state in any order of arrival',
      shownBy(
        'packages/core/src/reduce/reduce.property.test.ts',
        'events of distinct versions give one state in any order of arrival',
      ),
    ),
  ],
};

/** Multi edges. */
export const MULTI_EDGES: CompatibilityArea = {
  title: '1.2, 3.9 multi edges',
  cases: [
    same(
      'many multi edges join one pair, and an UPDATE may move one',
      shownBy(
        'packages/server/src/data-calls.test.ts',
        'multi edges are written, moved, read by id, scanned and counted',
      ),
    ),
    same(
      'a multi edge without source or target is ERROR',
      answers(
        mutateMulti(PAY, pay(910, 'INSERT', 1, { properties: { at: 1 } })),
        200,
        /"status":"ERROR".*_source must be provided/,
      ),
    ),
    same(
      'DELETE needs the id alone; that of an unknown id is IDLE',
      all(
        answers(mutateMulti(PAY, pay(911, 'DELETE', 1)), 200, /"id":911,"status":"IDLE","count":1/),
        answers(
          mutateMulti(PAY, pay(912, 'INSERT', 1, { source: 91, target: 91, properties: { at: 1 } })),
          200,
          /CREATED/,
        ),
        answers(mutateMulti(PAY, pay(912, 'DELETE', 2)), 200, /DELETED/),
        answers(get(`${PAY}/edges/count?start=91&direction=OUT`), 200, /"count":0/),
      ),
    ),
    same(
      'a multi edge without id is 400',
      refuses(mutateMulti(PAY, item('DELETE', {})), 'malformed-json', /id is missing/),
    ),
    same(
      'ids may be texts',
      all(
        creates(multiEdgeTable('text_ids', { id: { type: 'string', comment: '' } })),
        answers(
          mutateMulti(`${TABLES}/text_ids`, item('INSERT', { version: 1, id: 'o-1', source: 1, target: 2 })),
          200,
          '{"results":[{"id":"o-1","status":"CREATED","count":1}]}',
        ),
      ),
    ),
  ],
};

/** The rows that a mutation writes. */
export const DERIVED_ROWS: CompatibilityArea = {
  title: '1.4–1.7, 3.6 rows',
  cases: [
    same(
      'state, index, count and cache rows have the bytes of the reference',
      shownBy(DERIVE_TEST, 'the rows of the quick start equal those of the reference, byte for byte'),
    ),
    same(
      'the worked example of unique edges',
      shownBy(DERIVE_TEST, 'the worked example of unique edges gives its scans and counts (spec 3.8)'),
    ),
    same(
      'the worked example of multi edges',
      shownBy(DERIVE_TEST, 'the worked example of multi edges gives its scans and counts (spec 3.9)'),
    ),
    same(
      'a table keeps rows of its own directions only',
      all(
        creates(edgeTable('outward', { direction: 'OUT' })),
        answers(mutate(`${TABLES}/outward`, item('INSERT', { version: 1, source: 1, target: 'a' })), 200, /CREATED/),
        answers(get(`${TABLES}/outward/edges/count?start=1&direction=OUT`), 200, /"count":1/),
        answers(get(`${TABLES}/outward/edges/count?start=a&direction=IN`), 200, /"count":0/),
      ),
    ),
    same(
      'a group counts by the bucket of its zone, in its own directions',
      shownBy(DERIVE_TEST, 'a group counts by the day of its zone, in its own directions'),
    ),
    same(
      'a bucket prints a number as text in its zone; null and what is no time are null',
      shownBy(BUCKET_TEST, 'null, values that are no integers and times outside the calendar are null'),
    ),
    same(
      'buckets count nanoseconds, microseconds, milliseconds or seconds',
      shownBy(BUCKET_TEST, 'a {unit} keeps its fraction of a second'),
    ),
    same(
      'a SUM whose value is not set is ERROR',
      answers(
        mutate(RICH, item('INSERT', { version: 1, source: 140, target: 't' })),
        200,
        /"status":"ERROR","count":0,"code":"missing-sum-value"/,
      ),
    ),
    same(
      'the documented exchange, byte for byte',
      shownBy('packages/server/src/exchange.test.ts', 'the documented exchange gives the documented answers ({store})'),
    ),
  ],
};

/** Edges of one source each, so that cases do not meet. */
function wish(source: number, type: string, version: number, properties: object = {}): ReturnType<typeof item> {
  return item(type, { version, source, target: 't', properties });
}

function pay(id: number, type: string, version: number, rest: object = {}): ReturnType<typeof item> {
  return item(type, { version, id, ...rest });
}
