import type { Example } from './example.ts';

const SHOP = '/graph/v3/databases/shop';
const ANN = { 'X-Actor-ID': 'ann' };

const WISH_SCHEMA = `{
  "type": "EDGE",
  "source": {"type": "long", "comment": "user"},
  "target": {"type": "string", "comment": "article"},
  "direction": "BOTH",
  "properties": [
    {"name": "at", "type": "long", "comment": "when, in milliseconds", "nullable": false},
    {"name": "color", "type": "string", "comment": "", "nullable": true},
    {"name": "tags", "type": "string", "comment": "with commas", "nullable": true}
  ],
  "indexes": [
    {"index": "newest", "fields": [{"field": "at", "order": "DESC"}]},
    {"index": "by_color", "fields": [{"field": "color", "order": "ASC"}, {"field": "at", "order": "DESC"}]}
  ],
  "groups": [
    {
      "group": "per_day",
      "type": "COUNT",
      "fields": [
        {"name": "color"},
        {
          "name": "at",
          "bucket": {"type": "date", "name": "day", "unit": "MILLISECOND", "timezone": "UTC", "format": "yyyy-MM-dd"}
        }
      ]
    }
  ],
  "caches": [{"cache": "latest", "fields": [{"field": "at", "order": "DESC"}], "limit": 10}]
}`;

