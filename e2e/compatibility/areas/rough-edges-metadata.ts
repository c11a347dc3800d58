import assert from 'node:assert/strict';
import { send } from '@actionbase/server/testing/send';
import { type Check, type CompatibilityArea, fixed, roughEdge, same, shownBy } from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, post, put, refuses, remove } from '../expectations.ts';
import {
  creates,
  edgeTable,
  index,
  item,
  multiEdgeTable,
  mutate,
  mutateMulti,
  property,
  RICH,
  TABLES,
  V3,
  WISH,
} from '../shop.ts';

const SCHEMA_TEST = 'packages/core/src/model/validate-schema.test.ts';
const ENGINE_TEST = 'packages/engine/src/engine.test.ts';
const SCHEMA_CHANGES_TEST = 'packages/server/src/schema-changes.test.ts';
const RESERVED = ['version', 'source', 'target', 'direction', 'dir', 'ts', 'src', 'tgt', 'edgeId', 'active', 'offset'];
const ONE_DOC = {
  type: 'GET',
  name: 'g',
  include: true,
  database: 'shop',
  table: 'rich',
  source: { type: 'VALUE', value: [7] },
  target: { type: 'VALUE', value: ['a'] },
};
const ALIASES = `${V3}/shop/aliases`;

/** Rows 16 to 30: model, metadata and schema. */
export const ROUGH_EDGES_METADATA: CompatibilityArea = {
  title: '10.3 model and metadata',
  cases: [
    ...roughEdge(
      '16',
      fixed(
        'a table with an object property cannot be read',
        'get, scan, seek and multi-hop queries answer the JSON tree',
        all(
          answers(get(`${RICH}/edges/get?source=7&target=a`), 200, /"doc":\{"a":\[1,2\]\}/),
          answers(get(`${RICH}/edges/scan/by_at?start=7&direction=OUT&limit=1`), 200, /"doc":\{"a":\[1,2\]\}/),
          answers(get(`${RICH}/edges/seek/first?start=7&direction=OUT&limit=1`), 200, /"doc":\{"a":\[1,2\]\}/),
          answers(
            post('/graph/v3/query', {
              query: [ONE_DOC],
            }),

            200,
            /"doc":\{"a":\[1,2\]\}/,
          ),
        ),
      ),
      fixed(
        'JSON_OBJECT reads texts that hold JSON',
        'it reads object properties as well',
        answers(
          post('/graph/v3/query', {
            query: [
              {
                ...ONE_DOC,
                post: [{ type: 'JSON_OBJECT', field: 'doc', paths: [{ path: 'a', alias: 'a', dataType: 'STRING' }] }],
              },
            ],
          }),
          200,
          /"price":1\.5,"a":"\[1,2\]"\}/,
        ),
      ),
    ),
    ...roughEdge(
      '17',
      fixed(
        "properties named as the edge's own members are accepted and lost",
        '400 that names the property and the reserved names',
        all(
          ...RESERVED.map((name) =>
            refuses(
              post(TABLES, edgeTable('x', { properties: [property(name, 'long')] })),
              'invalid-change',
              new RegExp(`"${name}" is a reserved name; reserved are version, source`),
            ),
          ),
        ),
      ),
      fixed(
        'two properties of one name',
        '400 that names both places',
        refuses(
          post(TABLES, edgeTable('x', { properties: [property('p', 'long'), property('p', 'int')] })),
          'invalid-change',
          /another property called "p"/,
        ),
      ),
    ),
    ...roughEdge(
      '18',
      fixed(
        'an index, group or cache of an unknown field',
        '400 that names the field; version, source and target stay allowed',
        all(
          refuses(
            post(TABLES, edgeTable('x', { indexes: [index('i', ['nope', 'ASC'])] })),
            'invalid-change',
            /"nope" is neither a property nor/,
          ),
          refuses(
            post(TABLES, edgeTable('x', { caches: [{ cache: 'c', fields: [{ field: 'nope', order: 'ASC' }] }] })),
            'invalid-change',
            /nope/,
          ),
          refuses(
            post(TABLES, edgeTable('x', { groups: [{ group: 'g', type: 'COUNT', fields: [{ name: 'nope' }] }] })),
            'invalid-change',
            /nope/,
          ),
          creates(
            edgeTable('own_members', {
              indexes: [index('i', ['version', 'ASC'], ['source', 'ASC'], ['target', 'ASC'])],
            }),
          ),
        ),
      ),
    ),
    ...roughEdge(
      '19',
      fixed(
        'an update with another direction is ignored',
        '400 that says so',
        refuses(
          put(RICH, { schema: { ...(edgeTable('rich').schema as object), direction: 'OUT' } }),
          'invalid-change',
          /the direction is BOTH and cannot become OUT/,
        ),
      ),
      fixed('vertex types change under existing rows', '400 once the table has rows', vertexTypes()),
      fixed('an indexed property is removed or changes its type', '400: the index goes first', indexedProperty()),
      fixed(
        'an index of the same name changes what it means',
        '400: drop it and create it again',
        shownBy(SCHEMA_TEST, 'a table allows no change to {name}, with rows or without'),
      ),
      fixed(
        'the comment of a property that is not nullable cannot change',
        'it can',
        all(
          creates(strictTable('before')),
          answers(
            put(`${TABLES}/strict_comment`, { schema: strictTable('after').schema }),
            200,
            /"comment":"after","nullable":false/,
          ),
        ),
      ),
    ),
    ...roughEdge(
      '20',
      fixed(
        'a new index, group or cache of a table with edges lacks their rows',
        'they are built before the update answers',
        shownBy(
          SCHEMA_CHANGES_TEST,
          'an index that is added to a table with edges answers as soon as the PUT does ({store})',
        ),
      ),
      fixed(
        'and of a large table',
        'they are built in the background while writes go on; until then it answers 400 not-ready',
        shownBy(SCHEMA_CHANGES_TEST, 'an index of a large table is not ready, then is, while edges are written on'),
      ),
      fixed(
        'rows of a dropped one stay',
        'they are removed, before anything of its name is built again',
        shownBy(SCHEMA_CHANGES_TEST, 'an index that is dropped and added again has no row of its first life ({store})'),
      ),
    ),
    ...roughEdge(
      '21',
      fixed(
        'an alias is turned to a table that does not exist',
        '400 with the text of the create call',
        all(
          answers(post(ALIASES, { alias: 'edge21', table: 'wish', comment: '' }), 200, /edge21/),
          refuses(
            put(`${ALIASES}/edge21`, { table: 'none' }),
            'precondition-failed',
            /ddl update failed\.\.\.\\ntarget label not exists : shop\.none/,
          ),
        ),
      ),
      fixed(
        'an alias whose table is gone is activated',
        '400 with the same text',
        all(
          creates(edgeTable('going')),
          answers(post(ALIASES, { alias: 'dangling', table: 'going', comment: '' }), 200, /dangling/),
          answers(put(`${ALIASES}/dangling`, { active: false }), 200, /false/),
          answers(put(`${TABLES}/going`, { active: false }), 200, /false/),
          answers(remove(`${TABLES}/going`), 204, ''),
          refuses(
            put(`${ALIASES}/dangling`, { active: true }),
            'precondition-failed',
            /target label not exists : shop\.going/,
          ),
        ),
      ),
    ),
    ...roughEdge(
      '22',
      fixed(
        'creating what exists answers 200 with an empty body',
        '409 with the project body and the code already-exists',
        all(
          answers(post(V3, { database: 'shop', comment: '' }), 409, {
            code: 'already-exists',
            message: /database shop/,
          }),
          answers(post(TABLES, edgeTable('wish')), 409, { code: 'already-exists', message: /table shop\.wish/ }),
        ),
      ),
    ),
    ...roughEdge(
      '23',
      fixed(
        'an update of what is missing leaves a ghost row',
        '404 without a body, and nothing is written',
        shownBy(
          'packages/server/src/refusals.test.ts',
          'an update of a missing entity is 404 without a body and leaves nothing behind',
        ),
      ),
      same(
        'DELETE of what is missing is 204, and refused deletes say "ddl create failed"',
        all(
          answers(remove(`${TABLES}/none`), 204, ''),
          refuses(remove(WISH), 'precondition-failed', /ddl create failed/),
        ),
      ),
    ),
    ...roughEdge(
      '24',
      fixed(
        'revision, createdAt, createdBy, updatedAt, updatedBy are constants',
        'they are real',
        all(
          answers(
            post(V3, { database: 'audited', comment: '' }, { 'x-actor-id': 'ann' }),
            200,
            /"revision":1,"createdAt":<ms>,"createdBy":"ann","updatedAt":<ms>,"updatedBy":"ann"/,
          ),
          answers(
            put(`${V3}/audited`, { comment: 'b' }),
            200,
            /"revision":2,"createdAt":<ms>,"createdBy":"ann","updatedAt":<ms>,"updatedBy":"-"/,
          ),
        ),
      ),
    ),
    ...roughEdge(
      '25',
      fixed(
        'clocks of servers decide the order of metadata changes',
        'they are records of the log, in its order, with a revision',
        shownBy(ENGINE_TEST, 'the catalog is the same after a restart'),
      ),
    ),
    ...roughEdge('26', fixed('beyond 1000 metadata rows, tables vanish', 'lists are complete', manyDatabases())),
    ...roughEdge(
      '27',
      fixed(
        'a change of metadata is seen up to a minute later',
        'it is seen by the next request',
        all(
          creates(edgeTable('at_once')),
          answers(mutate(`${TABLES}/at_once`, item('INSERT', { version: 1, source: 1, target: 'a' })), 200, /CREATED/),
          answers(put(`${TABLES}/at_once`, { active: false }), 200, /false/),
          refuses(get(`${TABLES}/at_once/edges/count?start=1&direction=OUT`), 'unknown-table', /at_once/),
        ),
      ),
    ),
    ...roughEdge(
      '28',
      fixed(
        "a deleted table's rows come back with its name",
        'a table of the same name begins empty; the old rows are removed in the background',
        shownBy(
          ENGINE_TEST,
          'a table that was deleted and created again begins empty, also after its rows were cleared',
        ),
      ),
    ),
    ...roughEdge(
      '29',
      fixed(
        'two names with one code are not noticed',
        '400 that names both',
        refuses(
          post(TABLES, edgeTable('x', { properties: [property('poup', 'long'), property('p57wp', 'long')] })),
          'invalid-change',
          /"p57wp" has the same xxHash32 code .* as "poup"/,
        ),
      ),
    ),
    ...roughEdge(
      '30',
      fixed(
        'ids of multi edges are cast as source and target in a get',
        'they are cast with the type of the id everywhere',
        all(
          creates(multiEdgeTable('orders', { id: { type: 'string', comment: '' } })),
          answers(
            mutateMulti(`${TABLES}/orders`, item('INSERT', { version: 1, id: 'o-1', source: 1, target: 2 })),
            200,
            /CREATED/,
          ),
          answers(get(`${TABLES}/orders/edges/get?source=o-1&target=o-1`), 200, /"_id":"o-1".*"count":1,/),
          answers(get(`${TABLES}/orders/multi-edges/ids?ids=o-1`), 200, /"_id":"o-1".*"count":1,/),
        ),
      ),
    ),
  ],
};

