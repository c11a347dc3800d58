import type { Method } from '../../http/router.ts';
import type { FailureCode } from '../failure-codes.ts';
import { changeCall, type Family, keeping, type Operation, type QueryParameter, readCall } from '../operation.ts';
import { switchParameter } from '../query-parameters.ts';
import { array, named } from '../schema.ts';

const EDGE = '/graph/v2/service/{service}/label/{label}/edge';
const ANY_EDGE = '/graph/v2/edge';

const BULK: QueryParameter = {
  ...switchParameter('bulk', false, 'Accepted without effect: the log orders mutations.'),
  schema: { type: 'boolean', default: false, deprecated: true },
};
const MODE: QueryParameter = {
  name: 'mode',
  schema: { type: 'string', enum: ['SYNC', 'ASYNC', 'IGNORE'] },
  description: 'The mode that the request asks for; without it, that of the label.',
};

const ERRORS: readonly FailureCode[] = [
  'unknown-table',
  'key-too-long',
  'value-too-long',
  'request-too-large',
  'mode-conflict',
  'schema-changed',
];

/** What a mutation does, for the ids and the summaries of its operations. */
interface Change {
  readonly method: Method;
  readonly id: string;
  readonly verb: string;
  readonly rule: string;
}

const CHANGES: readonly Change[] = [
  {
    method: 'POST',
    id: 'Insert',
    verb: 'Inserts',
    rule: 'Properties that it does not name stay as they are: a v2 INSERT merges.',
  },
  { method: 'PUT', id: 'Update', verb: 'Updates', rule: 'An edge that does not exist is left alone: IDLE.' },
  { method: 'DELETE', id: 'Delete', verb: 'Deletes', rule: 'An edge that does not exist is left alone: IDLE.' },
];

/** Where a call finds the label and the edges. */
interface Place {
  readonly template: string;
  readonly body: string;
  readonly modes: boolean;
  readonly errors: readonly FailureCode[];
}

const EDGES: Place = { template: EDGE, body: 'EdgesRequest', modes: true, errors: ['too-many-items'] };
const BY_ID: Place = {
  template: `${EDGE}/id/{edgeId}`,
  body: 'EdgeValueRequest',
  modes: false,
  errors: ['invalid-edge-id'],
};
const LABELLED: Place = { ...EDGES, template: ANY_EDGE, body: 'LabelledEdgesRequest' };
const LABELLED_BY_ID: Place = { ...BY_ID, template: `${ANY_EDGE}/id`, body: 'LabelledEdgeRequest' };

function mutation(method: Method, id: string, texts: { summary: string; rule: string }, place: Place): Operation {
  const { template, body, modes, errors } = place;
  const operation = changeCall(method, template, {
    id: `v2${id}`,
    summary: texts.summary,
    description: `${texts.rule} Edges that are refused (\`cast-failed\`, \`missing-property\`, \`read-only-table\` and others) end in ERROR, and leave the others as they are.`,
    parameters: modes ? [MODE, BULK] : [BULK],
    body: named(body),
    answers: [{ status: 200, description: 'One result for each edge.', schema: named('V2EdgeResults') }],
    errors: [...ERRORS, ...errors],
  });
  // Who asks stands in the body; the request's id as well, where the path does not name the label.
  return keeping(operation, template.startsWith(ANY_EDGE) ? [] : ['request']);
}

function changeOperations({ method, id, verb, rule }: Change): readonly Operation[] {
  return [
    mutation(method, `${id}Edges`, { summary: `${verb} edges of a label.`, rule }, EDGES),
    mutation(
      method,
      `${id}EdgesSync`,
      { summary: `${verb} edges of a label at once.`, rule },
      { ...EDGES, template: `${EDGE}/sync`, modes: false },
    ),
    mutation(method, `${id}EdgeById`, { summary: `${verb} the edge of an id.`, rule }, BY_ID),
    mutation(
      method,
      `${id}LabelledEdges`,
      { summary: `${verb} edges of the label that the body names.`, rule },
      LABELLED,
    ),
    mutation(
      method,
      `${id}LabelledEdgeById`,
      { summary: `${verb} the edge of an id, of the label that the body names.`, rule },
      LABELLED_BY_ID,
    ),
  ];
}

const DELETE_RULE = { summary: 'Deletes edges of a label, for clients that send no DELETE.', rule: 'As DELETE.' };
const PURGE_RULE = {
  summary: 'Removes edges with everything that is known of them.',
  rule: 'What is purged leaves no state behind, so an older INSERT brings it back.',
};

