import { array, byDefault, flag, integer, named, object, type Schema, text, word } from '../schema.ts';

const DIRECTIONS = ['BOTH', 'OUT', 'IN'];
const LABEL_TYPES = ['INDEXED', 'HASH', 'MULTI_EDGE', 'NIL'];
const DATA_TYPES = ['BYTE', 'SHORT', 'INT', 'LONG', 'BOOLEAN', 'FLOAT', 'DOUBLE', 'STRING', 'JSON'];
const ACTIVE = flag('Only what is active takes calls for data. What is to be deleted is deactivated first.');
const DESC = text('Free text.');
const NAME = text('Name.');
const CONF: Schema = { type: 'object', additionalProperties: {}, description: 'Kept as it is, and without effect.' };
const STORAGE_TYPE = word(['NIL', 'LOCAL', 'JDBC', 'HBASE', 'DATASTORE'], 'Kept and shown.');
const LABEL_TYPE = word(
  LABEL_TYPES,
  'INDEXED: all rows that are declared. HASH: states only. MULTI_EDGE: multi edges, whose id is the field `_id`. NIL: no rows at all.',
);
const MODE = word(['SYNC', 'ASYNC', 'IGNORE'], 'IGNORE is what v3 calls DROP.');
const LABEL_STORAGE = text('`datastore://namespace/table`, or the name of a storage.');
const UPDATE = 'What to change. A member that is missing or null stays as it is.';

const LISTS = {
  'groups?': array(named('Group'), 'As of v3; fields of an edge itself are `ts`, `src` and `tgt`.'),
  'indices?': array(named('LabelIndex'), 'Orders in which edges can be scanned.'),
  'caches?': array(named('Cache'), 'As of v3; fields of an edge itself are `ts`, `src` and `tgt`.'),
};

const EDGE_SCHEMAS: Readonly<Record<string, Schema>> = {
  LabelSchema: object(
    {
      src: named('LabelVertex', 'Source.'),
      tgt: named('LabelVertex', 'Target.'),
      fields: array(named('LabelField'), 'Properties.'),
    },
    "What a label's edges look like.",
  ),
  LabelVertex: object({ type: word(['LONG', 'STRING'], 'Type of the vertex.'), 'desc?': DESC }, 'An end of edges.'),
  LabelField: object(
    {
      name: NAME,
      type: word(DATA_TYPES, 'Values are cast to it, or refused.'),
      nullable: flag('Whether an active edge may lack it.'),
      'desc?': DESC,
    },
    'A property.',
  ),
  LabelIndex: object(
    { name: NAME, fields: array(named('LabelIndexField'), 'Compared one after the other.'), 'desc?': DESC },
    'An order in which the edges of a vertex can be scanned.',
  ),
  LabelIndexField: object(
    { name: text('A field, or `ts`, `src` or `tgt`.'), order: word(['ASC', 'DESC'], 'Smallest or greatest first.') },
    'A field to sort by.',
  ),
};

const ENTITY_SCHEMAS: Readonly<Record<string, Schema>> = {
  ServiceEntity: object({ active: ACTIVE, name: NAME, desc: DESC }, 'A service, which v3 calls a database.'),
  LabelEntity: object(
    {
      active: ACTIVE,
      name: text('`service.label`.'),
      desc: DESC,
      type: LABEL_TYPE,
      schema: named('LabelSchema'),
      dirType: word(DIRECTIONS, 'For which directions rows are kept.'),
      storage: LABEL_STORAGE,
      groups: array(named('Group')),
      indices: array(named('LabelIndex')),
      caches: array(named('Cache')),
      event: flag('Kept and shown.'),
      readOnly: flag('Whether v2 calls may write its edges.'),
      mode: MODE,
    },
    'A label, which v3 calls a table.',
  ),
  V2AliasEntity: object(
    {
      active: ACTIVE,
      name: text('`service.alias`.'),
      desc: DESC,
      target: text('`service.label`, of any service.'),
      label: { oneOf: [named('LabelEntity'), { type: 'null' }], description: 'The target; null when there is none.' },
    },
    'An alias.',
  ),
  QueryEntity: object(
    {
      active: ACTIVE,
      name: text('`service.query`.'),
      desc: DESC,
      query: text('A text.'),
      stats: array(text('A name.')),
    },
    'A stored query. Nothing executes it.',
  ),
  StorageEntity: object(
    { active: ACTIVE, name: NAME, desc: DESC, type: STORAGE_TYPE, conf: CONF },
    'A storage: kept for clients that name one. Where rows lie is decided by the configuration of the server.',
  ),
};

