import { hashText } from '../codec/xxhash32.ts';
import { invariant } from '../failure.ts';
import type { TableDefinition } from './catalog.ts';
import type { CacheSchema, GroupSchema, IndexSchema, OrderedField, TableSchema } from './schema.ts';
import type {
  FieldSource,
  Table,
  TableCache,
  TableField,
  TableGroup,
  TableGroupField,
  TableIndex,
  TableOrderedField,
} from './table.ts';
import { ROW_SALT_BYTES } from './table.ts';
import type { PropertyType } from './value.ts';

/** Hidden properties of a multi edge that hold its source and target: the first two fields, in this order. */
export const MULTI_EDGE_SOURCE = '_source';
export const MULTI_EDGE_TARGET = '_target';

/**
 * Resolves a definition's names to places and codes. The schema must have passed `validateSchema`. `saltBytes` says whether
 * row keys carry their salt: `ROW_SALT_BYTES`, or 0.
 */
export function compileTable(definition: TableDefinition, saltBytes: number = ROW_SALT_BYTES): Table {
  const { schema } = definition;
  const fields = schemaFields(schema);
  const names: Names = { schema, places: new Map(fields.map((field, place) => [field.name, place])), fields };
  return {
    id: definition.id,
    database: definition.database,
    name: definition.table,
    revision: definition.schemaRevision,
    code: hashText(`${definition.database}.${definition.table}`),
    saltBytes,
    kind: schema.kind,
    layout: definition.layout,
    sourceType: schema.source.type,
    targetType: schema.target.type,
    idType: schema.kind === 'multiEdge' ? schema.id.type : null,
    fields,
    fieldIndexByCode: new Map(fields.map((field, place) => [field.code, place])),
    fieldIndexByName: names.places,
    direction: schema.direction,
    indexes: schema.indexes.map((index) => compileIndex(names, index)),
    groups: schema.groups.map((group) => compileGroup(names, group)),
    caches: schema.caches.map((cache) => compileCache(names, cache)),
  };
}

/** What a state row of this schema keeps, in order: a multi edge's hidden source and target, then the properties. */
export function schemaFields(schema: TableSchema): readonly TableField[] {
  const fields: TableField[] = [];
  if (schema.kind === 'multiEdge') {
    fields.push(tableField(MULTI_EDGE_SOURCE, schema.source.type, false));
    fields.push(tableField(MULTI_EDGE_TARGET, schema.target.type, false));
  }
  for (const property of schema.properties) fields.push(tableField(property.name, property.type, property.nullable));
  return fields;
}

function tableField(name: string, type: PropertyType, nullable: boolean): TableField {
  return { name, code: hashText(name), type, nullable };
}

/** What names of fields are resolved against. */
interface Names {
  readonly schema: TableSchema;
  readonly fields: readonly TableField[];
  readonly places: ReadonlyMap<string, number>;
}

interface ResolvedField {
  readonly from: FieldSource;
  readonly type: PropertyType;
}

/** The edge's own members win over properties of the same name, as in the reference. */
function resolveField(names: Names, name: string): ResolvedField {
  const { schema } = names;
  switch (name) {
    case 'version':
      return { from: { kind: 'version' }, type: 'long' };
    case 'source':
      return { from: { kind: 'source' }, type: schema.kind === 'multiEdge' ? schema.id.type : schema.source.type };
    case 'target':
      return { from: { kind: 'target' }, type: schema.kind === 'multiEdge' ? schema.id.type : schema.target.type };
    default: {
      const place = names.places.get(name);
      const field = place === undefined ? undefined : names.fields[place];
      invariant(
        place !== undefined && field !== undefined,
        `a validated schema has the field "${name}" that it indexes`,
      );
      return { from: { kind: 'property', place, type: field.type }, type: field.type };
    }
  }
}

function compileIndex(names: Names, index: IndexSchema): TableIndex {
  return { name: index.index, code: hashText(index.index), fields: orderedFields(names, index.fields) };
}

function compileCache(names: Names, cache: CacheSchema): TableCache {
  const fields = orderedFields(names, cache.fields);
  return { name: cache.cache, code: hashText(cache.cache), fields, limit: cache.limit };
}

function orderedFields(names: Names, fields: readonly OrderedField[]): readonly TableOrderedField[] {
  return fields.map(({ field, order }) => ({ name: field, ...resolveField(names, field), order }));
}

function compileGroup(names: Names, group: GroupSchema): TableGroup {
  return {
    name: group.group,
    code: hashText(group.group),
    type: group.type,
    fields: group.fields.map(({ name, bucket }): TableGroupField => {
      const { from, type } = resolveField(names, name);
      return { name, from, type: bucket === null ? type : 'string', bucket };
    }),
    valueFrom: group.type === 'SUM' ? resolveField(names, group.valueField).from : null,
    valueName: group.valueField,
    directionType: group.directionType,
    ttlMs: group.ttl,
  };
}