const MUTATIONS: readonly Operation[] = [
  ...CHANGES.flatMap(changeOperations),
  mutation('POST', 'PostDeleteEdges', DELETE_RULE, { ...EDGES, template: `${EDGE}/delete`, modes: false }),
  mutation(
    'POST',
    'PostDeleteEdgeById',
    { ...DELETE_RULE, summary: 'Deletes the edge of an id, for clients that send no DELETE.' },
    { ...BY_ID, template: `${EDGE}/delete/id/{edgeId}` },
  ),
  mutation('POST', 'PostPurgeEdges', PURGE_RULE, { ...EDGES, template: `${EDGE}/purge`, modes: false }),
  mutation('DELETE', 'PurgeEdges', PURGE_RULE, { ...EDGES, template: `${EDGE}/purge`, modes: false }),
];

const STATS: QueryParameter = {
  name: 'stats',
  schema: array({
    type: 'string',
    enum: ['WITH_ALL', 'SRC_DEGREE', 'TGT_DEGREE', 'EDGE_ID', 'OFFSET', 'IGNORE_PHASE', 'INVALIDATE_CACHE'],
  }),
  description:
    'EDGE_ID: the column `edgeId`. WITH_ALL: `edgeId` and `active`, and deleted edges too. OFFSET: a cursor for each row. SRC_DEGREE, TGT_DEGREE: the count of one vertex. The others have no effect.',
};
const FORMAT: QueryParameter = {
  name: 'format',
  schema: { type: 'string', default: 'default' },
  description: '`jsoncompact`: rows are lists, and `meta` names the columns. All else is the default.',
};

function textParameter(name: string, description: string): QueryParameter {
  return { name, schema: { type: 'string' }, description };
}

const QUERIES: readonly Operation[] = [
  readCall('GET', EDGE, {
    id: 'v2QueryEdges',
    summary: 'Reads edges by their ends, counts, or scans an index.',
    description:
      'With `self`: the edges from these vertices to themselves. With `src` and `tgt`: the edges from one to the others. With `select=COUNT(1)`: counts. Else a scan of `index` from each vertex of `src`.',
    parameters: [
      textParameter('self', 'Vertices with commas between them; goes before src and tgt.'),
      textParameter('src', 'Vertices with commas between them: where dir is IN, targets. Needed unless self is there.'),
      textParameter('tgt', 'Targets with commas between them; goes with one src.'),
      {
        name: 'select',
        schema: array({ type: 'string' }),
        description: 'Columns to answer; `*`, as without it, for all; `COUNT(1)` counts.',
      },
      { name: 'dir', schema: { type: 'string', enum: ['OUT', 'IN'], default: 'OUT' }, description: 'Direction.' },
      textParameter('index', 'Name of an index; a scan needs it, but for labels of type HASH.'),
      {
        name: 'limit',
        schema: { type: 'integer', minimum: 0, default: 10 },
        description: 'At most this many edges of a scan. Empty is the same as missing.',
      },
      textParameter('offset', 'Goes on where a page ended: the `offset` of its answer.'),
      textParameter(
        'filter',
        'Conditions, `field:op:value;…`: on the leading fields of the index they bound what is read.',
      ),
      STATS,
      FORMAT,
    ],
    answers: [{ status: 200, description: 'Rows.', schema: named('V2Frame') }],
    errors: [
      'unknown-table',
      'unknown-index',
      'not-ready',
      'missing-parameter',
      'cast-failed',
      'invalid-filters',
      'invalid-offset',
      'invalid-query',
      'limit-out-of-range',
      'not-supported',
      'answer-too-large',
    ],
  }),
  readCall('GET', `${EDGE}/id/{edgeId}`, {
    id: 'v2GetEdgeById',
    summary: 'Reads the edge of an id, deleted or not.',
    parameters: [STATS, FORMAT],
    answers: [{ status: 200, description: 'One row, or none.', schema: named('V2Frame') }],
    errors: ['unknown-table', 'invalid-edge-id', 'cast-failed'],
  }),
];

export const V2_EDGE_FAMILY: Family = {
  tag: 'Edges of v2',
  description: 'Writing and reading the same edges in the words of v2: src, tgt, ts (version) and props (properties).',
  operations: [...MUTATIONS, ...QUERIES],
};
