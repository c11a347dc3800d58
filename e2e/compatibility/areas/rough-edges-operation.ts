import assert from 'node:assert/strict';
import { OPERATIONS } from '@actionbase/server/openapi/families';
import { labelOf } from '@actionbase/server/openapi/operation';
import { ROUTES } from '@actionbase/server/routes/routes';
import { send } from '@actionbase/server/testing/send';
import { type Check, type CompatibilityArea, fixed, roughEdge, same, shownBy } from '../compatibility-case.ts';
import { all, answers, expectAnswer, get, post, readJson, refuses } from '../expectations.ts';
import { creates, edgeTable, item, mutate, property, TABLES, WISH } from '../shop.ts';

const SERVER_TEST = 'packages/server/src/server.test.ts';
const DERIVE_TEST = 'packages/core/src/derive/derive-rows.test.ts';
const CROSS = Array.from({ length: 101 }, (_, at) => String(at));

/** Rows 49 to 59: performance and operation. */
export const ROUGH_EDGES_OPERATION: CompatibilityArea = {
  title: '10.6, 10.7 performance and operation',
  cases: [
    ...roughEdge(
      '49',
      fixed(
        'each key of a request costs four round trips',
        'a request is one append and one transaction, however many keys it has',
        oneFrame(),
      ),
    ),
    ...roughEdge(
      '50',
      fixed(
        'cross products and fan-outs have no limit',
        '400 above 10,000 pairs; pages and many starts are read together',
        all(
          refuses(
            post(`${WISH}/edges/get`, { source: CROSS, target: CROSS }),
            'limit-out-of-range',
            /10201; allowed are 0\.\.10000/,
          ),
          refuses(
            post('/graph/v3/query', {
              query: [
                {
                  type: 'GET',
                  database: 'shop',
                  table: 'wish',
                  source: { type: 'VALUE', value: CROSS },
                  target: { type: 'VALUE', value: CROSS },
                },
              ],
            }),
            'limit-out-of-range',
            /10201/,
          ),
        ),
      ),
    ),
    ...roughEdge(
      '51',
      fixed(
        'every UPDATE writes all index and cache rows again',
        'rows whose bytes did not change are left alone',
        shownBy(DERIVE_TEST, 'an update that changes only times writes no index row again'),
      ),
      same(
        'index rows hold all properties',
        shownBy(DERIVE_TEST, 'the rows of the quick start equal those of the reference, byte for byte'),
      ),
    ),
    ...roughEdge(
      '52',
      fixed(
        'pools of 5 KB buffers run empty or leak',
        'there are no pools: many large edges at once are written and read',
        largeEdges(),
      ),
    ),
    ...roughEdge(
      '53',
      fixed(
        'actionbase.datastore.type does not choose where data goes',
        'there is one store, and datastore says which',
        all(answers(get('/graph/v3/datastore'), 200, '{"type":"EMBEDDED","configuration":{}}'), async () => {
          const { readFileSync } = await import('node:fs');
          const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
          for (const setting of ['actionbase.datastore.type', 'kc.graph.hbase', 'kc.graph.wal']) {
            assert.ok(page.includes(setting), `docs/configuration.md tells what became of ${setting}`);
          }
        }),
      ),
    ),
    ...roughEdge(
      '54',
      fixed(
        'health is 503 until somebody PUTs readiness',
        'it is UP once the log is replayed',
        shownBy(
          SERVER_TEST,
          'while the database opens, the server is alive, not ready, and answers calls with starting',
        ),
      ),
    ),
    ...roughEdge(
      '55',
      fixed(
        'nobody asks who calls',
        'a server that listens beyond its computer needs tokens, or must be told that everybody may do everything',
        shownBy(
          'packages/server/src/access-changes.test.ts',
          'beyond this computer a server starts with tokens, or when told that everybody may do everything',
        ),
      ),
      same(
        'two shapes of error bodies, and of a change of metadata JSON text inside JSON',
        shownBy(
          'packages/server/src/refusals.test.ts',
          'an error body has the members of the reference in their order, then the code',
        ),
      ),
      fixed(
        'there is no CORS',
        'the setting cors.origins names the pages that may call',
        shownBy(
          'packages/server/src/cors.test.ts',
          'a page of a listed origin may use the answers, refusals included; a page of another one may not',
        ),
      ),
      fixed(
        'there is no OpenAPI document',
        'it is at /openapi.json, and every route is in it',
        all(answers(get('/openapi.json'), 200, /^\{"openapi":"3\.1\.\d"/), async () => {
          assert.deepEqual(
            ROUTES.map(({ label }) => label).filter((label) => !OPERATIONS.map(labelOf).includes(label)),
            [],
          );
        }),
      ),
    ),
    ...roughEdge(
      '56',
      fixed(
        'there are no metrics for Prometheus',
        'they are at /actuator/prometheus',
        shownBy(
          SERVER_TEST,
          'metrics count requests by route and status, results of mutations, and show where the log is',
        ),
      ),
    ),
    ...roughEdge(
      '57',
      fixed(
        'bodies above 256 KiB are 400 with the text "413 PAYLOAD_TOO_LARGE"',
        '16 MiB unless limits.bodyBytes says otherwise; above, 413',
        bodyLimit(),
      ),
    ),
    ...roughEdge(
      '58',
      same(
        'the command line of the reference works as it does against its own server',
        shownBy('packages/server/src/command-line.test.ts', 'the reference’s command line is served: {name}'),
      ),
      fixed(
        'it shows longs above 2^53 rounded',
        'our own command, actionbase, shows every digit',
        shownBy('e2e/cli.test.ts', 'writes, reads, scans and counts'),
      ),
      fixed(
        'it shows failures as nil pointers, and exits with 0',
        'our own shows what the server says, and its exit code tells what happened',
        shownBy('e2e/cli.test.ts', 'exits by what happened'),
      ),
    ),
    ...roughEdge(
      '59',
      fixed(
        'the standalone image keeps everything in memory',
        'the embedded store is durable, over kill -9 and a power cut',
        shownBy(SERVER_TEST, 'L1 what was acknowledged is there after the embedded database was opened again'),
      ),
    ),
  ],
};

function oneFrame(): Check {
  return async (site) => {
    const { log } = site.server.instance;
    const before = log.bounds(0).end;
    const items = Array.from({ length: 200 }, (_, at) =>
      item('INSERT', { version: 1, source: 349, target: `k${at}`, properties: { at } }),
    );
    await expectAnswer(site, mutate(WISH, ...items), 200, /CREATED/);
    assert.equal(log.bounds(0).end, before + 1);
  };
}

function largeEdges(): Check {
  return async (site) => {
    await creates(edgeTable('large', { properties: [property('text', 'string')] }))(site);
    const text = 'x'.repeat(20_000);
    const write = (at: number) =>
      send(
        site,
        mutate(`${TABLES}/large`, item('INSERT', { version: 1, source: 1, target: `t${at}`, properties: { text } })),
      );
    await Promise.all(Array.from({ length: 60 }, (_, at) => write(at)));
    const targets = Array.from({ length: 60 }, (_, at) => `t${at}`);
    const { count } = await readJson(site, post(`${TABLES}/large/edges/get`, { source: ['1'], target: targets }));
    assert.equal(count, 60);
  };
}

function bodyLimit(): Check {
  return async (site) => {
    await expectAnswer(site, post(`${WISH}/edges`, `{"mutations":[]${' '.repeat(300_000)}}`), 200, '{"results":[]}');
    await using small = await site.start({ 'limits.bodyBytes': 1024 });
    await expectAnswer(small, post('/graph/v3/databases', ' '.repeat(1025)), 413, {
      code: 'body-too-large',
      message: /1024/,
    });
  };
}
