import type { Direction, SortOrder } from '@actionbase/core/model/value';
import type { VertexInput } from './edge-shapes.ts';

/**
 * One read of a multi-hop query. Its rows have the columns that the server gives: `direction` (not of a CACHE), `version`,
 * `source`, `target` and the table's properties; of a COUNT `source`, `COUNT(1)` and `direction`; after a COUNT or SUM
 * aggregator its key fields and the value. Types and no interfaces: so an item is JSON as it is.
 */
export type QueryItem = SelfItem | GetItem | CountItem | ScanItem | CacheItem;

/** Where an item starts. `REF`: from a column of an item before it, named by `ref`; each value once, in the order of its rows. */
export type QueryVertices =
  | { readonly type: 'VALUE'; readonly value: readonly VertexInput[] }
  | { readonly type: 'REF'; readonly ref: string; readonly field: string }
  | { readonly type: 'STEP'; readonly step: QueryItem; readonly field: string };

/** Done to the rows of an item, in their order. COUNT and SUM group them, sort the groups by the value and keep `limit` of them. */
export type QueryAggregator =
  | { readonly type: 'COUNT'; readonly field: string; readonly order: SortOrder; readonly limit: number }
  | {
      readonly type: 'SUM';
      readonly valueField: string;
      readonly keyFields: readonly string[];
      readonly order: SortOrder;
      readonly limit: number;
    };

/** Makes columns of a JSON text, or rows of the pieces of a text. */
export type QueryPostProcessor =
  | {
      readonly type: 'JSON_OBJECT';
      readonly field: string;
      /** A path names members from the outside to the inside, with dots between them. */
      readonly paths: readonly { readonly path: string; readonly alias: string; readonly dataType: QueryDataType }[];
      /** Whether the column itself goes away; true when missing. */
      readonly drop?: boolean | undefined;
    }
  | {
      readonly type: 'SPLIT_EXPLODE';
      readonly field: string;
      readonly regex: string;
      /** Most pieces of a text; all when missing. */
      readonly limit?: number | undefined;
      readonly alias: string;
      readonly dataType: QueryDataType;
      readonly drop?: boolean | undefined;
    };

export type QueryDataType = 'BYTE' | 'SHORT' | 'INT' | 'LONG' | 'BOOLEAN' | 'FLOAT' | 'DOUBLE' | 'STRING';

type ItemParts = {
  /** By which later items refer to this one, and under which it is answered. */
  readonly name?: string | undefined;
  /** Whether it is part of the answer; false when missing. */
  readonly include?: boolean | undefined;
  readonly database: string;
  readonly table: string;
  readonly source: QueryVertices;
  readonly post?: readonly QueryPostProcessor[] | undefined;
  /** Applied after `post`. */
  readonly aggregators?: readonly QueryAggregator[] | undefined;
};

/** The edge from each vertex to itself. */
type SelfItem = ItemParts & {
  readonly type: 'SELF';
};

/** The edges of all pairs of sources and targets. */
type GetItem = ItemParts & {
  readonly type: 'GET';
  readonly target: QueryVertices;
};

/** How many edges each vertex has. */
type CountItem = ItemParts & {
  readonly type: 'COUNT';
  readonly direction: Direction;
};

/** The first edges of each vertex in the order of an index. */
type ScanItem = ItemParts & {
  readonly type: 'SCAN';
  readonly index: string;
  readonly direction: Direction;
  /** Edges of each vertex; 10 when missing. */
  readonly limit?: number | undefined;
  /** Goes on from a single vertex. */
  readonly offset?: string | undefined;
  readonly ranges?: string | undefined;
};

/** The first edges of each vertex in the order of a cache. */
type CacheItem = ItemParts & {
  readonly type: 'CACHE';
  readonly cache: string;
  readonly direction: Direction;
  /** Edges of each vertex. */
  readonly limit: number;
};
