import type { FailureCode } from '../failure-codes.ts';
import { changeCall, type Family, streamCall } from '../operation.ts';
import { named } from '../schema.ts';

const TABLE = '/graph/v3/databases/{database}/tables/{table}';

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
];

const DESCRIPTION =
  'Does what an INSERT of each row would, at a fraction of the cost, and answers numbers instead of a result for each. A row ' +
  'is its version, its ends, and a value for each property that is named; those that are not named are unset. A number ' +
  'that is not within its integer type is refused: it does not wrap, as it does in a mutation. The request is ' +
  'admitted or refused as a whole, durable and in effect when it is answered, and may be sent again. Rows sorted by their ' +
  'keys cost least. An edge that has a newer version stays as it is. Takes effect at once, also in a table of mode ASYNC.';

const ANSWERS = [{ status: 200, description: 'What became of the rows.', schema: named('LoadCounts') }];

export const BULK_FAMILY: Family = {
  tag: 'Bulk',
  description: 'Moving whole tables: loading edges, and comparing what is stored with another store.',
  operations: [
    changeCall('POST', `${TABLE}/edges/load`, {
      id: 'loadEdges',
      summary: 'Inserts many unique edges.',
      description: DESCRIPTION,
      body: named('EdgeLoad'),
      answers: ANSWERS,
      errors: ERRORS,
    }),
    changeCall('POST', `${TABLE}/multi-edges/load`, {
      id: 'loadMultiEdges',
      summary: 'Inserts many multi edges.',
      description: DESCRIPTION,
      body: named('MultiEdgeLoad'),
      answers: ANSWERS,
      errors: ERRORS,
    }),
    streamCall('POST', '/actionbase/v1/digest', {
      id: 'digestTable',
      summary: "Adds up digests of a table's active edges by buckets, as of one position, while writes go on.",
      description:
        'Lines of JSON: how far it is, and the digests, or an error when it breaks off. With `bucket`, only that bucket is ' +
        'digested, and its edges come before the last line. The text of an edge is that of each field as `LENGTH:TEXT` ' +
        '(bytes of UTF-8), `-` for an unset one; an integer is its digits, true and false are 1 and 0, floating numbers and ' +
        'objects as reads show them. Its hash is the first eight bytes of the MD5 of that text; its bucket the CRC-32 of the ' +
        'text of the first field, modulo 1,000. The call ends when the connection does. The schema is that of one line.',
      body: named('DigestCall'),
      answers: [{ status: 200, description: 'Lines.', schema: named('DigestLine'), type: 'application/x-ndjson' }],
      errors: ['unknown-table', 'unknown-field', 'too-many-streams'],
    }),
  ],
};
