import type { Example } from './example.ts';

/** A warehouse follows what happens. */
export const STREAM_EXAMPLES: readonly Example[] = [
  {
    title:
      'The warehouse reads what a request asked for, two records at first; it goes on with the position of the last one.',
    method: 'GET',
    path: '/actionbase/v1/log/wal?request=wishes-1&limit=2',
    status: 200,
    answer: {
      lines: [
        `{
  "position": "e1-p0-6-0",
  "key": "7:lamp",
  "record": {
    "alias": null,
    "label": "shop.wish",
    "edge": {
      "ts": 1775001600001,
      "src": 7,
      "tgt": "lamp",
      "props": {"at": 1774915200000, "color": "red", "tags": "light,home"},
      "traceId": "01KN35E0060400000600000000"
    },
    "op": "INSERT",
    "mode": {"l": "SYNC", "r": null, "s": null, "f": false, "queue": false},
    "audit": {"actor": "app"},
    "requestId": "wishes-1",
    "ts": 1775001600000,
    "version": "2",
    "phase": "local",
    "tenant": "local"
  }
}`,
        `{
  "position": "e1-p0-6-1",
  "key": "7:chair",
  "record": {
    "alias": null,
    "label": "shop.wish",
    "edge": {
      "ts": 1775001600002,
      "src": 7,
      "tgt": "chair",
      "props": {"at": 1774958400000, "color": "blue"},
      "traceId": "01KN35E0060400000600010000"
    },
    "op": "INSERT",
    "mode": {"l": "SYNC", "r": null, "s": null, "f": false, "queue": false},
    "audit": {"actor": "app"},
    "requestId": "wishes-1",
    "ts": 1775001600000,
    "version": "2",
    "phase": "local",
    "tenant": "local"
  }
}`,
      ],
    },
  },
  {
    title:
      'The accounts go on behind a position: what became of the orders since then, with the states before and after. The last line says how far that is.',
    method: 'GET',
    path: '/actionbase/v1/log/cdc?table=shop.order&from=e1-p0-12',
    status: 200,
    answer: {
      lines: [
        `{
  "position": "e1-p0-13-0",
  "key": "502",
  "record": {
    "label": "shop.order",
    "edge": {"ts": 2, "src": "0", "tgt": "0", "props": {"_id": 502}, "traceId": "01KN35E00D0400000D00000000"},
    "op": "DELETE",
    "status": "DELETED",
    "before": {
      "active": true,
      "ts": 1,
      "src": 7,
      "tgt": "lamp",
      "props": {"_source": 7, "_target": "lamp", "price": 35.0}
    },
    "after": null,
    "acc": -1,
    "alias": null,
    "message": null,
    "audit": {"actor": "-"},
    "requestId": "-",
    "ts": 1775001600013,
    "version": "2",
    "phase": "local",
    "tenant": "local"
  }
}`,
        `{
  "position": "e1-p0-13-1",
  "key": "503",
  "record": {
    "label": "shop.order",
    "edge": {
      "ts": 2,
      "src": "0",
      "tgt": "0",
      "props": {"price": 11.0, "_id": 503},
      "traceId": "01KN35E00D0400000D00010000"
    },
    "op": "UPDATE",
    "status": "UPDATED",
    "before": {
      "active": true,
      "ts": 1,
      "src": 8,
      "tgt": "vase",
      "props": {"_source": 8, "_target": "vase", "price": 12.5}
    },
    "after": {
      "active": true,
      "ts": 2,
      "src": 8,
      "tgt": "vase",
      "props": {"_source": 8, "_target": "vase", "price": 11.0}
    },
    "acc": 0,
    "alias": null,
    "message": null,
    "audit": {"actor": "-"},
    "requestId": "-",
    "ts": 1775001600013,
    "version": "2",
    "phase": "local",
    "tenant": "local"
  }
}`,
        `{"position": "e1-p0-13"}`,
      ],
    },
  },
];

/** Monitoring looks at what the story left behind. */
export const METRIC_EXAMPLES: readonly Example[] = [
  {
    title: 'Monitoring reads what was done.',
    method: 'GET',
    path: '/actuator/prometheus',
    status: 200,
    answer: {
      among: [
        'actionbase_http_requests_total{method="POST",route="/graph/v3/query",status="200"} 2',
        'actionbase_mutation_results_total{status="QUEUED"} 3',
        'actionbase_engine_status{status="running"} 1',
        'actionbase_queue_waiting 0',
      ],
      why: 'times, memory and version differ between two runs',
    },
  },
];
