import fc from 'fast-check';
import { type CatalogChange, type CatalogEntity, STORAGE_TYPES } from '../model/catalog.ts';
import type { TableSchema } from '../model/schema.ts';
import { tableId } from '../model/table.ts';
import { PROPERTY_TYPES, type PropertyType, type Value } from '../model/value.ts';
import type { FeedRecord } from '../record/feed-record.ts';
import type { RawEvent, RawKey, RequestStamp, TypedValue } from '../record/log-record.ts';
import { storedText, typedValue } from './stored-values.ts';

/** Objects as our code makes them. */
export const PLAIN = { noNullPrototype: true };

export const anyLong = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
export const anyInt = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
export const anyTableId = anyInt.map(tableId);

export const stamp: fc.Arbitrary<RequestStamp> = fc.record(
  { timeMs: fc.maxSafeInteger(), requestId: storedText, actor: storedText },
  PLAIN,
);

const typed: fc.Arbitrary<TypedValue> = fc.oneof(
  typedValue,
  fc.constant<{ type: PropertyType | null; value: Value }>({ type: null, value: null }),
);

const rawKey: fc.Arbitrary<RawKey> = fc.oneof(
  fc.record({ kind: fc.constant('edge' as const), source: typed, target: typed }, PLAIN),
  fc.record({ kind: fc.constant('multiEdge' as const), id: typed }, PLAIN),
);

const rawEvent: fc.Arbitrary<RawEvent> = fc.record(
  {
    type: fc.constantFrom('INSERT' as const, 'UPDATE' as const, 'DELETE' as const),
    version: anyLong,
    properties: fc.array(
      fc.tuple(anyInt, typed).map(([code, value]) => ({ code, ...value })),
      { maxLength: 4 },
    ),
  },
  PLAIN,
);

const order = fc.constantFrom('ASC' as const, 'DESC' as const);
const direction = fc.constantFrom('OUT' as const, 'IN' as const, 'BOTH' as const);
const vertex = fc.record({ type: fc.constantFrom('long' as const, 'string' as const), comment: fc.string() }, PLAIN);
const type = fc.constantFrom(...PROPERTY_TYPES);
const orderedFields = fc.array(fc.record({ field: fc.string(), order }, PLAIN), { maxLength: 2 });

const bucket = fc.record(
  {
    type: fc.constant('date' as const),
    name: fc.string(),
    unit: fc.constantFrom('NANOSECOND' as const, 'MICROSECOND' as const, 'MILLISECOND' as const, 'SECOND' as const),
    timezone: fc.string(),
    format: fc.string(),
  },
  PLAIN,
);

const group = fc.record(
  {
    group: fc.string(),
    type: fc.constantFrom('COUNT' as const, 'SUM' as const),
    fields: fc.array(fc.record({ name: fc.string(), bucket: fc.option(bucket) }, PLAIN), { maxLength: 2 }),
    valueField: fc.string(),
    comment: fc.string(),
    directionType: direction,
    ttl: fc.maxSafeInteger(),
  },
  PLAIN,
);

const property = fc.record({ name: fc.string(), type, comment: fc.string(), nullable: fc.boolean() }, PLAIN);
const index = fc.record({ index: fc.string(), fields: orderedFields, comment: fc.string() }, PLAIN);
const cache = fc.record(
  { cache: fc.string(), fields: orderedFields, limit: fc.maxSafeInteger(), comment: fc.string() },
  PLAIN,
);

const schemaParts = {
  source: vertex,
  target: vertex,
  properties: fc.array(property, { maxLength: 3 }),
  direction,
  indexes: fc.array(index, { maxLength: 2 }),
  groups: fc.array(group, { maxLength: 2 }),
  caches: fc.array(cache, { maxLength: 2 }),
};

const id = fc.record({ type, comment: fc.string() }, PLAIN);
const schema: fc.Arbitrary<TableSchema> = fc.oneof(
  fc.record({ kind: fc.constant('edge' as const), ...schemaParts }, PLAIN),
  fc.record({ kind: fc.constant('multiEdge' as const), id, ...schemaParts }, PLAIN),
);

const mode = fc.constantFrom('SYNC' as const, 'ASYNC' as const, 'DROP' as const);
const names = { database: fc.string(), comment: fc.string(), table: fc.string(), alias: fc.string() };
const { database, comment, table, alias } = names;
const active = fc.boolean();
const layout = fc.constantFrom('INDEXED' as const, 'HASH' as const, 'NIL' as const);
const readOnly = fc.boolean();
const query = fc.string();
const stats = fc.array(fc.string(), { maxLength: 3 });
const storage = fc.string();
const storageType = fc.constantFrom(...STORAGE_TYPES);
const aliasTarget = { tableDatabase: fc.string(), table };

