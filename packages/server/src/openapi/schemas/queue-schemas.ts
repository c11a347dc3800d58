import { array, flag, int64, integer, named, object, type Schema, text, textOrNull, word } from '../schema.ts';

const ID = text('The place in the log that refused it: epoch, partition, frame, record, entry.');
const MILLISECONDS_OR_NULL: Schema = { type: ['integer', 'null'] };

/** The queue of asynchronous mutations, and what is parked beside it. */
export const QUEUE_SCHEMAS: Readonly<Record<string, Schema>> = {
  QueueStatus: object(
    {
      state: word(
        ['idle', 'draining', 'waiting-for-room', 'failing'],
        'waiting-for-room: the side queue is full. failing: log or store refuse, or the engine has stopped.',
      ),
      reason: textOrNull('Of failing: what refuses.'),
      framesBehind: integer('Frames of the log that may hold requests which are not in effect yet.'),
      waitingSinceMs: {
        ...MILLISECONDS_OR_NULL,
        description: 'No request that waits is older than this; null when none waits.',
      },
      visibility: named('QueueVisibility'),
      parked: integer('Mutations in the side queue.'),
      parkedMax: integer('How many it takes.'),
      mutations: array(named('ParkedMutation'), 'What is parked, the oldest first: one page.'),
      next: textOrNull('Give it as `after` for the next page; null at the end.'),
    },
    'How the queue is, and what is parked.',
  ),
  QueueVisibility: object(
    {
      count: integer('How many were measured since the server started.'),
      sumMs: integer('Their sum.'),
      lastMs: { ...MILLISECONDS_OR_NULL, description: 'The last one; null before the first.' },
      buckets: array(
        object({
          leMs: { ...MILLISECONDS_OR_NULL, description: 'At most so many milliseconds; null for all others.' },
          count: integer('How many, those of the bounds before not included.'),
        }),
        'A histogram.',
      ),
    },
    'Time from when a request came until it was in effect, in milliseconds.',
  ),
  ParkedMutation: object(
    {
      id: ID,
      table: text('`database.table`.'),
      code: text('Why it was refused: what programs go by.'),
      message: text('Why it was refused: for people.'),
      tries: integer('How often it was refused.'),
      parkedMs: int64('When it was refused.'),
      timeMs: int64('When the request came.'),
      requestId: text('The header X-Request-ID of the request.'),
      actor: text('The header X-Actor-ID of the request.'),
      alias: textOrNull('The alias by which the table was named.'),
      op: word(['INSERT', 'UPDATE', 'DELETE', 'PURGE'], 'Of the last event.'),
      events: integer('How many events the request has for this edge.'),
      edge: named('StreamEdge', 'The last event, as in the WAL.'),
    },
    'An asynchronous mutation of one edge that was refused when it should have taken effect.',
  ),
  RetryResult: object(
    {
      id: ID,
      status: word(['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'PURGED', 'ERROR'], 'What became of it.'),
      code: textOrNull('Of an ERROR: what programs go by.'),
      message: textOrNull('Of an ERROR: for people.'),
      parkedAs: textOrNull('Of an ERROR: the id under which it is parked now.'),
    },
    'What a retry did.',
  ),
  DropResult: object({ id: ID, dropped: flag('True.') }, 'What a drop did.'),
};
