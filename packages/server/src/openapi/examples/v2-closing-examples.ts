import type { Example } from './example.ts';

const REVIEWS = '/graph/v2/service/reviews';
const LABELS = `${REVIEWS}/label`;

/** The older app cleans up; only admin paths delete services, labels and storages. */
export const V2_CLOSING_EXAMPLES: readonly Example[] = [
  {
    title: 'The older app takes the second name out of use.',
    method: 'PUT',
    path: `${REVIEWS}/alias/current`,
    body: '{"active": false}',
    status: 200,
    answer: `{
  "status": "UPDATED",
  "result": {
    "active": false,
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
    title: 'It deletes it.',
    method: 'DELETE',
    path: `${REVIEWS}/alias/current`,
    status: 200,
    answer: `{"status": "DELETED"}`,
  },
  {
    title: 'Another name was only a trial.',
    method: 'POST',
    path: `${REVIEWS}/alias/trial`,
    body: '{"desc": "", "target": "reviews.review"}',
    status: 200,
    answer: `{
  "status": "CREATED",
  "result": {
    "active": true,
    "name": "reviews.trial",
    "desc": "",
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
    title: 'The trial name is taken out of use.',
    method: 'PUT',
    path: `${REVIEWS}/alias/trial`,
    body: '{"active": false}',
    status: 200,
    answer: `{
  "status": "UPDATED",
  "result": {
    "active": false,
    "name": "reviews.trial",
    "desc": "",
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
    title: 'An operator deletes the trial name.',
    method: 'DELETE',
    path: '/graph/v2/admin/service/reviews/alias/trial',
    status: 200,
    answer: `{"status": "DELETED"}`,
  },
  {
    title: 'What is gone already is left alone.',
    method: 'DELETE',
    path: '/graph/v2/admin/service/reviews/alias/trial',
    status: 200,
    answer: `{"status": "IDLE"}`,
  },
  {
    title: 'The reviews of last year are taken out of use.',
    method: 'PUT',
    path: `${LABELS}/review_2025`,
    body: '{"active": false}',
    status: 200,
    answer: `{
  "status": "UPDATED",
  "result": {
    "active": false,
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
    title: 'An operator deletes them.',
    method: 'DELETE',
    path: '/graph/v2/admin/service/reviews/label/review_2025',
    status: 200,
    answer: `{"status": "DELETED"}`,
  },
  {
    title: 'Their storage is taken out of use.',
    method: 'PUT',
    path: '/graph/v2/storage/archive',
    body: '{"active": false}',
    status: 200,
    answer: `{
  "status": "UPDATED",
  "result": {
    "active": false,
    "name": "archive",
    "desc": "Reviews of last year",
    "type": "HBASE",
    "conf": {"namespace": "shop", "tableName": "archive"}
  }
}`,
  },
  {
    title: 'It is deleted.',
    method: 'DELETE',
    path: '/graph/v2/admin/storage/archive',
    status: 200,
    answer: `{"status": "DELETED"}`,
  },
  {
    title: 'The service itself is in use.',
    method: 'DELETE',
    path: '/graph/v2/admin/service/reviews',
    status: 400,
    answer: `{
  "timestamp": 1775001600000,
  "status": 400,
  "error": "Bad Request",
  "message": "Service reviews has active labels: reviews.review,reviews.review_2027",
  "code": "precondition-failed",
  "retry": "never"
}`,
  },
  {
    title: 'A whole service was only a trial, too.',
    method: 'POST',
    path: '/graph/v2/service/trial',
    body: '{"desc": ""}',
    status: 200,
    answer: `{"status": "CREATED", "result": {"active": true, "name": "trial", "desc": ""}}`,
  },
  {
    title: 'The trial of the service is over.',
    method: 'PUT',
    path: '/graph/v2/service/trial',
    body: '{"active": false}',
    status: 200,
    answer: `{"status": "UPDATED", "result": {"active": false, "name": "trial", "desc": ""}}`,
  },
  {
    title: 'It leaves nothing behind.',
    method: 'DELETE',
    path: '/graph/v2/admin/service/trial',
    status: 200,
    answer: `{"status": "DELETED"}`,
  },
];