/** The shop declares what it wants to remember. */
export const TABLE_EXAMPLES: readonly Example[] = [
  {
    title: 'Ann declares wishes: a user wants an article.',
    method: 'POST',
    path: `${SHOP}/tables`,
    headers: ANN,
    body: `{"table": "wish", "schema": ${WISH_SCHEMA}, "mode": "SYNC", "storage": "datastore://shop/wish", "comment": "who wants what"}`,
    status: 200,
    answer: `{
  "type": "edge",
  "tenant": "local",
  "database": "shop",
  "table": "wish",
  "schema": {
    "type": "edge",
    "source": {"type": "long", "comment": "user"},
    "target": {"type": "string", "comment": "article"},
    "properties": [
      {"name": "at", "type": "long", "comment": "when, in milliseconds", "nullable": false},
      {"name": "color", "type": "string", "comment": "", "nullable": true},
      {"name": "tags", "type": "string", "comment": "with commas", "nullable": true}
    ],
    "direction": "BOTH",
    "indexes": [
      {
        "index": "newest",
        "fields": [{"field": "at", "order": "DESC"}],
        "comment": "",
        "primary": -1,
        "batch": 0
      },
      {
        "index": "by_color",
        "fields": [{"field": "color", "order": "ASC"}, {"field": "at", "order": "DESC"}],
        "comment": "",
        "primary": -1,
        "batch": 0
      }
    ],
    "groups": [
      {
        "group": "per_day",
        "type": "COUNT",
        "fields": [
          {"name": "color", "bucket": null},
          {
            "name": "at",
            "bucket": {
              "type": "date",
              "name": "day",
              "unit": "MILLISECOND",
              "timezone": "UTC",
              "format": "yyyy-MM-dd"
            }
          }
        ],
        "valueField": "-",
        "comment": "",
        "directionType": "BOTH",
        "ttl": 691200000
      }
    ],
    "caches": [{"cache": "latest", "fields": [{"field": "at", "order": "DESC"}], "limit": 10, "comment": ""}]
  },
  "mode": "SYNC",
  "storage": "datastore://shop/wish",
  "active": true,
  "comment": "who wants what",
  "revision": 1,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'She declares orders: a user may order an article many times, so each has a number.',
    method: 'POST',
    path: `${SHOP}/tables`,
    headers: ANN,
    body: `{
  "table": "order",
  "schema": {
    "type": "MULTI_EDGE",
    "id": {"type": "long", "comment": "number of the order"},
    "source": {"type": "long", "comment": "user"},
    "target": {"type": "string", "comment": "article"},
    "direction": "BOTH",
    "properties": [{"name": "price", "type": "double", "comment": "", "nullable": false}],
    "indexes": [{"index": "dearest", "fields": [{"field": "price", "order": "DESC"}]}]
  },
  "storage": "datastore://shop/orders",
  "comment": "who bought what"
}`,
    status: 200,
    answer: `{
  "type": "multiEdge",
  "tenant": "local",
  "database": "shop",
  "table": "order",
  "schema": {
    "type": "multiEdge",
    "id": {"type": "long", "comment": "number of the order"},
    "source": {"type": "long", "comment": "user"},
    "target": {"type": "string", "comment": "article"},
    "properties": [{"name": "price", "type": "double", "comment": "", "nullable": false}],
    "direction": "BOTH",
    "indexes": [
      {
        "index": "dearest",
        "fields": [{"field": "price", "order": "DESC"}],
        "comment": "",
        "primary": -1,
        "batch": 0
      }
    ],
    "groups": [],
    "caches": []
  },
  "mode": "SYNC",
  "storage": "datastore://shop/orders",
  "active": true,
  "comment": "who bought what",
  "revision": 1,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'She declares views, of which there are so many that they may take effect a little later.',
    method: 'POST',
    path: `${SHOP}/tables`,
    headers: ANN,
    body: `{
  "table": "view",
  "schema": {
    "type": "EDGE",
    "source": {"type": "long", "comment": "user"},
    "target": {"type": "string", "comment": "article"},
    "direction": "OUT"
  },
  "mode": "ASYNC",
  "storage": "datastore://shop/views",
  "comment": "who has seen what"
}`,
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
  "active": true,
  "comment": "who has seen what",
  "revision": 1,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'She looks at the tables, and finds that the views have no date.',
    method: 'GET',
    path: `${SHOP}/tables`,
    status: 200,
    answer: `[
  {
    "type": "multiEdge",
    "tenant": "local",
    "database": "shop",
    "table": "order",
    "schema": {
      "type": "multiEdge",
      "id": {"type": "long", "comment": "number of the order"},
      "source": {"type": "long", "comment": "user"},
      "target": {"type": "string", "comment": "article"},
      "properties": [{"name": "price", "type": "double", "comment": "", "nullable": false}],
      "direction": "BOTH",
      "indexes": [
        {
          "index": "dearest",
          "fields": [{"field": "price", "order": "DESC"}],
          "comment": "",
          "primary": -1,
          "batch": 0
        }
      ],
      "groups": [],
      "caches": []
    },
    "mode": "SYNC",
    "storage": "datastore://shop/orders",
    "active": true,
    "comment": "who bought what",
    "revision": 1,
    "createdAt": 1775001600000,
    "createdBy": "ann",
    "updatedAt": 1775001600000,
    "updatedBy": "ann"
  },
  {
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
    "active": true,
    "comment": "who has seen what",
    "revision": 1,
    "createdAt": 1775001600000,
    "createdBy": "ann",
    "updatedAt": 1775001600000,
    "updatedBy": "ann"
  },
  {
    "type": "edge",
    "tenant": "local",
    "database": "shop",
    "table": "wish",
    "schema": {
      "type": "edge",
      "source": {"type": "long", "comment": "user"},
      "target": {"type": "string", "comment": "article"},
      "properties": [
        {"name": "at", "type": "long", "comment": "when, in milliseconds", "nullable": false},
        {"name": "color", "type": "string", "comment": "", "nullable": true},
        {"name": "tags", "type": "string", "comment": "with commas", "nullable": true}
      ],
      "direction": "BOTH",
      "indexes": [
        {
          "index": "newest",
          "fields": [{"field": "at", "order": "DESC"}],
          "comment": "",
          "primary": -1,
          "batch": 0
        },
        {
          "index": "by_color",
          "fields": [{"field": "color", "order": "ASC"}, {"field": "at", "order": "DESC"}],
          "comment": "",
          "primary": -1,
          "batch": 0
        }
      ],
      "groups": [
        {
          "group": "per_day",
          "type": "COUNT",
          "fields": [
            {"name": "color", "bucket": null},
            {
              "name": "at",
              "bucket": {
                "type": "date",
                "name": "day",
                "unit": "MILLISECOND",
                "timezone": "UTC",
                "format": "yyyy-MM-dd"
              }
            }
          ],
          "valueField": "-",
          "comment": "",
          "directionType": "BOTH",
          "ttl": 691200000
        }
      ],
      "caches": [
        {"cache": "latest", "fields": [{"field": "at", "order": "DESC"}], "limit": 10, "comment": ""}
      ]
    },
    "mode": "SYNC",
    "storage": "datastore://shop/wish",
    "active": true,
    "comment": "who wants what",
    "revision": 1,
    "createdAt": 1775001600000,
    "createdBy": "ann",
    "updatedAt": 1775001600000,
    "updatedBy": "ann"
  }
]`,
  },
  {
    title: 'She gives the views a better comment.',
    method: 'PUT',
    path: `${SHOP}/tables/view`,
    headers: ANN,
    body: '{"comment": "who has seen what, without a date"}',
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
  "active": true,
  "comment": "who has seen what, without a date",
  "revision": 2,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'She looks at it once more.',
    method: 'GET',
    path: `${SHOP}/tables/view`,
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
  "active": true,
  "comment": "who has seen what, without a date",
  "revision": 2,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
];