function strictTable(comment: string): ReturnType<typeof edgeTable> {
  return edgeTable('strict_comment', { properties: [{ name: 'p', type: 'long', comment, nullable: false }] });
}

function vertexTypes(): Check {
  return async (site) => {
    const other = { ...(edgeTable('typed').schema as object), source: { type: 'string', comment: '' } };
    await creates(edgeTable('typed'))(site);
    await expectAnswer(site, put(`${TABLES}/typed`, { schema: other }), 200, /"source":\{"type":"string"/);
    await expectAnswer(
      site,
      mutate(`${TABLES}/typed`, item('INSERT', { version: 1, source: 'a', target: 'b' })),
      200,
      /CREATED/,
    );
    await refuses(
      put(`${TABLES}/typed`, { schema: edgeTable('typed').schema }),
      'invalid-change',
      /string and cannot become long: the table has rows/,
    )(site);
  };
}

function indexedProperty(): Check {
  return async (site) => {
    const schema = (type: string) =>
      edgeTable('indexed', { properties: [property('at', type)], indexes: [index('i', ['at', 'ASC'])] });
    await creates(schema('long'))(site);
    await refuses(put(`${TABLES}/indexed`, { schema: schema('string').schema }), 'invalid-change', /at/)(site);
    await refuses(
      put(`${TABLES}/indexed`, {
        schema: edgeTable('indexed', { properties: [], indexes: [index('i', ['at', 'ASC'])] }).schema,
      }),
      'invalid-change',
      /at/,
    )(site);
    await expectAnswer(
      site,
      put(`${TABLES}/indexed`, { schema: edgeTable('indexed', { properties: [] }).schema }),
      200,
      /"properties":\[\]/,
    );
  };
}

function manyDatabases(): Check {
  return async (site) => {
    await using server = await site.start({ requestLog: false });
    const names = Array.from({ length: 1001 }, (_, at) => `d${at}`);
    await Promise.all(names.map((database) => send(server, post(V3, { database, comment: '' }))));
    const list: unknown = JSON.parse((await send(server, get(V3))).text);
    assert.equal(Array.isArray(list) && list.length, 1002, 'those that were made, and sys');
  };
}
