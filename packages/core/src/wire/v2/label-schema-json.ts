import {
  type CacheSchema,
  GROUP_TTL_MS_DEFAULT,
  type GroupSchema,
  type IndexSchema,
  type PropertyField,
  type TableSchema,
  type VertexField,
} from '../../model/schema.ts';
import type { JsonPlace } from '../json-place.ts';
import { readCache, readGroup, shapeCache, shapeGroup } from '../schema-json.ts';
import { fieldOfV2, printDataType, printV2Field, readDataType, readVertexDataType } from './label-words.ts';

/** The member `schema` of a label: ends and fields. The field `_id` of a multi edge is one of the fields. */
export interface LabelSchema {
  readonly source: VertexField;
  readonly target: VertexField;
  readonly fields: readonly PropertyField[];
}

/** The lists of a label that v3 keeps in the schema. */
export interface LabelLists {
  readonly indexes: readonly IndexSchema[];
  readonly groups: readonly GroupSchema[];
  readonly caches: readonly CacheSchema[];
}

/** Name of the field that holds the id of a multi edge. */
export const ID_FIELD = '_id';

export function readLabelSchema(place: JsonPlace): LabelSchema {
  const schema = place.object();
  return {
    source: readVertex(schema.member('src')),
    target: readVertex(schema.member('tgt')),
    fields: schema.member('fields').items().map(readField),
  };
}

export function readIndices(place: JsonPlace): readonly IndexSchema[] {
  return place.items().map((item) => {
    const index = item.object();
    return {
      index: index.member('name').text(),
      fields: index.member('fields').items().map(readIndexField),
      comment: readDesc(index),
    };
  });
}

/** Groups, as v3 has them. A ttl of 0 is what the reference's command line sends for one that was not given. */
export function readGroups(place: JsonPlace): readonly GroupSchema[] {
  return place.items().map((item) => {
    const group = readGroup(item);
    return {
      ...group,
      fields: group.fields.map((field) => ({ ...field, name: fieldOfV2(field.name) })),
      valueField: fieldOfV2(group.valueField),
      ttl: group.ttl === 0 ? GROUP_TTL_MS_DEFAULT : group.ttl,
    };
  });
}

export function readCaches(place: JsonPlace): readonly CacheSchema[] {
  return place.items().map((item) => {
    const cache = readCache(item);
    return { ...cache, fields: cache.fields.map(({ field, order }) => ({ field: fieldOfV2(field), order })) };
  });
}

/** The member `schema` of a label, as JSON of which the members are in the reference's order. */
export function shapeLabelSchema(schema: TableSchema): object {
  const fields = schema.properties.map(shapeField);
  return {
    src: shapeVertex(schema.source),
    tgt: shapeVertex(schema.target),
    fields:
      schema.kind === 'edge' ? fields : [shapeField({ ...schema.id, name: ID_FIELD, nullable: false }), ...fields],
  };
}

export function shapeIndices(schema: TableSchema): readonly object[] {
  return schema.indexes.map(({ index, fields, comment }) => ({
    name: index,
    fields: fields.map(({ field, order }) => ({ name: printV2Field(field), order })),
    desc: comment,
  }));
}

export function shapeGroups(schema: TableSchema): readonly object[] {
  return schema.groups.map((group) =>
    shapeGroup({
      ...group,
      fields: group.fields.map(({ name, bucket }) => ({ name: printV2Field(name), bucket })),
      valueField: printV2Field(group.valueField),
    }),
  );
}

export function shapeCaches(schema: TableSchema): readonly object[] {
  return schema.caches.map((cache) =>
    shapeCache({ ...cache, fields: cache.fields.map(({ field, order }) => ({ field: printV2Field(field), order })) }),
  );
}

function readVertex(place: JsonPlace): VertexField {
  const vertex = place.object();
  return { type: readVertexDataType(vertex.member('type')), comment: readDesc(vertex) };
}

function readField(place: JsonPlace): PropertyField {
  const field = place.object();
  return {
    name: field.member('name').text(),
    type: readDataType(field.member('type')),
    comment: readDesc(field),
    nullable: field.member('nullable').boolean(),
  };
}

function readIndexField(place: JsonPlace): IndexSchema['fields'][number] {
  const field = place.object();
  return { field: fieldOfV2(field.member('name').text()), order: field.member('order').oneOf(['ASC', 'DESC']) };
}

/** The descriptions inside a label may be missing or null. */
function readDesc(place: JsonPlace): string {
  const desc = place.member('desc');
  return desc.isUnset ? '' : desc.text();
}

function shapeVertex({ type, comment }: VertexField): object {
  return { type: printDataType(type), desc: comment };
}

function shapeField({ name, type, nullable, comment }: PropertyField): object {
  return { name, type: printDataType(type), nullable, desc: comment };
}
