import {
  anything,
  array,
  byDefault,
  flag,
  integer,
  named,
  object,
  oneOf,
  type Schema,
  tag,
  text,
  textOrNull,
  word,
} from '../schema.ts';

const DATA_TYPE = word(
  ['BYTE', 'SHORT', 'INT', 'LONG', 'BOOLEAN', 'FLOAT', 'DOUBLE', 'STRING'],
  'Type of the new column.',
);
const ORDER = word(['ASC', 'DESC'], 'Smallest or greatest value first.');
const LIMIT = integer('At most this many rows.');
const DROP = byDefault(true, flag('Whether the column itself goes away.'));

const PARTS = {
  'name?': text('By it, later items and the answer speak of what was found. A random one when it is missing.'),
  'include?': byDefault(false, flag('Whether it is part of the answer.')),
  'memoize?': byDefault(false, flag('Accepted without effect.')),
  'post?': array(named('PostProcessor'), 'Done in their order, before the aggregators.'),
  'aggregators?': array(named('Aggregator'), 'Done in their order.'),
  database: text('Name of a database.'),
  table: text('Name of a table or alias of it.'),
  source: named('QueryVertices', 'Where to begin: for IN, targets.'),
};

const DIRECTION = named('Direction');

/** Multi-hop queries. */
export const QUERY_SCHEMAS: Readonly<Record<string, Schema>> = {
  QueryRequest: object(
    {
      query: array(named('QueryItem'), 'Done in their order, all as of one position of the log.'),
      'stats?': array(
        word(
          ['WITH_ALL', 'SRC_DEGREE', 'TGT_DEGREE', 'EDGE_ID', 'OFFSET', 'IGNORE_PHASE', 'INVALIDATE_CACHE'],
          'A name that the reference knows.',
        ),
        'Accepted without effect.',
      ),
    },
    'Several reads, where one may begin at what another found.',
  ),
  QueryItem: oneOf(['SelfItem', 'GetItem', 'CountItem', 'ScanItem', 'CacheItem'], 'One read of a multi-hop query.'),
  SelfItem: object({ type: tag('SELF'), ...PARTS }, 'The edge from each vertex to itself.'),
  GetItem: object(
    { type: tag('GET'), ...PARTS, target: named('QueryVertices') },
    'The edges of all pairs of sources and targets.',
  ),
  CountItem: object(
    { type: tag('COUNT'), ...PARTS, direction: DIRECTION },
    'One row for each vertex, with the column `COUNT(1)`.',
  ),
  ScanItem: object(
    {
      type: tag('SCAN'),
      ...PARTS,
      direction: DIRECTION,
      index: text('Name of an index.'),
      'limit?': byDefault(10, integer('Edges of one vertex.')),
      'offset?': text('Goes on where a page ended; only for one vertex.'),
      'ranges?': text('Conditions on the leading fields of the index, as of `edges/scan`.'),
    },
    'A scan from each vertex, one after the other. From IN, the column `source` holds the vertex that it began at.',
  ),
  CacheItem: object(
    {
      type: tag('CACHE'),
      ...PARTS,
      direction: DIRECTION,
      cache: text('Name of a cache.'),
      limit: integer('Edges of one vertex.'),
    },
    'A seek from each vertex, one after the other.',
  ),
  QueryVertices: oneOf(['ValueVertices', 'RefVertices', 'StepVertices'], 'Where an item begins.'),
  ValueVertices: object({ type: tag('VALUE'), value: array(named('Vertex')) }, 'These vertices.'),
  RefVertices: object(
    { type: tag('REF'), ref: text('Name of an earlier item.'), field: text('Name of a column.') },
    'The distinct values of a column of an earlier item; none for a name that no item has.',
  ),
  StepVertices: object(
    { type: tag('STEP'), step: named('QueryItem'), field: text('Name of a column.') },
    'The distinct values of a column of an item that stands inside this one.',
  ),
  PostProcessor: oneOf(['JsonObjectProcessor', 'SplitExplodeProcessor'], 'Changes the rows of an item.'),
  JsonObjectProcessor: object(
    {
      type: tag('JSON_OBJECT'),
      field: text('Name of a column that holds JSON text.'),
      paths: array(
        object({
          path: text('Names of members with dots between them.'),
          alias: text('Name of the new column.'),
          dataType: DATA_TYPE,
        }),
        'The columns to make.',
      ),
      'drop?': DROP,
    },
    'Makes columns of the members of a JSON text.',
  ),
  SplitExplodeProcessor: object(
    {
      type: tag('SPLIT_EXPLODE'),
      field: text('Name of a column.'),
      regex: text('What stands between the pieces: a simple regular expression.'),
      'limit?': byDefault(0, integer('Most pieces of a text; 0: as many as there are.')),
      alias: text('Name of the new column.'),
      dataType: DATA_TYPE,
      'drop?': DROP,
    },
    'Makes one row of each piece of a text.',
  ),
  Aggregator: oneOf(['FlattenAggregator', 'CountAggregator', 'SumAggregator'], 'Sums up the rows of an item.'),
  FlattenAggregator: object({ type: tag('FLATTEN') }, 'Leaves the rows as they are.'),
  CountAggregator: object(
    { type: tag('COUNT'), field: text('Name of a column.'), order: ORDER, limit: LIMIT },
    'Counts the rows of each value of a column, into the column `count`.',
  ),
  SumAggregator: object(
    {
      type: tag('SUM'),
      valueField: text('Name of the column to add up.'),
      keyFields: array(text('Name of a column.'), 'The columns to add up by.'),
      order: ORDER,
      limit: LIMIT,
    },
    'Adds up a column by the values of others.',
  ),
  QueryAnswer: object({ items: array(named('QueryAnswerItem')) }, 'The items with `include`, in their order.'),
  QueryAnswerItem: object(
    {
      name: text('Name of the item.'),
      data: array({ type: 'object', additionalProperties: anything('A value.'), description: 'Values by column.' }),
      rows: integer('Number of rows.'),
      stats: array(anything('Nothing.'), 'Empty.'),
      offset: textOrNull('Of a SCAN or CACHE from one vertex: goes on behind the last edge. Else null.'),
      hasNext: flag('Of a SCAN or CACHE from one vertex: whether more may follow. Else false.'),
    },
    'What an item found.',
  ),
};
