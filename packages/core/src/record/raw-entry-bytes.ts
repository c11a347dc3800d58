// Hot: runs for every logged mutation. Benchmark: codec.

import type { KeyWriter } from '../codec/key-writer.ts';
import { MalformedBytes } from '../codec/malformed-bytes.ts';
import type { ValueReader } from '../codec/ordered-value.ts';
import type { EventType } from '../model/edge.ts';
import type { RawEvent, RawKey, RawProperty, TypedValue } from './log-record.ts';
import { codeOfWord, wordOfCode } from './record-format.ts';

/** Codes of the kinds of keys. */
export const KEY_CODE = { edge: 1, multiEdge: 2 } as const;

const EVENT_TYPES: readonly EventType[] = ['INSERT', 'UPDATE', 'DELETE', 'PURGE'];

export function writeEventType(writer: KeyWriter, type: EventType): void {
  writer.writeInt8(codeOfWord(EVENT_TYPES, type));
}

/**
 * A key that tells its own types.
 * Layout: int8 kind (1 unique edge, 2 multi edge), then source and target, or the id.
 *
 *     Alice -> Phone: 2981 34416c69636500 3450686f6e6500
 */
export function writeRawKey(writer: KeyWriter, key: RawKey): void {
  writer.writeInt8(KEY_CODE[key.kind]);
  if (key.kind === 'edge') {
    writer.writeValue(key.source.type, key.source.value);
    writer.writeValue(key.target.type, key.target.value);
  } else {
    writer.writeValue(key.id.type, key.id.value);
  }
}

export function readRawKey(reader: ValueReader): RawKey {
  const start = reader.offset;
  const code = reader.nextInt8();
  if (code === KEY_CODE.edge) return { kind: 'edge', source: readTyped(reader), target: readTyped(reader) };
  if (code === KEY_CODE.multiEdge) return { kind: 'multiEdge', id: readTyped(reader) };
  throw new MalformedBytes(`${code} is no kind of key`, start);
}

/**
 * An event that tells its own types.
 * Layout: int8 type (1 INSERT, 2 UPDATE, 3 DELETE, 4 PURGE), int64 version, int32 number of properties, then per property int32 code
 * and value.
 *
 *     INSERT 1, created_at 5: 2981 2c8000000000000001 2b80000001 2bd5673825 2c8000000000000005
 */
export function writeRawEvent(writer: KeyWriter, event: RawEvent): void {
  writeEventType(writer, event.type);
  writer.writeInt64(event.version);
  writer.writeInt32(event.properties.length);
  for (const property of event.properties) {
    writer.writeInt32(property.code);
    writer.writeValue(property.type, property.value);
  }
}

export function readRawEvent(reader: ValueReader): RawEvent {
  const start = reader.offset;
  const type = wordOfCode(EVENT_TYPES, reader.nextInt8(), start);
  const version = reader.nextInt64();
  const count = reader.nextInt32();
  const properties: RawProperty[] = [];
  for (let i = 0; i < count; i++) {
    const code = reader.nextInt32();
    reader.next();
    properties.push({ code, type: reader.type, value: reader.value });
  }
  return { type, version, properties };
}

function readTyped(reader: ValueReader): TypedValue {
  reader.next();
  return { type: reader.type, value: reader.value };
}
