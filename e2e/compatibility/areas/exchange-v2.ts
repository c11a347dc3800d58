import assert from 'node:assert/strict';
import { type CompatibilityArea, not, same, shownBy } from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, post, put } from '../expectations.ts';
import { label, labelText, V2 } from '../labels.ts';
import { V3 } from '../shop.ts';

const EXISTS = '{"status":"ERROR"}';
const NONE = '{"status":"IDLE"}';
const OFF = { active: false };
const UPDATED = /^\{"status":"UPDATED"/;

/** The documented exchange of v2. */
export const V2_EXCHANGE: CompatibilityArea = {
  title: '2.6, 2.7 who uses what, and the exchange of v2',
  cases: [
    same(
      'POST service answers the service: active, name, desc in the order of the reference’s server, not of its documentation',
      async (site) => {
        const likes = '{"active":true,"name":"likes","desc":"Likes"}';
        await expectAnswer(
          site,
          post(`${V2}/service/likes`, { desc: 'Likes' }),
          200,
          `{"status":"CREATED","result":${likes}}`,
        );
        await expectAnswer(site, post(`${V2}/service/likes`, { desc: 'Likes' }), 200, EXISTS);
        await expectAnswer(
          site,
          get(`${V2}/service`),
          200,
          /^\{"count":3,"content":\[\{"active":true,"name":"sys","desc":"System service"\},/,
        );
      },
    ),
    same(
      'POST label answers the label: active, name, desc, type, schema, … in the order of the reference’s server',
      answers(
        post(`${V2}/service/likes/label/likes`, label()),
        200,
        `{"status":"CREATED","result":${labelText({ name: 'likes.likes' })}}`,
      ),
    ),
    same(
      'PUT label answers UPDATED with the label, and IDLE for an unknown one',
      all(
        answers(
          put(`${V2}/service/likes/label/likes`, OFF),
          200,
          `{"status":"UPDATED","result":${labelText({ name: 'likes.likes', active: false })}}`,
        ),
        answers(put(`${V2}/service/likes/label/none`, OFF), 200, NONE),
        answers(put(`${V2}/service/likes/label/likes`, { active: true }), 200, UPDATED),
      ),
    ),
    same(
      'POST alias answers the alias: active, name, desc, target, label in the order of the reference’s server',
      answers(
        post(`${V2}/service/likes/alias/fav`, { desc: 'x', target: 'likes.likes' }),
        200,
        `{"status":"CREATED","result":{"active":true,"name":"likes.fav","desc":"x","target":"likes.likes","label":${labelText({ name: 'likes.likes' })}}}`,
      ),
    ),
    same(
      'POST storage answers the storage',
      answers(
        post(`${V2}/storage/st`, { desc: 'd', type: 'HBASE', conf: { namespace: 'ns', tableName: 't' } }),
        200,
        '{"status":"CREATED","result":{"active":true,"name":"st","desc":"d","type":"HBASE","conf":{"namespace":"ns","tableName":"t"}}}',
      ),
    ),
    same('POST edge answers status, trace id and the edge', async (site) => {
      const sent = { edges: [{ ts: 1, src: 'a', tgt: 'b', props: { created_at: 1 } }] };
      await expectAnswer(
        site,
        post(`${V2}/service/likes/label/likes/edge`, sent),
        200,
        /^\{"result":\[\{"status":"CREATED","traceId":"[0-9A-HJKMNP-TV-Z]{26}","edge":\{"ts":1,"src":"a","tgt":"b","props":\{"created_at":1\},"active":true\}\}\]\}$/,
      );
    }),
    same('GET edge by its ends, by an index and as a count answers the documented text', async (site) => {
      const path = `${V2}/service/likes/label/likes/edge`;
      const rows = '{"data":[{"dir":"OUT","ts":1,"src":"a","tgt":"b","created_at":1}],"rows":1,"stats":[],"offset":';
      await expectAnswer(site, get(`${path}?src=a&tgt=b`), 200, `${rows}null,"hasNext":false}`);
      const { text } = await expectAnswer(
        site,
        get(`${path}?src=a&index=recent&dir=OUT&limit=10&filter=created_at:gt:0`),
        200,
        /"offset":"[\w-]+","hasNext":false\}$/,
      );
      assert.ok(text.startsWith(rows), text);
      await expectAnswer(
        site,
        get(`${path}?src=a&select=COUNT(1)`),
        200,
        '{"data":[{"src":"a","COUNT(1)":1,"dir":"OUT"}],"rows":1,"stats":[],"offset":null,"hasNext":false}',
      );
    }),
    same(
      'the built-in storages are local_only_storage, local_backed_metastore and metastore',
      answers(
        get(`${V2}/storage`),
        200,
        /^\{"count":4,"content":\[\{"active":true,"name":"local_only_storage",[^}]*"type":"LOCAL","conf":\{"useGlobal":false\}\},\{"active":true,"name":"local_backed_metastore",[^}]*"type":"LOCAL","conf":\{"useGlobal":true\}\},\{"active":true,"name":"metastore",[^}]*"type":"JDBC","conf":\{\}\}/,
      ),
    ),
    not(
      'the storage default_hbase_storage',
      'it is that of the setting kc.graph.default-storage, which there is not',
      answers(get(`${V2}/storage/default_hbase_storage`), 404, ''),
    ),
    not(
      'the system labels service, storage, label, info, query, alias, online_metadata_v2',
      'metadata is a catalog, not edges that a client could write; sys.nil is there',
      answers(get(`${V2}/service/sys/label`), 200, /^\{"count":1,"content":\[\{"active":true,"name":"sys\.nil"/),
    ),
    same(
      'the quick start: v2 makes service and label, v3 writes, gets, scans and counts',
      shownBy('packages/server/src/command-line.test.ts', 'the reference’s command line is served: {name}'),
    ),
    same(
      'the guide app asks v2 whether service and label exist, then reads by v3',
      all(
        answers(get(`${V2}/service/likes`), 200, /"active":true/),
        answers(get(`${V2}/service/likes/label/none`), 404, ''),
        answers(get(`${V3}/likes/tables/likes/edges/scan/recent?start=a&direction=OUT&limit=25`), 200, /"count":1/),
      ),
    ),
  ],
};
