import assert from 'node:assert/strict';
import { CONFIG_TABLE } from '@actionbase/server/config/config-table';
import { aToken, makeTokenFile } from '@actionbase/server/testing/access-tokens';
import { send } from '@actionbase/server/testing/send';
import { type CompatibilityArea, fixed, not, same, shownBy } from '../compatibility-case.ts';
import { answers, expectAnswer, get, post, refuses } from '../expectations.ts';
import { edgeTable, item, mutate, TABLES, V3, WISH } from '../shop.ts';

const MODES_TEST = 'packages/server/src/modes.test.ts';
const SERVER_TEST = 'packages/server/src/server.test.ts';

/** Modes, settings and what every request goes through. */
export const CONFIG_AND_MODES: CompatibilityArea = {
  title: '1.8, 7.1–7.3 modes and settings',
  cases: [
    same(
      'the mode of a call follows from force, system, request and table',
      shownBy(MODES_TEST, 'with the system mode {system} every call runs in the mode that the table of modes says'),
    ),
    same('queued mutations are answered QUEUED with the count of their items', async (site) => {
      await expectAnswer(site, post(TABLES, edgeTable('queued', {}, { mode: 'ASYNC' })), 200, /"mode":"ASYNC"/);
      const edge = { version: 1, source: 1, target: 'a' };
      await expectAnswer(
        site,
        mutate(`${TABLES}/queued`, item('INSERT', edge), item('UPDATE', { ...edge, version: 2 })),
        200,
        '{"results":[{"source":1,"target":"a","status":"QUEUED","count":2}]}',
      );
    }),
    fixed(
      'ASYNC mutations wait for a consumer outside',
      'the server has its own: they take effect in the order of the log, once, also after a crash',
      shownBy(
        'packages/engine/src/engine.test.ts',
        'asynchronous mutations are answered QUEUED and take effect later, once, in order',
      ),
    ),
    same(
      'DROP mutations are kept in the log and never take effect',
      shownBy('packages/engine/src/engine.test.ts', 'a DROP mutation is kept in the log and never takes effect'),
    ),
    same('a SYNC call to a table in mode DROP is 400 without force', async (site) => {
      await expectAnswer(site, post(TABLES, edgeTable('dropping', {}, { mode: 'DROP' })), 200, /"mode":"DROP"/);
      const body = { mutations: [item('DELETE', { version: 1, source: 1, target: 'a' })] };
      await refuses(
        post(`${TABLES}/dropping/edges/sync`, body),
        'mode-conflict',
        /^SYNC request is not allowed when table mode is IGNORE without force or system override\./,
      )(site);
      await expectAnswer(site, post(`${TABLES}/dropping/edges/sync?force=true`, body), 200, /"status":"IDLE"/);
    }),
    same(
      'with the system mode ASYNC, edges/sync is QUEUED, and with force it is CREATED',
      shownBy(MODES_TEST, 'with the system mode {system} every call runs in the mode that the table of modes says'),
    ),
    same(
      'read-only mode answers 403 with a message, except for GET and the calls that only read',
      shownBy(
        SERVER_TEST,
        'in read-only mode every route refuses all methods but GET, except the calls that only read',
      ),
    ),
    same('read-only refuses HEAD and OPTIONS, too', async (site) => {
      await using readOnly = await site.start({ readOnly: true });
      for (const method of ['HEAD', 'OPTIONS', 'POST']) {
        assert.equal((await send(readOnly, { method, path: V3 })).status, 403, method);
      }
      await answers(
        post(V3, { database: 'x', comment: '' }),
        403,
        '{"message":"Write operation not allowed in read-only mode: POST /graph/v3/databases"}',
      )({ ...site, port: readOnly.port });
    }),
    same('a server in read-only mode starts', async (site) => {
      await using readOnly = await site.start({ readOnly: true });
      await expectAnswer(readOnly, get(V3), 200, /"sys"/);
    }),
    same(
      'every answer has the header Response-Meta with version and host',
      shownBy(SERVER_TEST, 'every answer has its length, its type and the header Response-Meta'),
    ),
    same(
      'X-Request-ID, X-Actor-ID and X-AB-Actor-ID name the request and who sent it',
      answers(
        get('/graph', { 'x-request-id': 'r', 'x-actor-id': 'ann', 'x-ab-actor-id': 'ben' }),
        200,
        '{"v2":"/graph/v2","v3":"/graph/v3","request":{"requestId":"r","actor":"ann"}}',
      ),
    ),
    same(
      'without tokens the header Authorization is accepted and ignored',
      answers(get(V3, { authorization: 'any' }), 200, /"sys"/),
    ),
    same('with tokens, paths of /graph/v2 and /graph/v3 need one, alone in the header Authorization', async (site) => {
      const known = aToken();
      await using file = await makeTokenFile([known]);
      await using guarded = await site.start({ 'access.tokensFile': file.path });
      for (const path of ['/graph/v2', '/graph/v3', '/graph/v3/nowhere'])
        await expectAnswer(guarded, get(path), 401, '');
      await expectAnswer(guarded, get('/graph'), 200, /"v3"/);
      await expectAnswer(guarded, get('/graph/v3', { authorization: known.text }), 200, '{"engine":"Actionbase"}');
    }),
    fixed(
      'a token may do everything',
      'it has a role for some databases or for all, it may end, and it is changed without a restart',
      shownBy(
        'packages/server/src/access-routes.test.ts',
        'every route lets those through whose token is enough, and refuses all others',
      ),
    ),
    same('answers are not compressed', async (site) => {
      const { headers } = await send(site, get(V3, { 'accept-encoding': 'gzip, br' }));
      assert.equal(headers['content-encoding'], undefined);
    }),
    same('the setting of the tenant is shown in descriptors', async (site) => {
      await using named = await site.start({ tenant: 'acme' });
      await expectAnswer(named, get(`${V3}/sys`), 200, /^\{"tenant":"acme"/);
    }),
    fixed(
      'the settings of phase and tenant must be one word, or the server does not start',
      'each is set for itself; the phase is shown in WAL and CDC records, the tenant there and in descriptors',
      async (site) => {
        await using named = await site.start({ phase: 'test', tenant: 'acme' });
        await expectAnswer(named, post(V3, { database: 'd', comment: '' }), 200, /"tenant":"acme"/);
        const wal = '/actionbase/v1/log/wal?table=sys.service';
        await expectAnswer(named, get(wal), 200, /"src":"test:origin".*"phase":"test","tenant":"acme"/);
      },
    ),
    fixed(
      'kc.graph.warm-up writes and reads an edge of each table (enabled, count, concurrency)',
      'warmUp reads the first rows of every active table, and writes nothing',
      shownBy(
        'packages/server/src/warm-up.test.ts',
        'readiness stays DOWN and data is refused until the warm-up is done (readOnly: {readOnly})',
      ),
    ),
    not(
      'kc.graph.default-storage',
      'there is one store; the storage of a table is kept and shown, and decides nothing',
      async (site) => {
        const table = edgeTable('anywhere', {}, { storage: 'datastore://else/where' });
        await expectAnswer(site, post(TABLES, table), 200, /"storage":"datastore:\/\/else\/where"/);
        await expectAnswer(
          site,
          mutate(`${TABLES}/anywhere`, item('INSERT', { version: 1, source: 1, target: 'a' })),
          200,
          /CREATED/,
        );
      },
    ),
    same('read-only refuses the writes of v2, and answers its queries', async (site) => {
      await using readOnly = await site.start({ readOnly: true });
      const one = '/graph/v2/service/sys/label/nil/edge';
      for (const method of ['POST', 'PUT', 'DELETE'])
        assert.equal((await send(readOnly, { method, path: one })).status, 403);
      await expectAnswer(readOnly, get(`${one}?src=a&tgt=b`), 200, /"rows":0/);
    }),
    fixed(
      'a write whose path happens to end with /query, by the name of what it changes, passes read-only',
      '403: what counts is the call, not the names in its path',
      async (site) => {
        await using readOnly = await site.start({ readOnly: true });
        for (const path of [
          '/graph/v2/service/query',
          '/graph/v2/service/sys/query/query',
          '/graph/v2/storage/query',
        ]) {
          await expectAnswer(readOnly, post(path, { desc: '' }), 403, /read-only mode/);
        }
      },
    ),
    fixed(
      'the actor of v3 metadata calls',
      'it is kept, and shown as createdBy and updatedBy',
      answers(
        post(V3, { database: 'signed', comment: '' }, { 'x-actor-id': 'ann' }),
        200,
        /"createdBy":"ann","updatedAt":<ms>,"updatedBy":"ann"/,
      ),
    ),
    not(
      'metastore settings: URL, table, pool, reload interval, fetch limit',
      'metadata lives in the log and in the store; a change is seen by the next request',
      async (site) => {
        await expectAnswer(site, post(V3, { database: 'at_once', comment: '' }), 200, /at_once/);
        await expectAnswer(site, get(V3), 200, /at_once/);
      },
    ),
    not(
      'the setting mutation-request-timeout',
      'a mutation is refused at once when too many wait',
      shownBy(
        'packages/engine/src/engine.test.ts',
        'more waiting mutations than the limit are refused as overloaded, and those taken are all applied',
      ),
    ),
    not('the setting encoder-pool-size', 'there are no pools of buffers', async (site) => {
      assert.ok(Object.keys(CONFIG_TABLE).every((name) => !name.toLowerCase().includes('pool')));
      await expectAnswer(site, get(`${WISH}/edges/get?source=7&target=sku-a`), 200, /"count":1/);
    }),
    not(
      'mirror paths',
      "a relay of the reference's own deployment",
      answers(get('/mirror/x/graph/v2/service/s/label/l/edge'), 404, { code: 'unknown-path' }),
    ),
    not(
      'the guard "production" with the header Actor-ROLE',
      'it guards administration of HBase, which is not there',
      answers(get('/graph/v3/datastore/hbase/namespaces', { 'actor-role': 'ADMIN' }), 404, { code: 'unknown-path' }),
    ),
    not(
      'administration of HBase tables',
      'the embedded store has no tables of its own to administer',
      answers(get('/graph/v3/datastore/hbase/tables'), 404, { code: 'unknown-path' }),
    ),
    fixed(
      'GET /graph/v3/datastore',
      'it says EMBEDDED, which is where the data really is',
      answers(get('/graph/v3/datastore'), 200, '{"type":"EMBEDDED","configuration":{}}'),
    ),
  ],
};
