import type { EdgeKey } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { Direction, Value } from '../model/value.ts';
import { MalformedBytes } from './malformed-bytes.ts';
import { ValueReader } from './ordered-value.ts';
import {
  DIRECTION_CODE,
  decodeCacheQualifier,
  decodeGroupQualifier,
  decodeIndexKey,
  RECORD_TYPE,
  vertexTypeOf,
} from './row-key.ts';

/** What the address of a derived row says. */
export type DerivedRow = EdgeRowAddress | CountAddress | GroupAddress;

/** An index row or a cache cell: it belongs to one edge. */
export interface EdgeRowAddress {
  readonly kind: 'index' | 'cache';
  /** Of the index or cache. */
  readonly name: string;
  readonly direction: Direction;
  readonly vertex: Value;
  /** Aligned with the fields of the index or cache. */
  readonly values: readonly Value[];
  /** The other end of the edge; a multi edge's id. */
  readonly far: Value;
}

export interface CountAddress {
  readonly kind: 'count';
  readonly direction: Direction;
  readonly vertex: Value;
}

export interface GroupAddress {
  readonly kind: 'group';
  /** Of the group. */
  readonly name: string;
  readonly direction: Direction;
  readonly vertex: Value;
  /** Aligned with the fields of the group. */
  readonly values: readonly Value[];
}

/** Where a cell lies: a plain row has no qualifier. */
export interface CellAddress {
  readonly key: Uint8Array;
  readonly qualifier?: Uint8Array | undefined;
}

/**
 * Reads the address of a derived row; `MalformedBytes` when it is none of this table, as it is declared now. That the bytes
 * lie where they ought to (the salt, the order of the values) is not checked.
 */
export function readDerivedRow(table: Table, { key, qualifier }: CellAddress): DerivedRow {
  const reader = new ValueReader(key, table.saltBytes);
  reader.next();
  const { type: vertexType, value: vertex } = reader;
  if (reader.nextInt32() !== table.code) throw new MalformedBytes('the table code is another', 0);
  const type = reader.nextInt8();
  const direction = directionOf(reader);
  if (vertexType !== vertexTypeOf(table, direction)) throw new MalformedBytes('the vertex has another type', 0);
  if (type === RECORD_TYPE.count && qualifier === undefined) {
    reader.expectEnd();
    return { kind: 'count', direction, vertex };
  }
  const code = reader.nextInt32();
  if (type === RECORD_TYPE.index && qualifier === undefined) {
    const index = withCode(table.indexes, code);
    return { kind: 'index', name: index.name, direction, vertex, ...decodeIndexKey(table, index, direction, key) };
  }
  reader.expectEnd();
  if (type === RECORD_TYPE.cache && qualifier !== undefined) {
    const cache = withCode(table.caches, code);
    const suffix = decodeCacheQualifier(table, cache, direction, qualifier);
    return { kind: 'cache', name: cache.name, direction, vertex, ...suffix };
  }
  if (type === RECORD_TYPE.group && qualifier !== undefined) {
    const group = withCode(table.groups, code);
    return { kind: 'group', name: group.name, direction, vertex, values: decodeGroupQualifier(group, qualifier) };
  }
  throw new MalformedBytes(`${type} is no record type of a derived row that lies here`, 0);
}

/** The edge that an index row or a cache cell belongs to. */
export function edgeOfRow(table: Table, { direction, vertex, far }: EdgeRowAddress): EdgeKey {
  if (table.idType !== null) return { kind: 'multiEdge', id: far };
  return direction === 'OUT'
    ? { kind: 'edge', source: vertex, target: far }
    : { kind: 'edge', source: far, target: vertex };
}

function directionOf(reader: ValueReader): Direction {
  const start = reader.offset;
  const code = reader.nextInt8();
  if (code === DIRECTION_CODE.OUT) return 'OUT';
  if (code === DIRECTION_CODE.IN) return 'IN';
  throw new MalformedBytes(`${code} is no direction`, start);
}

function withCode<T extends { readonly code: number }>(all: readonly T[], code: number): T {
  const found = all.find((one) => one.code === code);
  if (found === undefined) throw new MalformedBytes('the table has no name of this code', 0);
  return found;
}
