import type {
  CacheSchema,
  DateBucket,
  GroupField,
  GroupSchema,
  IndexSchema,
  OrderedField,
  PropertyField,
  TableSchema,
  VertexField,
} from '../model/schema.ts';
import { PROPERTY_TYPES, VERTEX_TYPES } from '../model/value.ts';
import type { JsonMembers } from './json-members.ts';

/** A table schema as records hold it: the JSON of a `TableSchema`, all members present. Not the shape of the HTTP API. */
export function readTableSchema(members: JsonMembers): TableSchema {
  const kind = members.word('kind', ['edge', 'multiEdge']);
  const parts = {
    source: vertexOf(members.object('source')),
    target: vertexOf(members.object('target')),
    properties: members.list('properties').map(propertyOf),
    direction: members.word('direction', ['OUT', 'IN', 'BOTH']),
    indexes: members.list('indexes').map(indexOf),
    groups: members.list('groups').map(groupOf),
    caches: members.list('caches').map(cacheOf),
  };
  if (kind === 'edge') return { kind, ...parts };
  const id = members.object('id');
  return { kind, id: { type: id.word('type', PROPERTY_TYPES), comment: id.text('comment') }, ...parts };
}

function vertexOf(members: JsonMembers): VertexField {
  return { type: members.word('type', VERTEX_TYPES), comment: members.text('comment') };
}

function propertyOf(members: JsonMembers): PropertyField {
  return {
    name: members.text('name'),
    type: members.word('type', PROPERTY_TYPES),
    comment: members.text('comment'),
    nullable: members.boolean('nullable'),
  };
}

function orderedFieldOf(members: JsonMembers): OrderedField {
  return { field: members.text('field'), order: members.word('order', ['ASC', 'DESC']) };
}

function indexOf(members: JsonMembers): IndexSchema {
  return {
    index: members.text('index'),
    fields: members.list('fields').map(orderedFieldOf),
    comment: members.text('comment'),
  };
}

function groupOf(members: JsonMembers): GroupSchema {
  return {
    group: members.text('group'),
    type: members.word('type', ['COUNT', 'SUM']),
    fields: members.list('fields').map(groupFieldOf),
    valueField: members.text('valueField'),
    comment: members.text('comment'),
    directionType: members.word('directionType', ['OUT', 'IN', 'BOTH']),
    ttl: members.integer('ttl'),
  };
}

function groupFieldOf(members: JsonMembers): GroupField {
  return { name: members.text('name'), bucket: members.has('bucket') ? bucketOf(members.object('bucket')) : null };
}

function bucketOf(members: JsonMembers): DateBucket {
  return {
    type: members.word('type', ['date']),
    name: members.text('name'),
    unit: members.word('unit', ['NANOSECOND', 'MICROSECOND', 'MILLISECOND', 'SECOND']),
    timezone: members.text('timezone'),
    format: members.text('format'),
  };
}

function cacheOf(members: JsonMembers): CacheSchema {
  return {
    cache: members.text('cache'),
    fields: members.list('fields').map(orderedFieldOf),
    limit: members.integer('limit'),
    comment: members.text('comment'),
  };
}
