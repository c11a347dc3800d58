import type { FailureCode } from '../failure-codes.ts';
import { type Family, type Operation, type QueryParameter, readCall } from '../operation.ts';
import {
  DIRECTION_PARAMETER,
  FILTERS_PARAMETER,
  limitParameter,
  listParameter,
  OFFSET_PARAMETER,
  START_PARAMETER,
  STARTS_PARAMETER,
} from '../query-parameters.ts';
import { named } from '../schema.ts';

const TABLE = '/graph/v3/databases/{database}/tables/{table}';

const FRAME = [{ status: 200, description: 'Edges.', schema: named('EdgeFrame') }];
const GET_ERRORS: readonly FailureCode[] = [
  'unknown-table',
  'not-indexed',
  'cast-failed',
  'invalid-filters',
  'limit-out-of-range',
  'not-supported',
  'answer-too-large',
];
const IDS_ERRORS: readonly FailureCode[] = [...GET_ERRORS, 'wrong-edge-kind'];
const COUNT_ERRORS: readonly FailureCode[] = ['unknown-table', 'not-indexed', 'cast-failed', 'not-supported'];

const RANGES: QueryParameter = {
  name: 'ranges',
  schema: { type: 'string' },
  description:
    'Conditions on the leading fields of the index in their order, `field:op:value;…`: `eq` on all but the last. They bound what is read.',
};

const GROUP_RANGES: QueryParameter = {
  name: 'ranges',
  required: true,
  schema: { type: 'string' },
  description:
    'Which counters: conditions on the leading fields of the group in their order, `eq` on all but the last, `eq` or `bt` on the last. A field with a bucket goes by the name of the bucket.',
};

const GET_OPERATIONS: readonly Operation[] = [
  readCall('GET', `${TABLE}/edges/get`, {
    id: 'getEdges',
    summary: 'Reads edges by their keys: all pairs of the sources and the targets.',
    description: 'Pairs without an active edge are left out. In a table of multi edges, ids stand in both places.',
    parameters: [listParameter('source', 'Sources.'), listParameter('target', 'Targets.'), FILTERS_PARAMETER],
    refuses: ['ranges', 'features'],
    answers: FRAME,
    errors: GET_ERRORS,
  }),
  readCall('POST', `${TABLE}/edges/get`, {
    id: 'getEdgesByBody',
    summary: 'Reads edges by their keys, which stand in the body.',
    description: 'For more keys than a URL holds.',
    body: named('GetRequest'),
    answers: FRAME,
    errors: GET_ERRORS,
  }),
  readCall('GET', `${TABLE}/multi-edges/ids`, {
    id: 'getMultiEdges',
    summary: 'Reads multi edges by their ids.',
    description: 'Ids without an active edge are left out.',
    parameters: [listParameter('ids', 'Ids.'), FILTERS_PARAMETER],
    refuses: ['features'],
    answers: FRAME,
    errors: IDS_ERRORS,
  }),
  readCall('POST', `${TABLE}/multi-edges/ids`, {
    id: 'getMultiEdgesByBody',
    summary: 'Reads multi edges by their ids, which stand in the body.',
    body: named('IdsRequest'),
    answers: FRAME,
    errors: IDS_ERRORS,
  }),
];

const PAGE_OPERATIONS: readonly Operation[] = [
  readCall('GET', `${TABLE}/edges/scan/{index}`, {
    id: 'scanEdges',
    summary: 'Reads edges of a vertex in the order of an index, page by page.',
    description:
      'Give `offset` of an answer back to go on behind its last edge. A page may be shorter than its limit when filters leave much out; `hasNext` decides.',
    parameters: [
      START_PARAMETER,
      DIRECTION_PARAMETER,
      limitParameter('At most this many edges; the largest is the setting `limits.answerEdges`.'),
      OFFSET_PARAMETER,
      RANGES,
      FILTERS_PARAMETER,
      listParameter(
        'features',
        '`total`: counts all edges of the vertex as well. It goes with neither ranges nor filters.',
        false,
      ),
    ],
    answers: FRAME,
    errors: [
      'unknown-table',
      'not-indexed',
      'unknown-index',
      'not-ready',
      'cast-failed',
      'invalid-ranges',
      'invalid-filters',
      'invalid-offset',
      'limit-out-of-range',
      'not-supported',
    ],
  }),
  readCall('GET', `${TABLE}/edges/seek/{cache}`, {
    id: 'seekEdges',
    summary: 'Reads the first edges of a vertex in the order of a cache, page by page, as far as its limit.',
    parameters: [
      START_PARAMETER,
      DIRECTION_PARAMETER,
      limitParameter('At most this many edges. A negative number asks for none.'),
      OFFSET_PARAMETER,
    ],
    answers: FRAME,
    errors: [
      'unknown-table',
      'not-indexed',
      'unknown-cache',
      'not-ready',
      'cast-failed',
      'invalid-offset',
      'limit-out-of-range',
    ],
  }),
];

const COUNT_OPERATIONS: readonly Operation[] = [
  readCall('GET', `${TABLE}/edges/count`, {
    id: 'countEdges',
    summary: 'Tells how many active edges a vertex has.',
    description: 'Costs the same for one edge and for a million.',
    parameters: [START_PARAMETER, DIRECTION_PARAMETER],
    refuses: ['ranges', 'filters', 'features'],
    answers: [{ status: 200, description: 'The count.', schema: named('Count') }],
    errors: COUNT_ERRORS,
  }),
  readCall('GET', `${TABLE}/edges/counts`, {
    id: 'countEdgesOfMany',
    summary: 'Tells how many active edges each of several vertices has.',
    parameters: [STARTS_PARAMETER, DIRECTION_PARAMETER],
    refuses: ['ranges', 'filters', 'features'],
    answers: [{ status: 200, description: 'The counts.', schema: named('Counts') }],
    errors: [...COUNT_ERRORS, 'limit-out-of-range'],
  }),
  readCall('GET', `${TABLE}/edges/agg/{group}`, {
    id: 'sumGroup',
    summary: 'Sums up the counters of a group for vertices, over a range of its values.',
    parameters: [
      STARTS_PARAMETER,
      DIRECTION_PARAMETER,
      GROUP_RANGES,
      listParameter(
        'features',
        '`accumulators`: shows the counters one by one. `trends` and `cachedRecords`: accepted, as of the reference.',
        false,
      ),
      {
        name: 'ttl',
        schema: { type: 'integer' },
        description:
          'Accepted without effect: how old a remembered result may be, in milliseconds. None is remembered.',
      },
    ],
    refuses: ['filters'],
    answers: [{ status: 200, description: 'The sums.', schema: named('GroupSums') }],
    errors: [
      'unknown-table',
      'not-indexed',
      'unknown-group',
      'not-ready',
      'cast-failed',
      'invalid-ranges',
      'limit-out-of-range',
      'not-supported',
    ],
  }),
];

export const READ_FAMILY: Family = {
  tag: 'Reads',
  description: 'Reading edges, counts and sums. Each answer is as of one position of the log.',
  operations: [...GET_OPERATIONS, ...PAGE_OPERATIONS, ...COUNT_OPERATIONS],
};
