import { object, type Schema, tag, text, word } from '../schema.ts';

const LINK = object({ href: text('Path.'), templated: { type: 'boolean', description: 'False.' } });

/** What the server says about itself. */
export const SERVER_SCHEMAS: Readonly<Record<string, Schema>> = {
  ServerStatus: object(
    {
      status: tag('UP'),
      message: text('A greeting.'),
      version: text('Version of the server.'),
      timestamp: text('Time of the server, ISO.'),
    },
    'That the server runs.',
  ),
  ApiRoots: object(
    {
      v2: text('Where the v2 API lies.'),
      v3: text('Where the v3 API lies.'),
      request: object({
        requestId: text('The header X-Request-ID; "-" when it is missing.'),
        actor: text('The header X-Actor-ID; "-" when it is missing.'),
      }),
    },
    'The APIs, and how the server reads the headers of the request.',
  ),
  EngineName: object({ engine: text('Name of the engine.') }, 'Which engine answers.'),
  Datastore: object(
    {
      type: word(['EMBEDDED'], 'What keeps the rows.'),
      configuration: { type: 'object', additionalProperties: {}, description: 'Empty.' },
    },
    'What keeps the rows.',
  ),
  Links: object(
    { _links: { type: 'object', additionalProperties: LINK, description: 'Links by name.' } },
    'What lies below a path.',
  ),
  Health: object(
    { status: word(['UP', 'DOWN'], 'Whether the server takes requests for data.') },
    'Health in one word.',
  ),
  Info: object(
    { build: object({ name: text('Name of the program.'), version: text('Version of the server.') }) },
    'Which program runs.',
  ),
};
