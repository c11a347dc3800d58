import { exchangeBody } from '@actionbase/server/testing/exchange';
import { type CompatibilityArea, fixed, not, same, shownBy } from '../compatibility-case.ts';
import { all, answers, get, post, put, refuses, refusesDdl, remove } from '../expectations.ts';
import { AUDIT, creates, edgeTable, index, multiEdgeTable, property, TABLES, V3, WISH } from '../shop.ts';

const METADATA_TEST = 'packages/server/src/metadata.test.ts';

/** Tables. */
export const TABLE_CALLS: CompatibilityArea = {
  title: '2.2 tables',
  cases: [
    same(
      'POST tables answers 200 with the descriptor, members in the documented order',
      answers(
        post(TABLES, edgeTable('shown', { indexes: [index('i', ['at', 'DESC'])] }, { comment: 'c' })),
        200,
        '{"type":"edge","tenant":"local","database":"shop","table":"shown","schema":{"type":"edge",' +
          '"source":{"type":"long","comment":""},"target":{"type":"string","comment":""},' +
          '"properties":[{"name":"at","type":"long","comment":"","nullable":true}],"direction":"BOTH",' +
          '"indexes":[{"index":"i","fields":[{"field":"at","order":"DESC"}],"comment":"","primary":-1,"batch":0}],' +
          '"groups":[],"caches":[]},"mode":"SYNC","storage":"datastore://shop/shown","active":true,"comment":"c",' +
          `${AUDIT}}`,
      ),
    ),
    same(
      'a table of multi edges says multiEdge twice and shows its id, without _id among the properties',
      answers(
        get(`${TABLES}/pay`),
        200,
        /^\{"type":"multiEdge",.*"schema":\{"type":"multiEdge","id":\{"type":"long","comment":""\},"source":.*"properties":\[\{"name":"at"/,
      ),
    ),
    same(
      'EDGE, edge, MULTI_EDGE and multiEdge are read; mode is SYNC when missing',
      all(
        creates(edgeTable('lower', { type: 'edge' })),
        creates(multiEdgeTable('lower_multi', { type: 'multiEdge' })),
        answers(get(`${TABLES}/lower_multi`), 200, /"mode":"SYNC"/),
      ),
    ),
    same(
      'a missing required member, an unknown type and an unknown mode are 400',
      all(
        refuses(post(TABLES, edgeTable('x', {}, { comment: undefined })), 'malformed-json', /comment is missing/),
        refuses(post(TABLES, edgeTable('x', { type: 'HASH' })), 'malformed-json', /schema\.type is "HASH"/),
        refuses(post(TABLES, edgeTable('x', {}, { mode: 'sync' })), 'malformed-json', /mode is "sync"/),
        refuses(post(TABLES, multiEdgeTable('x', { id: undefined })), 'malformed-json', /schema\.id is missing/),
      ),
    ),
    same(
      'mode DENY is refused on create and on update',
      all(
        refuses(post(TABLES, edgeTable('x', {}, { mode: 'DENY' })), 'malformed-json', /DENY is not supported/),
        refuses(put(WISH, { mode: 'DENY' }), 'malformed-json', /DENY is not supported/),
      ),
    ),
    same(
      'a table in a missing or inactive database is 400',
      refusesDdl(post(`${V3}/none/tables`, edgeTable('t')), 'create', 'service not exists : none'),
    ),
    same(
      'a table with the name of an alias is 400',
      all(
        answers(post(`${V3}/shop/aliases`, { alias: 'taken', table: 'wish', comment: '' }), 200, /taken/),
        refusesDdl(post(TABLES, edgeTable('taken')), 'create', 'alias name already exists : shop.taken'),
        answers(put(`${V3}/shop/aliases/taken`, { active: false }), 200, /false/),
      ),
    ),
    fixed(
      'creating a table that exists',
      '409 with the code already-exists instead of 200 with an empty body',
      answers(post(TABLES, exchangeBody(2)), 409, { code: 'already-exists', message: /shop\.wish/ }),
    ),
    same('tables of an unknown database are an empty list', answers(get(`${V3}/none/tables`), 200, '[]')),
    same(
      'GET and PUT of a table that is not there are 404 without a body',
      all(answers(get(`${TABLES}/none`), 404, ''), answers(put(`${TABLES}/none`, { comment: 'x' }), 404, '')),
    ),
    same('DELETE of a table that is not there is 204', answers(remove(`${TABLES}/none`), 204, '')),
    same('an active table is not deleted', refusesDdl(remove(WISH), 'create', 'entity not deactivate : shop.wish')),
    same(
      'a table with an active alias is not deactivated',
      shownBy(METADATA_TEST, 'a table lives: listed by status, changed, guarded by its alias, deleted with its rows'),
    ),
    same(
      'an inactive table is unknown to data calls, keeps its name, and can be activated again',
      all(
        creates(edgeTable('sleepy')),
        answers(put(`${TABLES}/sleepy`, { active: false }), 200, /"active":false/),
        refuses(
          get(`${TABLES}/sleepy/edges/count?start=1&direction=OUT`),
          'unknown-table',
          /^No such label shop\.sleepy\.$/,
        ),
        answers(post(TABLES, edgeTable('sleepy')), 409, { code: 'already-exists' }),
        answers(put(`${TABLES}/sleepy`, { active: true }), 200, /"active":true/),
        answers(get(`${TABLES}/sleepy/edges/count?start=1&direction=OUT`), 200, /"count":0/),
      ),
    ),
    same(
      'PUT changes mode and comment and keeps the schema that it does not name',
      all(
        creates(edgeTable('kept', { indexes: [index('i', ['at', 'DESC'])] })),
        answers(
          put(`${TABLES}/kept`, { mode: 'ASYNC', comment: 'n' }),
          200,
          /"indexes":\[\{"index":"i".*"mode":"ASYNC".*"comment":"n"/,
        ),
      ),
    ),
    same(
      'a new property must be nullable',
      refuses(
        put(WISH, { schema: wishSchemaWith({ ...property('new', 'long'), nullable: false }) }),
        'invalid-change',
        /Only optional fields can be added/,
      ),
    ),
    same(
      'a new property that is nullable reads as null',
      all(
        creates(edgeTable('grown')),
        answers(
          post(`${TABLES}/grown/edges`, {
            mutations: [{ type: 'INSERT', edge: { version: 1, source: 1, target: 'a' } }],
          }),
          200,
          /CREATED/,
        ),
        answers(
          put(`${TABLES}/grown`, {
            schema: edgeTable('grown', { properties: [property('at', 'long'), property('note', 'string')] }).schema,
          }),
          200,
          /"name":"note"/,
        ),
        answers(get(`${TABLES}/grown/edges/get?source=1&target=a`), 200, /"properties":\{"at":null,"note":null\}/),
      ),
    ),
  ],
};

/** What a table declares. */
export const SCHEMAS: CompatibilityArea = {
  title: '1.3–1.7, 2.3 schemas',
  cases: [
    same(
      'vertices are long or string, an id may be of any type',
      all(
        refuses(
          post(TABLES, edgeTable('x', { source: { type: 'int', comment: '' } })),
          'malformed-json',
          /"int"; expected one of long, string/,
        ),
        creates(multiEdgeTable('any_id', { id: { type: 'double', comment: '' } })),
      ),
    ),
    same(
      'type names of properties are lower case',
      refuses(post(TABLES, edgeTable('x', { properties: [property('p', 'LONG')] })), 'malformed-json', /"LONG"/),
    ),
    same(
      'nullable is false when missing',
      answers(
        post(TABLES, edgeTable('strict', { properties: [{ name: 'p', type: 'int', comment: '' }] })),
        200,
        /"name":"p","type":"int","comment":"","nullable":false/,
      ),
    ),
    same(
      'primary and batch of an index are read and dropped; an index may have no fields',
      answers(
        post(TABLES, edgeTable('primed', { indexes: [{ ...index('i'), primary: 1, batch: 2 }] })),
        200,
        /"index":"i","fields":\[\],"comment":"","primary":-1,"batch":0/,
      ),
    ),
    fixed(
      'two indexes of one name',
      'refused: the rows of one would be those of the other',
      refuses(
        post(TABLES, edgeTable('x', { indexes: [index('i'), index('i')] })),
        'invalid-change',
        /another index called "i"/,
      ),
    ),
    same(
      'a group has BOTH directions and eight days to live unless it says otherwise; a field without bucket shows null',
      answers(
        post(TABLES, edgeTable('grouped', { groups: [{ group: 'g', type: 'COUNT', fields: [{ name: 'at' }] }] })),
        200,
        /"groups":\[\{"group":"g","type":"COUNT","fields":\[\{"name":"at","bucket":null\}\],"valueField":"-","comment":"","directionType":"BOTH","ttl":691200000\}\]/,
      ),
    ),
    same(
      'a cache holds 100 edges unless it says otherwise, and at least 1',
      all(
        answers(
          post(TABLES, edgeTable('cached', { caches: [{ cache: 'c', fields: [{ field: 'at', order: 'ASC' }] }] })),
          200,
          /"caches":\[\{"cache":"c","fields":\[\{"field":"at","order":"ASC"\}\],"limit":100,"comment":""\}\]/,
        ),
        refuses(
          post(TABLES, edgeTable('x', { caches: [{ cache: 'c', fields: [], limit: 0 }] })),
          'malformed-json',
          /limit is 0/,
        ),
      ),
    ),
    same(
      'what is not indexed may be removed, or change its type',
      shownBy('packages/core/src/model/validate-schema.test.ts', 'a table with rows allows {name}'),
    ),
    fixed(
      'a SUM group over a field that is no integer',
      'refused when the table is made, instead of an ERROR for each edge',
      refuses(
        post(TABLES, edgeTable('x', { groups: [{ group: 'g', type: 'SUM', valueField: 'no', fields: [] }] })),
        'invalid-change',
        /valueField/,
      ),
    ),
    not(
      'changing storage, or edges into multi edges, by an update',
      'neither changes in the reference; here another type in the sent schema is refused instead of ignored',
      all(
        answers(put(WISH, { storage: 'datastore://other/t' }), 200, /"storage":"datastore:\/\/shop\/wish"/),
        refuses(
          put(WISH, { schema: multiEdgeTable('wish').schema }),
          'invalid-change',
          /cannot become one of type multiEdge/,
        ),
      ),
    ),
  ],
};

function wishSchemaWith(added: object): object {
  const { schema } = JSON.parse(exchangeBody(2));
  return { ...schema, properties: [...schema.properties, added] };
}