/** The page and the DdlStatus of each kind of entity. */
function wrapped(names: readonly string[]): Readonly<Record<string, Schema>> {
  const pairs = names.flatMap((name) => [
    [
      `${name}Page`,
      object(
        { count: integer('Number of entities.'), content: array(named(name), 'The oldest first.') },
        'All of them.',
      ),
    ],
    [
      `${name}Status`,
      object(
        {
          status: word(
            ['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'ERROR'],
            'ERROR: nothing, since what it would create exists. IDLE: nothing was there.',
          ),
          'result?': named(name, 'As it is after the change.'),
        },
        'What a change did.',
      ),
    ],
  ]);
  return Object.fromEntries(pairs);
}

const REQUEST_SCHEMAS: Readonly<Record<string, Schema>> = {
  ServiceCreateRequest: object({ desc: DESC }, 'A service to create; its name stands in the path.'),
  ServiceUpdateRequest: object({ 'active?': ACTIVE, 'desc?': DESC }, UPDATE),
  LabelCreateRequest: object(
    {
      desc: text('Free text, not blank.'),
      type: LABEL_TYPE,
      schema: named('LabelSchema'),
      dirType: word(DIRECTIONS, 'For which directions rows are kept.'),
      storage: LABEL_STORAGE,
      ...LISTS,
      'event?': byDefault(false, flag('Kept and shown.')),
      'readOnly?': byDefault(false, flag('Whether v2 calls may write its edges.')),
      'mode?': byDefault('SYNC', MODE),
    },
    'A label to create; its name stands in the path.',
  ),
  LabelUpdateRequest: object(
    {
      'active?': ACTIVE,
      'desc?': DESC,
      'type?': LABEL_TYPE,
      'schema?': named('LabelSchema'),
      ...LISTS,
      'readOnly?': flag('Whether v2 calls may write its edges.'),
      'mode?': MODE,
    },
    UPDATE,
  ),
  LabelCopyRequest: object(
    { target: text('Name of the copy, without the service.'), storage: LABEL_STORAGE },
    'A label of the same definition to create, without the edges.',
  ),
  V2AliasCreateRequest: object({ desc: DESC, target: text('`service.label`, of any service.') }, 'An alias to create.'),
  V2AliasUpdateRequest: object(
    { 'active?': ACTIVE, 'desc?': DESC, 'target?': text('`service.label`, of any service.') },
    UPDATE,
  ),
  QueryCreateRequest: object(
    { desc: DESC, query: text('A text.'), stats: array(text('A name.'), 'None comes back as one empty name.') },
    'A query to store.',
  ),
  QueryUpdateRequest: object(
    { 'active?': ACTIVE, 'desc?': DESC, 'query?': text('A text.'), 'stats?': array(text('A name.')) },
    UPDATE,
  ),
  StorageCreateRequest: object({ desc: DESC, type: STORAGE_TYPE, conf: CONF }, 'A storage to create.'),
  StorageUpdateRequest: object({ 'active?': ACTIVE, 'desc?': DESC, 'type?': STORAGE_TYPE, 'conf?': CONF }, UPDATE),
  LabelTexts: {
    type: 'object',
    additionalProperties: text('Type, storage and mode of a label, or the target of an alias.'),
    description: 'A text about every active label and alias, by its name.',
  },
};

/** Services, labels, aliases, stored queries and storages, in the words of v2. */
export const V2_METADATA_SCHEMAS: Readonly<Record<string, Schema>> = {
  ...ENTITY_SCHEMAS,
  ...EDGE_SCHEMAS,
  ...wrapped(Object.keys(ENTITY_SCHEMAS)),
  ...REQUEST_SCHEMAS,
};
