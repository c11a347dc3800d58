import type { Sent } from '@actionbase/server/testing/send';
import { type CompatibilityArea, type CompatibilityCase, same } from '../compatibility-case.ts';
import { all, answers, get, post, put, remove } from '../expectations.ts';
import { ALICE_PHONE_ID, edges, edgesOf, label, like, SHOP, V2 } from '../labels.ts';

const SERVICE = '/graph/v2/service/{service}';
const LABEL = `${SERVICE}/label/{label}`;
const ALIAS = `${SERVICE}/alias/{alias}`;
const QUERY = `${SERVICE}/query/{query}`;
const EDGE = `${LABEL}/edge`;
const STORAGE = '/graph/v2/storage';
const ADMIN = '/graph/v2/admin';
const OFF = { active: false };
const CREATED = /^\{"status":"CREATED","result":\{"active":true,/;
const UPDATED = /^\{"status":"UPDATED","result":\{/;
const DELETED = '{"status":"DELETED"}';
const PAGE = /^\{"count":\d+,"content":\[/;

/** Every call of the v2 API with a request that succeeds. They stand in an order in which each finds what it needs. */
export const ENDPOINTS_V2: CompatibilityArea = {
  title: '2.5, 3.10, 4.10 calls (v2)',
  cases: [
    call('GET /graph/v2', get(V2), '{"engine":"Graph"}'),
    call(`POST ${SERVICE}`, post(`${V2}/service/called`, { desc: '' }), CREATED),
    call('GET /graph/v2/service', get(`${V2}/service`), PAGE),
    call(`GET ${SERVICE}`, get(`${V2}/service/called`), '{"active":true,"name":"called","desc":""}'),
    call(`PUT ${SERVICE}`, put(`${V2}/service/called`, OFF), UPDATED),
    call(`DELETE ${ADMIN}/service/{service}`, remove(`${V2}/admin/service/called`), DELETED),
    ...labelCalls(),
    ...aliasCalls(),
    ...queryCalls(),
    ...storageCalls(),
    ...mutationCalls(),
    call(`GET ${EDGE}`, get(`${edgesOf('likes')}?src=Alice&tgt=Phone`), /^\{"data":\[/),
    call(`GET ${EDGE}/id/{edgeId}`, get(`${edgesOf('likes')}/id/${ALICE_PHONE_ID}`), /^\{"data":\[/),
  ],
};

function call(name: string, sent: Sent, expected: string | RegExp): CompatibilityCase {
  return same(`${name} answers 200`, answers(sent, 200, expected));
}

function labelCalls(): readonly CompatibilityCase[] {
  const likes = `${SHOP}/label/likes`;
  const copy = `${V2}/admin/service/shop/label/copied`;
  return [
    call(`POST ${LABEL}`, post(likes, label()), CREATED),
    call(`GET ${SERVICE}/label`, get(`${SHOP}/label`), PAGE),
    call(`GET ${LABEL}`, get(likes), /^\{"active":true,"name":"shop\.likes",/),
    call(`PUT ${LABEL}`, put(likes, { desc: 'liked' }), UPDATED),
    call(`POST ${LABEL}/copy`, post(`${likes}/copy`, { target: 'copied', storage: 'metastore' }), CREATED),
    call(`GET ${LABEL}/status`, get(`${likes}/status`), 'N/A'),
    call(`GET ${ADMIN}/labels`, get(`${V2}/admin/labels`), /^\{.*"shop\.likes":"/),
    same(
      `DELETE ${ADMIN}/service/{service}/label/{label} answers 200`,
      all(answers(put(`${SHOP}/label/copied`, OFF), 200, UPDATED), answers(remove(copy), 200, DELETED)),
    ),
  ];
}

function aliasCalls(): readonly CompatibilityCase[] {
  const fav = `${SHOP}/alias/fav`;
  const created = post(fav, { desc: '', target: 'shop.likes' });
  const copy = { target: 'copied_again', storage: 'metastore' };
  return [
    call(`POST ${ALIAS}`, created, CREATED),
    call(`GET ${SERVICE}/alias`, get(`${SHOP}/alias`), PAGE),
    call(`GET ${ALIAS}`, get(fav), /"target":"shop\.likes","label":\{/),
    call(`POST ${ALIAS}/new-label`, post(`${fav}/new-label`, copy), CREATED),
    call(`PUT ${ALIAS}`, put(fav, OFF), UPDATED),
    call(`DELETE ${ALIAS}`, remove(fav), DELETED),
    same(
      `DELETE ${ADMIN}/service/{service}/alias/{alias} answers 200`,
      all(
        answers(created, 200, CREATED),
        answers(put(fav, OFF), 200, UPDATED),
        answers(remove(`${V2}/admin/service/shop/alias/fav`), 200, DELETED),
      ),
    ),
  ];
}

function queryCalls(): readonly CompatibilityCase[] {
  const top = `${SHOP}/query/top`;
  return [
    call(`POST ${QUERY}`, post(top, { desc: '', query: 'q', stats: [] }), CREATED),
    call(`GET ${SERVICE}/query`, get(`${SHOP}/query`), PAGE),
    call(`GET ${QUERY}`, get(top), /^\{"active":true,"name":"shop\.top"/),
    call(`PUT ${QUERY}`, put(top, OFF), UPDATED),
  ];
}

function storageCalls(): readonly CompatibilityCase[] {
  const one = `${V2}/storage/st`;
  return [
    call(`POST ${STORAGE}/{storage}`, post(one, { desc: '', type: 'NIL', conf: {} }), CREATED),
    call(`GET ${STORAGE}`, get(`${V2}/storage`), PAGE),
    call(`GET ${STORAGE}/{storage}`, get(one), /^\{"active":true,"name":"st"/),
    call(`PUT ${STORAGE}/{storage}`, put(one, OFF), UPDATED),
    call(`DELETE ${ADMIN}/storage/{storage}`, remove(`${V2}/admin/storage/st`), DELETED),
  ];
}

/** One edge, from its first INSERT to its last PURGE. */
function mutationCalls(): readonly CompatibilityCase[] {
  const likes = edgesOf('likes');
  const byId = (method: string, path: string, ts: number, props: object = {}): Sent => ({
    ...post(path, { ts, props: { created_at: ts, ...props } }),
    method,
  });
  const labelled = (method: string, ts: number): Sent => ({
    ...post(`${V2}/edge`, { label: 'shop.likes', edges: [like(ts)] }),
    method,
  });
  const labelledId = (method: string, ts: number): Sent => ({
    ...post(`${V2}/edge/id`, {
      label: 'shop.likes',
      edgeId: ALICE_PHONE_ID,
      edgeValue: { ts, props: { created_at: ts } },
    }),
    method,
  });
  const id = `${likes}/id/${ALICE_PHONE_ID}`;
  return [
    mutation(`POST ${EDGE}`, edges('POST', likes, like(1)), 'CREATED'),
    mutation(`PUT ${EDGE}`, edges('PUT', likes, like(2)), 'UPDATED'),
    mutation(`DELETE ${EDGE}`, edges('DELETE', likes, like(3)), 'DELETED'),
    mutation(`POST ${EDGE}/sync`, edges('POST', `${likes}/sync`, like(4)), 'CREATED'),
    mutation(`PUT ${EDGE}/sync`, edges('PUT', `${likes}/sync`, like(5)), 'UPDATED'),
    mutation(`DELETE ${EDGE}/sync`, edges('DELETE', `${likes}/sync`, like(6)), 'DELETED'),
    mutation(`POST ${EDGE}/id/{edgeId}`, byId('POST', id, 7), 'CREATED'),
    mutation(`PUT ${EDGE}/id/{edgeId}`, byId('PUT', id, 8), 'UPDATED'),
    mutation(`DELETE ${EDGE}/id/{edgeId}`, byId('DELETE', id, 9), 'DELETED'),
    mutation('POST /graph/v2/edge', labelled('POST', 10), 'CREATED'),
    mutation('PUT /graph/v2/edge', labelled('PUT', 11), 'UPDATED'),
    mutation('DELETE /graph/v2/edge', labelled('DELETE', 12), 'DELETED'),
    mutation('POST /graph/v2/edge/id', labelledId('POST', 13), 'CREATED'),
    mutation('PUT /graph/v2/edge/id', labelledId('PUT', 14), 'UPDATED'),
    mutation('DELETE /graph/v2/edge/id', labelledId('DELETE', 15), 'DELETED'),
    mutation(`POST ${EDGE}/delete`, edges('POST', `${likes}/delete`, like(16)), 'IDLE'),
    mutation(`POST ${EDGE}/delete/id/{edgeId}`, byId('POST', `${likes}/delete/id/${ALICE_PHONE_ID}`, 17), 'IDLE'),
    mutation(`POST ${EDGE}/purge`, edges('POST', `${likes}/purge`, like(18)), 'PURGED'),
    mutation(`DELETE ${EDGE}/purge`, edges('DELETE', `${likes}/purge`, like(19)), 'IDLE'),
  ];
}

function mutation(name: string, sent: Sent, status: string): CompatibilityCase {
  return call(name, sent, new RegExp(`^\\{"result":\\[\\{"status":"${status}","traceId":"[0-9A-Z]{26}","edge":`));
}
