import type { Schema } from '../schema.ts';

/** Values that many shapes hold. */
export const SCALAR_SCHEMAS: Readonly<Record<string, Schema>> = {
  Int64: {
    type: 'integer',
    format: 'int64',
    description:
      'A whole number from -2^63 to 2^63-1. A JSON reader that has only doubles loses digits beyond 2^53: read such numbers in another way.',
  },
  Name: {
    type: 'string',
    pattern: '^[a-zA-Z][a-zA-Z0-9_-]{0,63}$',
    description: 'A letter, then up to 63 letters, digits, "_" or "-".',
  },
  Storage: {
    type: 'string',
    pattern: '^datastore://[a-z_]+/[a-zA-Z0-9_]+$',
    description: 'Kept and shown; where rows lie is decided by the configuration of the server.',
  },
  Comment: { type: 'string', maxLength: 1000, description: 'Free text.' },
  Mode: {
    type: 'string',
    enum: ['SYNC', 'ASYNC', 'DROP'],
    description:
      'SYNC: in effect when the answer comes. ASYNC: durable when the answer comes, in effect soon after. DROP: kept in the log, never in effect.',
  },
  Direction: {
    type: 'string',
    enum: ['OUT', 'IN'],
    description: 'OUT: from a source to its targets. IN: from a target to its sources.',
  },
  Vertex: { type: ['string', 'integer'], description: "A source or target, of the type of the table's schema." },
  Properties: {
    type: 'object',
    additionalProperties: {},
    description: 'Properties by name. Null stands for a property that is not set.',
  },
  Context: { type: 'object', additionalProperties: {}, description: 'Empty, unless the call says otherwise.' },
};
