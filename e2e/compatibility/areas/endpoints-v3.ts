import type { Sent } from '@actionbase/server/testing/send';
import type { CompatibilityArea, CompatibilityCase } from '../compatibility-case.ts';
import { same } from '../compatibility-case.ts';
import { answers, get, post, put, remove } from '../expectations.ts';
import { edgeTable, item, multiEdgeTable, mutate, mutateMulti, PAY, RICH, TABLES, V3, WISH } from '../shop.ts';

/** Every call of the v3 API with a request that succeeds. They stand in an order in which each finds what it needs. */
export const ENDPOINTS_V3: CompatibilityArea = {
  title: '2.2, 3.1, 4.1–4.8 calls (v3)',
  cases: [
    call('GET /graph/v3', 200, get('/graph/v3')),
    ...databaseCalls(),
    ...tableCalls(),
    ...aliasCalls(),
    ...mutationCalls(),
    ...readCalls(),
    call('GET /graph/v3/datastore', 200, get('/graph/v3/datastore')),
  ],
};

function call(name: string, status: 200 | 204, sent: Sent): CompatibilityCase {
  return same(`${name} answers ${status}`, answers(sent, status, status === 204 ? '' : /^[[{]/));
}

function databaseCalls(): readonly CompatibilityCase[] {
  const one = `${V3}/called`;
  return [
    call('POST /graph/v3/databases', 200, post(V3, { database: 'called', comment: '' })),
    call('GET /graph/v3/databases', 200, get(`${V3}?status=ALL`)),
    call('GET /graph/v3/databases/{database}', 200, get(one)),
    call('PUT /graph/v3/databases/{database}', 200, put(one, { active: false })),
    call('DELETE /graph/v3/databases/{database}', 204, remove(one)),
  ];
}

function tableCalls(): readonly CompatibilityCase[] {
  const path = '/graph/v3/databases/{database}/tables';
  const one = `${TABLES}/called`;
  return [
    call(`POST ${path}`, 200, post(TABLES, edgeTable('called'))),
    same(
      `POST ${path} makes tables of multi edges, too`,
      answers(post(TABLES, multiEdgeTable('called_multi')), 200, /multiEdge/),
    ),
    call(`GET ${path}`, 200, get(`${TABLES}?status=ACTIVE`)),
    call(`GET ${path}/{table}`, 200, get(one)),
    call(`PUT ${path}/{table}`, 200, put(one, { active: false })),
    call(`DELETE ${path}/{table}`, 204, remove(one)),
  ];
}

function aliasCalls(): readonly CompatibilityCase[] {
  const path = '/graph/v3/databases/{database}/aliases';
  const aliases = `${V3}/shop/aliases`;
  const one = `${aliases}/called`;
  return [
    call(`POST ${path}`, 200, post(aliases, { alias: 'called', table: 'wish', comment: '' })),
    call(`GET ${path}`, 200, get(`${aliases}?status=ACTIVE`)),
    call(`GET ${path}/{alias}`, 200, get(one)),
    call(`PUT ${path}/{alias}`, 200, put(one, { active: false })),
    call(`DELETE ${path}/{alias}`, 204, remove(one)),
  ];
}

function mutationCalls(): readonly CompatibilityCase[] {
  const path = '/graph/v3/databases/{database}/tables/{table}';
  const unique = mutate(WISH, item('DELETE', { version: 1, source: 1, target: 'a' }));
  const multi = mutateMulti(PAY, item('DELETE', { version: 1, id: 1 }));
  return [
    call(`POST ${path}/edges`, 200, unique),
    call(`POST ${path}/edges/sync`, 200, { ...unique, path: `${WISH}/edges/sync?lock=true&force=false` }),
    call(`POST ${path}/multi-edges`, 200, multi),
    call(`POST ${path}/multi-edges/sync`, 200, { ...multi, path: `${PAY}/multi-edges/sync?lock=true&force=true` }),
  ];
}

function readCalls(): readonly CompatibilityCase[] {
  const path = '/graph/v3/databases/{database}/tables/{table}';
  return [
    call(`GET ${path}/edges/get`, 200, get(`${WISH}/edges/get?source=7&target=sku-a`)),
    call(`POST ${path}/edges/get`, 200, post(`${WISH}/edges/get`, { source: ['7'], target: ['sku-a'] })),
    call(`GET ${path}/edges/count`, 200, get(`${WISH}/edges/count?start=7&direction=OUT`)),
    call(`GET ${path}/edges/counts`, 200, get(`${WISH}/edges/counts?start=7,8&direction=OUT`)),
    call(`GET ${path}/edges/scan/{index}`, 200, get(`${WISH}/edges/scan/newest?start=7&direction=OUT`)),
    call(`GET ${path}/edges/seek/{cache}`, 200, get(`${WISH}/edges/seek/top?start=7&direction=OUT`)),
    call(
      `GET ${path}/edges/agg/{group}`,
      200,
      get(`${RICH}/edges/agg/daily?start=7&direction=OUT&ranges=color:eq:red`),
    ),
    call(`GET ${path}/multi-edges/ids`, 200, get(`${PAY}/multi-edges/ids?ids=9`)),
    call(`POST ${path}/multi-edges/ids`, 200, post(`${PAY}/multi-edges/ids`, { ids: [9] })),
    call('POST /graph/v3/query', 200, post('/graph/v3/query', { query: [] })),
  ];
}
