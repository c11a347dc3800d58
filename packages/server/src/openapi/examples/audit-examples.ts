import type { Example } from './example.ts';

/** Ann makes sure that all is well. */
export const AUDIT_EXAMPLES: readonly Example[] = [
  {
    title: 'Ann compares all rows of the orders with their states; all is well.',
    method: 'POST',
    path: '/actionbase/v1/audit',
    headers: { 'X-Actor-ID': 'ann' },
    body: '{"database": "shop", "table": "order", "ratePerS": 50000}',
    status: 200,
    answer: {
      lines: [
        `{"progress": {"phase": "cells", "pass": 1, "rows": 0, "differences": 0}}`,
        `{"progress": {"phase": "rows", "pass": 1, "rows": 11, "differences": 0}}`,
        `{"progress": {"phase": "counters", "pass": 1, "rows": 15, "differences": 0}}`,
        `{
  "summary": {
    "table": "shop.order",
    "position": "e1-p0-67",
    "states": 3,
    "activeEdges": 2,
    "rows": 8,
    "found": 0,
    "listed": 0,
    "repaired": null,
    "left": 0
  }
}`,
      ],
    },
  },
  {
    title: 'A table that is not there cannot be audited.',
    method: 'POST',
    path: '/actionbase/v1/audit',
    body: '{"database": "shop", "table": "nothing", "repair": true}',
    status: 400,
    answer: `{
  "timestamp": 1775001600000,
  "status": 400,
  "error": "Bad Request",
  "message": "No such label shop.nothing.",
  "code": "unknown-table",
  "retry": "never"
}`,
  },
];
