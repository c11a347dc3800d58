import { type CompatibilityArea, fixed, not, same, shownBy } from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, post } from '../expectations.ts';
import { edgeTable, item, mutate, mutateMulti, PAY, TABLES, V3, WISH } from '../shop.ts';

const STREAMS_TEST = 'packages/engine/src/stream/log-streams.test.ts';
const METADATA_TEST = 'packages/engine/src/stream/metadata-changes.test.ts';
const HTTP_TEST = 'packages/server/src/log-streams.test.ts';
const V2_TEST = 'packages/server/src/edge-mutations-v2.test.ts';
const STREAMS_OF_V2_TEST = 'packages/engine/src/v2-mutations.test.ts';
const JSON_TEST = 'packages/core/src/wire/stream-json.test.ts';
const WAL = '/actionbase/v1/log/wal';
const CDC = '/actionbase/v1/log/cdc';

const SHOP_CREATED =
  /"key":"local:origin:shop","record":\{"alias":null,"label":"sys\.service","edge":\{"ts":\d{13},"src":"local:origin","tgt":"shop","props":\{"desc":"[^"]*"\},"traceId":"[0-9A-Z]{26}"\},"op":"INSERT","mode":\{"l":"SYNC","r":"SYNC","s":null,"f":true,"queue":false\},/;

/** The two streams of events. */
export const STREAMS: CompatibilityArea = {
  title: '5.9, 6.1–6.5 WAL and CDC',
  cases: [
    same('a WAL record has the members of the reference, in the order of its server', async (site) => {
      const sent = post(
        `${WISH}/edges`,
        { mutations: [item('INSERT', { version: 5, source: 200, target: 'a', properties: { at: 1 } })] },
        { 'x-request-id': 'wal-1', 'x-actor-id': 'ann' },
      );
      await expectAnswer(site, sent, 200, /CREATED/);
      await expectAnswer(
        site,
        get(`${WAL}?request=wal-1`),
        200,
        /"key":"200:a","record":\{"alias":null,"label":"shop\.wish","edge":\{"ts":5,"src":200,"tgt":"a","props":\{"at":1\},"traceId":"[0-9A-Z]{26}"\},"op":"INSERT","mode":\{"l":"SYNC","r":null,"s":null,"f":false,"queue":false\},"audit":\{"actor":"ann"\},"requestId":"wal-1","ts":\d{13},"version":"2","phase":"local","tenant":"local"\}/,
      );
    }),
    same('a CDC record has the members of the reference, in the order of its server', async (site) => {
      const sent = post(
        `${WISH}/edges`,
        { mutations: [item('INSERT', { version: 5, source: 201, target: 'a', properties: { at: 1 } })] },
        { 'x-request-id': 'cdc-1' },
      );
      await expectAnswer(site, sent, 200, /CREATED/);
      await expectAnswer(
        site,
        get(`${CDC}?request=cdc-1`),
        200,
        /"key":"201:a","record":\{"label":"shop\.wish","edge":\{"ts":5,"src":201,"tgt":"a","props":\{"at":1\},"traceId":"[0-9A-Z]{26}"\},"op":"INSERT","status":"CREATED","before":null,"after":\{"active":true,"ts":5,"src":201,"tgt":"a","props":\{"at":1,"color":null,"qty":null\}\},"acc":1,"alias":null,"message":null,"audit":\{"actor":"-"\},"requestId":"cdc-1","ts":\d{13},"version":"2","phase":"local","tenant":"local"\}/,
      );
    }),
    same('alias is the alias that the request named', async (site) => {
      await expectAnswer(
        site,
        post(`${V3}/shop/aliases`, { alias: 'streamed', table: 'wish', comment: '' }),
        200,
        /streamed/,
      );
      await expectAnswer(
        site,
        mutate(`${TABLES}/streamed`, item('DELETE', { version: 1, source: 202, target: 'a' })),
        200,
        /IDLE/,
      );
      await expectAnswer(site, get(`${WAL}?table=shop.streamed`), 200, /"alias":"shop\.streamed","label":"shop\.wish"/);
    }),
    same('mode tells of table, request, system, force and queue', async (site) => {
      await expectAnswer(site, post(TABLES, edgeTable('async', {}, { mode: 'ASYNC' })), 200, /ASYNC/);
      const body = { mutations: [item('DELETE', { version: 1, source: 1, target: 'a' })] };
      await expectAnswer(
        site,
        post(`${TABLES}/async/edges/sync?force=true`, body, { 'x-request-id': 'm-1' }),
        200,
        /IDLE/,
      );
      await expectAnswer(site, post(`${TABLES}/async/edges`, body, { 'x-request-id': 'm-2' }), 200, /QUEUED/);
      await expectAnswer(
        site,
        get(`${WAL}?request=m-1`),
        200,
        /"mode":\{"l":"ASYNC","r":"SYNC","s":null,"f":true,"queue":false\}/,
      );
      await expectAnswer(
        site,
        get(`${WAL}?request=m-2`),
        200,
        /"mode":\{"l":"ASYNC","r":null,"s":null,"f":false,"queue":true\}/,
      );
    }),
    same(
      'WAL and CDC give an event one trace id',
      shownBy(STREAMS_TEST, 'a mutation is one WAL record and one CDC record, with the same trace id'),
    ),
    same(
      'the CDC has one record for each key of a request, with the last event by version',
      shownBy(
        STREAMS_TEST,
        'the CDC names the last event of an entry, and its trace id is that of this event in the WAL',
      ),
    ),
    same(
      'IDLE is in the CDC; what is queued or refused is in the WAL only',
      shownBy(STREAMS_TEST, 'IDLE is in the CDC; what is refused or queued is in the WAL only'),
    ),
    same(
      'an inactive state has active false and its properties null; before is null where there was none',
      shownBy(JSON_TEST, 'prints an inactive edge after a DELETE, its properties null'),
    ),
    same(
      'of a multi edge, src and tgt are "0" in the WAL where the event names none, and props end with _id',
      async (site) => {
        const sent = post(
          `${PAY}/multi-edges`,
          { mutations: [item('DELETE', { version: 9, id: 5 })] },
          { 'x-request-id': 'multi-1' },
        );
        await expectAnswer(site, sent, 200, /IDLE/);
        await expectAnswer(
          site,
          get(`${WAL}?request=multi-1`),
          200,
          /"edge":\{"ts":9,"src":"0","tgt":"0","props":\{"_id":5\}/,
        );
      },
    ),
    same(
      'a deleted multi edge has no state after',
      shownBy(STREAMS_TEST, 'multi edges are keyed by their id, and a deleted one has no state after'),
    ),
    same(
      'actor and request id are those of the headers, else "-"',
      all(
        async (site) => {
          await expectAnswer(site, mutateMulti(PAY, item('DELETE', { version: 10, id: 6 })), 200, /IDLE/);
        },
        answers(get(`${WAL}?request=-`), 200, /"audit":\{"actor":"-"\},"requestId":"-"/),
      ),
    ),
    same(
      'a change of metadata is a forced SYNC mutation of an edge of sys.service, sys.label, sys.alias, sys.query or sys.storage',
      answers(get(`${WAL}?table=sys.service&limit=1`), 200, SHOP_CREATED),
    ),
    same(
      'schema, groups, indices and caches of a label are JSON texts there',
      shownBy(METADATA_TEST, 'a table is an edge of sys.label, its schema, groups, indices and caches JSON texts'),
    ),
    same(
      'its source is "local:origin" for a service or storage, else "local:" and the service; its target is the name',
      all(
        answers(get(`${WAL}?table=sys.service&limit=1`), 200, /"src":"local:origin","tgt":"shop"/),
        answers(get(`${WAL}?table=sys.label&limit=1`), 200, /"src":"local:shop","tgt":"wish"/),
      ),
    ),
    same(
      'aliases, stored queries and storages are there like services and labels',
      shownBy(METADATA_TEST, 'a storage is an edge of sys.storage, from its creation to its deletion'),
    ),
    not(
      'rows of metadata in an SQL table',
      'there is no such table; whoever read it reads these records instead',
      answers(get('/graph/v2/metastore/global'), 404, { code: 'unknown-path' }),
    ),
    same(
      'of v2, the actor is that of the body, else "default", and the request id is "" where there is none',
      shownBy(V2_TEST, 'WAL and CDC show v2 mutations as the reference does'),
    ),
    same(
      'what v2 refused is in the CDC, with ERROR, the message, and the name of the label as alias',
      shownBy(STREAMS_OF_V2_TEST, 'publish what v2 refused, with message and alias, and not what v3 refused'),
    ),
    same(
      'the CDC of v2 has one record for each edge of a request, that of v3 one for each key',
      shownBy(V2_TEST, 'WAL and CDC show v2 mutations as the reference does'),
    ),
    same(
      'a PURGE is an op of its own, its status is PURGED, and there is no state after it',
      shownBy(STREAMS_OF_V2_TEST, 'show a PURGE as op and PURGED as status, with the state that was forgotten'),
    ),
    fixed(
      'a change of metadata has no request id',
      'it has that of its request, and can be asked for by it',
      shownBy(METADATA_TEST, '{JSON.stringify(filter)} leaves {count} of a shop with one edge'),
    ),
    fixed(
      'the state of a metadata edge has props_active null until the entity is first deactivated',
      'it says true',
      shownBy(METADATA_TEST, 'a database is an edge of sys.service, from its creation to its deletion'),
    ),
    fixed(
      "the streams are Kafka topics, or lines of the server's log",
      'they are read over HTTP, filtered, followed, and resumed at every line',
      shownBy(HTTP_TEST, 'L5 giving back any position goes on exactly after it, page by page too'),
    ),
    fixed(
      'items of one request have no order in the WAL',
      'the order is that of the log',
      shownBy(
        'packages/engine/src/stream/log-streams.property.test.ts',
        'the WAL has one record per mutation item, each with a trace id of its own',
      ),
    ),
    fixed(
      'a record is keyed by source and target',
      'so it is for unique edges; a multi edge is keyed by its id, so that all its records have one key',
      shownBy(JSON_TEST, 'is the id of a multi edge, so that all its records have one key'),
    ),
    fixed(
      'replaying a WAL',
      'it gives the same edges in an empty instance; records that were only queued are left out',
      shownBy(HTTP_TEST, 'the items of the WAL, replayed into an empty instance, give the same edges'),
    ),
    not(
      'heartbeat records for sys.heartbeat',
      'a followed stream tells its position every ten seconds instead',
      shownBy(HTTP_TEST, 'a follower of a quiet log gets signs of life'),
    ),
    not(
      'producers configured as primary and backup',
      'log and feed are written by the server itself; a broker is never needed',
      shownBy(STREAMS_TEST, 'a mutation is one WAL record and one CDC record, with the same trace id'),
    ),
  ],
};
