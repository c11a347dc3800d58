// Hot: runs for every row read or written. Benchmark: codec.
import { invariant } from '../failure.ts';
import type { EdgeKey } from '../model/edge.ts';
import type { Table, TableCache, TableGroup, TableIndex, TableOrderedField } from '../model/table.ts';
import type { Direction, PropertyType, Value } from '../model/value.ts';
import { convertStored } from './convert-stored.ts';
import { KeyWriter } from './key-writer.ts';
import { MalformedBytes } from './malformed-bytes.ts';
import { ValueReader } from './ordered-value.ts';
import { xxHash32 } from './xxhash32.ts';

/** The kinds of rows (spec 5.2). Rows of the reference's lock are known by their type and ignored. */
export const RECORD_TYPE = { lock: -1, count: -2, state: -3, index: -4, group: -5, cache: -6 } as const;

/** How keys name the directions. */
export const DIRECTION_CODE = { OUT: 2, IN: 3 } as const;

// Space for one call; empty in meaning between calls, which are synchronous.
const writer = new KeyWriter();

/** What an index entry is found by: the vertex it is kept for, the values of the index's fields, and the far end. */
export interface IndexEntry {
  readonly direction: Direction;
  /** The directed source: where the direction starts. */
  readonly vertex: Value;
  /** Aligned with the index's fields. */
  readonly values: readonly Value[];
  /** The directed target; the id of a multi edge. */
  readonly far: Value;
}

/** What an entry of a wide cache row is found by, in its order. */
export interface CacheEntry {
  /** Aligned with the cache's fields. */
  readonly values: readonly Value[];
  readonly far: Value;
}

/** The part of an index key or cache qualifier that names the edge. */
export interface IndexSuffix {
  readonly values: Value[];
  readonly far: Value;
}

/**
 * Key of the state row. Every key begins with a salt, which spreads rows over a store: xxHash32 of what follows it, up to
 * and including the record type, so that all rows of one vertex and one kind lie together. A table of `saltBytes` 0 has the
 * same keys without it.
 * Layout: salt, source, int32 table code, int8 -3, target. A multi edge has its id in both places.
 *
 *     Alice -> Phone of likes.likes
 *     be167e23  34416c69636500  2b8c5a4378  297d  3450686f6e6500
 *     salt      source          table code  type  target
 */
export function encodeStateKey(table: Table, key: EdgeKey): Uint8Array {
  if (key.kind === 'edge') {
    invariant(table.idType === null, 'a key of a unique edge belongs to a table of unique edges');
    beginKey(table, table.sourceType, key.source, RECORD_TYPE.state);
    writeVertex(table.targetType, key.target);
  } else {
    invariant(table.idType !== null, 'an id belongs to a table of multi edges');
    beginKey(table, table.idType, key.id, RECORD_TYPE.state);
    writeVertex(table.idType, key.id);
  }
  return writer.take();
}

/**
 * What the state keys of all unique edges of one source begin with; their targets follow, in ascending order.
 * Layout: salt, source, int32 table code, int8 -3.
 *
 *     Alice, of likes.likes -> be167e23 34416c69636500 2b8c5a4378 297d
 */
export function encodeStatePrefix(table: Table, source: Value): Uint8Array {
  invariant(table.idType === null, 'only the states of unique edges lie together by their source');
  beginKey(table, table.sourceType, source, RECORD_TYPE.state);
  return writer.take();
}

/** The edge of a state key; `MalformedBytes` when the bytes are not a state key of this table or the salt is wrong. */
export function decodeStateKey(table: Table, bytes: Uint8Array): EdgeKey {
  const reader = new ValueReader(bytes, table.saltBytes);
  const source = readVertex(reader, table.idType ?? table.sourceType);
  expectInt32(reader, table.code, 'the table code');
  expectInt8(reader, RECORD_TYPE.state, 'the record type');
  const start = reader.offset;
  if (table.saltBytes > 0 && saltOf(bytes) !== xxHash32(bytes, table.saltBytes, start)) {
    throw new MalformedBytes('the salt is another', 0);
  }
  const target = readVertex(reader, table.idType ?? table.targetType);
  reader.expectEnd();
  if (table.idType === null) return { kind: 'edge', source, target };
  if (!Object.is(source, target)) throw new MalformedBytes('the two ids of a state key differ', start);
  return { kind: 'multiEdge', id: source };
}

