import type { Example } from './example.ts';

const DATABASES = '/graph/v3/databases';
const SHOP = `${DATABASES}/shop`;
const ANN = { 'X-Actor-ID': 'ann' };

/** The shop makes room for what it wants to remember. */
export const DATABASE_EXAMPLES: readonly Example[] = [
  {
    title: 'Ann makes a database for the shop.',
    method: 'POST',
    path: DATABASES,
    headers: ANN,
    body: '{"database": "shop", "comment": "a shop with wishes"}',
    status: 200,
    answer: `{
  "tenant": "local",
  "database": "shop",
  "active": true,
  "comment": "a shop with wishes",
  "revision": 1,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'She makes it again by mistake, and is told.',
    method: 'POST',
    path: DATABASES,
    headers: ANN,
    body: '{"database": "shop", "comment": "a shop with wishes"}',
    status: 409,
    answer: `{
  "timestamp": 1775001600000,
  "status": 409,
  "error": "Conflict",
  "message": "database shop already exists",
  "code": "already-exists",
  "retry": "never"
}`,
  },
  {
    title: 'She looks at all databases.',
    method: 'GET',
    path: `${DATABASES}?status=ALL`,
    status: 200,
    answer: `[
  {
    "tenant": "local",
    "database": "sys",
    "active": true,
    "comment": "System service",
    "revision": 1,
    "createdAt": 0,
    "createdBy": "system",
    "updatedAt": 0,
    "updatedBy": "system"
  },
  {
    "tenant": "local",
    "database": "shop",
    "active": true,
    "comment": "a shop with wishes",
    "revision": 1,
    "createdAt": 1775001600000,
    "createdBy": "ann",
    "updatedAt": 1775001600000,
    "updatedBy": "ann"
  }
]`,
  },
  {
    title: 'She looks at her own.',
    method: 'GET',
    path: SHOP,
    status: 200,
    answer: `{
  "tenant": "local",
  "database": "shop",
  "active": true,
  "comment": "a shop with wishes",
  "revision": 1,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'Ben writes a better comment.',
    method: 'PUT',
    path: SHOP,
    headers: { 'X-Actor-ID': 'ben' },
    body: '{"comment": "wishes and orders"}',
    status: 200,
    answer: `{
  "tenant": "local",
  "database": "shop",
  "active": true,
  "comment": "wishes and orders",
  "revision": 2,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ben"
}`,
  },
];
