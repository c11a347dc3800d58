import { KeyWriter } from '../codec/key-writer.ts';
import { MalformedBytes } from '../codec/malformed-bytes.ts';
import { ValueReader } from '../codec/ordered-value.ts';
import type { ParkedPosition } from '../model/parked-position.ts';
import { JsonMembers } from './json-members.ts';
import { readParkedPosition, writeParkedPosition } from './parked-position-bytes.ts';
import { RECORD_FORMAT } from './record-format.ts';

/** A mutation of one edge that was refused when the queue had it reduced, and waits for an operator. */
export interface ParkedMutation {
  /** Code of the refusal. */
  readonly code: string;
  /** The refusal in words, for people: no program goes by it. */
  readonly message: string;
  /** The table's name when it was refused. */
  readonly database: string;
  readonly table: string;
  /** How often it was refused, the first time included. */
  readonly tries: number;
  /** Stamp of the frame that refused it. */
  readonly parkedMs: number;
  /** The log record of a mutation that holds just this entry; time, request id and actor are in it. */
  readonly record: Uint8Array;
}

// Space for one call; empty in meaning between calls, which are synchronous.
const writer = new KeyWriter();

/** The row key of a parked mutation; see `writeParkedPosition` for the layout. */
export function encodeParkedKey(position: ParkedPosition): Uint8Array {
  writer.reset();
  writeParkedPosition(writer, position);
  return writer.take();
}

/** The position in a row key; `MalformedBytes` for anything else. */
export function decodeParkedKey(key: Uint8Array): ParkedPosition {
  const reader = new ValueReader(key);
  const position = readParkedPosition(reader);
  reader.expectEnd();
  return position;
}

/**
 * The row value of a parked mutation.
 * Layout: format 01, everything but the record as JSON text, the record as it is.
 *
 *     01  32 {"code":"missing-property","message":"at must …","database":"shop","table":"wish","tries":1,"parkedMs":1737377177245} 00  012981…
 */
export function encodeParkedMutation({ record, ...header }: ParkedMutation): Uint8Array {
  writer.reset();
  writer.writeByte(RECORD_FORMAT);
  writer.writeJson(JSON.stringify(header));
  writer.writeBytes(record);
  return writer.take();
}

/** The parked mutation of a row value; `record` is a view into it. Anything else is `MalformedBytes`. */
export function decodeParkedMutation(value: Uint8Array): ParkedMutation {
  if (value[0] !== RECORD_FORMAT) throw new MalformedBytes(`format ${value[0]} of a parked mutation is not known`, 0);
  const reader = new ValueReader(value, 1);
  reader.next();
  if (reader.type !== 'object' || typeof reader.value !== 'string') {
    throw new MalformedBytes('the header of a parked mutation is missing', 1);
  }
  const members = new JsonMembers(parseHeader(reader.value), 1);
  return {
    code: members.text('code'),
    message: members.text('message'),
    database: members.text('database'),
    table: members.text('table'),
    tries: members.integer('tries'),
    parkedMs: members.integer('parkedMs'),
    record: value.subarray(reader.offset),
  };
}

function parseHeader(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedBytes('the header of a parked mutation is not JSON', 1);
  }
}
