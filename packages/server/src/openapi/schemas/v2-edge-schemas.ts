import {
  anything,
  array,
  flag,
  int64,
  integer,
  named,
  object,
  type Schema,
  text,
  textOrNull,
  word,
} from '../schema.ts';

const TS = int64('Version: of two events of one edge the higher one wins.');
const AUDIT = object({ actor: text('Who asks; "default" when it is missing.') });
const PROPS = named('Properties', 'What does not fit its type is null.');
const LABEL = text('`service.label`.');
const REQUEST_ID = text('As of the header X-Request-ID.');

/** Writing and reading edges in the words of v2. */
export const V2_EDGE_SCHEMAS: Readonly<Record<string, Schema>> = {
  EdgesRequest: object(
    { edges: array(named('AskedEdge'), 'Each has a result of its own.'), 'audit?': AUDIT },
    'Edges of the label that the path names.',
  ),
  AskedEdge: object(
    { ts: TS, src: named('VertexOrNull', 'Source.'), tgt: named('VertexOrNull', 'Target.'), 'props?': PROPS },
    'One edge to write.',
  ),
  VertexOrNull: {
    oneOf: [named('Vertex'), { type: 'null' }],
    description: 'A vertex; null ends in ERROR, for this edge alone.',
  },
  EdgeValueRequest: object(
    { ts: TS, 'props?': PROPS, 'audit?': AUDIT },
    'What to write of the edge that the path names.',
  ),
  LabelledEdgesRequest: object(
    { label: LABEL, edges: array(named('AskedEdge')), 'audit?': AUDIT, 'requestId?': REQUEST_ID },
    'Edges of the label that stands beside them.',
  ),
  LabelledEdgeRequest: object(
    {
      label: LABEL,
      edgeId: text('The column `edgeId` of a query with `stats=EDGE_ID`.'),
      edgeValue: object({ ts: TS, 'props?': PROPS }),
      'audit?': AUDIT,
      'requestId?': REQUEST_ID,
    },
    'What to write of one edge.',
  ),
  V2EdgeResults: object(
    { result: array(named('V2EdgeResult'), 'In the order of the request.') },
    'What a mutation did.',
  ),
  V2EdgeResult: object(
    {
      status: word(
        ['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'QUEUED', 'PURGED', 'ERROR'],
        'IDLE: nothing to change. QUEUED: of mode ASYNC or IGNORE. ERROR: refused, nothing changed.',
      ),
      traceId: text('Name of the event in the streams; of what is not in the log, one that no stream has.'),
      edge: {
        oneOf: [named('V2Edge'), { type: 'null' }],
        description: 'The edge after the change; null when nothing is known of it, of QUEUED, and of ERROR.',
      },
      'code?': text('Of an ERROR: what programs go by.'),
      'message?': text('Of an ERROR: for people.'),
    },
    'What became of one edge.',
  ),
  V2Edge: object(
    {
      ts: int64('Version.'),
      src: named('Vertex'),
      tgt: named('Vertex'),
      props: named('Properties', 'All that the edge has, unset ones as null.'),
      active: flag('False of a deleted edge.'),
    },
    'An edge.',
  ),
  V2Frame: object(
    {
      'meta?': array(
        object({ name: text('Name of a column.'), type: text('Its type.') }),
        'Of the format jsoncompact: the columns.',
      ),
      data: array(anything('A row: values by column; of the format jsoncompact, a list in the order of `meta`.')),
      rows: integer('Number of rows.'),
      stats: array(object({ name: text('Name.'), value: int64('Number.') }), 'The degrees that were asked for.'),
      offset: textOrNull('Goes on behind the last row; of a scan it is there also when nothing follows.'),
      hasNext: flag('Whether more may follow.'),
    },
    'Rows that a query found: dir, ts, src, tgt and the properties, or counts.',
  ),
};
