import type { FailureCode } from '../failure-codes.ts';
import { changeCall, type Family } from '../operation.ts';
import { switchParameter } from '../query-parameters.ts';
import { named } from '../schema.ts';

const TABLE = '/graph/v3/databases/{database}/tables/{table}';

const LOCK = {
  ...switchParameter('lock', true, 'Accepted without effect: the log orders mutations.'),
  schema: { type: 'boolean', default: true, deprecated: true },
} as const;
const FORCE = switchParameter(
  'force',
  false,
  'Takes effect at once, whatever the modes of the table and of the system say.',
);

const ERRORS: readonly FailureCode[] = [
  'unknown-table',
  'wrong-edge-kind',
  'not-indexed',
  'too-many-items',
  'cast-failed',
  'key-too-long',
  'value-too-long',
  'request-too-large',
  'mode-conflict',
  'schema-changed',
];

const DESCRIPTION =
  'The request is admitted or refused as a whole. Then each edge has a result of its own: the refusal of one (`missing-property`, `missing-sum-value`, `key-too-long`, `value-too-long`) leaves the others as they are.';

const EDGES = {
  body: named('EdgeMutations'),
  answers: [{ status: 200, description: 'One result for each edge.', schema: named('EdgeResults') }],
  errors: ERRORS,
};

const MULTI_EDGES = {
  body: named('MultiEdgeMutations'),
  answers: [{ status: 200, description: 'One result for each edge.', schema: named('MultiEdgeResults') }],
  errors: ERRORS,
};

export const MUTATION_FAMILY: Family = {
  tag: 'Mutations',
  description: 'Writing edges. Who gets an answer reads what was written.',
  operations: [
    changeCall('POST', `${TABLE}/edges`, {
      id: 'mutateEdges',
      summary: 'Writes unique edges in the mode of the table.',
      description: DESCRIPTION,
      parameters: [LOCK],
      ...EDGES,
    }),
    changeCall('POST', `${TABLE}/edges/sync`, {
      id: 'mutateEdgesSync',
      summary: 'Writes unique edges at once, also in a table of mode ASYNC.',
      description: DESCRIPTION,
      parameters: [FORCE, LOCK],
      ...EDGES,
    }),
    changeCall('POST', `${TABLE}/multi-edges`, {
      id: 'mutateMultiEdges',
      summary: 'Writes multi edges at once, also in a table of mode ASYNC.',
      description: DESCRIPTION,
      parameters: [LOCK],
      ...MULTI_EDGES,
    }),
    changeCall('POST', `${TABLE}/multi-edges/sync`, {
      id: 'mutateMultiEdgesSync',
      summary: 'Writes multi edges at once, also in a table of mode ASYNC.',
      description: DESCRIPTION,
      parameters: [FORCE, LOCK],
      ...MULTI_EDGES,
    }),
  ],
};
