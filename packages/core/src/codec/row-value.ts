// Hot: runs for every row read or written. Benchmark: codec.
import { invariant } from '../failure.ts';
import type { EdgeState, PropertyCell } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { Value } from '../model/value.ts';
import { convertStored } from './convert-stored.ts';
import { KeyWriter } from './key-writer.ts';
import { MalformedBytes } from './malformed-bytes.ts';
import { ValueReader } from './ordered-value.ts';

/** xxHash32 of `__InsertTs__` and `__DeleteTs__`: the pseudo-properties that keep a state's createdAt and deletedAt. */
export const CREATED_AT_CODE = 306306609;
export const DELETED_AT_CODE = 1013158786;

const COUNT_BYTES = 8;
const GROUP_CELL_BYTES = 16;

// Space for one call; empty in meaning between calls, which are synchronous.
const writer = new KeyWriter();

/** What an index row or a cache cell carries besides its key. */
export interface IndexValue {
  readonly version: bigint;
  /** Aligned with the table's fields; undefined where the row names no such property. */
  readonly values: (Value | undefined)[];
}

/** A group's counter: the sum, and when its last entry was made (milliseconds; 0 when the cell does not say). */
export interface GroupCell {
  readonly sum: bigint;
  readonly lastMs: number;
}

/**
 * Value of a state row.
 * Layout: int8 active, int64 version, then per property int32 code, value, int64 version; createdAt and deletedAt stand at
 * the end like properties, their time as value and as version.
 *
 *     Alice -> Phone, created_at 1737377177245
 *     2981    2c8000019483bfde9d  2bd5673825 2c8000019483bfde9d 2c8000019483bfde9d  2b9241de31 2c8000019483bfde9d …
 *     active  version             created_at value              its version         createdAt
 */
export function encodeStateValue(table: Table, state: EdgeState): Uint8Array {
  writer.reset();
  writer.writeInt8(state.active ? 1 : 0);
  writer.writeInt64(state.version);
  const { properties } = state;
  invariant(properties.length <= table.fields.length, 'a state has at most one property per field');
  for (let i = 0; i < properties.length; i++) {
    const cell = properties[i];
    if (cell === undefined) continue;
    const field = table.fields[i];
    invariant(field !== undefined, 'a place below the number of fields is a field');
    writer.writeInt32(field.code);
    writer.writeValue(field.type, cell.value);
    writer.writeInt64(cell.version);
  }
  writeTime(CREATED_AT_CODE, state.createdAt);
  writeTime(DELETED_AT_CODE, state.deletedAt);
  return writer.take();
}

/**
 * The state of a state row, aligned with the table's fields as they are today: codes that the table does not know are left
 * out, and a value of another type is converted by `convertStored`. Active code 2, an old pending state, is inactive.
 */
export function decodeStateValue(table: Table, bytes: Uint8Array): EdgeState {
  const reader = new ValueReader(bytes);
  const active = reader.nextInt8();
  if (active < 0 || active > 2) throw new MalformedBytes(`${active} is no activity code`, 0);
  const version = reader.nextInt64();
  const properties: (PropertyCell | undefined)[] = new Array(table.fields.length).fill(undefined);
  let createdAt: bigint | null = null;
  let deletedAt: bigint | null = null;
  while (!reader.atEnd) {
    const code = reader.nextInt32();
    if (code === CREATED_AT_CODE) {
      createdAt = readTime(reader);
    } else if (code === DELETED_AT_CODE) {
      deletedAt = readTime(reader);
    } else {
      const place = table.fieldIndexByCode.get(code);
      const value = readField(reader, table, place);
      const cell = { version: reader.nextInt64(), value };
      if (place !== undefined) properties[place] = cell;
    }
  }
  return { active: active === 1, version, createdAt, deletedAt, properties };
}

/**
 * Value of an index row and of a cache's cell. `values` is aligned with the table's fields: undefined leaves the property
 * out, null is written as a null.
 * Layout: int64 version, then per property int32 code, value.
 *
 *     Alice -> Phone, created_at 1737377177245 -> 2c8000019483bfde9d 2bd5673825 2c8000019483bfde9d
 */
export function encodeIndexValue(table: Table, version: bigint, values: readonly (Value | undefined)[]): Uint8Array {
  writer.reset();
  writer.writeInt64(version);
  invariant(values.length <= table.fields.length, 'an index value has at most one value per field');
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === undefined) continue;
    const field = table.fields[i];
    invariant(field !== undefined, 'a place below the number of fields is a field');
    writer.writeInt32(field.code);
    writer.writeValue(field.type, value);
  }
  return writer.take();
}

