import { type Family, keeping, streamCall } from '../operation.ts';
import { named } from '../schema.ts';

export const AUDIT_FAMILY: Family = {
  tag: 'Audit',
  description: 'The rows that are derived from states, compared with the states while writes go on: docs/audit.md.',
  operations: [
    keeping(
      streamCall('POST', '/actionbase/v1/audit', {
        id: 'auditTable',
        summary:
          'Compares index, count, group and cache rows of a table with its states, and repairs them if asked to.',
        description:
          'Lines of JSON: how far it is, the differences, and a summary, or an error when it breaks off. It ends when the ' +
          'connection does. The schema is that of one line.',
        body: named('AuditCall'),
        answers: [{ status: 200, description: 'Lines.', schema: named('AuditLine'), type: 'application/x-ndjson' }],
        errors: ['unknown-table', 'audit-running'],
      }),
      ['actor', 'request'],
    ),
  ],
};
