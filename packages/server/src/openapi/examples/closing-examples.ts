import type { Example } from './example.ts';

const DATABASES = '/graph/v3/databases';
const SHOP = `${DATABASES}/shop`;
const ANN = { 'X-Actor-ID': 'ann' };

/** The shop closes. */
export const CLOSING_EXAMPLES: readonly Example[] = [
  {
    title: 'The shop wants no views any more. But what is in use cannot be deleted.',
    method: 'DELETE',
    path: `${SHOP}/tables/view`,
    headers: ANN,
    status: 400,
    answer: `{
  "timestamp": 1775001600000,
  "status": 400,
  "error": "Bad Request",
  "message": "{\\"status\\":\\"BAD_REQUEST\\",\\"message\\":\\"ddl create failed...\\\\nentity not deactivate : shop.view\\"}",
  "code": "precondition-failed",
  "retry": "never"
}`,
  },
  {
    title: 'So Ann takes the table out of use first.',
    method: 'PUT',
    path: `${SHOP}/tables/view`,
    headers: ANN,
    body: '{"active": false}',
    status: 200,
    answer: `{
  "type": "edge",
  "tenant": "local",
  "database": "shop",
  "table": "view",
  "schema": {
    "type": "edge",
    "source": {"type": "long", "comment": "user"},
    "target": {"type": "string", "comment": "article"},
    "properties": [],
    "direction": "OUT",
    "indexes": [],
    "groups": [],
    "caches": []
  },
  "mode": "ASYNC",
  "storage": "datastore://shop/views",
  "active": false,
  "comment": "who has seen what, without a date",
  "revision": 3,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'Its edges are not served any more.',
    method: 'GET',
    path: `${SHOP}/tables/view/edges/count?start=7&direction=OUT`,
    status: 400,
    answer: `{
  "timestamp": 1775001600000,
  "status": 400,
  "error": "Bad Request",
  "message": "No such label shop.view.",
  "code": "unknown-table",
  "retry": "never"
}`,
  },
  {
    title: 'Now it can be deleted, with its rows.',
    method: 'DELETE',
    path: `${SHOP}/tables/view`,
    headers: ANN,
    status: 204,
  },
  {
    title: 'There is no such table any more.',
    method: 'GET',
    path: `${SHOP}/tables/view`,
    status: 404,
  },
  {
    title: 'A database that never was counts as deleted, too.',
    method: 'DELETE',
    path: `${DATABASES}/market`,
    headers: ANN,
    status: 204,
  },
];
