import {
  array,
  byDefault,
  flag,
  int64,
  integer,
  named,
  object,
  oneOf,
  type Schema,
  tag,
  text,
  word,
} from '../schema.ts';

const DIRECTIONS = ['OUT', 'IN', 'BOTH'];
const PROPERTY_TYPES = ['boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'string', 'object'];
const COMMENT = named('Comment');
const ORDERED_FIELDS = array(named('OrderedField'), 'Compared one after the other.');

const PARTS = {
  source: named('VertexField', 'Who does it.'),
  target: named('VertexField', 'What it is done to.'),
  'properties?': array(named('Property'), 'What an edge holds besides its ends.'),
  direction: word(DIRECTIONS, 'For which directions index, count and cache rows are kept.'),
  'indexes?': array(named('Index'), 'Orders in which edges can be scanned.'),
  'groups?': array(named('Group'), 'Counters of edges.'),
  'caches?': array(named('Cache'), 'The first edges of a vertex in an order.'),
};

/** How a table is declared. Requests may leave out what has a default; answers leave nothing out. */
export const TABLE_SCHEMAS: Readonly<Record<string, Schema>> = {
  Schema: oneOf(['EdgeSchema', 'MultiEdgeSchema'], "What a table's edges look like."),
  EdgeSchema: object(
    { type: word(['EDGE', 'edge'], 'Requests may write either; answers say edge.'), ...PARTS },
    'A table of unique edges: at most one is active for a pair of source and target.',
  ),
  MultiEdgeSchema: object(
    {
      type: word(['MULTI_EDGE', 'multiEdge'], 'Requests may write either; answers say multiEdge.'),
      id: named('IdField', 'What tells edges apart.'),
      ...PARTS,
    },
    'A table of multi edges: each has an id, and many may join the same pair.',
  ),
  VertexField: object({ type: word(['long', 'string'], 'Type of the vertex.'), comment: COMMENT }, 'An end of edges.'),
  IdField: object({ type: word(PROPERTY_TYPES, 'Type of the id.'), comment: COMMENT }, 'The id of multi edges.'),
  Property: object(
    {
      name: text('Name of the property.'),
      type: word(PROPERTY_TYPES, 'Values are cast to it, or refused.'),
      comment: COMMENT,
      'nullable?': byDefault(false, flag('Whether an active edge may lack it.')),
    },
    'A named, typed value of an edge.',
  ),
  OrderedField: object(
    {
      field: text('A property, or `version`, `source` or `target`.'),
      order: word(['ASC', 'DESC'], 'Smallest or greatest first.'),
    },
    'A field to sort by.',
  ),
  Index: object(
    {
      index: text('Name of the index.'),
      fields: ORDERED_FIELDS,
      'comment?': byDefault('', COMMENT),
      'primary?': integer('-1 in answers; ignored in requests.'),
      'batch?': integer('0 in answers; ignored in requests.'),
    },
    'An order in which the edges of a vertex can be scanned.',
  ),
  Group: object(
    {
      group: text('Name of the group.'),
      type: word(['COUNT', 'SUM'], 'Counts edges, or adds up a property.'),
      fields: array(named('GroupField'), 'What edges are counted by.'),
      'valueField?': byDefault('-', text('The property that SUM adds up; "-" for COUNT.')),
      'comment?': byDefault('', COMMENT),
      'directionType?': byDefault('BOTH', word(DIRECTIONS, 'For which directions counters are kept.')),
      'ttl?': byDefault(691_200_000, int64('Milliseconds after its last entry for which a counter is visible.')),
    },
    'Counters of edges by chosen fields, per vertex and direction.',
  ),
  GroupField: object(
    {
      name: text('A property, or `version`, `source` or `target`.'),
      'bucket?': {
        oneOf: [named('DateBucket'), { type: 'null' }],
        description: 'Counts by a piece of time instead of by the value.',
      },
    },
    'A field to count by.',
  ),
  DateBucket: object(
    {
      type: tag('date'),
      name: text('Name by which `ranges` speak of the bucket.'),
      unit: word(['NANOSECOND', 'MICROSECOND', 'MILLISECOND', 'SECOND'], 'What the property counts since 1970.'),
      timezone: text('IANA name of a zone, or an offset.'),
      format: text("Pattern of the text, as of Java's DateTimeFormatter: `yyyy-MM-dd`."),
    },
    'A piece of time, printed as text: a day, an hour.',
  ),
  Cache: object(
    {
      cache: text('Name of the cache.'),
      fields: ORDERED_FIELDS,
      'limit?': byDefault(100, integer('How many edges a seek can reach.')),
      'comment?': byDefault('', COMMENT),
    },
    'The first edges of a vertex in an order, kept together.',
  ),
};
