import { type CompatibilityArea, fixed, same, shownBy } from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, post } from '../expectations.ts';
import { creates, edgeTable, index, item, mutate, TABLES } from '../shop.ts';

const SERVER = 'packages/server/src';
const ENGINE = 'packages/engine/src';
const CORE = 'packages/core/src';
const PORTS = 'packages/ports/src/contracts';

/** What the reference's own tests pin down, family by family, with the tests that do it here. */
export const FAMILIES: CompatibilityArea = {
  title: '13.3 families of behaviours',
  cases: [
    same(
      'start: GET /graph/v2 and /graph/v3 answer',
      all(
        answers(get('/graph/v2'), 200, '{"engine":"Graph"}'),
        answers(get('/graph/v3'), 200, '{"engine":"Actionbase"}'),
      ),
    ),
    same('start with the system mode SYNC or ASYNC', async (site) => {
      for (const systemMutationMode of ['SYNC', 'ASYNC'] as const) {
        await using server = await site.start({ systemMutationMode });
        await expectAnswer(server, get('/graph/health'), 200, 'UP');
      }
    }),
    same(
      'read-only: every route of v2 and v3, derived from the routes themselves',
      shownBy(
        `${SERVER}/server.test.ts`,
        'in read-only mode every route refuses all methods but GET, except the calls that only read',
      ),
    ),
    same(
      'warm-up together with read-only',
      shownBy(
        `${SERVER}/warm-up.test.ts`,
        'readiness stays DOWN and data is refused until the warm-up is done (readOnly: {readOnly})',
      ),
    ),
    same(
      'the life of a database',
      shownBy(
        `${SERVER}/metadata.test.ts`,
        'a database lives: created, listed, changed, deactivated, reactivated, deleted, created again',
      ),
    ),
    same(
      'the life of a table',
      shownBy(
        `${SERVER}/metadata.test.ts`,
        'a table lives: listed by status, changed, guarded by its alias, deleted with its rows',
      ),
    ),
    same(
      'the life of an alias',
      shownBy(
        `${SERVER}/metadata.test.ts`,
        'an alias lives: read and written through, turned to another table, deactivated, deleted',
      ),
    ),
    same(
      'v2 and v3 see each other’s metadata, of multi edges too',
      shownBy(`${SERVER}/v2-metadata.test.ts`, 'v3 sees what v2 made'),
    ),
    same(
      'multi-hop queries: several hops, STEP, REF, VALUE, include, aggregators',
      shownBy(
        `${ENGINE}/query/multi-hop-reader.test.ts`,
        'what did my hundred friends wish for, each one newest first, is one request over one snapshot',
      ),
    ),
    same(
      'seek: OUT and IN, paging, multi edges, against a model',
      shownBy(
        `${ENGINE}/query/seek-reader.test.ts`,
        "seeks of any program's edges are the model's edges in the cache's order",
      ),
    ),
    same(
      'system mode ASYNC: QUEUED, with force CREATED, of unique and multi edges',
      shownBy(
        `${SERVER}/modes.test.ts`,
        'with the system mode {system} every call runs in the mode that the table of modes says',
      ),
    ),
    same('an index on the edge’s own version', async (site) => {
      await creates(edgeTable('versions', { indexes: [index('latest', ['version', 'DESC'])] }))(site);
      const edges = [3, 9, 5].map((version) => item('INSERT', { version, source: 1, target: `t${version}` }));
      await expectAnswer(site, mutate(`${TABLES}/versions`, ...edges), 200, /CREATED/);
      const scan = `${TABLES}/versions/edges/scan/latest?start=1&direction=OUT`;
      await expectAnswer(site, get(scan), 200, /"version":9.*"version":5.*"version":3/);
      const moved = item('UPDATE', { version: 11, source: 1, target: 't3', properties: { at: 1 } });
      await expectAnswer(site, mutate(`${TABLES}/versions`, moved), 200, /UPDATED/);
      await expectAnswer(site, get(scan), 200, /"version":11.*"version":9.*"version":5/);
    }),
    same(
      'queue modes, and the member mode of WAL records',
      shownBy(
        `${ENGINE}/engine.test.ts`,
        'asynchronous mutations are answered QUEUED and take effect later, once, in order',
      ),
    ),
    same(
      'ranges ASC and DESC with every operator, against a naive filter',
      shownBy(`${CORE}/query/scan-plan.property.test.ts`, 'finds what a naive filter finds, in the order of the index'),
    ),
    same(
      'caches on insert, update and delete, in both directions',
      shownBy(
        `${CORE}/derive/derive-rows.property.test.ts`,
        'every active edge has one row per index and direction, and one cell per cache and direction',
      ),
    ),
    same('parsing of query bodies', async (site) => {
      const bad = [{ type: 'NONE' }, { type: 'GET' }, { type: 'CACHE', database: 'shop', table: 'wish' }, 5, null];
      for (const query of bad)
        await expectAnswer(site, post('/graph/v3/query', { query: [query] }), 400, { code: 'malformed-json' });
    }),
    same('v2: mutations, scans and filters', shownBy(`${SERVER}/edge-queries-v2.test.ts`, 'answers {query}')),
    same(
      'events of v2 in any order give one state, if each INSERT names all properties',
      shownBy(
        `${CORE}/reduce/reduce-v2.property.test.ts`,
        'events of distinct versions give one state in any order of arrival if each INSERT names all properties',
      ),
    ),
    same(
      'convergence: every order of events gives one state, and rows follow from the state',
      shownBy(
        `${CORE}/reduce/reduce.property.test.ts`,
        'events of distinct versions give one state in any order of arrival',
      ),
    ),
    same(
      'guards of metadata and their messages',
      shownBy(
        `${SERVER}/refusals.test.ts`,
        'L8 refused requests say why and change nothing: neither log nor rows nor feed nor catalog',
      ),
    ),
    fixed(
      'the contract of a storage: single rows, prefix scans, increments, set-if-absent',
      'a port with laws, which every store and every deliberately broken one is held against',
      shownBy(`${PORTS}/store-read-laws.ts`, 'scans of many rows equal a sorted list, after puts and removals'),
    ),
    same('parsing of storage URIs', shownBy(`${CORE}/wire/metadata-json.test.ts`, 'takes a namespace and a table')),
    same(
      'the state machine: single transitions, chains, order',
      shownBy(`${CORE}/reduce/reduce.property.test.ts`, 'folding an entry equals reducing its events one by one'),
    ),
    same('codecs: golden bytes', shownBy(`${CORE}/codec/golden-vectors.test.ts`, '{vector.kind}: {vector.name}')),
    same(
      'codecs: keys come back as they were',
      shownBy(`${CORE}/codec/row-key.property.test.ts`, 'of states come back as the edge'),
    ),
    same(
      'JSON shapes of metadata and of requests',
      shownBy(`${SERVER}/exchange.test.ts`, 'the documented exchange gives the documented answers ({store})'),
    ),
    same(
      'number of rows made of an edge',
      shownBy(
        `${CORE}/derive/derive-rows.property.test.ts`,
        'every active edge has one row per index and direction, and one cell per cache and direction',
      ),
    ),
  ],
};
