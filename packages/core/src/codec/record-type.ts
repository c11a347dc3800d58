import { ROW_SALT_BYTES } from '../model/table.ts';
import { MalformedBytes } from './malformed-bytes.ts';
import { ValueReader } from './ordered-value.ts';
import { RECORD_TYPE } from './row-key.ts';

export type RecordType = keyof typeof RECORD_TYPE;

const RECORD_TYPES: readonly RecordType[] = ['lock', 'count', 'state', 'index', 'group', 'cache'];

/**
 * The kind of row that a key belongs to. Every key begins with: salt (if the table's keys have one), vertex or id, int32 table
 * code, int8 record type.
 */
export function recordTypeOf(key: Uint8Array, saltBytes: number = ROW_SALT_BYTES): RecordType {
  return readType(new ValueReader(key, saltBytes));
}

/** Whose row a key is. */
export interface KeyOwner {
  readonly type: RecordType;
  /** Code of the index, group or cache; null for other rows. */
  readonly code: number | null;
  /** Bytes up to and including the code. That is a wide row's whole key: a cell's qualifier may follow. */
  readonly sizeBytes: number;
}

/** The kind of row and the index, group or cache that a key belongs to: int8 direction and int32 code follow the record type. */
export function keyOwner(key: Uint8Array, saltBytes: number): KeyOwner {
  const reader = new ValueReader(key, saltBytes);
  const type = readType(reader);
  const isNamed = type === 'index' || type === 'group' || type === 'cache';
  if (isNamed) reader.nextInt8();
  const code = isNamed ? reader.nextInt32() : null;
  return { type, code, sizeBytes: reader.offset };
}

function readType(reader: ValueReader): RecordType {
  reader.skip();
  reader.nextInt32();
  const start = reader.offset;
  const code = reader.nextInt8();
  const type = RECORD_TYPES.find((name) => RECORD_TYPE[name] === code);
  if (type === undefined) throw new MalformedBytes(`${code} is no record type`, start);
  return type;
}
