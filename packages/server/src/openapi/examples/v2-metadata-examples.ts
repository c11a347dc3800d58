import type { Example } from './example.ts';

const REVIEWS = '/graph/v2/service/reviews';
const LABELS = `${REVIEWS}/label`;

/** An older app of the shop, which speaks v2, keeps reviews. */
export const V2_METADATA_EXAMPLES: readonly Example[] = [
  {
    title: 'An older app of the shop keeps reviews, and speaks v2. It tries the connection.',
    method: 'GET',
    path: '/graph/v2',
    status: 200,
    answer: `{"engine": "Graph"}`,
  },
  {
    title: 'It makes a service, which v3 calls a database.',
    method: 'POST',
    path: REVIEWS,
    body: '{"desc": "Reviews"}',
    status: 200,
    answer: `{"status": "CREATED", "result": {"active": true, "name": "reviews", "desc": "Reviews"}}`,
  },
  {
    title: 'Whenever it starts it does so again, and is told that there is nothing to do.',
    method: 'POST',
    path: REVIEWS,
    body: '{"desc": "Reviews"}',
    status: 200,
    answer: `{"status": "ERROR"}`,
  },
  {
    title: 'It lists all services; the databases of v3 are among them.',
    method: 'GET',
    path: '/graph/v2/service',
    status: 200,
    answer: `{
  "count": 3,
  "content": [
    {"active": true, "name": "sys", "desc": "System service"},
    {"active": true, "name": "reviews", "desc": "Reviews"},
    {"active": true, "name": "shop", "desc": "wishes and orders"}
  ]
}`,
  },
  {
    title: 'It gives the service a better description.',
    method: 'PUT',
    path: REVIEWS,
    body: '{"desc": "Reviews of articles"}',
    status: 200,
    answer: `{"status": "UPDATED", "result": {"active": true, "name": "reviews", "desc": "Reviews of articles"}}`,
  },
  {
    title: 'It looks at the service.',
    method: 'GET',
    path: REVIEWS,
    status: 200,
    answer: `{"active": true, "name": "reviews", "desc": "Reviews of articles"}`,
  },
  {
    title: 'It declares the storage that it used to need.',
    method: 'POST',
    path: '/graph/v2/storage/archive',
    body: '{"desc": "Old reviews", "type": "HBASE", "conf": {"namespace": "shop", "tableName": "archive"}}',
    status: 200,
    answer: `{
  "status": "CREATED",
  "result": {
    "active": true,
    "name": "archive",
    "desc": "Old reviews",
    "type": "HBASE",
    "conf": {"namespace": "shop", "tableName": "archive"}
  }
}`,
  },
  {
    title: 'It looks at the storage.',
    method: 'GET',
    path: '/graph/v2/storage/archive',
    status: 200,
    answer: `{
  "active": true,
  "name": "archive",
  "desc": "Old reviews",
  "type": "HBASE",
  "conf": {"namespace": "shop", "tableName": "archive"}
}`,
  },
  {
    title: 'It corrects its description.',
    method: 'PUT',
    path: '/graph/v2/storage/archive',
    body: '{"desc": "Reviews of last year"}',
    status: 200,
    answer: `{
  "status": "UPDATED",
  "result": {
    "active": true,
    "name": "archive",
    "desc": "Reviews of last year",
    "type": "HBASE",
    "conf": {"namespace": "shop", "tableName": "archive"}
  }
}`,
  },
  {
    title: 'It lists all storages.',
    method: 'GET',
    path: '/graph/v2/storage',
    status: 200,
    answer: `{
  "count": 4,
  "content": [
    {
      "active": true,
      "name": "local_only_storage",
      "desc": "local storage",
      "type": "LOCAL",
      "conf": {"useGlobal": false}
    },
    {
      "active": true,
      "name": "local_backed_metastore",
      "desc": "Local backed JDBC storage",
      "type": "LOCAL",
      "conf": {"useGlobal": true}
    },
    {"active": true, "name": "metastore", "desc": "Metastore storage", "type": "JDBC", "conf": {}},
    {
      "active": true,
      "name": "archive",
      "desc": "Reviews of last year",
      "type": "HBASE",
      "conf": {"namespace": "shop", "tableName": "archive"}
    }
  ]
}`,
  },
  {
    title: 'It declares reviews as a label, which v3 calls a table: a user says something about an article.',
    method: 'POST',
    path: `${LABELS}/review`,
    body: `{
  "desc": "Who says what",
  "type": "INDEXED",
  "schema": {
    "src": {"type": "LONG", "desc": "user"},
    "tgt": {"type": "STRING", "desc": "article"},
    "fields": [
      {"name": "stars", "type": "INT", "nullable": false},
      {"name": "text", "type": "STRING", "nullable": true}
    ]
  },
  "dirType": "BOTH",
  "storage": "datastore://shop/reviews",
  "indices": [{"name": "best", "fields": [{"name": "stars", "order": "DESC"}, {"name": "ts", "order": "DESC"}]}]
}`,
    status: 200,
    answer: `{
  "status": "CREATED",
  "result": {
    "active": true,
    "name": "reviews.review",
    "desc": "Who says what",
    "type": "INDEXED",
    "schema": {
      "src": {"type": "LONG", "desc": "user"},
      "tgt": {"type": "STRING", "desc": "article"},
      "fields": [
        {"name": "stars", "type": "INT", "nullable": false, "desc": ""},
        {"name": "text", "type": "STRING", "nullable": true, "desc": ""}
      ]
    },
    "dirType": "BOTH",
    "storage": "datastore://shop/reviews",
    "groups": [],
    "indices": [
      {
        "name": "best",
        "fields": [{"name": "stars", "order": "DESC"}, {"name": "ts", "order": "DESC"}],
        "desc": ""
      }
    ],
    "caches": [],
    "event": false,
    "readOnly": false,
    "mode": "SYNC"
  }
}`,
  },
  {
    title: 'It looks at the label.',
    method: 'GET',
    path: `${LABELS}/review`,
    status: 200,
    answer: `{
  "active": true,
  "name": "reviews.review",
  "desc": "Who says what",
  "type": "INDEXED",
  "schema": {
    "src": {"type": "LONG", "desc": "user"},
    "tgt": {"type": "STRING", "desc": "article"},
    "fields": [
      {"name": "stars", "type": "INT", "nullable": false, "desc": ""},
      {"name": "text", "type": "STRING", "nullable": true, "desc": ""}
    ]
  },
  "dirType": "BOTH",
  "storage": "datastore://shop/reviews",
  "groups": [],
  "indices": [
    {
      "name": "best",
      "fields": [{"name": "stars", "order": "DESC"}, {"name": "ts", "order": "DESC"}],
      "desc": ""
    }
  ],
  "caches": [],
  "event": false,
  "readOnly": false,
  "mode": "SYNC"
}`,
  },
  {
    title: 'It asks for its state, which nobody knows.',
    method: 'GET',
    path: `${LABELS}/review/status`,
    status: 200,
    answer: { text: 'N/A' },
  },
  {
    title: 'It says more clearly what the label is for.',
    method: 'PUT',
    path: `${LABELS}/review`,
    body: '{"desc": "Who says what about which article"}',
    status: 200,
    answer: `{
  "status": "UPDATED",
  "result": {
    "active": true,
    "name": "reviews.review",
    "desc": "Who says what about which article",
    "type": "INDEXED",
    "schema": {
      "src": {"type": "LONG", "desc": "user"},
      "tgt": {"type": "STRING", "desc": "article"},
      "fields": [
        {"name": "stars", "type": "INT", "nullable": false, "desc": ""},
        {"name": "text", "type": "STRING", "nullable": true, "desc": ""}
      ]
    },
    "dirType": "BOTH",
    "storage": "datastore://shop/reviews",
    "groups": [],
    "indices": [
      {
        "name": "best",
        "fields": [{"name": "stars", "order": "DESC"}, {"name": "ts", "order": "DESC"}],
        "desc": ""
      }
    ],
    "caches": [],
    "event": false,
    "readOnly": false,
    "mode": "SYNC"
  }
}`,
  },
  {
    title: 'It makes an empty copy of the label for the reviews of last year.',
    method: 'POST',
    path: `${LABELS}/review/copy`,
    body: '{"target": "review_2025", "storage": "archive"}',
    status: 200,
    answer: `{
  "status": "CREATED",
  "result": {
    "active": true,
    "name": "reviews.review_2025",
    "desc": "Who says what about which article",
    "type": "INDEXED",
    "schema": {
      "src": {"type": "LONG", "desc": "user"},
      "tgt": {"type": "STRING", "desc": "article"},
      "fields": [
        {"name": "stars", "type": "INT", "nullable": false, "desc": ""},
        {"name": "text", "type": "STRING", "nullable": true, "desc": ""}
      ]
    },
    "dirType": "BOTH",
    "storage": "archive",
    "groups": [],
    "indices": [
      {
        "name": "best",
        "fields": [{"name": "stars", "order": "DESC"}, {"name": "ts", "order": "DESC"}],
        "desc": ""
      }
    ],
    "caches": [],
    "event": false,
    "readOnly": false,
    "mode": "SYNC"
  }
}`,
  },
  {
    title: 'It lists the labels.',
    method: 'GET',
    path: LABELS,
    status: 200,
    answer: `{
  "count": 2,
  "content": [
    {
      "active": true,
      "name": "reviews.review",
      "desc": "Who says what about which article",
      "type": "INDEXED",
      "schema": {
        "src": {"type": "LONG", "desc": "user"},
        "tgt": {"type": "STRING", "desc": "article"},
        "fields": [
          {"name": "stars", "type": "INT", "nullable": false, "desc": ""},
          {"name": "text", "type": "STRING", "nullable": true, "desc": ""}
        ]
      },
      "dirType": "BOTH",
      "storage": "datastore://shop/reviews",
      "groups": [],
      "indices": [
        {
          "name": "best",
          "fields": [{"name": "stars", "order": "DESC"}, {"name": "ts", "order": "DESC"}],
          "desc": ""
        }
      ],
      "caches": [],
      "event": false,
      "readOnly": false,
      "mode": "SYNC"
    },
    {
      "active": true,
      "name": "reviews.review_2025",
      "desc": "Who says what about which article",
      "type": "INDEXED",
      "schema": {
        "src": {"type": "LONG", "desc": "user"},
        "tgt": {"type": "STRING", "desc": "article"},
        "fields": [
          {"name": "stars", "type": "INT", "nullable": false, "desc": ""},
          {"name": "text", "type": "STRING", "nullable": true, "desc": ""}
        ]
      },
      "dirType": "BOTH",
      "storage": "archive",
      "groups": [],
      "indices": [
        {
          "name": "best",
          "fields": [{"name": "stars", "order": "DESC"}, {"name": "ts", "order": "DESC"}],
          "desc": ""
        }
      ],
      "caches": [],
      "event": false,
      "readOnly": false,
      "mode": "SYNC"
    }
  ]
}`,
  },
];
