import type { Example } from './example.ts';

const TABLES = '/graph/v3/databases/shop/tables';
const WISH = `${TABLES}/wish/edges`;

/** The app shows what was written. */
export const READ_EXAMPLES: readonly Example[] = [
  {
    title: 'Do users 7 and 8 want the lamp or the chair? What is not wished for is left out.',
    method: 'GET',
    path: `${WISH}/get?source=7,8&target=lamp,chair`,
    status: 200,
    answer: `{
  "edges": [
    {
      "version": 1775001600001,
      "source": 7,
      "target": "lamp",
      "properties": {"at": 1774915200000, "color": "red", "tags": "light,home"},
      "context": {}
    },
    {
      "version": 1775001600005,
      "source": 7,
      "target": "chair",
      "properties": {"at": 1774958400000, "color": "green", "tags": null},
      "context": {}
    },
    {
      "version": 1775001600004,
      "source": 8,
      "target": "lamp",
      "properties": {"at": 1775001600000, "color": null, "tags": null},
      "context": {}
    }
  ],
  "count": 3,
  "total": 3,
  "offset": null,
  "hasNext": false,
  "context": {}
}`,
  },
  {
    title: 'The same question in a body, for red things only.',
    method: 'POST',
    path: `${WISH}/get`,
    body: '{"source": [7, 8], "target": ["lamp", "chair"], "filters": "color:eq:red"}',
    status: 200,
    answer: `{
  "edges": [
    {
      "version": 1775001600001,
      "source": 7,
      "target": "lamp",
      "properties": {"at": 1774915200000, "color": "red", "tags": "light,home"},
      "context": {}
    }
  ],
  "count": 1,
  "total": 1,
  "offset": null,
  "hasNext": false,
  "context": {}
}`,
  },
  {
    title: 'The list of user 7 shows two wishes at first, the newest on top, and how many there are.',
    method: 'GET',
    path: `${WISH}/scan/newest?start=7&direction=OUT&limit=2&features=total`,
    status: 200,
    answer: `{
  "edges": [
    {
      "version": 1775001600003,
      "source": 7,
      "target": "vase",
      "properties": {"at": 1775001600000, "color": "red", "tags": "home"},
      "context": {}
    },
    {
      "version": 1775001600005,
      "source": 7,
      "target": "chair",
      "properties": {"at": 1774958400000, "color": "green", "tags": null},
      "context": {}
    }
  ],
  "count": 2,
  "total": 3,
  "offset": "iToeealU4tHIAmKJtKkG9Q",
  "hasNext": true,
  "context": {}
}`,
  },
  {
    title: 'The user scrolls: the next page begins where this one ended.',
    method: 'GET',
    path: `${WISH}/scan/newest?start=7&direction=OUT&limit=2&offset=iToeealU4tHIAmKJtKkG9Q`,
    status: 200,
    answer: `{
  "edges": [
    {
      "version": 1775001600001,
      "source": 7,
      "target": "lamp",
      "properties": {"at": 1774915200000, "color": "red", "tags": "light,home"},
      "context": {}
    }
  ],
  "count": 1,
  "total": -1,
  "offset": null,
  "hasNext": false,
  "context": {}
}`,
  },
  {
    title: 'Red wishes since yesterday noon: ranges follow the fields of the index, and bound what is read.',
    method: 'GET',
    path: `${WISH}/scan/by_color?start=7&direction=OUT&ranges=color:eq:red;at:gte:1774958400000`,
    status: 200,
    answer: `{
  "edges": [
    {
      "version": 1775001600003,
      "source": 7,
      "target": "vase",
      "properties": {"at": 1775001600000, "color": "red", "tags": "home"},
      "context": {}
    }
  ],
  "count": 1,
  "total": -1,
  "offset": null,
  "hasNext": false,
  "context": {}
}`,
  },
  {
    title: 'Who wants the lamp? The same index, seen from the article.',
    method: 'GET',
    path: `${WISH}/scan/newest?start=lamp&direction=IN&filters=source:gt:7`,
    status: 200,
    answer: `{
  "edges": [
    {
      "version": 1775001600004,
      "source": 8,
      "target": "lamp",
      "properties": {"at": 1775001600000, "color": null, "tags": null},
      "context": {}
    }
  ],
  "count": 1,
  "total": -1,
  "offset": null,
  "hasNext": false,
  "context": {}
}`,
  },
  {
    title: 'An index that the table does not have is refused, with those that it has.',
    method: 'GET',
    path: `${WISH}/scan/oldest?start=7&direction=OUT`,
    status: 400,
    answer: `{
  "timestamp": 1775001600000,
  "status": 400,
  "error": "Bad Request",
  "message": "index \`oldest\` is not found in label \`shop.wish\`. It has: newest, by_color.",
  "code": "unknown-index",
  "retry": "never"
}`,
  },
  {
    title: 'The start page takes the latest wish from the cache.',
    method: 'GET',
    path: `${WISH}/seek/latest?start=7&direction=OUT&limit=1`,
    status: 200,
    answer: `{
  "edges": [
    {
      "version": 1775001600003,
      "source": 7,
      "target": "vase",
      "properties": {"at": 1775001600000, "color": "red", "tags": "home"},
      "context": {}
    }
  ],
  "count": 1,
  "total": 1,
  "offset": "iToeealRdgPIAneApqV0",
  "hasNext": true,
  "context": {}
}`,
  },
  {
    title: 'How many wishes has user 7?',
    method: 'GET',
    path: `${WISH}/count?start=7&direction=OUT`,
    status: 200,
    answer: `{"start": 7, "direction": "OUT", "count": 3, "context": {}}`,
  },
  {
    title: 'How often is each of these articles wished for?',
    method: 'GET',
    path: `${WISH}/counts?start=lamp,chair,piano&direction=IN`,
    status: 200,
    answer: `{
  "counts": [
    {"start": "lamp", "direction": "IN", "count": 2, "context": {}},
    {"start": "chair", "direction": "IN", "count": 1, "context": {}},
    {"start": "piano", "direction": "IN", "count": 0, "context": {}}
  ],
  "count": 3,
  "context": {}
}`,
  },
  {
    title: 'How many red things did user 7 wish for on the last two days, and on which of them?',
    method: 'GET',
    path: `${WISH}/agg/per_day?start=7&direction=OUT&ranges=color:eq:red;day:bt:2026-03-31,2026-04-01&features=accumulators`,
    status: 200,
    answer: `{
  "groups": [
    {
      "start": 7,
      "direction": "OUT",
      "value": 2,
      "context": {
        "accumulators": [
          {"groupValues": ["red", "2026-04-01"], "value": 1},
          {"groupValues": ["red", "2026-03-31"], "value": 1}
        ]
      }
    }
  ],
  "count": 1,
  "context": {}
}`,
  },
  {
    title: 'Two orders are looked up; the one that was taken back is not there.',
    method: 'GET',
    path: `${TABLES}/order/multi-edges/ids?ids=501,502`,
    status: 200,
    answer: `{
  "edges": [
    {"version": 1, "source": 7, "target": "lamp", "properties": {"_id": 501, "price": 39.9}, "context": {}}
  ],
  "count": 1,
  "total": 1,
  "offset": null,
  "hasNext": false,
  "context": {}
}`,
  },
  {
    title: 'Many orders are looked up in a body.',
    method: 'POST',
    path: `${TABLES}/order/multi-edges/ids`,
    body: '{"ids": [503, 501], "filters": "price:lt:20"}',
    status: 200,
    answer: `{
  "edges": [
    {"version": 2, "source": 8, "target": "vase", "properties": {"_id": 503, "price": 11.0}, "context": {}}
  ],
  "count": 1,
  "total": 1,
  "offset": null,
  "hasNext": false,
  "context": {}
}`,
  },
];

