import { anything, integer, object, type Schema, text, word } from '../schema.ts';

const CODE = text('What programs go by; docs/failures.md tells what each code means.');
const RETRY = word(
  ['never', 'later', 'unknown-outcome'],
  'Whether to send the request again: never, later (nothing was done), or unknown-outcome (it may have happened; sending it again is safe).',
);

/** The bodies of refusals. */
export const ERROR_SCHEMAS: Readonly<Record<string, Schema>> = {
  ProjectError: object(
    {
      timestamp: integer('When it was answered, in milliseconds.'),
      status: integer('The status of the answer.'),
      error: text('The words for the status.'),
      message: text('For people: names the field, the value and what is allowed.'),
      code: CODE,
      retry: RETRY,
    },
    'A refusal with a message.',
  ),
  DefaultError: object(
    {
      timestamp: text('When it was answered, as an ISO time.'),
      path: text('Path of the request.'),
      status: integer('The status of the answer.'),
      error: text('The words for the status.'),
      requestId: text('The header X-Request-ID, or an id that the server gave.'),
      code: CODE,
      retry: RETRY,
    },
    'A refusal without a message.',
  ),
  MessageError: object({ message: text('For people.') }, 'The refusal of a server that is read-only.'),
  JsonDocument: {
    type: 'object',
    additionalProperties: anything('As the format says.'),
    description: 'A document of JSON.',
  },
};
