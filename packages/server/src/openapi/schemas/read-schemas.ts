import { anything, array, flag, int64, integer, named, object, type Schema, text, textOrNull } from '../schema.ts';

const FILTERS = text('Conditions on edges that were read, as of the parameter.');
const FEATURES = array(text('Name of a feature.'), 'This call has none: every name is refused.');

/** Reading edges, counts and sums. */
export const READ_SCHEMAS: Readonly<Record<string, Schema>> = {
  EdgeFrame: object(
    {
      edges: array(named('Edge')),
      count: integer('Number of edges in this answer.'),
      total: int64(
        'Of a scan: all edges of the vertex, if `features=total` asks for it, else -1. Of others: as `count`.',
      ),
      offset: textOrNull('Goes on behind the last edge; null when nothing follows.'),
      hasNext: flag('Whether more may follow.'),
      context: named('Context'),
    },
    'Edges, or one page of them.',
  ),
  Edge: object(
    {
      version: int64('Version of its last change.'),
      source: named('Vertex', 'The real source, also when it was read from IN.'),
      target: named('Vertex', 'The real target.'),
      properties: named(
        'Properties',
        'All properties of the schema, unset ones as null. Of a multi edge, `_id` comes first.',
      ),
      context: named('Context'),
    },
    'An active edge.',
  ),
  GetRequest: object(
    {
      source: array(named('Vertex'), 'Doubles are dropped.'),
      target: array(named('Vertex'), 'Doubles are dropped.'),
      'filters?': FILTERS,
      'features?': FEATURES,
    },
    'The edges of all pairs of these sources and targets.',
  ),
  IdsRequest: object(
    {
      ids: array(anything("Of the type of the table's id."), 'Doubles are dropped.'),
      'filters?': FILTERS,
      'features?': FEATURES,
    },
    'The edges with these ids.',
  ),
  Count: object(
    {
      start: named('Vertex'),
      direction: named('Direction'),
      count: int64('Number of active edges.'),
      context: named('Context'),
    },
    'How many active edges a vertex has in a direction.',
  ),
  Counts: object(
    {
      counts: array(named('Count'), 'In the order of the request.'),
      count: integer('Number of vertices.'),
      context: named('Context'),
    },
    'The counts of several vertices.',
  ),
  GroupSums: object(
    {
      groups: array(named('GroupSum'), 'In the order of the request.'),
      count: integer('Number of vertices.'),
      context: named('Context', 'With the feature cachedRecords, `cachedRecords`: 0, since no results are remembered.'),
    },
    'The sums of several vertices.',
  ),
  GroupSum: object(
    {
      start: named('Vertex'),
      direction: named('Direction'),
      value: int64('Sum of the counters in the range.'),
      context: named('Context', 'With the feature accumulators, `accumulators`: a list of {groupValues, value}.'),
    },
    "The sum of a group's counters of one vertex.",
  ),
};
