// Hot: `stateRefusal` runs once per changed state. Sizes are bounded first and measured only near the limit.
import type { FailureKind } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import type { EdgeKey, EdgeState } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { PropertyType, Value } from '../model/value.ts';

/** What a store takes: the longest row key together with its qualifier, and the longest value. */
export interface RowLimits {
  readonly keyBytesMax: number;
  readonly valueBytesMax: number;
}

/** Why no rows are derived; the edge's state stays as it was. */
export interface DeriveRefusal {
  readonly kind: 'refused';
  readonly failure: FailureKind;
  readonly field: string;
  readonly message: string;
}

/** A value that is part of a key, with the name that a message gives it. */
export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

/** Salt, table code and record type: what every row key holds beside its values. */
const KEY_FRAME_BYTES = 4 + 5 + 2;
/** Active flag and version: what every state value begins with. */
const STATE_FRAME_BYTES = 2 + 9;
/** Code and version: what a property of a state value holds beside its value. */
const PROPERTY_FRAME_BYTES = 5 + 9;
/** Code, time and version of createdAt or deletedAt. */
const TIME_BYTES = 5 + 9 + 9;
/** A character of a JavaScript string takes at most this many bytes in UTF-8. */
const UTF8_BYTES_MAX = 3;
/** Header and terminator of a text. */
const TEXT_FRAME_BYTES = 2;

/**
 * Refuses a state whose own row would be too long. Values of index and cache rows hold less than the state's value
 * (no property versions, no times), so this bounds them too.
 */
export function stateRefusal(
  table: Table,
  edge: { readonly key: EdgeKey; readonly state: EdgeState },
  limits: RowLimits,
): DeriveRefusal | undefined {
  const { key, state } = edge;
  const near = key.kind === 'edge' ? key.source : key.id;
  const far = key.kind === 'edge' ? key.target : key.id;
  if (KEY_FRAME_BYTES + valueBytesBound(near) + valueBytesBound(far) > limits.keyBytesMax) {
    const sizeBytes = KEY_FRAME_BYTES + keyValueBytes(near) + keyValueBytes(far);
    if (sizeBytes > limits.keyBytesMax) {
      const names = key.kind === 'edge' ? ['source', 'target'] : ['id', 'id'];
      const parts = [near, far].map((value, i) => ({ name: names[i] ?? 'id', value }));
      return keyTooLong('the state row', sizeBytes, { limits, parts });
    }
  }
  let bound = STATE_FRAME_BYTES + 2 * TIME_BYTES;
  for (let place = 0; place < table.fields.length; place++) {
    const cell = state.properties[place];
    if (cell !== undefined) bound += PROPERTY_FRAME_BYTES + valueBytesBound(cell.value);
  }
  if (bound <= limits.valueBytesMax) return undefined;
  const sizeBytes = stateValueBytes(table, state);
  return sizeBytes > limits.valueBytesMax ? valueTooLong(table, state, { sizeBytes, limits }) : undefined;
}

/** The exact length of a state's encoded value. */
export function stateValueBytes(table: Table, state: EdgeState): number {
  let sizeBytes = STATE_FRAME_BYTES;
  if (state.createdAt !== null) sizeBytes += TIME_BYTES;
  if (state.deletedAt !== null) sizeBytes += TIME_BYTES;
  for (let place = 0; place < table.fields.length; place++) {
    const cell = state.properties[place];
    const field = table.fields[place];
    if (cell !== undefined && field !== undefined) {
      sizeBytes += PROPERTY_FRAME_BYTES + encodedValueBytes(field.type, cell.value);
    }
  }
  return sizeBytes;
}

/** The refusal of a key, named after the longest of its parts. `row` says whose key it is. */
export function keyTooLong(
  row: string,
  sizeBytes: number,
  cause: { readonly limits: RowLimits; readonly parts: readonly NamedValue[] },
): DeriveRefusal {
  const field = longest(cause.parts);
  const { keyBytesMax } = cause.limits;
  const message = `"${field}" makes the key of ${row} ${sizeBytes} bytes long; at most ${keyBytesMax} are allowed`;
  return { kind: 'refused', failure: coreFailures['key-too-long'], field, message };
}

function valueTooLong(
  table: Table,
  state: EdgeState,
  cause: { readonly limits: RowLimits; readonly sizeBytes: number },
): DeriveRefusal {
  const parts = table.fields.map((field, place) => ({
    name: field.name,
    value: state.properties[place]?.value ?? null,
  }));
  const field = longest(parts);
  const taken = `the properties of the edge take ${cause.sizeBytes} bytes, "${field}" most of them`;
  const message = `${taken}; at most ${cause.limits.valueBytesMax} are allowed`;
  return { kind: 'refused', failure: coreFailures['value-too-long'], field, message };
}

function longest(parts: readonly NamedValue[]): string {
  let field = '';
  let most = -1;
  for (const { name, value } of parts) {
    const sizeBytes = keyValueBytes(value);
    if (sizeBytes > most) {
      field = name;
      most = sizeBytes;
    }
  }
  return field;
}

function encodedValueBytes(type: PropertyType, value: Value): number {
  if (typeof value === 'string') return TEXT_FRAME_BYTES + utf8Bytes(value);
  if (value === null) return 1;
  switch (type) {
    case 'boolean':
      return 1;
    case 'byte':
      return 2;
    case 'short':
      return 3;
    case 'int':
    case 'float':
      return 5;
    default:
      return 9;
  }
}

/** As long as a value can get; cheap. */
function valueBytesBound(value: Value): number {
  return typeof value === 'string' ? TEXT_FRAME_BYTES + UTF8_BYTES_MAX * value.length : 9;
}

/** Exact for the types of vertices, a bound for narrower numbers. */
function keyValueBytes(value: Value): number {
  return typeof value === 'string' ? TEXT_FRAME_BYTES + utf8Bytes(value) : 9;
}

function utf8Bytes(text: string): number {
  let sizeBytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) sizeBytes += 1;
    else if (unit < 0x800) sizeBytes += 2;
    // Each half of a surrogate pair counts two of the pair's four bytes.
    else if (unit >= 0xd800 && unit < 0xe000) sizeBytes += 2;
    else sizeBytes += 3;
  }
  return sizeBytes;
}