/**
 * The value of the index rows and cache cells of a state, made of the state's own value: its properties as they are stored,
 * whatever the table's fields are today. So index rows that are made long after their state say under any later schema what
 * the state says; where the state was written under the same fields, it is what `encodeIndexValue` gives.
 *
 *     2981 2c8000019483bfde9d 2bd5673825 2c8000019483bfde9d 2c8000019483bfde9d …  ->  2c8000019483bfde9d 2bd5673825 2c8000019483bfde9d
 */
export function indexValueOfState(bytes: Uint8Array): Uint8Array {
  const reader = new ValueReader(bytes);
  reader.nextInt8();
  writer.reset();
  writer.writeInt64(reader.nextInt64());
  while (!reader.atEnd) {
    const start = reader.offset;
    const code = reader.nextInt32();
    reader.skip();
    const isTime = code === CREATED_AT_CODE || code === DELETED_AT_CODE;
    if (!isTime) writer.writeBytes(bytes.subarray(start, reader.offset));
    reader.skip();
  }
  return writer.take();
}

/** Reads what `encodeIndexValue` and the reference write, aligned and converted as `decodeStateValue` does. */
export function decodeIndexValue(table: Table, bytes: Uint8Array): IndexValue {
  const reader = new ValueReader(bytes);
  const version = reader.nextInt64();
  const values: (Value | undefined)[] = new Array(table.fields.length).fill(undefined);
  while (!reader.atEnd) {
    const place = table.fieldIndexByCode.get(reader.nextInt32());
    const value = readField(reader, table, place);
    if (place !== undefined) values[place] = value;
  }
  return { version, values };
}

/** A count: 8 bytes, big-endian, signed, without a header, as HBase increments it. 2 -> 00 00 00 00 00 00 00 02 */
export function encodeCount(count: bigint): Uint8Array {
  const bytes = new Uint8Array(COUNT_BYTES);
  new DataView(bytes.buffer).setBigInt64(0, count);
  return bytes;
}

export function decodeCount(bytes: Uint8Array): bigint {
  if (bytes.length !== COUNT_BYTES) throw new MalformedBytes(`a count has 8 bytes, not ${bytes.length}`, 0);
  return viewOf(bytes).getBigInt64(0);
}

/**
 * A group's cell: 8 bytes of sum as in a count, then 8 bytes of the time of its last entry.
 *
 *     sum 3, 1737377177245 -> 0000000000000003 0000019483bfde9d
 */
export function encodeGroupCell(cell: GroupCell): Uint8Array {
  invariant(Number.isSafeInteger(cell.lastMs), 'the time of a group cell is a safe integer');
  const bytes = new Uint8Array(GROUP_CELL_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, cell.sum);
  view.setBigInt64(8, BigInt(cell.lastMs));
  return bytes;
}

/** Reads a cell of ours (16 bytes) or of the reference (8 bytes: only the sum). */
export function decodeGroupCell(bytes: Uint8Array): GroupCell {
  if (bytes.length === COUNT_BYTES) return { sum: decodeCount(bytes), lastMs: 0 };
  if (bytes.length !== GROUP_CELL_BYTES) {
    throw new MalformedBytes(`a group cell has 8 or 16 bytes, not ${bytes.length}`, 0);
  }
  const view = viewOf(bytes);
  const lastMs = Number(view.getBigInt64(8));
  if (!Number.isSafeInteger(lastMs)) throw new MalformedBytes('a time of more than 53 bits stands', COUNT_BYTES);
  return { sum: view.getBigInt64(0), lastMs };
}

function writeTime(code: number, time: bigint | null): void {
  if (time === null) return;
  writer.writeInt32(code);
  writer.writeInt64(time);
  writer.writeInt64(time);
}

/** The time that a pseudo-property holds, which may be null; its version says the same once more. */
function readTime(reader: ValueReader): bigint | null {
  const time = reader.nextIsNull() ? null : reader.nextInt64();
  reader.nextInt64();
  return time;
}

/** The next value as the field of this place wants it; a place of undefined steps over it. */
function readField(reader: ValueReader, table: Table, place: number | undefined): Value {
  if (place === undefined) {
    reader.skip();
    return null;
  }
  reader.next();
  const field = table.fields[place];
  invariant(field !== undefined, 'a code leads to a field of its table');
  return convertStored(field.type, reader);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