/**
 * Key of the row that counts a vertex' active edges in one direction.
 * Layout: salt, vertex, int32 table code, int8 -2, int8 direction (OUT 2, IN 3).
 *
 *     Alice, OUT, of likes.likes -> b173f9e0 34416c69636500 2b8c5a4378 297e 2982
 */
export function encodeCountKey(table: Table, direction: Direction, vertex: Value): Uint8Array {
  beginKey(table, vertexTypeOf(table, direction), vertex, RECORD_TYPE.count);
  writer.writeInt8(DIRECTION_CODE[direction]);
  return writer.take();
}

/**
 * What the keys of all entries of one vertex, direction and index begin with.
 * Layout: salt, vertex, int32 table code, int8 -4, int8 direction, int32 index code.
 *
 *     Bob, OUT, index recent -> 9b349368 34426f6200 2b8c5a4378 297c 2982 2b173995a7
 */
export function encodeIndexPrefix(table: Table, index: TableIndex, direction: Direction, vertex: Value): Uint8Array {
  beginNamedKey(table, vertex, { type: RECORD_TYPE.index, direction, code: index.code });
  return writer.take();
}

/**
 * Key of an index row: it sorts by the index's fields, each in its order, then by the far end.
 * Layout: index prefix, values, far end (ascending).
 *
 *     Alice -> Phone, created_at 1737377177245 descending
 *     ae88fb19 34416c69636500 2b8c5a4378 297c 2982 2b173995a7  d37ffffe6b7c402162  3450686f6e6500
 */
export function encodeIndexKey(table: Table, index: TableIndex, entry: IndexEntry): Uint8Array {
  const { direction, vertex } = entry;
  beginNamedKey(table, vertex, { type: RECORD_TYPE.index, direction, code: index.code });
  writeOrdered(index.fields, entry.values);
  writeVertex(farTypeOf(table, direction), entry.far);
  return writer.take();
}

/**
 * The values and the far end of an index key; `MalformedBytes` when the bytes are not a key of this index and direction.
 * The salt is not checked: a scan reads keys behind a prefix that it has made itself.
 */
export function decodeIndexKey(table: Table, index: TableIndex, direction: Direction, bytes: Uint8Array): IndexSuffix {
  const reader = new ValueReader(bytes, table.saltBytes);
  reader.skip();
  expectInt32(reader, table.code, 'the table code');
  expectInt8(reader, RECORD_TYPE.index, 'the record type');
  expectInt8(reader, DIRECTION_CODE[direction], 'the direction');
  expectInt32(reader, index.code, 'the index code');
  return readSuffix(reader, index.fields, farTypeOf(table, direction));
}

/**
 * Key of the wide row that holds a vertex' counters of one group.
 * Layout: salt, vertex, int32 table code, int8 -5, int8 direction, int32 group code.
 *
 *     Alice, OUT, group daily -> a455545f 34416c69636500 2b8c5a4378 297b 2982 2b936c816a
 */
export function encodeGroupKey(table: Table, group: TableGroup, direction: Direction, vertex: Value): Uint8Array {
  beginNamedKey(table, vertex, { type: RECORD_TYPE.group, direction, code: group.code });
  return writer.take();
}

/**
 * Qualifier of a group's cell: its values, all descending, so that newer buckets come first. Values may be fewer than the
 * group's fields: then the bytes are the prefix of all cells below them.
 *
 *     2025-01-20 -> cb cdcfcdcad2cfced2cdcf ff
 */
export function encodeGroupQualifier(group: TableGroup, values: readonly Value[]): Uint8Array {
  invariant(values.length <= group.fields.length, 'a group qualifier has at most one value per field of the group');
  writer.reset();
  for (let i = 0; i < values.length; i++) {
    const field = group.fields[i];
    invariant(field !== undefined, 'a group value has a field');
    writer.writeValue(field.type, values[i] ?? null, 'DESC');
  }
  return writer.take();
}

/** One value per field of the group. */
export function decodeGroupQualifier(group: TableGroup, bytes: Uint8Array): Value[] {
  const reader = new ValueReader(bytes);
  const values: Value[] = [];
  for (const field of group.fields) {
    reader.next();
    values.push(convertStored(field.type, reader));
  }
  reader.expectEnd();
  return values;
}

/**
 * Key of the wide row that holds a vertex' edges sorted by a cache's fields.
 * Layout: salt, vertex, int32 table code, int8 -6, int8 direction, int32 cache code.
 *
 *     1000, OUT, cache recent_wishlist -> 9d31bd84 2c80000000000003e8 2b5dd8453c 297a 2982 2bb9289782
 */
