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
  const reader = new ValueReader(key, saltBytes);
  reader.skip();
  reader.nextInt32();
  const start = reader.offset;
  const code = reader.nextInt8();
  const type = RECORD_TYPES.find((name) => RECORD_TYPE[name] === code);
  if (type === undefined) throw new MalformedBytes(`${code} is no record type`, start);
  return type;
}
