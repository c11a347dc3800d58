import { anything, array, byDefault, int64, integer, named, object, type Schema, text, word } from '../schema.ts';

const TYPE = word(
  ['INSERT', 'UPDATE', 'DELETE'],
  'INSERT replaces all properties. UPDATE changes those that it names, and creates nothing. DELETE removes the edge.',
);
const VERSION = byDefault(0, int64('Of two events of one edge the higher version wins, whatever arrives first.'));

const RESULT = {
  status: word(
    ['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'QUEUED', 'ERROR'],
    'IDLE: nothing to change. QUEUED: of mode ASYNC or DROP. ERROR: refused, nothing changed.',
  ),
  count: integer('How many items of the request the result stands for; 0 for ERROR.'),
  'code?': text('Of an ERROR: what programs go by.'),
  'message?': text('Of an ERROR: for people.'),
};

/** Writing edges. */
export const MUTATION_SCHEMAS: Readonly<Record<string, Schema>> = {
  EdgeMutations: object(
    { mutations: array(named('EdgeMutation'), 'Admitted or refused as a whole.') },
    'Mutations of unique edges.',
  ),
  EdgeMutation: object(
    {
      type: TYPE,
      edge: object({
        'version?': VERSION,
        source: named('Vertex'),
        target: named('Vertex'),
        'properties?': named('Properties'),
      }),
    },
    'One mutation of a unique edge.',
  ),
  EdgeResults: object(
    { results: array(named('EdgeResult'), 'One for each edge, sorted by the text "source:target".') },
    'What mutations did.',
  ),
  EdgeResult: object(
    { source: named('Vertex'), target: named('Vertex'), ...RESULT },
    'What became of all mutations of one edge in the request.',
  ),
  MultiEdgeMutations: object(
    { mutations: array(named('MultiEdgeMutation'), 'Admitted or refused as a whole.') },
    'Mutations of multi edges.',
  ),
  MultiEdgeMutation: object(
    {
      type: TYPE,
      edge: object({
        'version?': VERSION,
        id: anything("Of the type of the table's id."),
        'source?': named('Vertex', 'An INSERT needs it.'),
        'target?': named('Vertex', 'An INSERT needs it.'),
        'properties?': named('Properties'),
      }),
    },
    'One mutation of a multi edge.',
  ),
  MultiEdgeResults: object(
    { results: array(named('MultiEdgeResult'), 'One for each edge, sorted by the text of the id.') },
    'What mutations did.',
  ),
  MultiEdgeResult: object(
    { id: anything("Of the type of the table's id."), ...RESULT },
    'What became of all mutations of one edge in the request.',
  ),
};
