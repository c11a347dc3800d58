import { AUDIT_RATE_MAX } from '@actionbase/core/wire/audit-json';
import { SERVER_LIMITS } from '../../limits.ts';
import {
  anything,
  array,
  byDefault,
  flag,
  int64,
  integer,
  named,
  object,
  oneOf,
  type Schema,
  text,
  textOrNull,
  word,
} from '../schema.ts';

const POSITION_OR_NULL = textOrNull('Position of the last page; null of a table that has nothing to compare.');
const HEX = 'lower-case hexadecimal';

const COUNTS = {
  states: integer('States read.'),
  activeEdges: integer('Active edges among them.'),
  rows: integer('Index rows, cache cells and counters compared.'),
  found: integer('Differences.'),
  listed: integer('How many of them were told; see docs/limits.md.'),
  repaired: { type: ['integer', 'null'], description: 'Rows that a repair changed; null without a repair.' },
  left: integer('Differences that a second look found after the repair; without one, as many as were found.'),
} as const;

/** The comparison of derived rows with the states. */
export const AUDIT_SCHEMAS: Readonly<Record<string, Schema>> = {
  AuditCall: object(
    {
      database: text('Name of a database.'),
      table: text('Name of a table or alias.'),
      'repair?': byDefault(false, flag('Whether what differs is derived again, through the log.')),
      'ratePerS?': {
        type: 'integer',
        minimum: 1,
        default: SERVER_LIMITS.auditRatePerS,
        description: `Rows to read in a second, at most ${AUDIT_RATE_MAX}.`,
      },
    },
    'What is to be audited.',
  ),
  AuditLine: oneOf(
    ['AuditProgressLine', 'AuditDifferenceLine', 'AuditSummaryLine', 'ErrorLine'],
    'A line of an audit.',
  ),
  AuditProgressLine: object(
    {
      progress: object({
        phase: word(
          ['cells', 'rows', 'counters', 'trace', 'repair'],
          'cells, rows: all rows are read. counters: sums are compared. trace: the feed is read. repair: rows are derived again.',
        ),
        pass: integer('From 1; a table with very many counters takes several.'),
        rows: integer('Rows read, or frames of the feed, or rows repaired.'),
        differences: integer('Differences so far.'),
      }),
    },
    'How far the audit is.',
  ),
  AuditDifferenceLine: object({ difference: named('AuditDifference') }, 'A difference.'),
  AuditSummaryLine: object(
    { summary: object({ table: text('`database.table`.'), position: POSITION_OR_NULL, ...COUNTS }) },
    'The last line of an audit that came to its end.',
  ),
  AuditDifference: object(
    {
      stage: word(['found', 'left'], 'left: still there after the repair.'),
      table: text('`database.table`.'),
      row: word(['index', 'cache', 'count', 'group', 'state', 'unknown'], 'Sort of the row.'),
      name: textOrNull('Of the index, cache or group.'),
      direction: { type: ['string', 'null'], enum: ['OUT', 'IN', null] },
      vertex: anything('The vertex whose row it is, or null.'),
      values: anything('Values of the fields of the index, cache or group, or null.'),
      edge: anything(
        'Source and target, or the id, of the edge that an index row or a cache cell belongs to; else null.',
      ),
      problem: word(
        ['missing', 'wrong', 'orphan', 'unreadable'],
        'orphan: no state knows of the row. unreadable: nobody can tell what it is; a repair leaves it alone.',
      ),
      key: text(`The key, as ${HEX}.`),
      qualifier: textOrNull(`The qualifier of a cell, as ${HEX}.`),
      expected: anything('What the states say: a number, or version and properties, or null for no row.'),
      found: anything(`What is stored, in the same form; what cannot be read is ${HEX}.`),
      touchedBy: array(named('AuditTouch'), 'The last changes of the edge, or of the sum, that the feed still has.'),
    },
    'A row that is not what the states say.',
  ),
  AuditTouch: object(
    {
      position: text('Place in the log.'),
      stampMs: integer('Time of the frame, milliseconds.'),
      requestId: text('The header X-Request-ID; "-" when it was missing.'),
      actor: text('The header X-Actor-ID; "-" when it was missing.'),
      op: word(['INSERT', 'UPDATE', 'DELETE', 'PURGE'], 'What was asked for last.'),
      version: int64('Of the last event.'),
      status: word(['CREATED', 'UPDATED', 'DELETED', 'PURGED'], 'What became of it.'),
    },
    'A log record that touched the row.',
  ),
};
