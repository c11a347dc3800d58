import type { Sent } from '@actionbase/server/testing/send';
import { type CompatibilityArea, type CompatibilityCase, fixed, not, same } from '../compatibility-case.ts';
import { all, answers, get, post, put, remove } from '../expectations.ts';
import { edgeTable, multiEdgeTable, PAY, RICH, TABLES, V3, WISH } from '../shop.ts';

type Answer = readonly [Sent, number];

const ALIASES = `${V3}/shop/aliases`;
const OFF = { active: false };
const NO_TYPE = { mutations: [{ edge: {} }] };
const NOWHERE = { code: 'unknown-path' };

/** The list of endpoints with the statuses that each may answer, line by line. */
export const STATUS_CODES: CompatibilityArea = {
  title: '13.2 statuses of every endpoint',
  cases: [
    statuses('GET databases', [get(V3), 200], [get(`${V3}?status=all`), 400]),
    statuses('GET database', [get(`${V3}/shop`), 200], [get(`${V3}/none`), 404], [get(`${V3}/1x`), 400]),
    statuses('POST database', [post(V3, { database: 'd', comment: '' }), 200], [post(V3, { comment: '' }), 400]),
    statuses('PUT database', [put(`${V3}/d`, OFF), 200], [put(`${V3}/none`, OFF), 404], [put(`${V3}/shop`, OFF), 400]),
    statuses('DELETE database', [remove(`${V3}/d`), 204], [remove(`${V3}/shop`), 400]),
    statuses('GET tables', [get(TABLES), 200], [get(`${TABLES}?status=x`), 400]),
    statuses('GET table', [get(WISH), 200], [get(`${TABLES}/none`), 404], [get(`${TABLES}/1x`), 400]),
    statuses(
      'POST table',
      [post(TABLES, edgeTable('t')), 200],
      [post(TABLES, edgeTable('1x')), 400],
      [post(TABLES, multiEdgeTable('m')), 200],
    ),
    statuses(
      'PUT table',
      [put(`${TABLES}/t`, OFF), 200],
      [put(`${TABLES}/none`, OFF), 404],
      [put(WISH, { mode: 'x' }), 400],
    ),
    statuses('DELETE table', [remove(`${TABLES}/t`), 204], [remove(WISH), 400]),
    statuses('GET aliases', [get(ALIASES), 200], [get(`${ALIASES}?status=x`), 400]),
    statuses(
      'POST alias',
      [post(ALIASES, { alias: 'a', table: 'wish', comment: '' }), 200],
      [post(ALIASES, { alias: 'b', table: 'none', comment: '' }), 400],
    ),
    statuses('GET alias', [get(`${ALIASES}/a`), 200], [get(`${ALIASES}/none`), 404], [get(`${ALIASES}/1x`), 400]),
    statuses(
      'PUT alias',
      [put(`${ALIASES}/a`, { comment: 'c' }), 200],
      [put(`${ALIASES}/none`, OFF), 404],
      [put(`${ALIASES}/a`, { active: 'no' }), 400],
    ),
    same(
      'DELETE alias: 204, 400',
      all(
        answers(remove(`${ALIASES}/a`), 400, /a/),
        answers(put(`${ALIASES}/a`, OFF), 200, /a/),
        answers(remove(`${ALIASES}/a`), 204, ''),
      ),
    ),
    fixed(
      'POST of a database, a table or an alias that is there: 200 and nothing',
      '409',
      all(
        answers(post(V3, { database: 'shop', comment: '' }), 409, { code: 'already-exists' }),
        answers(post(TABLES, edgeTable('wish')), 409, { code: 'already-exists' }),
      ),
    ),
    ...['edges', 'edges/sync'].map((call) =>
      statuses(
        `POST ${call}`,
        [post(`${WISH}/${call}`, { mutations: [] }), 200],
        [post(`${WISH}/${call}`, NO_TYPE), 400],
      ),
    ),
    ...['multi-edges', 'multi-edges/sync'].map((call) =>
      statuses(
        `POST ${call}`,
        [post(`${PAY}/${call}`, { mutations: [] }), 200],
        [post(`${PAY}/${call}`, NO_TYPE), 400],
      ),
    ),
    statuses(
      'GET edges/count',
      [get(`${WISH}/edges/count?start=7&direction=OUT`), 200],
      [get(`${WISH}/edges/count?start=7`), 400],
    ),
    statuses(
      'GET edges/counts',
      [get(`${WISH}/edges/counts?start=7&direction=OUT`), 200],
      [get(`${WISH}/edges/counts?direction=OUT`), 400],
    ),
    statuses(
      'GET edges/get',
      [get(`${WISH}/edges/get?source=7&target=a`), 200],
      [get(`${WISH}/edges/get?source=x&target=a`), 400],
    ),
    statuses(
      'POST edges/get',
      [post(`${WISH}/edges/get`, { source: ['7'], target: ['a'] }), 200],
      [post(`${WISH}/edges/get`, { source: '7', target: ['a'] }), 400],
    ),
    statuses(
      'GET edges/scan/{index}',
      [get(`${WISH}/edges/scan/newest?start=7&direction=OUT`), 200],
      [get(`${WISH}/edges/scan/none?start=7&direction=OUT`), 400],
    ),
    statuses(
      'GET edges/seek/{cache}',
      [get(`${WISH}/edges/seek/top?start=7&direction=OUT`), 200],
      [get(`${WISH}/edges/seek/none?start=7&direction=OUT`), 400],
    ),
    statuses(
      'GET edges/agg/{group}',
      [get(`${RICH}/edges/agg/daily?start=7&direction=OUT&ranges=color:eq:red`), 200],
      [get(`${RICH}/edges/agg/daily?start=7&direction=OUT`), 400],
    ),
    statuses(
      'GET multi-edges/ids',
      [get(`${PAY}/multi-edges/ids?ids=9`), 200],
      [get(`${WISH}/multi-edges/ids?ids=9`), 400],
    ),
    statuses(
      'POST multi-edges/ids',
      [post(`${PAY}/multi-edges/ids`, { ids: [9] }), 200],
      [post(`${PAY}/multi-edges/ids`, {}), 400],
    ),
    statuses(
      'POST /graph/v3/query',
      [post('/graph/v3/query', { query: [] }), 200],
      [post('/graph/v3/query', { query: [{ type: 'scan' }] }), 400],
    ),
    statuses('GET /graph/v3 and /graph/v3/datastore', [get('/graph/v3'), 200], [get('/graph/v3/datastore'), 200]),
    not(
      'datastore/hbase/…: with HBase only',
      'there is none',
      answers(get('/graph/v3/datastore/hbase/tables'), 404, NOWHERE),
    ),
    statuses(
      'GET /actuator, /actuator/health, /actuator/info',
      [get('/actuator'), 200],
      [get('/actuator/health'), 200],
      [get('/actuator/info'), 200],
    ),
    not(
      'GET /actuator/metrics and /actuator/host-info',
      'metrics are at /actuator/prometheus; a host tells nothing about itself',
      all(answers(get('/actuator/metrics'), 404, NOWHERE), answers(get('/actuator/host-info'), 404, NOWHERE)),
    ),
    same(
      'a method that is not mapped: 405 with the default body; a trailing slash: 404; HEAD where there is GET',
      all(
        answers(
          { path: `${WISH}/edges`, method: 'PATCH' },
          405,
          /"path":"\/graph\/v3\/databases\/shop\/tables\/wish\/edges"/,
        ),
        answers(get(`${V3}/`), 404, NOWHERE),
        answers({ path: V3, method: 'HEAD' }, 200, ''),
      ),
    ),
  ],
};

/** An endpoint with what it answers to each request. */
function statuses(name: string, ...sent: readonly Answer[]): CompatibilityCase {
  const codes = [...new Set(sent.map(([, status]) => status))];
  return same(`${name}: ${codes.join(', ')}`, all(...sent.map(([request, status]) => answers(request, status, /^/))));
}
