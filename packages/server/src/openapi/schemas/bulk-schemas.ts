import { BUCKETS } from '@actionbase/core/digest/row-digest';
import { DIGEST_FIELDS_MAX } from '@actionbase/core/wire/digest-json';
import { anything, array, int64, integer, named, object, oneOf, type Schema, text, textOrNull } from '../schema.ts';

const PROPERTIES = array(text('Name of a property of the table.'), 'The properties that each row ends with, in order.');
const POSITION = text('Place in the log.');

/** Loading edges in bulk, and digests of tables. */
export const BULK_SCHEMAS: Readonly<Record<string, Schema>> = {
  EdgeLoad: object(
    {
      properties: PROPERTIES,
      rows: array(
        array(anything('A value.')),
        'Version, source, target, and the value of each property; null for an unset one.',
      ),
    },
    'Unique edges to be inserted.',
  ),
  MultiEdgeLoad: object(
    {
      properties: PROPERTIES,
      rows: array(
        array(anything('A value.')),
        'Version, id, source, target, and the value of each property; null for an unset one.',
      ),
    },
    'Multi edges to be inserted.',
  ),
  LoadCounts: object(
    {
      position: textOrNull('Place in the log; null of a request without rows.'),
      created: integer('Edges that are new, or active again.'),
      updated: integer('Edges that had an older version.'),
      idle: integer('Edges that were known, or had a newer version.'),
      refused: integer('Edges that stayed as they were.'),
      refusals: array(
        object({
          row: integer('The row of the request, from 0.'),
          code: text('What programs go by.'),
          message: text('For people.'),
        }),
        'The first refused ones; see docs/limits.md.',
      ),
    },
    'What became of a load.',
  ),
  DigestCall: object(
    {
      database: text('Name of a database.'),
      table: text('Name of a table or alias.'),
      fields: array(
        text('`source`, `target`, `version`, of multi edges `id`, or the name of a property.'),
        `What the digest of an edge is made of, in this order; at most ${DIGEST_FIELDS_MAX}. The first one decides the bucket.`,
      ),
      'bucket?': {
        type: 'integer',
        minimum: 0,
        description: `The bucket whose edges are wanted, below ${BUCKETS}; without it, the digests of all.`,
      },
    },
    'What is to be digested.',
  ),
  DigestLine: oneOf(['DigestProgressLine', 'DigestEdgeLine', 'DigestSumsLine', 'ErrorLine'], 'A line of a digest.'),
  DigestProgressLine: object(
    {
      progress: object({
        rows: integer('Rows read, those of indexes and counts included.'),
        edges: integer('Active edges among them.'),
      }),
    },
    'How far the digest is.',
  ),
  DigestEdgeLine: object(
    {
      edge: object({
        version: int64('The highest version of its events.'),
        'id?': anything('Of a multi edge.'),
        source: named('Vertex'),
        target: named('Vertex'),
        properties: named('Properties'),
      }),
    },
    'An active edge of the bucket that was asked for.',
  ),
  DigestSumsLine: object(
    {
      digest: object({
        table: text('`database.table`.'),
        position: POSITION,
        edges: integer('Active edges.'),
        buckets: array(
          object({
            bucket: integer('Its number.'),
            rows: integer('Its active edges.'),
            sum: text('Sum of their hashes modulo 2^64, as 16 hexadecimal digits.'),
          }),
          'Buckets that have edges, in order.',
        ),
      }),
    },
    'The last line of a digest that came to its end.',
  ),
};
