import type { Example } from './example.ts';

const TABLES = '/graph/v3/databases/shop/tables';

/** Users wish, look and buy. */
export const MUTATION_EXAMPLES: readonly Example[] = [
  {
    title: 'User 7 wishes for three things, user 8 for one. Each event carries its time as its version.',
    method: 'POST',
    path: `${TABLES}/wish/edges`,
    headers: { 'X-Request-ID': 'wishes-1', 'X-Actor-ID': 'app' },
    body: `{
  "mutations": [
    {
      "type": "INSERT",
      "edge": {
        "version": 1775001600001,
        "source": 7,
        "target": "lamp",
        "properties": {"at": 1774915200000, "color": "red", "tags": "light,home"}
      }
    },
    {
      "type": "INSERT",
      "edge": {"version": 1775001600002, "source": 7, "target": "chair", "properties": {"at": 1774958400000, "color": "blue"}}
    },
    {
      "type": "INSERT",
      "edge": {
        "version": 1775001600003,
        "source": 7,
        "target": "vase",
        "properties": {"at": 1775001600000, "color": "red", "tags": "home"}
      }
    },
    {
      "type": "INSERT",
      "edge": {"version": 1775001600004, "source": 8, "target": "lamp", "properties": {"at": 1775001600000}}
    }
  ]
}`,
    status: 200,
    answer: `{
  "results": [
    {"source": 7, "target": "chair", "status": "CREATED", "count": 1},
    {"source": 7, "target": "lamp", "status": "CREATED", "count": 1},
    {"source": 7, "target": "vase", "status": "CREATED", "count": 1},
    {"source": 8, "target": "lamp", "status": "CREATED", "count": 1}
  ]
}`,
  },
  {
    title: 'The app has heard no answer and sends a wish again. It is known, so nothing changes.',
    method: 'POST',
    path: `${TABLES}/wish/edges`,
    body: `{
  "mutations": [
    {
      "type": "INSERT",
      "edge": {"version": 1775001600002, "source": 7, "target": "chair", "properties": {"at": 1774958400000, "color": "blue"}}
    }
  ]
}`,
    status: 200,
    answer: `{"results": [{"source": 7, "target": "chair", "status": "IDLE", "count": 1}]}`,
  },
  {
    title:
      'The chair shall be green: an update changes what it names. User 9 forgot the time, and only that wish is refused.',
    method: 'POST',
    path: `${TABLES}/wish/edges/sync`,
    body: `{
  "mutations": [
    {"type": "UPDATE", "edge": {"version": 1775001600005, "source": 7, "target": "chair", "properties": {"color": "green"}}},
    {"type": "INSERT", "edge": {"version": 1775001600006, "source": 9, "target": "vase", "properties": {"color": "red"}}}
  ]
}`,
    status: 200,
    answer: `{
  "results": [
    {"source": 7, "target": "chair", "status": "UPDATED", "count": 1},
    {
      "source": 9,
      "target": "vase",
      "status": "ERROR",
      "count": 0,
      "code": "missing-property",
      "message": "at must be provided: shop.wish declares it as not nullable"
    }
  ]
}`,
  },
  {
    title: 'A request with a value that cannot be is refused as a whole, and says where.',
    method: 'POST',
    path: `${TABLES}/wish/edges`,
    body: `{
  "mutations": [
    {"type": "INSERT", "edge": {"version": 1775001600007, "source": 9, "target": "lamp", "properties": {"at": 1775001600000}}},
    {"type": "INSERT", "edge": {"version": 1775001600007, "source": "nine", "target": "vase", "properties": {"at": 1}}}
  ]
}`,
    status: 400,
    answer: `{
  "timestamp": 1775001600000,
  "status": 400,
  "error": "Bad Request",
  "message": "mutations[1].edge.source: \\"nine\\" cannot be cast to long",
  "code": "cast-failed",
  "retry": "never"
}`,
  },
  {
    title: 'User 7 looks at the lamp. The table is ASYNC: the view is durable, and will count in a moment.',
    method: 'POST',
    path: `${TABLES}/view/edges`,
    body: `{"mutations": [{"type": "INSERT", "edge": {"version": 1775001600008, "source": 7, "target": "lamp"}}]}`,
    status: 200,
    answer: `{"results": [{"source": 7, "target": "lamp", "status": "QUEUED", "count": 1}]}`,
  },
  {
    title: 'Another view shall count at once.',
    method: 'POST',
    path: `${TABLES}/view/edges/sync`,
    body: `{"mutations": [{"type": "INSERT", "edge": {"version": 1775001600009, "source": 7, "target": "vase"}}]}`,
    status: 200,
    answer: `{"results": [{"source": 7, "target": "vase", "status": "CREATED", "count": 1}]}`,
  },
  {
    title: 'User 7 buys the lamp twice, user 8 the vase. Orders have numbers.',
    method: 'POST',
    path: `${TABLES}/order/multi-edges`,
    headers: { 'X-Request-ID': 'orders-1' },
    body: `{
  "mutations": [
    {"type": "INSERT", "edge": {"version": 1, "id": 501, "source": 7, "target": "lamp", "properties": {"price": 39.9}}},
    {"type": "INSERT", "edge": {"version": 1, "id": 502, "source": 7, "target": "lamp", "properties": {"price": 35}}},
    {"type": "INSERT", "edge": {"version": 1, "id": 503, "source": 8, "target": "vase", "properties": {"price": 12.5}}}
  ]
}`,
    status: 200,
    answer: `{
  "results": [
    {"id": 501, "status": "CREATED", "count": 1},
    {"id": 502, "status": "CREATED", "count": 1},
    {"id": 503, "status": "CREATED", "count": 1}
  ]
}`,
  },
  {
    title: 'An order is taken back, another gets its price right. The number alone says which.',
    method: 'POST',
    path: `${TABLES}/order/multi-edges/sync`,
    body: `{
  "mutations": [
    {"type": "DELETE", "edge": {"version": 2, "id": 502}},
    {"type": "UPDATE", "edge": {"version": 2, "id": 503, "properties": {"price": 11}}}
  ]
}`,
    status: 200,
    answer: `{"results": [{"id": 502, "status": "DELETED", "count": 1}, {"id": 503, "status": "UPDATED", "count": 1}]}`,
  },
];
