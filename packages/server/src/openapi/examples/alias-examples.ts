import type { Example } from './example.ts';

const SHOP = '/graph/v3/databases/shop';
const ANN = { 'X-Actor-ID': 'ann' };

/** Aliases: a name that can be pointed at another table. */
export const ALIAS_EXAMPLES: readonly Example[] = [
  {
    title: 'The app shall not know the name of the table, so Ann gives it a second one.',
    method: 'POST',
    path: `${SHOP}/aliases`,
    headers: ANN,
    body: '{"alias": "interest", "table": "wish", "comment": "what the app reads"}',
    status: 200,
    answer: `{
  "tenant": "local",
  "database": "shop",
  "alias": "interest",
  "table": "wish",
  "active": true,
  "comment": "what the app reads",
  "revision": 1,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'Calls for edges take the alias as they take the table.',
    method: 'GET',
    path: `${SHOP}/tables/interest/edges/count?start=7&direction=OUT`,
    status: 200,
    answer: `{"start": 7, "direction": "OUT", "count": 3, "context": {}}`,
  },
  {
    title: 'Ann looks where it leads.',
    method: 'GET',
    path: `${SHOP}/aliases/interest`,
    status: 200,
    answer: `{
  "tenant": "local",
  "database": "shop",
  "alias": "interest",
  "table": "wish",
  "active": true,
  "comment": "what the app reads",
  "revision": 1,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'She points it at the views.',
    method: 'PUT',
    path: `${SHOP}/aliases/interest`,
    headers: ANN,
    body: '{"table": "view"}',
    status: 200,
    answer: `{
  "tenant": "local",
  "database": "shop",
  "alias": "interest",
  "table": "view",
  "active": true,
  "comment": "what the app reads",
  "revision": 2,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'She looks at all aliases.',
    method: 'GET',
    path: `${SHOP}/aliases`,
    status: 200,
    answer: `[
  {
    "tenant": "local",
    "database": "shop",
    "alias": "interest",
    "table": "view",
    "active": true,
    "comment": "what the app reads",
    "revision": 2,
    "createdAt": 1775001600000,
    "createdBy": "ann",
    "updatedAt": 1775001600000,
    "updatedBy": "ann"
  }
]`,
  },
  {
    title: 'She takes it out of use.',
    method: 'PUT',
    path: `${SHOP}/aliases/interest`,
    headers: ANN,
    body: '{"active": false}',
    status: 200,
    answer: `{
  "tenant": "local",
  "database": "shop",
  "alias": "interest",
  "table": "view",
  "active": false,
  "comment": "what the app reads",
  "revision": 3,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'She deletes it.',
    method: 'DELETE',
    path: `${SHOP}/aliases/interest`,
    headers: ANN,
    status: 204,
  },
];
