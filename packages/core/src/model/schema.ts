import type { PropertyType, SortOrder, TableDirection, VertexType } from './value.ts';

/** How a table was declared: the v3 schema, as people write and read it. Wire names; see `wire/schema-json.ts`. */
export type TableSchema = EdgeSchema | MultiEdgeSchema;

interface SchemaParts {
  readonly source: VertexField;
  readonly target: VertexField;
  readonly properties: readonly PropertyField[];
  readonly direction: TableDirection;
  readonly indexes: readonly IndexSchema[];
  readonly groups: readonly GroupSchema[];
  readonly caches: readonly CacheSchema[];
}

/**
 * Which rows a table has. INDEXED: all that its schema declares. HASH: states only (v2). NIL: none, whatever is written
 * (v2): reads find nothing, and mutations are IDLE.
 */
export type TableLayout = 'INDEXED' | 'HASH' | 'NIL';

/** Unique edges: at most one per (source, target). */
export interface EdgeSchema extends SchemaParts {
  readonly kind: 'edge';
}

/** Multi edges: identified by an id; many may join the same pair. */
export interface MultiEdgeSchema extends SchemaParts {
  readonly kind: 'multiEdge';
  readonly id: IdField;
}

export interface VertexField {
  readonly type: VertexType;
  readonly comment: string;
}

export interface IdField {
  readonly type: PropertyType;
  readonly comment: string;
}

export interface PropertyField {
  readonly name: string;
  readonly type: PropertyType;
  readonly comment: string;
  readonly nullable: boolean;
}

export interface OrderedField {
  readonly field: string;
  readonly order: SortOrder;
}

export interface IndexSchema {
  readonly index: string;
  readonly fields: readonly OrderedField[];
  readonly comment: string;
}

/** A date bucket turns a numeric time into formatted text when a row is written. */
export interface DateBucket {
  readonly type: 'date';
  readonly name: string;
  readonly unit: 'NANOSECOND' | 'MICROSECOND' | 'MILLISECOND' | 'SECOND';
  /** IANA zone name or a fixed offset, as Java's ZoneId reads it. */
  readonly timezone: string;
  /** Pattern of Java's DateTimeFormatter. */
  readonly format: string;
}

export interface GroupField {
  readonly name: string;
  readonly bucket: DateBucket | null;
}

export interface GroupSchema {
  readonly group: string;
  readonly type: 'COUNT' | 'SUM';
  readonly fields: readonly GroupField[];
  /** The property that SUM adds up; "-" for COUNT. */
  readonly valueField: string;
  readonly comment: string;
  readonly directionType: TableDirection;
  /** Milliseconds after its last entry for which a cell is visible. */
  readonly ttl: number;
}

export interface CacheSchema {
  readonly cache: string;
  readonly fields: readonly OrderedField[];
  /** How many edges a seek can reach. */
  readonly limit: number;
  readonly comment: string;
}

/** 8 days: the time to live of a group whose declaration names none. */
export const GROUP_TTL_MS_DEFAULT = 691_200_000;
export const CACHE_LIMIT_DEFAULT = 100;

/** Names of an edge's own members, usable as fields of indexes, groups and caches. */
export const EDGE_FIELDS = ['version', 'source', 'target'] as const;
