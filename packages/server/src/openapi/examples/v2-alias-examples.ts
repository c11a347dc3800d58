import type { Example } from './example.ts';

const REVIEWS = '/graph/v2/service/reviews';

/** The older app has second names and stored queries, too. */
export const V2_ALIAS_EXAMPLES: readonly Example[] = [
  {
    title: 'The older app gives the reviews a second name.',
    method: 'POST',
    path: `${REVIEWS}/alias/current`,
    body: '{"desc": "What is shown", "target": "reviews.review"}',
    status: 200,
    answer: `{
  "status": "CREATED",
  "result": {
    "active": true,
    "name": "reviews.current",
    "desc": "What is shown",
    "target": "reviews.review",
    "label": {
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
  }
}`,
  },
  {
    title: 'It makes a label of the same kind, by the second name.',
    method: 'POST',
    path: `${REVIEWS}/alias/current/new-label`,
    body: '{"target": "review_2027", "storage": "datastore://shop/reviews"}',
    status: 200,
    answer: `{
  "status": "CREATED",
  "result": {
    "active": true,
    "name": "reviews.review_2027",
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
    title: 'It points the second name at the reviews of last year.',
    method: 'PUT',
    path: `${REVIEWS}/alias/current`,
    body: '{"target": "reviews.review_2025"}',
    status: 200,
    answer: `{
  "status": "UPDATED",
  "result": {
    "active": true,
    "name": "reviews.current",
    "desc": "What is shown",
    "target": "reviews.review_2025",
    "label": {
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
  }
}`,
  },
  {
    title: 'It looks where the name leads.',
    method: 'GET',
    path: `${REVIEWS}/alias/current`,
    status: 200,
    answer: `{
  "active": true,
  "name": "reviews.current",
  "desc": "What is shown",
  "target": "reviews.review_2025",
  "label": {
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
    title: 'It lists the second names.',
    method: 'GET',
    path: `${REVIEWS}/alias`,
    status: 200,
    answer: `{
  "count": 1,
  "content": [
    {
      "active": true,
      "name": "reviews.current",
      "desc": "What is shown",
      "target": "reviews.review_2025",
      "label": {
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
    }
  ]
}`,
  },
  {
    title: 'An operator looks at all labels and aliases.',
    method: 'GET',
    path: '/graph/v2/admin/labels',
    status: 200,
    answer: `{
  "reviews.current": "Alias(reviews.review_2025)",
  "reviews.review": "INDEXED(storage=datastore://shop/reviews, mode=SYNC)",
  "reviews.review_2025": "INDEXED(storage=archive, mode=SYNC)",
  "reviews.review_2027": "INDEXED(storage=datastore://shop/reviews, mode=SYNC)",
  "shop.order": "MULTI_EDGE(storage=datastore://shop/orders, mode=SYNC)",
  "shop.wish": "INDEXED(storage=datastore://shop/wish, mode=SYNC)",
  "sys.nil": "NIL(storage=datastore://sys/nil, mode=SYNC)"
}`,
  },
  {
    title: 'The older app stores the text of a query.',
    method: 'POST',
    path: `${REVIEWS}/query/top`,
    body: '{"desc": "The best ones", "query": "SELECT * FROM review", "stats": ["count"]}',
    status: 200,
    answer: `{
  "status": "CREATED",
  "result": {
    "active": true,
    "name": "reviews.top",
    "desc": "The best ones",
    "query": "SELECT * FROM review",
    "stats": ["count"]
  }
}`,
  },
  {
    title: 'It corrects the text.',
    method: 'PUT',
    path: `${REVIEWS}/query/top`,
    body: '{"query": "SELECT * FROM review LIMIT 10"}',
    status: 200,
    answer: `{
  "status": "UPDATED",
  "result": {
    "active": true,
    "name": "reviews.top",
    "desc": "The best ones",
    "query": "SELECT * FROM review LIMIT 10",
    "stats": ["count"]
  }
}`,
  },
  {
    title: 'It reads the text.',
    method: 'GET',
    path: `${REVIEWS}/query/top`,
    status: 200,
    answer: `{
  "active": true,
  "name": "reviews.top",
  "desc": "The best ones",
  "query": "SELECT * FROM review LIMIT 10",
  "stats": ["count"]
}`,
  },
  {
    title: 'It lists the stored queries.',
    method: 'GET',
    path: `${REVIEWS}/query`,
    status: 200,
    answer: `{
  "count": 1,
  "content": [
    {
      "active": true,
      "name": "reviews.top",
      "desc": "The best ones",
      "query": "SELECT * FROM review LIMIT 10",
      "stats": ["count"]
    }
  ]
}`,
  },
];