/** The shop asks for more than one thing at a time. */
export const QUERY_EXAMPLES: readonly Example[] = [
  {
    title: 'Who else wants what user 7 wants, and how popular is it? Two hops, as of one moment.',
    method: 'POST',
    path: '/graph/v3/query',
    body: `{
  "query": [
    {
      "type": "SCAN",
      "name": "mine",
      "database": "shop",
      "table": "wish",
      "source": {"type": "VALUE", "value": [7]},
      "direction": "OUT",
      "index": "newest",
      "limit": 10
    },
    {
      "type": "SCAN",
      "name": "others",
      "include": true,
      "database": "shop",
      "table": "wish",
      "source": {"type": "REF", "ref": "mine", "field": "target"},
      "direction": "IN",
      "index": "newest"
    },
    {
      "type": "COUNT",
      "name": "popular",
      "include": true,
      "database": "shop",
      "table": "wish",
      "source": {"type": "REF", "ref": "mine", "field": "target"},
      "direction": "IN"
    }
  ]
}`,
    status: 200,
    answer: `{
  "items": [
    {
      "name": "others",
      "data": [
        {
          "direction": "IN",
          "version": 1775001600003,
          "source": "vase",
          "target": 7,
          "at": 1775001600000,
          "color": "red",
          "tags": "home"
        },
        {
          "direction": "IN",
          "version": 1775001600005,
          "source": "chair",
          "target": 7,
          "at": 1774958400000,
          "color": "green",
          "tags": null
        },
        {
          "direction": "IN",
          "version": 1775001600004,
          "source": "lamp",
          "target": 8,
          "at": 1775001600000,
          "color": null,
          "tags": null
        },
        {
          "direction": "IN",
          "version": 1775001600001,
          "source": "lamp",
          "target": 7,
          "at": 1774915200000,
          "color": "red",
          "tags": "light,home"
        }
      ],
      "rows": 4,
      "stats": [],
      "offset": null,
      "hasNext": false
    },
    {
      "name": "popular",
      "data": [
        {"source": "vase", "COUNT(1)": 1, "direction": "IN"},
        {"source": "chair", "COUNT(1)": 1, "direction": "IN"},
        {"source": "lamp", "COUNT(1)": 2, "direction": "IN"}
      ],
      "rows": 3,
      "stats": [],
      "offset": null,
      "hasNext": false
    }
  ]
}`,
  },
  {
    title: 'Which tags has user 7 collected? Texts are split into rows, and rows are counted.',
    method: 'POST',
    path: '/graph/v3/query',
    body: `{
  "query": [
    {
      "type": "CACHE",
      "name": "tags",
      "include": true,
      "database": "shop",
      "table": "wish",
      "source": {"type": "VALUE", "value": [7]},
      "direction": "OUT",
      "cache": "latest",
      "limit": 10,
      "post": [{"type": "SPLIT_EXPLODE", "field": "tags", "regex": ",", "alias": "tag", "dataType": "STRING"}],
      "aggregators": [{"type": "COUNT", "field": "tag", "order": "DESC", "limit": 5}]
    }
  ]
}`,
    status: 200,
    answer: `{
  "items": [
    {
      "name": "tags",
      "data": [{"tag": "home", "count": 2}, {"tag": "light", "count": 1}],
      "rows": 2,
      "stats": [],
      "offset": null,
      "hasNext": false
    }
  ]
}`,
  },
];
