import type { Example } from './example.ts';

const TABLES = '/graph/v3/databases/shop/tables';

/** Wishes and orders of an older shop move in, and are compared. */
export const BULK_EXAMPLES: readonly Example[] = [
  {
    title: 'Wishes of an older shop are loaded. One of them lacks a property that must be there.',
    method: 'POST',
    path: `${TABLES}/wish/edges/load`,
    headers: { 'X-Request-ID': 'load-1' },
    body: `{
  "properties": ["at", "color"],
  "rows": [
    [1700000000000001, 70, "desk", 1700000000000, "black"],
    [1700000000000002, 71, "desk", 1700000000500, null],
    [1700000000000003, 71, "lamp", null, "red"]
  ]
}`,
    status: 200,
    answer: `{
  "position": "e1-p0-68",
  "created": 2,
  "updated": 0,
  "idle": 0,
  "refused": 1,
  "refusals": [
    {
      "row": 2,
      "code": "missing-property",
      "message": "at must be provided: shop.wish declares it as not nullable"
    }
  ]
}`,
  },
  {
    title: 'Rows of a load name a property that the table does not have.',
    method: 'POST',
    path: `${TABLES}/wish/edges/load`,
    body: '{"properties": ["colour"], "rows": [[1, 70, "desk", "black"]]}',
    status: 400,
    answer: `{
  "timestamp": 1775001600000,
  "status": 400,
  "error": "Bad Request",
  "message": "properties[0] is \\"colour\\"; the table has no such property",
  "code": "malformed-json",
  "retry": "never"
}`,
  },
  {
    title: 'Orders of the older shop are loaded; each has an id of its own.',
    method: 'POST',
    path: `${TABLES}/order/multi-edges/load`,
    headers: { 'X-Request-ID': 'load-2' },
    body: '{"properties": ["price"], "rows": [[1700000000000004, 70001, 70, "desk", 120]]}',
    status: 200,
    answer: `{"position": "e1-p0-69", "created": 1, "updated": 0, "idle": 0, "refused": 0, "refusals": []}`,
  },
  {
    title: 'All wishes are digested, to be compared with what the older shop has.',
    method: 'POST',
    path: '/actionbase/v1/digest',
    body: '{"database": "shop", "table": "wish", "fields": ["source", "target", "at"]}',
    status: 200,
    answer: {
      lines: [
        `{"progress": {"rows": 44, "edges": 7}}`,
        `{
  "digest": {
    "table": "shop.wish",
    "position": "e1-p0-69",
    "edges": 7,
    "buckets": [
      {"bucket": 291, "rows": 1, "sum": "14d10193ac4d4fd8"},
      {"bucket": 321, "rows": 1, "sum": "7e81828d532285ef"},
      {"bucket": 346, "rows": 3, "sum": "6c4b4a402d076106"},
      {"bucket": 457, "rows": 1, "sum": "4d0ed2392a80c5ab"},
      {"bucket": 487, "rows": 1, "sum": "89d306f6110fe4fa"}
    ]
  }
}`,
      ],
    },
  },
  {
    title: 'The digests of one bucket differ, so its edges are compared.',
    method: 'POST',
    path: '/actionbase/v1/digest',
    body: '{"database": "shop", "table": "wish", "fields": ["source", "target", "at"], "bucket": 487}',
    status: 200,
    answer: {
      lines: [
        `{"progress": {"rows": 44, "edges": 1}}`,
        `{
  "edge": {
    "version": 1700000000000001,
    "source": 70,
    "target": "desk",
    "properties": {"at": 1700000000000, "color": "black", "tags": null}
  }
}`,
        `{
  "digest": {
    "table": "shop.wish",
    "position": "e1-p0-69",
    "edges": 1,
    "buckets": [{"bucket": 487, "rows": 1, "sum": "89d306f6110fe4fa"}]
  }
}`,
      ],
    },
  },
  {
    title: 'A digest names a property that the table does not have.',
    method: 'POST',
    path: '/actionbase/v1/digest',
    body: '{"database": "shop", "table": "wish", "fields": ["source", "colour"]}',
    status: 400,
    answer: `{
  "timestamp": 1775001600000,
  "status": 400,
  "error": "Bad Request",
  "message": "fields[1] is \\"colour\\"; shop.wish has source, target, version and its properties",
  "code": "unknown-field",
  "retry": "never"
}`,
  },
];
