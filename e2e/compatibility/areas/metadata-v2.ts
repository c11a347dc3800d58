import { type CompatibilityArea, fixed, not, same, shownBy } from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, post, put, refuses, refusesDdl, remove } from '../expectations.ts';
import { createsLabel, edges, edgesOf, label, labelText, like, likesSchema, mutates, SHOP, V2 } from '../labels.ts';
import { TABLES } from '../shop.ts';

const V2_TEST = 'packages/server/src/v2-metadata.test.ts';
const GONE = { code: 'unknown-path' };
const OFF = { active: false };
const NONE = '{"status":"IDLE"}';
const EXISTS = '{"status":"ERROR"}';
const UPDATED = /^\{"status":"UPDATED"/;

/** What all metadata calls of v2 have in common. */
export const V2_RULES: CompatibilityArea = {
  title: '2.5 rules of all metadata calls (v2)',
  cases: [
    same('lists are {"count","content"}, inactive ones included', async (site) => {
      await expectAnswer(site, post(`${V2}/service/quiet`, { desc: '' }), 200, /CREATED/);
      await expectAnswer(site, put(`${V2}/service/quiet`, OFF), 200, UPDATED);
      await expectAnswer(site, get(`${V2}/service`), 200, /^\{"count":3,"content":\[.*"active":false,"name":"quiet"/);
    }),
    same(
      'a GET of what is not there is 404 without a body, and a list of it is empty',
      all(
        ...[
          'service/none',
          'service/shop/label/none',
          'service/shop/alias/none',
          'service/shop/query/none',
          'storage/none',
        ].map((path) => answers(get(`${V2}/${path}`), 404, '')),
        ...['label', 'alias', 'query'].map((list) =>
          answers(get(`${V2}/service/none/${list}`), 200, '{"count":0,"content":[]}'),
        ),
      ),
    ),
    same(
      'a change answers CREATED, UPDATED, DELETED, IDLE or ERROR with 200; members without a value are left out',
      shownBy(V2_TEST, 'everything is deleted from the inside out, and its names are free again'),
    ),
    same(
      'creating what exists, active or not, is ERROR',
      all(
        createsLabel('twice'),
        answers(post(`${SHOP}/label/twice`, label()), 200, EXISTS),
        answers(put(`${SHOP}/label/twice`, OFF), 200, UPDATED),
        answers(post(`${SHOP}/label/twice`, label()), 200, EXISTS),
        answers(post(SHOP, { desc: '' }), 200, EXISTS),
      ),
    ),
    same(
      'changing or deleting what is not there is IDLE',
      all(
        ...['service/none', 'service/shop/label/none', 'service/shop/alias/none', 'service/shop/query/none'].map(
          (path) => answers(put(`${V2}/${path}`, OFF), 200, NONE),
        ),
        answers(put(`${V2}/storage/none`, OFF), 200, NONE),
        answers(remove(`${SHOP}/alias/none`), 200, NONE),
        ...['service/none', 'service/shop/label/none', 'service/shop/alias/none', 'storage/none'].map((path) =>
          answers(remove(`${V2}/admin/${path}`), 200, NONE),
        ),
      ),
    ),
    same(
      'a broken precondition is 400 with the JSON text that v3 has',
      all(
        refusesDdl(post(`${V2}/service/none/label/x`, label()), 'create', 'service not exists : none'),
        refusesDdl(post(`${SHOP}/label/x`, label({ storage: 'none' })), 'create', 'storage not exists : origin.none'),
        refusesDdl(put(SHOP, OFF), 'update', 'entity cannot be deactivated : origin.shop'),
        refusesDdl(remove(`${V2}/admin/service/shop/label/wish`), 'create', 'entity not deactivate : shop.wish'),
      ),
    ),
    same(
      'an audit in the body is accepted',
      answers(post(`${V2}/service/audited`, { desc: '', audit: { actor: 'ann' } }), 200, /CREATED/),
    ),
    same(
      'the plural paths of the documentation, and DELETE outside of admin, do not exist',
      all(
        answers(get(`${V2}/services`), 404, GONE),
        answers(get(`${V2}/services/shop/labels`), 404, GONE),
        answers(remove(SHOP), 405, { code: 'method-not-allowed' }),
        answers(remove(`${SHOP}/label/wish`), 405, { code: 'method-not-allowed' }),
      ),
    ),
    fixed(
      'names are not checked, and one with a dot breaks what is named after it',
      '400 without a dot, "/", ":", white space or control characters in 1 to 64 characters; names that v3 would refuse can be given',
      all(
        ...['a.b', 'a%2Fb', 'a:b', 'a%20b', 'x'.repeat(65)].map((name) =>
          refuses(
            post(`${V2}/service/${name}`, { desc: '' }),
            'validation-failed',
            /a name has 1 to 64 characters without/,
          ),
        ),
        answers(post(`${V2}/service/1-wide`, { desc: '' }), 200, /"name":"1-wide"/),
      ),
    ),
    same(
      'v3 sees what v2 made: labels of both kinds and aliases, with their data',
      shownBy(V2_TEST, 'v3 sees what v2 made'),
    ),
    same('v2 sees what v3 made', shownBy(V2_TEST, 'v2 sees what v3 made')),
  ],
};

/** Services, labels, aliases, stored queries and storages. */
export const V2_ENTITIES: CompatibilityArea = {
  title: '2.5 services, labels, aliases, queries, storages (v2)',
  cases: [
    same(
      'a service needs a desc, which may be empty',
      all(
        refuses(post(`${V2}/service/bare`, {}), 'malformed-json', /desc is missing/),
        answers(
          post(`${V2}/service/bare`, { desc: '' }),
          200,
          '{"status":"CREATED","result":{"active":true,"name":"bare","desc":""}}',
        ),
      ),
    ),
    same(
      'PUT of a service changes active and desc',
      answers(
        put(`${V2}/service/bare`, { active: false, desc: 'd' }),
        200,
        '{"status":"UPDATED","result":{"active":false,"name":"bare","desc":"d"}}',
      ),
    ),
    same(
      'a label with a blank desc is 400',
      refuses(post(`${SHOP}/label/blank`, label({ desc: ' ' })), 'validation-failed', /desc is blank/),
    ),
    same(
      'of a label, groups, indices, caches, event, readOnly and mode may be missing',
      all(
        createsLabel('short', { indices: undefined }),
        answers(
          get(`${SHOP}/label/short`),
          200,
          /"groups":\[\],"indices":\[\],"caches":\[\],"event":false,"readOnly":false,"mode":"SYNC"\}$/,
        ),
      ),
    ),
    same(
      'nullable of a field must be said',
      refuses(
        post(`${SHOP}/label/x`, label({ schema: likesSchema({ name: 'a', type: 'LONG' }) })),
        'malformed-json',
        /nullable is missing/,
      ),
    ),
    same(
      'event and readOnly are kept and shown',
      all(
        createsLabel('flags', { event: true, readOnly: true }),
        answers(get(`${SHOP}/label/flags`), 200, /"event":true,"readOnly":true,"mode":"SYNC"\}$/),
      ),
    ),
    same(
      'PUT of a label changes its parts and leaves the others alone',
      shownBy(V2_TEST, 'a label is changed part by part'),
    ),
    same(
      'IGNORE is DROP for v3; ts, src and tgt in an index are version, source and target',
      all(
        createsLabel('mapped', {
          mode: 'IGNORE',
          indices: [{ name: 'i', fields: ['ts', 'src', 'tgt'].map((name) => ({ name, order: 'ASC' })) }],
        }),
        answers(
          get(`${TABLES}/mapped`),
          200,
          /"fields":\[\{"field":"version","order":"ASC"\},\{"field":"source","order":"ASC"\},\{"field":"target","order":"ASC"\}\].*"mode":"DROP"/,
        ),
      ),
    ),
    same(
      'a new field must be nullable',
      refuses(
        put(`${SHOP}/label/short`, { schema: likesSchema({ name: 'n', type: 'LONG', nullable: false }) }),
        'invalid-change',
        /Only optional fields can be added/,
      ),
    ),
    fixed(
      'a label changes its type under its rows',
      '400 once it has rows; edges never become multi edges',
      all(
        refuses(
          put(`${SHOP}/label/wish`, { type: 'HASH' }),
          'invalid-change',
          /shop\.wish is of type INDEXED and has rows/,
        ),
        refuses(put(`${SHOP}/label/wish`, { type: 'MULTI_EDGE' }), 'validation-failed', /type is "MULTI_EDGE"/),
        answers(put(`${SHOP}/label/short`, { type: 'NIL' }), 200, /"type":"NIL"/),
      ),
    ),
    not(
      'labels of type IMMUTABLE_INDEXED',
      'refused with the names of the four types that are described',
      refuses(
        post(`${SHOP}/label/x`, label({ type: 'IMMUTABLE_INDEXED' })),
        'malformed-json',
        /expected one of INDEXED, HASH, MULTI_EDGE, NIL/,
      ),
    ),
    same(
      'copy makes a label of the same definition in another storage, without the edges',
      all(
        createsLabel('original'),
        mutates(edges('POST', edgesOf('original'), like(1)), 'CREATED'),
        answers(
          post(`${SHOP}/label/original/copy`, { target: 'copy', storage: 'metastore' }),
          200,
          `{"status":"CREATED","result":${labelText({ name: 'shop.copy', storage: 'metastore' })}}`,
        ),
        answers(get(`${edgesOf('copy')}?src=Alice&tgt=Phone`), 200, /"rows":0/),
      ),
    ),
    same(
      'copying onto a label that exists is ERROR',
      answers(post(`${SHOP}/label/original/copy`, { target: 'copy', storage: 'metastore' }), 200, EXISTS),
    ),
    fixed(
      'a copy called a.b becomes "service.a.b"',
      '400: the bare name is asked for',
      refuses(
        post(`${SHOP}/label/original/copy`, { target: 'a.b', storage: 'metastore' }),
        'validation-failed',
        /target is "a\.b"/,
      ),
    ),
    same('the status of a label is the text N/A', async (site) => {
      const { headers } = await expectAnswer(site, get(`${SHOP}/label/wish/status`), 200, 'N/A');
      if (!headers['content-type']?.startsWith('text/plain')) throw new Error(`${headers['content-type']}`);
    }),
    same('an alias may stand for a label of another service; it shows the whole label', async (site) => {
      await expectAnswer(site, post(`${V2}/service/far`, { desc: '' }), 200, /CREATED/);
      const alias = post(`${V2}/service/far/alias/near`, { desc: 'x', target: 'shop.original' });
      const shown = `{"active":true,"name":"far.near","desc":"x","target":"shop.original","label":${labelText({ name: 'shop.original' })}}`;
      await expectAnswer(site, alias, 200, `{"status":"CREATED","result":${shown}}`);
      await expectAnswer(site, get(`${V2}/service/far/alias/near`), 200, shown);
    }),
    same(
      'new-label copies the label of an alias into the service of the alias',
      answers(
        post(`${V2}/service/far/alias/near/new-label`, { target: 'own', storage: 'metastore' }),
        200,
        `{"status":"CREATED","result":${labelText({ name: 'far.own', storage: 'metastore' })}}`,
      ),
    ),
    same(
      'PUT of an alias changes active, desc and target',
      answers(
        put(`${V2}/service/far/alias/near`, { target: 'far.own' }),
        200,
        /"target":"far\.own","label":\{"active":true,"name":"far\.own"/,
      ),
    ),
    fixed(
      'an alias is turned to a label that does not exist',
      '400 with the text of the create call',
      refusesDdl(
        put(`${V2}/service/far/alias/near`, { target: 'far.none' }),
        'update',
        'target label not exists : far.none',
      ),
    ),
    same(
      'a stored query keeps desc, query and stats; stats [] comes back as [""]',
      answers(
        post(`${SHOP}/query/top`, { desc: 'd', query: 'select', stats: [] }),
        200,
        '{"status":"CREATED","result":{"active":true,"name":"shop.top","desc":"d","query":"select","stats":[""]}}',
      ),
    ),
    same(
      'a label that an active stored query speaks of is not deactivated',
      shownBy(V2_TEST, 'a stored query lives, and holds the label that it speaks of'),
    ),
    same(
      'nothing runs a stored query, and no call deletes one',
      all(
        answers(get(`${SHOP}/query/top/edge`), 404, GONE),
        answers(remove(`${SHOP}/query/top`), 405, { code: 'method-not-allowed' }),
      ),
    ),
    same(
      'a storage has a type and a conf, which PUT changes',
      all(
        answers(
          post(`${V2}/storage/st`, { desc: 'd', type: 'HBASE', conf: { namespace: 'ns', tableName: 't' } }),
          200,
          '{"status":"CREATED","result":{"active":true,"name":"st","desc":"d","type":"HBASE","conf":{"namespace":"ns","tableName":"t"}}}',
        ),
        answers(
          put(`${V2}/storage/st`, { type: 'NIL', conf: { a: [1] } }),
          200,
          /"type":"NIL","conf":\{"a":\[1\]\}\}\}$/,
        ),
      ),
    ),
    fixed(
      'a named storage says where the rows of a label are',
      'it is kept and shown; rows are in the one store that there is',
      all(
        createsLabel('stored', { storage: 'st' }),
        mutates(edges('POST', edgesOf('stored'), like(1)), 'CREATED'),
        answers(get(`${edgesOf('stored')}?src=Alice&tgt=Phone`), 200, /"rows":1/),
      ),
    ),
    same(
      'a storage with an active label is not deactivated',
      refusesDdl(put(`${V2}/storage/st`, OFF), 'update', 'entity cannot be deactivated : origin.st'),
    ),
    same(
      'a service with active labels is not deleted, and they are named',
      refuses(remove(`${V2}/admin/service/sys`), 'precondition-failed', /^Service sys has active labels: sys\.nil$/),
    ),
    same(
      'GET /graph/v2/admin/labels is a text about each active label and alias',
      shownBy(V2_TEST, 'an alias is turned to a label of another service; admin tells what there is'),
    ),
    not(
      'GET /graph/v2/admin/dump, /graph/v2/admin//migration/…, /graph/v2/admin/metadata/…',
      'they compare what several servers hold in memory, and one server has one catalog',
      all(
        ...[
          'admin/dump',
          'admin//migration/x',
          'admin/metadata/service',
          'admin/metadata/storage',
          'admin/metadata/alias',
        ].map((path) => answers(get(`${V2}/${path}`), 404, GONE)),
      ),
    ),
    not(
      'GET /graph/v2/metastore/global and /local',
      'they page through SQL rows of metadata, which are not there: the catalog is in log and store',
      all(
        answers(get(`${V2}/metastore/global?page=0&size=1`), 404, GONE),
        answers(get(`${V2}/metastore/local`), 404, GONE),
      ),
    ),
    not(
      '/graph/v2/admin/hbase/…',
      'there is no HBase to administer',
      answers(get(`${V2}/admin/hbase/cluster`), 404, GONE),
    ),
  ],
};
