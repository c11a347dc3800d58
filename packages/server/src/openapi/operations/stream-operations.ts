import type { FailureCode } from '../failure-codes.ts';
import { type Family, type QueryParameter, streamCall } from '../operation.ts';
import { switchParameter } from '../query-parameters.ts';
import { named } from '../schema.ts';

const PARAMETERS: readonly QueryParameter[] = [
  {
    name: 'from',
    schema: { type: 'string', default: 'first' },
    description:
      'A position: what comes exactly after it. `first`: from the oldest record that is kept. `end`: only what comes now.',
  },
  { name: 'table', schema: { type: 'string' }, description: 'Only records of this table or alias, `database.table`.' },
  { name: 'request', schema: { type: 'string' }, description: 'Only records of the request with this X-Request-ID.' },
  { name: 'limit', schema: { type: 'integer', minimum: 1 }, description: 'Ends after this many records.' },
  switchParameter('follow', false, 'Goes on with what comes, instead of ending where the log ends.'),
];

const LINES = 'application/x-ndjson';
const ERRORS: readonly FailureCode[] = ['unknown-position', 'log-trimmed', 'unknown-table', 'too-many-streams'];
const DESCRIPTION = 'Lines of JSON; docs/streams.md tells how to go on after a break. The schema is that of one line.';

export const STREAM_FAMILY: Family = {
  tag: 'Streams',
  description: 'Log and change feed, for readers outside.',
  operations: [
    streamCall('GET', '/actionbase/v1/log/wal', {
      id: 'readWal',
      summary: 'Streams what was asked for: one record for each mutation item, whatever became of it.',
      description: DESCRIPTION,
      parameters: PARAMETERS,
      answers: [{ status: 200, description: 'Lines.', schema: named('WalLine'), type: LINES }],
      errors: ERRORS,
    }),
    streamCall('GET', '/actionbase/v1/log/cdc', {
      id: 'readCdc',
      summary: 'Streams what took effect: one record for each edge of a request, with the states before and after.',
      description: DESCRIPTION,
      parameters: PARAMETERS,
      answers: [{ status: 200, description: 'Lines.', schema: named('CdcLine'), type: LINES }],
      errors: [...ERRORS, 'feed-gap'],
    }),
  ],
};
