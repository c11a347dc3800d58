import { anything, array, byDefault, flag, int64, integer, named, object, type Schema, text, word } from '../schema.ts';

const NAME = named('Name');
/** Names that v2 calls gave are wider than those of v3. */
const DATABASE = text('Name of the database.');
const TABLE = text('Name of the table.');
const COMMENT = named('Comment');
const ACTIVE = flag('Only what is active takes calls for data. What is to be deleted is deactivated first.');
const REWORK_NAME = text('An index, group or cache: `index newest`.');
const TENANT = text('The setting `tenant` of the server.');

const AUDIT = {
  active: ACTIVE,
  comment: text('Free text.'),
  revision: integer('The number of changes, from 1.'),
  createdAt: int64('Milliseconds.'),
  createdBy: text('The header X-Actor-ID of the request; "-" when it was missing.'),
  updatedAt: int64('Milliseconds.'),
  updatedBy: text('The header X-Actor-ID of the last change; "-" when it was missing.'),
};

/** Databases, tables and aliases, as they are asked for and described. */
export const METADATA_SCHEMAS: Readonly<Record<string, Schema>> = {
  DatabaseDescriptor: object({ tenant: TENANT, database: DATABASE, ...AUDIT }, 'A database.'),
  DatabaseCreateRequest: object(
    {
      database: NAME,
      comment: text('Free text.'),
      'active?': anything('Ignored.'),
      'version?': anything('Ignored.'),
    },
    'A database to create.',
  ),
  DatabaseUpdateRequest: object(
    { 'active?': ACTIVE, 'comment?': text('Free text.') },
    'What to change. A member that is missing or null stays as it is.',
  ),
  TableDescriptor: object(
    {
      type: word(['edge', 'multiEdge'], 'Kind of its edges.'),
      tenant: TENANT,
      database: DATABASE,
      table: TABLE,
      schema: named('Schema'),
      mode: named('Mode'),
      storage: text('Kept and shown: a URI, or the name of a storage of v2.'),
      ...AUDIT,
      'reworks?': array(
        named('TableRework'),
        'What changes of the schema have left to do, in the order in which it is done. Missing when there is nothing.',
      ),
    },
    'A table.',
  ),
  TableRework: object(
    {
      builds: array(REWORK_NAME, 'Those that cannot be read yet.'),
      removes: array(REWORK_NAME, 'Dropped ones whose rows are being removed.'),
      rows: integer('Rows of the store that were passed so far.'),
      states: integer('Edges among them, deleted ones included.'),
      failed: array(
        named('ReworkFailure'),
        'Those that cannot be built: they are not readable until they are dropped.',
      ),
    },
    'What is left of one change of the schema of a table with edges.',
  ),
  ReworkFailure: object(
    {
      name: REWORK_NAME,
      edge: text('The first edge that cannot have the row.'),
      reason: text('Why, for people.'),
    },
    'An index, group or cache that cannot be built.',
  ),
  TableCreateRequest: object(
    {
      table: NAME,
      schema: named('Schema'),
      storage: named('Storage'),
      'mode?': byDefault('SYNC', named('Mode')),
      comment: COMMENT,
    },
    'A table to create.',
  ),
  TableUpdateRequest: object(
    {
      'active?': ACTIVE,
      'schema?': named(
        'Schema',
        'The whole schema as it shall be. What may change is told by the answer `invalid-change`.',
      ),
      'mode?': named('Mode'),
      'comment?': COMMENT,
    },
    'What to change. A member that is missing or null stays as it is.',
  ),
  AliasDescriptor: object(
    { tenant: TENANT, database: DATABASE, alias: text('Name of the alias.'), table: TABLE, ...AUDIT },
    'An alias.',
  ),
  AliasCreateRequest: object({ alias: NAME, table: NAME, comment: COMMENT }, 'An alias to create.'),
  AliasUpdateRequest: object(
    { 'active?': ACTIVE, 'table?': NAME, 'comment?': COMMENT },
    'What to change. A member that is missing or null stays as it is.',
  ),
};
