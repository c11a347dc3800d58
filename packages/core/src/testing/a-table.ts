import { hashText } from '../codec/xxhash32.ts';
import { invariant } from '../failure.ts';
import {
  ROW_SALT_BYTES,
  type Table,
  type TableField,
  type TableGroupField,
  type TableIndex,
  type TableOrderedField,
  tableId,
} from '../model/table.ts';
import type { PropertyType, SortOrder, VertexType } from '../model/value.ts';

type FieldTypes = Readonly<Record<string, PropertyType>>;
type FieldOrders = Readonly<Record<string, SortOrder>>;

/** What a test says about its table; everything has a default. */
export interface TableOverrides {
  /** "database.table". */
  readonly name?: string;
  readonly code?: number;
  readonly saltBytes?: number;
  /** Rows of the reference may have vertices of types that are not declarable today, such as int. */
  readonly sourceType?: PropertyType;
  readonly targetType?: PropertyType;
  /** Makes it a table of multi edges. */
  readonly idType?: PropertyType;
  readonly fields?: FieldTypes;
  readonly indexes?: Readonly<Record<string, FieldOrders>>;
  readonly caches?: Readonly<Record<string, FieldOrders>>;
  /** Names of the fields of each group. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Test support: a `Table` for tests of the codec, built without `compileTable`, since that builds on the codec. The default is
 * the quick start's table likes.likes: text to text, created_at.
 */
export function aTable(overrides: TableOverrides = {}): Table {
  const [database = '', name = ''] = (overrides.name ?? 'likes.likes').split('.');
  const { idType = null, sourceType = 'string', targetType = 'string' } = overrides;
  const hidden: FieldTypes = idType === null ? {} : { _source: sourceType, _target: targetType };
  const types: FieldTypes = { ...hidden, ...(overrides.fields ?? { created_at: 'long' }) };
  const fields = Object.entries(types).map(([field, type]) => ({
    name: field,
    code: hashText(field),
    type,
    nullable: true,
  }));
  return {
    id: tableId(7),
    database,
    name,
    revision: 1,
    code: overrides.code ?? hashText(`${database}.${name}`),
    saltBytes: overrides.saltBytes ?? ROW_SALT_BYTES,
    kind: idType === null ? 'edge' : 'multiEdge',
    layout: 'INDEXED',
    sourceType: vertexType(sourceType),
    targetType: vertexType(targetType),
    idType,
    fields,
    fieldIndexByCode: new Map(fields.map((field, place) => [field.code, place])),
    fieldIndexByName: new Map(fields.map((field, place) => [field.name, place])),
    direction: 'BOTH',
    indexes: Object.entries(overrides.indexes ?? {}).map(([index, orders]) => anIndex(fields, index, orders)),
    caches: Object.entries(overrides.caches ?? {}).map(([cache, orders]) => ({
      ...anIndex(fields, cache, orders),
      limit: 100,
    })),
    groups: Object.entries(overrides.groups ?? {}).map(([group, names]) => ({
      name: group,
      code: hashText(group),
      type: 'COUNT',
      fields: names.map((field) => aGroupField(fields, field)),
      valueFrom: null,
      valueName: '-',
      directionType: 'BOTH',
      ttlMs: 691_200_000,
    })),
  };
}

/** The only member of a list that has one; a test that names its table knows. */
export function only<T>(list: readonly T[]): T {
  const [first] = list;
  invariant(first !== undefined && list.length === 1, 'the list has one member');
  return first;
}

function vertexType(type: PropertyType): VertexType {
  return type as VertexType;
}

function anIndex(fields: readonly TableField[], name: string, orders: FieldOrders): TableIndex {
  return { name, code: hashText(name), fields: Object.entries(orders).map((entry) => anOrderedField(fields, entry)) };
}

function anOrderedField(fields: readonly TableField[], [name, order]: [string, SortOrder]): TableOrderedField {
  const { from, type } = aGroupField(fields, name);
  return { name, from, type, order };
}

function aGroupField(fields: readonly TableField[], name: string): TableGroupField {
  const place = fields.findIndex((field) => field.name === name);
  const type = fields[place]?.type;
  invariant(type !== undefined, 'an index, cache or group of a test table uses its fields');
  return { name, from: { kind: 'property', place, type }, type, bucket: null };
}
