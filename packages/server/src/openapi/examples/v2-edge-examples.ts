import type { Example } from './example.ts';

const EDGE = '/graph/v2/service/reviews/label/review/edge';
const LAMP_BY_7 = 'dsXhh8vo3vwwAm2AuLB0';

/** The older app writes and reads reviews. */
export const V2_EDGE_EXAMPLES: readonly Example[] = [
  {
    title: 'User 7 likes the lamp, user 8 does not.',
    method: 'POST',
    path: EDGE,
    headers: { 'X-Request-ID': 'reviews-1' },
    body: `{
  "edges": [
    {"ts": 1, "src": 7, "tgt": "lamp", "props": {"stars": 5, "text": "bright"}},
    {"ts": 1, "src": 8, "tgt": "lamp", "props": {"stars": 2}}
  ],
  "audit": {"actor": "older-app"}
}`,
    status: 200,
    answer: `{
  "result": [
    {
      "status": "CREATED",
      "traceId": "01KN35E00V0400000V00000000",
      "edge": {"ts": 1, "src": 7, "tgt": "lamp", "props": {"stars": 5, "text": "bright"}, "active": true}
    },
    {
      "status": "CREATED",
      "traceId": "01KN35E00V0400000V00010000",
      "edge": {"ts": 1, "src": 8, "tgt": "lamp", "props": {"stars": 2, "text": null}, "active": true}
    }
  ]
}`,
  },
  {
    title: 'One review is complete and another lacks its stars, and each has an answer of its own.',
    method: 'POST',
    path: `${EDGE}/sync`,
    body: `{
  "edges": [
    {"ts": 2, "src": 7, "tgt": "vase", "props": {"stars": 4}},
    {"ts": 2, "src": 9, "tgt": "vase", "props": {"text": "no stars"}}
  ]
}`,
    status: 200,
    answer: `{
  "result": [
    {
      "status": "CREATED",
      "traceId": "01KN35E00W0400000W00000000",
      "edge": {"ts": 2, "src": 7, "tgt": "vase", "props": {"stars": 4, "text": null}, "active": true}
    },
    {
      "status": "ERROR",
      "traceId": "01KN35E00W0400000W00010000",
      "edge": null,
      "code": "missing-property",
      "message": "Validation error(s): Field is not null : stars"
    }
  ]
}`,
  },
  {
    title: 'The reviews of user 7, the best first, with the ids of the edges.',
    method: 'GET',
    path: `${EDGE}?src=7&index=best&stats=EDGE_ID`,
    status: 200,
    answer: `{
  "data": [
    {
      "dir": "OUT",
      "ts": 1,
      "src": 7,
      "tgt": "lamp",
      "stars": 5,
      "text": "bright",
      "edgeId": "dsXhh8vo3vwwAm2AuLB0"
    },
    {
      "dir": "OUT",
      "ts": 2,
      "src": 7,
      "tgt": "vase",
      "stars": 4,
      "text": null,
      "edgeId": "dsXhh8vo3vwwAneApqV0"
    }
  ],
  "rows": 2,
  "stats": [],
  "offset": "jjoeeDA7oQPIyf4eKj1Agzs2hIc",
  "hasNext": false
}`,
  },
  {
    title: 'How many reviews has each article? The answer is a compact one.',
    method: 'GET',
    path: `${EDGE}?src=lamp,vase&dir=IN&select=COUNT(1)&format=jsoncompact`,
    status: 200,
    answer: `{
  "meta": [
    {"name": "src", "type": "STRING"},
    {"name": "COUNT(1)", "type": "LONG"},
    {"name": "dir", "type": "STRING"}
  ],
  "data": [["lamp", 2, "IN"], ["vase", 1, "IN"]],
  "rows": 2,
  "stats": [],
  "offset": null,
  "hasNext": false
}`,
  },
  {
    title: 'One review is looked up by its id.',
    method: 'GET',
    path: `${EDGE}/id/${LAMP_BY_7}`,
    status: 200,
    answer: `{
  "data": [
    {
      "dir": "OUT",
      "ts": 1,
      "src": 7,
      "tgt": "lamp",
      "stars": 5,
      "text": "bright",
      "edgeId": "dsXhh8vo3vwwAm2AuLB0",
      "active": true
    }
  ],
  "rows": 1,
  "stats": [],
  "offset": null,
  "hasNext": false
}`,
  },
  {
    title: 'A review is written again by its id: what it does not name stays.',
    method: 'POST',
    path: `${EDGE}/id/${LAMP_BY_7}`,
    body: '{"ts": 3, "props": {"stars": 4}}',
    status: 200,
    answer: `{
  "result": [
    {
      "status": "UPDATED",
      "traceId": "01KN35E00X0400000X00000000",
      "edge": {"ts": 3, "src": 7, "tgt": "lamp", "props": {"stars": 4, "text": "bright"}, "active": true}
    }
  ]
}`,
  },
  {
    title: 'Its text changes by its id.',
    method: 'PUT',
    path: `${EDGE}/id/${LAMP_BY_7}`,
    body: '{"ts": 4, "props": {"text": "bright, at first"}}',
    status: 200,
    answer: `{
  "result": [
    {
      "status": "UPDATED",
      "traceId": "01KN35E00Y0400000Y00000000",
      "edge": {
        "ts": 4,
        "src": 7,
        "tgt": "lamp",
        "props": {"stars": 4, "text": "bright, at first"},
        "active": true
      }
    }
  ]
}`,
  },
  {
    title: 'User 8 has thought about it.',
    method: 'PUT',
    path: `${EDGE}?mode=SYNC`,
    body: '{"edges": [{"ts": 5, "src": 8, "tgt": "lamp", "props": {"stars": 3}}]}',
    status: 200,
    answer: `{
  "result": [
    {
      "status": "UPDATED",
      "traceId": "01KN35E00Z0400000Z00000000",
      "edge": {"ts": 5, "src": 8, "tgt": "lamp", "props": {"stars": 3, "text": null}, "active": true}
    }
  ]
}`,
  },
  {
    title: 'User 9 never wrote about the lamp, so there is nothing to update.',
    method: 'PUT',
    path: `${EDGE}/sync`,
    body: '{"edges": [{"ts": 6, "src": 9, "tgt": "lamp", "props": {"stars": 1}}]}',
    status: 200,
    answer: `{
  "result": [
    {
      "status": "IDLE",
      "traceId": "01KN35E0100400001000000000",
      "edge": {"ts": 6, "src": 9, "tgt": "lamp", "props": {"stars": 1}, "active": false}
    }
  ]
}`,
  },
  {
    title: 'Another way to write names the label in the body.',
    method: 'POST',
    path: '/graph/v2/edge',
    body: `{
  "label": "reviews.review",
  "edges": [{"ts": 7, "src": 9, "tgt": "chair", "props": {"stars": 5}}],
  "audit": {"actor": "older-app"},
  "requestId": "reviews-2"
}`,
    status: 200,
    answer: `{
  "result": [
    {
      "status": "CREATED",
      "traceId": "01KN35E0110400001100000000",
      "edge": {"ts": 7, "src": 9, "tgt": "chair", "props": {"stars": 5, "text": null}, "active": true}
    }
  ]
}`,
  },
  {
    title: 'It can update as well.',
    method: 'PUT',
    path: '/graph/v2/edge',
    body: '{"label": "reviews.review", "edges": [{"ts": 8, "src": 9, "tgt": "chair", "props": {"text": "soft"}}]}',
    status: 200,
    answer: `{
  "result": [
    {
      "status": "UPDATED",
      "traceId": "01KN35E0120400001200000000",
      "edge": {"ts": 8, "src": 9, "tgt": "chair", "props": {"stars": 5, "text": "soft"}, "active": true}
    }
  ]
}`,
  },
  {
    title: 'It can delete, with a body.',
    method: 'DELETE',
    path: '/graph/v2/edge',
    body: '{"label": "reviews.review", "edges": [{"ts": 9, "src": 9, "tgt": "chair"}]}',
    status: 200,
    answer: `{
  "result": [
    {
      "status": "DELETED",
      "traceId": "01KN35E0130400001300000000",
      "edge": {"ts": 9, "src": 9, "tgt": "chair", "props": {"stars": null, "text": null}, "active": false}
    }
  ]
}`,
  },
  {
    title: 'The label and the id of the edge may both stand in the body.',
    method: 'POST',
    path: '/graph/v2/edge/id',
    body: `{"label": "reviews.review", "edgeId": "${LAMP_BY_7}", "edgeValue": {"ts": 10, "props": {"stars": 5}}}`,
    status: 200,
    answer: `{
  "result": [
    {
      "status": "UPDATED",
      "traceId": "01KN35E0140400001400000000",
      "edge": {
        "ts": 10,
        "src": 7,
        "tgt": "lamp",
        "props": {"stars": 5, "text": "bright, at first"},
        "active": true
      }
    }
  ]
}`,
  },
  {
    title: 'An update finds its edge there, too.',
    method: 'PUT',
    path: '/graph/v2/edge/id',
    body: `{"label": "reviews.review", "edgeId": "${LAMP_BY_7}", "edgeValue": {"ts": 11, "props": {"text": "bright"}}}`,
    status: 200,
    answer: `{
  "result": [
    {
      "status": "UPDATED",
      "traceId": "01KN35E0150400001500000000",
      "edge": {"ts": 11, "src": 7, "tgt": "lamp", "props": {"stars": 5, "text": "bright"}, "active": true}
    }
  ]
}`,
  },
  {
    title: 'The review is taken back.',
    method: 'DELETE',
    path: '/graph/v2/edge/id',
    body: `{"label": "reviews.review", "edgeId": "${LAMP_BY_7}", "edgeValue": {"ts": 12}}`,
    status: 200,
    answer: `{
  "result": [
    {
      "status": "DELETED",
      "traceId": "01KN35E0160400001600000000",
      "edge": {"ts": 12, "src": 7, "tgt": "lamp", "props": {"stars": null, "text": null}, "active": false}
    }
  ]
}`,
  },
  {
    title: 'It is taken back once more, and nothing changes.',
    method: 'DELETE',
    path: `${EDGE}/id/${LAMP_BY_7}`,
    body: '{"ts": 13}',
    status: 200,
    answer: `{
  "result": [
    {
      "status": "IDLE",
      "traceId": "01KN35E0170400001700000000",
      "edge": {"ts": 13, "src": 7, "tgt": "lamp", "props": {"stars": null, "text": null}, "active": false}
    }
  ]
}`,
  },
  {
    title: 'Some clients send no DELETE.',
    method: 'POST',
    path: `${EDGE}/delete/id/${LAMP_BY_7}`,
    body: '{"ts": 14}',
    status: 200,
    answer: `{
  "result": [
    {
      "status": "IDLE",
      "traceId": "01KN35E0180400001800000000",
      "edge": {"ts": 14, "src": 7, "tgt": "lamp", "props": {"stars": null, "text": null}, "active": false}
    }
  ]
}`,
  },
  {
    title: 'User 8 takes the review of the lamp back.',
    method: 'DELETE',
    path: EDGE,
    body: '{"edges": [{"ts": 15, "src": 8, "tgt": "lamp"}]}',
    status: 200,
    answer: `{
  "result": [
    {
      "status": "DELETED",
      "traceId": "01KN35E0190400001900000000",
      "edge": {"ts": 15, "src": 8, "tgt": "lamp", "props": {"stars": null, "text": null}, "active": false}
    }
  ]
}`,
  },
  {
    title: 'User 7 takes the review of the vase back, at once.',
    method: 'DELETE',
    path: `${EDGE}/sync`,
    body: '{"edges": [{"ts": 16, "src": 7, "tgt": "vase"}]}',
    status: 200,
    answer: `{
  "result": [
    {
      "status": "DELETED",
      "traceId": "01KN35E01A0400001A00000000",
      "edge": {"ts": 16, "src": 7, "tgt": "vase", "props": {"stars": null, "text": null}, "active": false}
    }
  ]
}`,
  },
  {
    title: 'The same without a DELETE: the edge is gone already.',
    method: 'POST',
    path: `${EDGE}/delete`,
    body: '{"edges": [{"ts": 17, "src": 7, "tgt": "vase"}]}',
    status: 200,
    answer: `{
  "result": [
    {
      "status": "IDLE",
      "traceId": "01KN35E01B0400001B00000000",
      "edge": {"ts": 17, "src": 7, "tgt": "vase", "props": {"stars": null, "text": null}, "active": false}
    }
  ]
}`,
  },
  {
    title: 'What was deleted is still remembered, until it is purged.',
    method: 'POST',
    path: `${EDGE}/purge`,
    body: '{"edges": [{"ts": 18, "src": 7, "tgt": "vase"}]}',
    status: 200,
    answer: `{"result": [{"status": "PURGED", "traceId": "01KN35E01C0400001C00000000", "edge": null}]}`,
  },
  {
    title: 'A purge of what nobody remembers changes nothing.',
    method: 'DELETE',
    path: `${EDGE}/purge`,
    body: '{"edges": [{"ts": 19, "src": 7, "tgt": "vase"}]}',
    status: 200,
    answer: `{"result": [{"status": "IDLE", "traceId": "01KN35E01D0400001D00000000", "edge": null}]}`,
  },
];
