import type { JsonValue } from '../codec/json-value.ts';
import {
  CACHE_LIMIT_DEFAULT,
  type CacheSchema,
  type DateBucket,
  GROUP_TTL_MS_DEFAULT,
  type GroupField,
  type GroupSchema,
  type IndexSchema,
  type OrderedField,
  type PropertyField,
  type TableSchema,
  type VertexField,
} from '../model/schema.ts';
import { PROPERTY_TYPES, VERTEX_TYPES } from '../model/value.ts';
import { type JsonPlace, parseWhole } from './json-place.ts';

const SCHEMA_TYPES = ['EDGE', 'edge', 'MULTI_EDGE', 'multiEdge'] as const;
const DIRECTIONS = ['OUT', 'IN', 'BOTH'] as const;
const ORDERS = ['ASC', 'DESC'] as const;
const BUCKET_UNITS = ['NANOSECOND', 'MICROSECOND', 'MILLISECOND', 'SECOND'] as const;
const INT_MAX = 2 ** 31 - 1;

/** The value field of a group that counts: it adds up none. */
const NO_VALUE_FIELD = '-';

/**
 * Parses the `schema` of a table. All problems come in one `malformed-json`, each with its path below `path`. Whether names
 * fit together is not asked here. `primary` and `batch` of an index are accepted and dropped.
 */
export function parseTableSchema(json: JsonValue, path: string): TableSchema {
  return parseWhole(json, path, readTableSchema);
}

/** Reads a schema as a part of a larger body. */
export function readTableSchema(place: JsonPlace): TableSchema {
  const schema = place.object();
  const type = schema.member('type').oneOf(SCHEMA_TYPES);
  const parts = {
    source: readVertex(schema.member('source')),
    target: readVertex(schema.member('target')),
    properties: schema.member('properties').itemsOrNone().map(readProperty),
    direction: schema.member('direction').oneOf(DIRECTIONS),
    indexes: schema.member('indexes').itemsOrNone().map(readIndex),
    groups: schema.member('groups').itemsOrNone().map(readGroup),
    caches: schema.member('caches').itemsOrNone().map(readCache),
  };
  if (type === 'EDGE' || type === 'edge') return { kind: 'edge', ...parts };
  const id = schema.member('id').object();
  return {
    kind: 'multiEdge',
    id: { type: id.member('type').oneOf(PROPERTY_TYPES), comment: id.member('comment').text() },
    ...parts,
  };
}

/** Prints a schema; members in the reference's order, the constants `primary` and `batch` included. */
export function printTableSchema(schema: TableSchema): string {
  return JSON.stringify({
    type: schema.kind,
    ...(schema.kind === 'multiEdge' ? { id: { type: schema.id.type, comment: schema.id.comment } } : {}),
    source: { type: schema.source.type, comment: schema.source.comment },
    target: { type: schema.target.type, comment: schema.target.comment },
    properties: schema.properties.map(({ name, type, comment, nullable }) => ({ name, type, comment, nullable })),
    direction: schema.direction,
    indexes: schema.indexes.map(({ index, fields, comment }) => ({
      index,
      fields: fields.map(shapeOrderedField),
      comment,
      primary: -1,
      batch: 0,
    })),
    groups: schema.groups.map(shapeGroup),
    caches: schema.caches.map(shapeCache),
  });
}

function readVertex(place: JsonPlace): VertexField {
  const vertex = place.object();
  return { type: vertex.member('type').oneOf(VERTEX_TYPES), comment: vertex.member('comment').text() };
}

function readProperty(place: JsonPlace): PropertyField {
  const property = place.object();
  const nullable = property.member('nullable');
  return {
    name: property.member('name').text(),
    type: property.member('type').oneOf(PROPERTY_TYPES),
    comment: property.member('comment').text(),
    nullable: nullable.isMissing ? false : nullable.boolean(),
  };
}

function readIndex(place: JsonPlace): IndexSchema {
  const index = place.object();
  return {
    index: index.member('index').text(),
    fields: index.member('fields').items().map(readOrderedField),
    comment: index.member('comment').textOr(''),
  };
}

function readOrderedField(place: JsonPlace): OrderedField {
  const field = place.object();
  return { field: field.member('field').text(), order: field.member('order').oneOf(ORDERS) };
}

/** A group as v3 and v2 bodies have it. */
export function readGroup(place: JsonPlace): GroupSchema {
  const group = place.object();
  const directionType = group.member('directionType');
  const ttl = group.member('ttl');
  return {
    group: group.member('group').text(),
    type: group.member('type').oneOf(['COUNT', 'SUM']),
    fields: group.member('fields').items().map(readGroupField),
    valueField: group.member('valueField').textOr(NO_VALUE_FIELD),
    comment: group.member('comment').textOr(''),
    directionType: directionType.isMissing ? 'BOTH' : directionType.oneOf(DIRECTIONS),
    ttl: ttl.isMissing ? GROUP_TTL_MS_DEFAULT : ttl.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  };
}

function readGroupField(place: JsonPlace): GroupField {
  const field = place.object();
  const bucket = field.member('bucket');
  return { name: field.member('name').text(), bucket: bucket.isUnset ? null : readBucket(bucket) };
}

function readBucket(place: JsonPlace): DateBucket {
  const bucket = place.object();
  return {
    type: bucket.member('type').oneOf(['date']),
    name: bucket.member('name').text(),
    unit: bucket.member('unit').oneOf(BUCKET_UNITS),
    timezone: bucket.member('timezone').text(),
    format: bucket.member('format').text(),
  };
}

/** A cache as v3 and v2 bodies have it. */
export function readCache(place: JsonPlace): CacheSchema {
  const cache = place.object();
  const limit = cache.member('limit');
  return {
    cache: cache.member('cache').text(),
    fields: cache.member('fields').items().map(readOrderedField),
    limit: limit.isMissing ? CACHE_LIMIT_DEFAULT : limit.integer(1, INT_MAX),
    comment: cache.member('comment').textOr(''),
  };
}

function shapeOrderedField({ field, order }: OrderedField): OrderedField {
  return { field, order };
}

/** The members of a cache in their order. */
export function shapeCache({ cache, fields, limit, comment }: CacheSchema): CacheSchema {
  return { cache, fields: fields.map(shapeOrderedField), limit, comment };
}

/** The members of a group in their order. */
export function shapeGroup(group: GroupSchema): GroupSchema {
  return {
    group: group.group,
    type: group.type,
    fields: group.fields.map(({ name, bucket }) => ({ name, bucket: bucket === null ? null : shapeBucket(bucket) })),
    valueField: group.valueField,
    comment: group.comment,
    directionType: group.directionType,
    ttl: group.ttl,
  };
}

function shapeBucket({ type, name, unit, timezone, format }: DateBucket): DateBucket {
  return { type, name, unit, timezone, format };
}