/** Test support: metadata changes of all kinds; what may be missing sometimes is. */
export const catalogChange: fc.Arbitrary<CatalogChange> = fc.oneof(
  fc.record({ kind: fc.constant('create-database' as const), database, comment }, PLAIN),
  fc.record(
    { kind: fc.constant('update-database' as const), database, active, comment },
    { ...PLAIN, requiredKeys: ['kind', 'database'] },
  ),
  fc.record({ kind: fc.constant('delete-database' as const), database }, PLAIN),
  fc.record(
    {
      kind: fc.constant('create-table' as const),
      database,
      table,
      schema,
      mode,
      storage,
      comment,
      layout,
      event: fc.boolean(),
      readOnly,
    },
    { ...PLAIN, requiredKeys: ['kind', 'database', 'table', 'schema', 'mode', 'storage', 'comment'] },
  ),
  fc.record(
    {
      kind: fc.constant('update-table' as const),
      database,
      table,
      active,
      schema,
      mode,
      comment,
      layout,
      readOnly,
      from: fc.record({ id: anyTableId, revision: fc.integer({ min: 1, max: 9 }) }, PLAIN),
    },
    { ...PLAIN, requiredKeys: ['kind', 'database', 'table'] },
  ),
  fc.record({ kind: fc.constant('delete-table' as const), database, table }, PLAIN),
  fc.record(
    { kind: fc.constant('create-alias' as const), database, alias, ...aliasTarget, comment },
    { ...PLAIN, requiredKeys: ['kind', 'database', 'alias', 'table', 'comment'] },
  ),
  fc.record(
    { kind: fc.constant('update-alias' as const), database, alias, ...aliasTarget, active, comment },
    { ...PLAIN, requiredKeys: ['kind', 'database', 'alias'] },
  ),
  fc.record({ kind: fc.constant('delete-alias' as const), database, alias }, PLAIN),
  fc.record({ kind: fc.constant('create-query' as const), database, query, text: fc.string(), stats, comment }, PLAIN),
  fc.record(
    { kind: fc.constant('update-query' as const), database, query, active, text: fc.string(), stats, comment },
    { ...PLAIN, requiredKeys: ['kind', 'database', 'query'] },
  ),
  fc.record(
    { kind: fc.constant('create-storage' as const), storage, type: storageType, conf: fc.string(), comment },
    PLAIN,
  ),
  fc.record(
    { kind: fc.constant('update-storage' as const), storage, active, type: storageType, conf: fc.string(), comment },
    { ...PLAIN, requiredKeys: ['kind', 'storage'] },
  ),
  fc.record({ kind: fc.constant('delete-storage' as const), storage }, PLAIN),
);

export const resolvedMode = fc.record(
  { table: mode, request: fc.option(mode), system: fc.option(mode), force: fc.boolean(), effective: mode },
  PLAIN,
);

export const origin = fc.record({ name: storedText, position: anyLong }, PLAIN);

const cell = fc.option(fc.uint8Array({ maxLength: 20 }));

const byRules = fc.oneof(
  fc.constant({ rules: 'v3' as const, message: null }),
  fc.record({ rules: fc.constant('v2' as const), message: fc.option(storedText) }, PLAIN),
);

const edgeOutcome = fc
  .record(
    {
      kind: fc.constant('edge' as const),
      stamp,
      alias: fc.option(storedText),
      table: anyTableId,
      schemaRevision: anyInt,
      status: fc.constantFrom(...(['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'QUEUED', 'ERROR', 'PURGED'] as const)),
      refusal: fc.option(storedText),
      key: rawKey,
      entry: anyInt,
      eventCount: anyInt,
      lastEvent: rawEvent,
      before: cell,
      after: cell,
    },
    PLAIN,
  )
  .chain((outcome) => byRules.map((rules) => ({ ...outcome, ...rules })));

const integer = fc.maxSafeInteger();
const shared = {
  active,
  comment,
  revision: integer,
  createdAt: integer,
  createdBy: fc.string(),
  updatedAt: integer,
  updatedBy: fc.string(),
};
const tableDefinition = fc.record(
  {
    id: anyTableId,
    database,
    table,
    schema,
    schemaRevision: integer,
    mode,
    layout: fc.constantFrom('INDEXED' as const, 'HASH' as const, 'NIL' as const),
    event: fc.boolean(),
    readOnly: fc.boolean(),
    storage: fc.string(),
    ...shared,
  },
  PLAIN,
);
const aliasDefinition = fc.record({ database, alias, tableDatabase: fc.string(), table, ...shared }, PLAIN);
const queryDefinition = fc.record(
  { database, query: fc.string(), text: fc.string(), stats: fc.array(fc.string(), { maxLength: 2 }), ...shared },
  PLAIN,
);
const storageDefinition = fc.record(
  { storage: fc.string(), type: fc.constantFrom(...STORAGE_TYPES), conf: fc.string(), ...shared },
  PLAIN,
);

/** Test support: metadata entities of all kinds. */
export const catalogEntity: fc.Arbitrary<CatalogEntity> = fc.oneof(
  fc.record({ kind: fc.constant('database' as const), definition: fc.record({ database, ...shared }, PLAIN) }, PLAIN),
  fc.record({ kind: fc.constant('table' as const), definition: tableDefinition }, PLAIN),
  fc.record({ kind: fc.constant('alias' as const), definition: aliasDefinition }, PLAIN),
  fc.record({ kind: fc.constant('query' as const), definition: queryDefinition }, PLAIN),
  fc.record({ kind: fc.constant('storage' as const), definition: storageDefinition }, PLAIN),
);

const effect = fc.record(
  { entriesBefore: anyInt, before: fc.option(catalogEntity), after: fc.option(catalogEntity) },
  PLAIN,
);

const catalogOutcome = fc.record(
  {
    kind: fc.constant('catalog' as const),
    stamp,
    change: catalogChange,
    refusal: fc.option(storedText),
    effect: fc.option(effect),
  },
  PLAIN,
);

/** Test support: feed records with outcomes of both kinds. */
export const feedRecord: fc.Arbitrary<FeedRecord> = fc.record(
  {
    offset: fc.maxSafeInteger(),
    previousOffset: fc.maxSafeInteger(),
    stampMs: fc.maxSafeInteger(),
    outcomes: fc.array(fc.oneof(edgeOutcome, catalogOutcome), { maxLength: 3 }),
  },
  PLAIN,
);
