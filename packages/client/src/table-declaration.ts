import type { JsonObject } from '@actionbase/core/codec/json-value';
import type { MutationMode } from '@actionbase/core/model/catalog';
import type { GroupField } from '@actionbase/core/model/schema';
import type { PropertyType, SortOrder, TableDirection, VertexType } from '@actionbase/core/model/value';

/** A type alone, or with a comment. */
export type Typed<Type extends string> = Type | { readonly type: Type; readonly comment?: string | undefined };

export interface PropertyDeclaration {
  readonly name: string;
  readonly type: PropertyType;
  readonly comment?: string | undefined;
  /** False when missing, as the server has it. */
  readonly nullable?: boolean | undefined;
}

export interface OrderedFieldDeclaration {
  readonly field: string;
  readonly order: SortOrder;
}

export interface IndexDeclaration {
  readonly index: string;
  readonly fields: readonly OrderedFieldDeclaration[];
  readonly comment?: string | undefined;
}

export interface GroupDeclaration {
  readonly group: string;
  readonly type: 'COUNT' | 'SUM';
  readonly fields: readonly GroupField[];
  readonly valueField?: string | undefined;
  readonly comment?: string | undefined;
  readonly directionType?: TableDirection | undefined;
  /** Milliseconds. */
  readonly ttl?: number | undefined;
}

export interface CacheDeclaration {
  readonly cache: string;
  readonly fields: readonly OrderedFieldDeclaration[];
  readonly limit?: number | undefined;
  readonly comment?: string | undefined;
}

/** The schema of a table that is to be created. With `id` its edges are multi edges. What is left out has the server's default. */
export interface SchemaDeclaration {
  readonly source: Typed<VertexType>;
  readonly target: Typed<VertexType>;
  readonly id?: Typed<PropertyType> | undefined;
  readonly properties?: readonly PropertyDeclaration[] | undefined;
  /** BOTH when missing. */
  readonly direction?: TableDirection | undefined;
  readonly indexes?: readonly IndexDeclaration[] | undefined;
  readonly groups?: readonly GroupDeclaration[] | undefined;
  readonly caches?: readonly CacheDeclaration[] | undefined;
}

/** A table that is to be created. */
export interface TableDeclaration {
  readonly table: string;
  readonly schema: SchemaDeclaration;
  /** SYNC when missing. */
  readonly mode?: MutationMode | undefined;
  /** `datastore://namespace/table`; named after the database and the table when missing. */
  readonly storage?: string | undefined;
  readonly comment?: string | undefined;
}

/** The wire's shape of a declaration: everything that the server requires is there. */
export function shapeTable(database: string, declaration: TableDeclaration): JsonObject {
  const { table, schema, mode, storage, comment } = declaration;
  return {
    table,
    schema: shapeSchema(schema),
    mode,
    storage: storage ?? defaultStorage(database, table),
    comment: comment ?? '',
  };
}

export function shapeSchema(schema: SchemaDeclaration): JsonObject {
  const { source, target, id, properties = [], direction, indexes = [], groups = [], caches = [] } = schema;
  return {
    type: id === undefined ? 'EDGE' : 'MULTI_EDGE',
    ...(id === undefined ? {} : { id: shapeTyped(id) }),
    source: shapeTyped(source),
    target: shapeTyped(target),
    properties: properties.map((property) => ({
      name: property.name,
      type: property.type,
      comment: property.comment ?? '',
      nullable: property.nullable,
    })),
    direction: direction ?? 'BOTH',
    indexes: indexes.map(({ index, fields, comment }) => ({ index, fields: fields.map(shapeField), comment })),
    groups: groups.map(shapeGroup),
    caches: caches.map(({ cache, fields, limit, comment }) => ({
      cache,
      fields: fields.map(shapeField),
      limit,
      comment,
    })),
  };
}

/** The namespace of a storage may hold lower case letters and "_" only, its table no "-". */
function defaultStorage(database: string, table: string): string {
  return `datastore://${database.toLowerCase().replaceAll(/[^a-z_]/g, '_')}/${table.replaceAll('-', '_')}`;
}

function shapeTyped(typed: Typed<string>): JsonObject {
  return typeof typed === 'string' ? { type: typed, comment: '' } : { type: typed.type, comment: typed.comment ?? '' };
}

function shapeField({ field, order }: OrderedFieldDeclaration): JsonObject {
  return { field, order };
}

function shapeGroup(group: GroupDeclaration): JsonObject {
  return {
    group: group.group,
    type: group.type,
    fields: group.fields.map(({ name, bucket }) => ({ name, bucket: bucket === null ? null : { ...bucket } })),
    valueField: group.valueField,
    comment: group.comment,
    directionType: group.directionType,
    ttl: group.ttl,
  };
}
