import assert from 'node:assert/strict';
import test from 'node:test';
import { printDifference, printSummary } from './audit.ts';

const difference = {
  stage: 'found',
  table: 'shop.wish',
  row: 'index',
  name: 'newest',
  direction: 'OUT',
  vertex: 7,
  values: [1000],
  edge: { source: 7, target: 'lamp' },
  problem: 'wrong',
  key: '2c80',
  qualifier: null,
  expected: { version: 3, properties: { at: 1000 } },
  found: { version: 2, properties: {} },
  touchedBy: [{ position: 'e1-p0-2', op: 'INSERT', status: 'CREATED', version: 3, requestId: 'r1' }],
};

test('a difference is told with its key, what is expected, what was found and what touched it', () => {
  assert.equal(
    printDifference(difference),
    `shop.wish: wrong index newest OUT of {"source":7,"target":"lamp"} at [1000]
  key       2c80
  expected  {"version":3,"properties":{"at":1000}}
  found     {"version":2,"properties":{}}
  touched   e1-p0-2 INSERT CREATED v3 request r1
`,
  );
  const count = { ...difference, row: 'count', name: null, edge: null, values: null, expected: null, found: 4 };
  assert.equal(
    printDifference({ ...count, stage: 'left', problem: 'orphan', qualifier: 'cb', touchedBy: [] }),
    `shop.wish: still orphan count OUT of 7
  key       2c80 cb
  expected  no row
  found     4
`,
  );
});

test('the summary tells what was read, what was found, and what a repair did', () => {
  const summary = { table: 'a.b', position: 'e1-p0-9', states: 4, activeEdges: 3, rows: 20, found: 3, listed: 3 };
  assert.equal(
    printSummary({ ...summary, repaired: null, left: 3 }),
    'a.b: 3 differences; 4 states (3 active), 20 rows compared, as of e1-p0-9\n',
  );
  assert.equal(
    printSummary({ ...summary, listed: 2, repaired: 2, left: 1 }),
    'a.b: 3 differences (2 listed); 2 rows repaired, 1 differences left; 4 states (3 active), 20 rows compared, as of e1-p0-9\n',
  );
});