export function encodeCacheKey(table: Table, cache: TableCache, direction: Direction, vertex: Value): Uint8Array {
  beginNamedKey(table, vertex, { type: RECORD_TYPE.cache, direction, code: cache.code });
  return writer.take();
}

/**
 * Qualifier of a cache's cell. Layout: values, each in its order, then the far end (ascending).
 *
 *     100 descending, 2000 -> d37fffffffffffff9b 2c80000000000007d0
 */
export function encodeCacheQualifier(table: Table, cache: TableCache, entry: CacheEntry): Uint8Array {
  writer.reset();
  writeOrdered(cache.fields, entry.values);
  // No direction is needed: the two types that a vertex may have differ in memory too.
  writeVertex(table.idType ?? (typeof entry.far === 'bigint' ? 'long' : 'string'), entry.far);
  return writer.take();
}

/** The values and the far end of a cache's cell. */
export function decodeCacheQualifier(
  table: Table,
  cache: TableCache,
  direction: Direction,
  bytes: Uint8Array,
): IndexSuffix {
  return readSuffix(new ValueReader(bytes), cache.fields, farTypeOf(table, direction));
}

/**
 * The least byte string of the same length that is above `bytes` and all strings that begin with them: the exclusive end
 * of a prefix. Undefined when there is none, since all bytes are ff.
 *
 *     2c 80 ff -> 2c 81 00
 */
export function plusOne(bytes: Uint8Array): Uint8Array | undefined {
  const next = new Uint8Array(bytes);
  for (let i = next.length - 1; i >= 0; i--) {
    const byte = next[i] ?? 0;
    next[i] = byte + 1;
    if (byte !== 0xff) return next;
  }
  return undefined;
}

/** Type of the vertex that a direction starts at. */
export function vertexTypeOf(table: Table, direction: Direction): PropertyType {
  return direction === 'OUT' ? table.sourceType : table.targetType;
}

/** Type of the far end as seen from a direction; for a multi edge the far end is the id. */
export function farTypeOf(table: Table, direction: Direction): PropertyType {
  return table.idType ?? (direction === 'OUT' ? table.targetType : table.sourceType);
}

interface NamedKey {
  readonly type: number;
  readonly direction: Direction;
  readonly code: number;
}

function beginKey(table: Table, vertexType: PropertyType, vertex: Value, recordType: number): void {
  writer.reset();
  if (table.saltBytes > 0) writer.skip(table.saltBytes);
  writeVertex(vertexType, vertex);
  writer.writeInt32(table.code);
  writer.writeInt8(recordType);
  if (table.saltBytes > 0) writer.fillSalt();
}

function beginNamedKey(table: Table, vertex: Value, named: NamedKey): void {
  beginKey(table, vertexTypeOf(table, named.direction), vertex, named.type);
  writer.writeInt8(DIRECTION_CODE[named.direction]);
  writer.writeInt32(named.code);
}

/** The first four bytes, big-endian, unsigned. */
function saltOf(bytes: Uint8Array): number {
  return (((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)) >>> 0;
}

function writeVertex(type: PropertyType, vertex: Value): void {
  invariant(vertex !== null, 'a vertex or an id in a key is never null');
  writer.writeValue(type, vertex);
}

function writeOrdered(fields: readonly TableOrderedField[], values: readonly Value[]): void {
  invariant(values.length === fields.length, 'a row has one value per field of its index or cache');
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    invariant(field !== undefined, 'a place below the number of fields is a field');
    writer.writeValue(field.type, values[i] ?? null, field.order);
  }
}

function readVertex(reader: ValueReader, type: PropertyType): Value {
  const start = reader.offset;
  reader.next();
  if (reader.type !== type) throw new MalformedBytes(`a vertex has type ${reader.type} instead of ${type}`, start);
  return reader.value;
}

function readSuffix(reader: ValueReader, fields: readonly TableOrderedField[], farType: PropertyType): IndexSuffix {
  const values: Value[] = [];
  for (const field of fields) {
    reader.next();
    values.push(convertStored(field.type, reader));
  }
  const far = readVertex(reader, farType);
  reader.expectEnd();
  return { values, far };
}

function expectInt32(reader: ValueReader, expected: number, what: string): void {
  const start = reader.offset;
  if (reader.nextInt32() !== expected) throw new MalformedBytes(`${what} is another`, start);
}

function expectInt8(reader: ValueReader, expected: number, what: string): void {
  const start = reader.offset;
  if (reader.nextInt8() !== expected) throw new MalformedBytes(`${what} is another`, start);
}
