import { flag, int64, integer, named, object, oneOf, type Schema, text, textOrNull, word } from '../schema.ts';

const POSITION = text('Give it back as `from` to go on exactly after this line.');
const OP = word(['INSERT', 'UPDATE', 'DELETE', 'PURGE'], 'What was asked for.');
const MODE = { type: ['string', 'null'], enum: ['SYNC', 'ASYNC', 'IGNORE', null] } as const;

const STAMP = {
  audit: object({ actor: text('The header X-Actor-ID; "-" when it was missing.') }),
  requestId: text('The header X-Request-ID; "-" when it was missing.'),
  ts: int64('Milliseconds. WAL: when the server took the request. CDC: the stamp of the frame, which grows strictly.'),
  version: text('Version of these shapes: "2".'),
  phase: text('The setting `phase` of the server.'),
  tenant: text('The setting `tenant` of the server.'),
};

const NAMES = {
  alias: textOrNull('The alias by which the table was named, `database.alias`.'),
  label: text('The table, `database.table`.'),
};

/** The streams of the log: WAL and CDC in the reference's JSON, which speaks the v2 words. */
export const STREAM_SCHEMAS: Readonly<Record<string, Schema>> = {
  WalLine: oneOf(['WalRecordLine', 'PositionLine', 'ErrorLine'], 'A line of the WAL.'),
  CdcLine: oneOf(['CdcRecordLine', 'PositionLine', 'ErrorLine'], 'A line of the CDC.'),
  WalRecordLine: object(
    { position: POSITION, key: text('`source:target`; of a multi edge the id.'), record: named('WalRecord') },
    'A record of the WAL with its position.',
  ),
  CdcRecordLine: object(
    { position: POSITION, key: text('`source:target`; of a multi edge the id.'), record: named('CdcRecord') },
    'A record of the CDC with its position.',
  ),
  PositionLine: object(
    { position: textOrNull('Up to here there was nothing more to show; null as long as nothing was ever written.') },
    'How far the stream has come.',
  ),
  ErrorLine: object(
    {
      error: object({
        status: integer('As of an answer.'),
        code: text('What programs go by.'),
        message: text('For people.'),
        retry: word(['never', 'later', 'unknown-outcome'], 'As of an answer.'),
      }),
    },
    'The last line of a stream that broke off.',
  ),
  WalRecord: object(
    { ...NAMES, edge: named('StreamEdge'), op: OP, mode: named('StreamMode'), ...STAMP },
    'One mutation item as it was asked for.',
  ),
  CdcRecord: object(
    {
      label: NAMES.label,
      edge: named('StreamEdge', 'Of the last event by version.'),
      op: OP,
      status: word(['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'PURGED'], 'What became of it.'),
      before: named('StreamStateOrNull'),
      after: named('StreamStateOrNull'),
      acc: integer('What the edge adds to the counts: 1, 0 or -1.'),
      alias: NAMES.alias,
      message: textOrNull('Null.'),
      ...STAMP,
    },
    'What one request did to one edge.',
  ),
  StreamEdge: object(
    {
      ts: int64('Version.'),
      src: named('Vertex', 'Source; "0" of a multi edge that names none.'),
      tgt: named('Vertex', 'Target; "0" of a multi edge that names none.'),
      props: named('Properties', 'What the event names. Of a multi edge, `_id` comes last.'),
      traceId: text('Name of the event, a ULID: the same in WAL and CDC, and in every reading.'),
    },
    'An event of an edge, cast to the types of the table.',
  ),
  StreamMode: object(
    {
      l: { ...MODE, description: 'Mode of the table; DROP is written IGNORE.' },
      r: { ...MODE, description: 'Mode of the request, or null.' },
      s: { ...MODE, description: 'Mode of the system, or null.' },
      f: flag('Force.'),
      queue: flag('Whether it took no effect here: the mode was ASYNC or DROP.'),
    },
    'How the mode of a mutation came about.',
  ),
  StreamStateOrNull: {
    oneOf: [named('StreamState'), { type: 'null' }],
    description: 'Null where there is no state, and of a multi edge without ends.',
  },
  StreamState: object(
    {
      active: flag('False of a deleted edge.'),
      ts: int64('Version.'),
      src: named('Vertex'),
      tgt: named('Vertex'),
      props: named('Properties', 'All that the state has, unset ones as null.'),
    },
    'A whole state of an edge.',
  ),
};
