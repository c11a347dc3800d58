import type { Example } from './example.ts';

const WISH = '/graph/v3/databases/shop/tables/wish';
const QUEUE = '/actionbase/v1/queue';
const FIRST = 'e1-p0-65-0-1';
const SECOND = 'e1-p0-66-0-0';

/** A rush: wishes take effect a little later, and one of them cannot. */
export const QUEUE_EXAMPLES: readonly Example[] = [
  {
    title: 'The shop expects a rush: from now on wishes may take effect a little later.',
    method: 'PUT',
    path: WISH,
    headers: { 'X-Actor-ID': 'ann' },
    body: '{"mode": "ASYNC"}',
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
  "mode": "ASYNC",
  "storage": "datastore://shop/wish",
  "active": true,
  "comment": "who wants what",
  "revision": 2,
  "createdAt": 1775001600000,
  "createdBy": "ann",
  "updatedAt": 1775001600000,
  "updatedBy": "ann"
}`,
  },
  {
    title: 'One wish of the rush lacks its time. It is queued like the others.',
    method: 'POST',
    path: `${WISH}/edges`,
    headers: { 'X-Request-ID': 'rush-1', 'X-Actor-ID': 'app' },
    body: `{
  "mutations": [
    {"type": "INSERT", "edge": {"version": 1775001600020, "source": 10, "target": "lamp", "properties": {"at": 1775001600020}}},
    {"type": "INSERT", "edge": {"version": 1775001600021, "source": 10, "target": "vase", "properties": {"color": "red"}}}
  ]
}`,
    status: 200,
    answer: `{
  "results": [
    {"source": 10, "target": "lamp", "status": "QUEUED", "count": 1},
    {"source": 10, "target": "vase", "status": "QUEUED", "count": 1}
  ]
}`,
  },
  {
    title: 'Ann looks at the queue: the wish without a time is parked, with the reason.',
    method: 'GET',
    path: `${QUEUE}?table=shop.wish`,
    status: 200,
    answer: `{
  "state": "idle",
  "reason": null,
  "framesBehind": 0,
  "waitingSinceMs": null,
  "parked": 1,
  "parkedMax": 100000,
  "visibility": {
    "count": 2,
    "sumMs": 0,
    "lastMs": 0,
    "buckets": [
      {"leMs": 1, "count": 2},
      {"leMs": 2, "count": 0},
      {"leMs": 5, "count": 0},
      {"leMs": 10, "count": 0},
      {"leMs": 20, "count": 0},
      {"leMs": 50, "count": 0},
      {"leMs": 100, "count": 0},
      {"leMs": 200, "count": 0},
      {"leMs": 500, "count": 0},
      {"leMs": 1000, "count": 0},
      {"leMs": 2000, "count": 0},
      {"leMs": 5000, "count": 0},
      {"leMs": 10000, "count": 0},
      {"leMs": 30000, "count": 0},
      {"leMs": 60000, "count": 0},
      {"leMs": 300000, "count": 0},
      {"leMs": 1800000, "count": 0},
      {"leMs": 7200000, "count": 0},
      {"leMs": null, "count": 0}
    ]
  },
  "mutations": [
    {
      "id": "e1-p0-65-0-1",
      "table": "shop.wish",
      "code": "missing-property",
      "message": "at must be provided: shop.wish declares it as not nullable",
      "tries": 1,
      "parkedMs": 1775001600065,
      "timeMs": 1775001600000,
      "requestId": "rush-1",
      "actor": "app",
      "alias": null,
      "op": "INSERT",
      "events": 1,
      "edge": {
        "ts": 1775001600021,
        "src": 10,
        "tgt": "vase",
        "props": {"color": "red"},
        "traceId": "01KN35E0210400002100010000"
      }
    }
  ],
  "next": null
}`,
  },
  {
    title: 'She tries it again; it is refused again, and has a new id.',
    method: 'POST',
    path: `${QUEUE}/parked/${FIRST}/retry`,
    headers: { 'X-Actor-ID': 'ann' },
    status: 200,
    answer: `{
  "id": "e1-p0-65-0-1",
  "status": "ERROR",
  "code": "missing-property",
  "message": "at must be provided: shop.wish declares it as not nullable",
  "parkedAs": "e1-p0-66-0-0"
}`,
  },
  {
    title: 'She drops it.',
    method: 'DELETE',
    path: `${QUEUE}/parked/${SECOND}`,
    headers: { 'X-Actor-ID': 'ann' },
    status: 200,
    answer: `{"id": "e1-p0-66-0-0", "dropped": true}`,
  },
  {
    title: 'It cannot be dropped twice.',
    method: 'DELETE',
    path: `${QUEUE}/parked/${SECOND}`,
    headers: { 'X-Actor-ID': 'ann' },
    status: 404,
    answer: `{
  "timestamp": 1775001600000,
  "status": 404,
  "error": "Not Found",
  "message": "no mutation is parked as e1-p0-66-0-0",
  "code": "not-parked",
  "retry": "never"
}`,
  },
];
