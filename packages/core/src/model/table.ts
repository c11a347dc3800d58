import type { DateBucket, TableLayout, TableSchema } from './schema.ts';
import type { PropertyType, SortOrder, TableDirection, VertexType } from './value.ts';

/** A number that no other table of this instance ever has had, a deleted one included. It names the table's rows in a store. */
export type TableId = number & { readonly brand: 'TableId' };

/** The largest id that a created table gets: above it are the side queue's space and the table that keeps nothing. */
export const TABLE_ID_MAX = 2_147_483_644;

export function tableId(value: number): TableId {
  return value as TableId;
}

/**
 * A table compiled for the hot path: codes hashed, names resolved to places. Made by `compileTable` from a definition.
 * `fields` are what a state row keeps: for a multi edge `_source` and `_target` first (types of the vertices, not
 * nullable), then the schema's properties in order; for a unique edge just the properties.
 */
export interface Table {
  readonly id: TableId;
  readonly database: string;
  readonly name: string;
  /** Counts the changes of this table's schema from 1. An entry names the revision under which it was admitted. */
  readonly revision: number;
  /** xxHash32 of "database.table", signed. */
  readonly code: number;
  /** Bytes of salt that the keys of its rows begin with: `ROW_SALT_BYTES`, or 0 in a store that wants them without. */
  readonly saltBytes: number;
  readonly kind: TableSchema['kind'];
  readonly layout: TableLayout;
  readonly sourceType: VertexType;
  readonly targetType: VertexType;
  /** Type of a multi edge's id; null for unique edges. */
  readonly idType: PropertyType | null;
  readonly fields: readonly TableField[];
  readonly fieldIndexByCode: ReadonlyMap<number, number>;
  readonly fieldIndexByName: ReadonlyMap<string, number>;
  readonly direction: TableDirection;
  readonly indexes: readonly TableIndex[];
  readonly groups: readonly TableGroup[];
  readonly caches: readonly TableCache[];
}

/**
 * Bytes of the salt with which the reference's row keys begin. It spreads the rows of one vertex over a store of many
 * machines; on one machine it only tears apart what is read and written together, so embedded stores leave it out.
 */
export const ROW_SALT_BYTES = 4;

export interface TableField {
  readonly name: string;
  /** xxHash32 of the name, signed. */
  readonly code: number;
  readonly type: PropertyType;
  readonly nullable: boolean;
}

/** Where an index, cache or group takes a value from: a place in `fields`, or a member of the edge itself. */
export type FieldSource =
  | { readonly kind: 'property'; readonly place: number; readonly type: PropertyType }
  | { readonly kind: 'version' }
  /** The key's own source or target; for a multi edge both mean the id, as in tables of the reference. */
  | { readonly kind: 'source' }
  | { readonly kind: 'target' };

export interface TableOrderedField {
  readonly name: string;
  readonly from: FieldSource;
  /** Type of the values, as they are encoded. */
  readonly type: PropertyType;
  readonly order: SortOrder;
}

/** How far the rows of a new index, group or cache are. */
export interface Building {
  /** States whose rows are there. */
  readonly states: number;
  /** Why it went no further; null while it goes on. */
  readonly failure: string | null;
}

export interface TableIndex {
  readonly name: string;
  /** xxHash32 of the name, signed. */
  readonly code: number;
  readonly fields: readonly TableOrderedField[];
  /** Undefined when its rows are complete, so that it can be read. */
  readonly building?: Building | undefined;
}

export interface TableCache {
  readonly name: string;
  readonly code: number;
  readonly fields: readonly TableOrderedField[];
  readonly limit: number;
  /** As of an index. */
  readonly building?: Building | undefined;
}

export interface TableGroup {
  readonly name: string;
  readonly code: number;
  /** As of an index. */
  readonly building?: Building | undefined;
  readonly type: 'COUNT' | 'SUM';
  readonly fields: readonly TableGroupField[];
  /** What SUM adds up; null for COUNT. */
  readonly valueFrom: FieldSource | null;
  readonly valueName: string;
  readonly directionType: TableDirection;
  readonly ttlMs: number;
}

export interface TableGroupField {
  readonly name: string;
  readonly from: FieldSource;
  /** Type of the encoded group value: text for a bucket, else the field's own type. */
  readonly type: PropertyType;
  readonly bucket: DateBucket | null;
}
