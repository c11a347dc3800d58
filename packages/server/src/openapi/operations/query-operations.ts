import { type Family, readCall } from '../operation.ts';
import { named } from '../schema.ts';

export const QUERY_FAMILY: Family = {
  tag: 'Queries',
  description: 'Several reads in one request.',
  operations: [
    readCall('POST', '/graph/v3/query', {
      id: 'query',
      summary: 'Does several reads as of one position, where one may begin at what another found.',
      body: named('QueryRequest'),
      answers: [{ status: 200, description: 'The items to include.', schema: named('QueryAnswer') }],
      errors: [
        'unknown-table',
        'not-indexed',
        'unknown-index',
        'unknown-cache',
        'not-ready',
        'too-many-items',
        'cast-failed',
        'invalid-ranges',
        'invalid-offset',
        'invalid-query',
        'limit-out-of-range',
        'answer-too-large',
      ],
    }),
  ],
};
