import type { JsonValue } from '../../codec/json-value.ts';
import type { Direction, PropertyType, SortOrder } from '../../model/value.ts';
import type { Predicate } from '../predicate.ts';
import type { SplitPattern } from './split-pattern.ts';

/** One item of a multi-hop query: what to read, from where, and what to make of it. */
export type QueryItem = SelfItem | GetItem | CountItem | ScanItem | CacheItem;

interface ItemParts {
  readonly name: string;
  /** Whether it is part of the answer. */
  readonly include: boolean;
  /** Done in their order, before the aggregators. */
  readonly post: readonly PostProcessor[];
  readonly aggregators: readonly Aggregator[];
  readonly database: string;
  readonly table: string;
  readonly source: Vertices;
}

/** The edge from each vertex to itself. */
export interface SelfItem extends ItemParts {
  readonly type: 'SELF';
}

/** The edges of all pairs of sources and targets. */
export interface GetItem extends ItemParts {
  readonly type: 'GET';
  readonly target: Vertices;
}

export interface CountItem extends ItemParts {
  readonly type: 'COUNT';
  readonly direction: Direction;
}

/** A scan from each vertex, one after the other. */
export interface ScanItem extends ItemParts {
  readonly type: 'SCAN';
  readonly direction: Direction;
  readonly index: string;
  readonly limit: number;
  readonly offset: string | undefined;
  readonly ranges: readonly Predicate[];
}

/** A seek from each vertex, one after the other. */
export interface CacheItem extends ItemParts {
  readonly type: 'CACHE';
  readonly direction: Direction;
  readonly cache: string;
  readonly limit: number;
}

/** Where an item starts: values, a column of an earlier item, or of one that stands inside it. */
export type Vertices =
  | { readonly type: 'VALUE'; readonly values: readonly JsonValue[] }
  | { readonly type: 'REF'; readonly ref: string; readonly field: string }
  | { readonly type: 'STEP'; readonly step: QueryItem; readonly field: string };

export type PostProcessor = JsonObjectProcessor | SplitExplodeProcessor;

/** Makes columns of the members of a JSON text. */
export interface JsonObjectProcessor {
  readonly type: 'JSON_OBJECT';
  readonly field: string;
  /** `path` are the names of members, from the outside to the inside. */
  readonly paths: readonly { readonly path: readonly string[]; readonly alias: string }[];
  /** Whether the column itself goes away. */
  readonly drop: boolean;
}

/** Makes one row of each piece of a text. */
export interface SplitExplodeProcessor {
  readonly type: 'SPLIT_EXPLODE';
  readonly field: string;
  readonly pattern: SplitPattern;
  /** Most pieces of a text; 0: as many as there are. */
  readonly limit: number;
  readonly alias: string;
  readonly dataType: PropertyType;
  readonly drop: boolean;
}

export type Aggregator =
  | { readonly type: 'FLATTEN' }
  | { readonly type: 'COUNT'; readonly field: string; readonly order: SortOrder; readonly limit: number }
  | {
      readonly type: 'SUM';
      readonly valueField: string;
      readonly keyFields: readonly string[];
      readonly order: SortOrder;
      readonly limit: number;
    };
