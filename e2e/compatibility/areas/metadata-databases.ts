import assert from 'node:assert/strict';
import { exchangeBody } from '@actionbase/server/testing/exchange';
import { send } from '@actionbase/server/testing/send';
import { type CompatibilityArea, fixed, not, same, shownBy } from '../compatibility-case.ts';
import { all, answers, get, post, put, refuses, refusesDdl, remove } from '../expectations.ts';
import { AUDIT, creates, edgeTable, TABLES, V3, WISH } from '../shop.ts';

const METADATA_TEST = 'packages/server/src/metadata.test.ts';
const NAME_64 = `n${'x'.repeat(63)}`;
const ALIASES = `${V3}/shop/aliases`;

/** What all metadata calls have in common. */
export const METADATA_RULES: CompatibilityArea = {
  title: '2.1 rules of all metadata calls',
  cases: [
    same(
      'names have 1 to 64 letters, digits, "_" and "-" and begin with a letter',
      all(
        answers(post(V3, { database: NAME_64, comment: '' }), 200, /"database":"nx/),
        answers(get(`${V3}/${NAME_64}y`), 400, { code: 'invalid-name' }),
        answers(get(`${V3}/shop/tables/_x`), 400, { code: 'invalid-name' }),
        answers(get(`${V3}/shop/aliases/a.b`), 400, { code: 'invalid-name' }),
      ),
    ),
    same(
      'a bad name in a path, or of a new database, is 400 with the default body, which has no message',
      answers(
        post(V3, { database: '1x', comment: '' }, { 'x-request-id': 'r' }),
        400,
        /^\{"timestamp":"[^"]+","path":"\/graph\/v3\/databases","status":400,"error":"Bad Request","requestId":"r","code":/,
      ),
    ),
    same(
      'a bad name, storage or comment of a table or an alias is 400 with the project body',
      all(
        refuses(post(TABLES, edgeTable('1')), 'validation-failed', /table is "1"/),
        refuses(post(ALIASES, { alias: '', table: 'wish', comment: '' }), 'validation-failed', /alias is ""/),
      ),
    ),
    same(
      'a comment has at most 1000 characters; that of a database is not checked',
      all(
        creates(edgeTable('long_comment', {}, { comment: 'c'.repeat(1000) })),
        refuses(
          post(TABLES, edgeTable('x', {}, { comment: 'c'.repeat(1001) })),
          'validation-failed',
          /1001 characters/,
        ),
        refuses(put(WISH, { comment: 'c'.repeat(1001) }), 'validation-failed', /1001 characters/),
        answers(post(V3, { database: 'commented', comment: 'c'.repeat(1001) }), 200, /c{1001}/),
      ),
    ),
    same(
      'a storage is datastore://namespace/table, the namespace in lower case letters and "_"',
      all(
        creates(edgeTable('stored', {}, { storage: 'datastore://my_ns/Table_9' })),
        refuses(post(TABLES, edgeTable('x', {}, { storage: 'datastore://ns1/t' })), 'validation-failed', /storage is/),
        refuses(post(TABLES, edgeTable('x', {}, { storage: 'hbase' })), 'validation-failed', /storage is "hbase"/),
      ),
    ),
    same(
      'status of a list: ACTIVE, INACTIVE or ALL in upper case; empty means ACTIVE',
      all(
        answers(post(V3, { database: 'idle', comment: '' }), 200, /idle/),
        answers(put(`${V3}/idle`, { active: false }), 200, /"active":false/),
        answers(get(`${V3}?status=`), 200, /^(?!.*"idle").*"sys".*"shop"/),
        answers(get(`${V3}?status=INACTIVE`), 200, /^\[\{"tenant":"local","database":"idle"[^[]*\}\]$/),
        answers(get(`${V3}?status=ALL`), 200, /"sys".*"idle"/),
        refuses(get(`${V3}?status=all`), 'invalid-parameter', /ACTIVE, INACTIVE or ALL/),
      ),
    ),
    same('OPTIONS answers 200 with the methods in Allow', async (site) => {
      const { status, headers, text } = await send(site, { method: 'OPTIONS', path: V3 });
      assert.deepEqual([status, headers.allow, text], [200, 'GET,HEAD,POST,OPTIONS', '']);
    }),
    same('HEAD answers like GET, without the body', async (site) => {
      const { status, headers, text } = await send(site, { method: 'HEAD', path: V3 });
      const full = await send(site, get(V3));
      assert.deepEqual([status, headers['content-length'], text], [200, full.headers['content-length'], '']);
    }),
    same('a trailing slash is 404', answers(get(`${V3}/`), 404, { code: 'unknown-path' })),
    same(
      'an Accept that leaves JSON out is 406',
      answers(get(V3, { accept: 'application/xml' }), 406, { code: 'not-acceptable' }),
    ),
    not(
      'an HTML page for errors where Accept asks for text/html',
      'errors are JSON for everybody: the page came with the framework',
      answers(get('/nowhere', { accept: 'text/html' }), 404, /^\{"timestamp"/),
    ),
    same(
      'the database sys always exists',
      answers(get(`${V3}/sys`), 200, /"database":"sys","active":true,"comment":"System service"/),
    ),
    same(
      'names are free again after a delete',
      shownBy(
        METADATA_TEST,
        'a database lives: created, listed, changed, deactivated, reactivated, deleted, created again',
      ),
    ),
  ],
};

/** Databases. */
export const DATABASES: CompatibilityArea = {
  title: '2.2 databases',
  cases: [
    same(
      'POST databases answers 200 with the descriptor; active and version are read and dropped',
      answers(
        post(V3, { database: 'made', comment: 'c', active: false, version: 9 }),
        200,
        `{"tenant":"local","database":"made","active":true,"comment":"c",${AUDIT}}`,
      ),
    ),
    same(
      'a database without comment is 400',
      refuses(post(V3, { database: 'x' }), 'malformed-json', /comment is missing/),
    ),
    fixed(
      'creating what exists, active or not',
      '409 with the code already-exists instead of 200 with an empty body',
      answers(post(V3, exchangeBody(1)), 409, { code: 'already-exists', message: /shop already exists/ }),
    ),
    same('GET of a database that is not there is 404 without a body', answers(get(`${V3}/none`), 404, '')),
    same(
      'GET answers inactive ones, too',
      all(
        answers(post(V3, { database: 'resting', comment: '' }), 200, /resting/),
        answers(put(`${V3}/resting`, { active: false }), 200, /"active":false/),
        answers(get(`${V3}/resting`), 200, /"database":"resting","active":false/),
      ),
    ),
    same(
      'PUT changes active and comment; null and absent leave them alone',
      all(
        answers(post(V3, { database: 'changing', comment: 'a' }), 200, /changing/),
        answers(put(`${V3}/changing`, { comment: 'b', active: null }), 200, /"active":true,"comment":"b","revision":2/),
      ),
    ),
    same('PUT of a database that is not there is 404 without a body', answers(put(`${V3}/none`, {}), 404, '')),
    same(
      'a database with an active table is not deactivated',
      refusesDdl(put(`${V3}/shop`, { active: false }), 'update', 'entity cannot be deactivated : origin.shop'),
    ),
    same(
      'an active database is not deleted, and the text says "ddl create failed"',
      refusesDdl(remove(`${V3}/shop`), 'create', 'entity not deactivate : origin.shop'),
    ),
    same('DELETE of what is not there is 204', answers(remove(`${V3}/none`), 204, '')),
    fixed(
      'DELETE of an inactive database that still has tables',
      'refused, with their names: they would be left without a database',
      all(
        answers(post(V3, { database: 'full', comment: '' }), 200, /full/),
        answers(post(`${V3}/full/tables`, edgeTable('t')), 200, /"table":"t"/),
        answers(put(`${V3}/full/tables/t`, { active: false }), 200, /"active":false/),
        answers(put(`${V3}/full`, { active: false }), 200, /"active":false/),
        refuses(remove(`${V3}/full`), 'precondition-failed', /still has tables \(t\)/),
      ),
    ),
    fixed(
      'activating a table in an inactive database',
      'refused with the text of the create call: an active table is in an active database',
      all(
        answers(post(V3, { database: 'shut', comment: '' }), 200, /shut/),
        answers(post(`${V3}/shut/tables`, edgeTable('t')), 200, /"table":"t"/),
        answers(put(`${V3}/shut/tables/t`, { active: false }), 200, /"active":false/),
        answers(put(`${V3}/shut`, { active: false }), 200, /"active":false/),
        refusesDdl(put(`${V3}/shut/tables/t`, { active: true }), 'update', 'service not exists : shut'),
      ),
    ),
    fixed(
      'changing the database sys',
      'refused: it belongs to the server',
      refuses(put(`${V3}/sys`, { comment: 'mine' }), 'precondition-failed', /origin\.sys/),
    ),
  ],
};
