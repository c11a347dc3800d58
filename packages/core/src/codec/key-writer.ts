// Hot: runs for every row key and value. Benchmark: codec.
import { invariant, unreachable } from '../failure.ts';
import type { PropertyType, SortOrder, Value } from '../model/value.ts';
import { VALUE_HEADER } from './value-header.ts';
import { xxHash32 } from './xxhash32.ts';

const SCRATCH_BYTES = 1024;
/** Scratch space above this is given back after use, so that one large record does not hold its memory for ever. */
const SCRATCH_BYTES_KEPT_MAX = 1024 * 1024;
/** Up to this length a loop over char codes beats the text encoder's call. */
const LOOP_TEXT_LENGTH_MAX = 16;

const SIGN_BIT = -0x80000000;
const TWO_32 = 0x1_0000_0000;

const utf8 = new TextEncoder();

/**
 * Writes ordered values (spec 5.1) one after another into one growable scratch buffer; `take` copies them out. The bytes of
 * two values of one type and order compare, as unsigned bytes, like the values do (reversed for DESC); a null is below all.
 *
 *     null    05                       float   30 + bits, order-preserving
 *     byte    29 + 1 byte, sign flipped      double  31 + bits, order-preserving
 *     short   2a + 2 bytes             object  32 + UTF-8 of its JSON text + 00
 *     int     2b + 4 bytes             string  34 + UTF-8 + 00
 *     long    2c + 8 bytes             false   35      true   36
 *
 *     "Alice" ASC -> 34 41 6c 69 63 65 00      1 (long) ASC -> 2c 80 00 00 00 00 00 00 01
 *     "Alice" DESC -> cb be 93 96 9c 9a ff      1 (long) DESC -> d3 7f ff ff ff ff ff ff fe
 *
 * All NaNs are written as one, above +Infinity; -0 keeps its sign and sorts directly below 0.
 */
export class KeyWriter {
  #bytes = new Uint8Array(SCRATCH_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #position = 0;

  /** Number of bytes written so far. */
  get position(): number {
    return this.#position;
  }

  /** Forgets what was written. */
  reset(): void {
    this.#position = 0;
  }

  /** An exact copy of what was written; the writer is empty after it. */
  take(): Uint8Array {
    const copy = this.#bytes.slice(0, this.#position);
    this.#position = 0;
    if (this.#bytes.length > SCRATCH_BYTES_KEPT_MAX) this.#replace(SCRATCH_BYTES);
    return copy;
  }

  /** Leaves `count` bytes of no particular value, to be filled in the copy. */
  skip(count: number): void {
    this.#reserve(count);
    this.#position += count;
  }

  /** Fills the first four bytes with the xxHash32 of all that follows them, big-endian. */
  fillSalt(): void {
    this.#view.setUint32(0, xxHash32(this.#bytes, 4, this.#position));
  }

  /** One byte as it is, without header. */
  writeByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#position++] = byte;
  }

  /** Bytes as they are, without header or length. */
  writeBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#position);
    this.#position += bytes.length;
  }

  /** A typed value. The value must be of the type, as `Value` says; null is allowed for every type. */
  writeValue(type: PropertyType | null, value: Value, order: SortOrder = 'ASC'): void {
    if (value === null) return this.writeNull(order);
    if (typeof value === 'bigint') {
      invariant(type === 'long', 'a bigint is the value of a long');
      return this.writeInt64(value, order);
    }
    if (typeof value === 'string') {
      invariant(type === 'string' || type === 'object', 'a text is the value of a string or an object');
      return type === 'string' ? this.writeText(value, order) : this.writeJson(value, order);
    }
    if (typeof value === 'boolean') {
      invariant(type === 'boolean', 'true and false are values of a boolean');
      return this.writeBoolean(value, order);
    }
    return this.#writeNumber(type, value, order);
  }

  writeNull(order: SortOrder = 'ASC'): void {
    this.writeByte(order === 'ASC' ? VALUE_HEADER.null : ~VALUE_HEADER.null);
  }

  writeBoolean(value: boolean, order: SortOrder = 'ASC'): void {
    const header = value ? VALUE_HEADER.true : VALUE_HEADER.false;
    this.writeByte(order === 'ASC' ? header : ~header);
  }

  writeInt8(value: number, order: SortOrder = 'ASC'): void {
    invariant((value << 24) >> 24 === value, 'a byte is an integer between -128 and 127');
    const mask = maskOf(order);
    this.#reserve(2);
    this.#bytes[this.#position] = VALUE_HEADER.int8 ^ mask;
    this.#bytes[this.#position + 1] = value ^ 0x80 ^ mask;
    this.#position += 2;
  }

  writeInt16(value: number, order: SortOrder = 'ASC'): void {
    invariant((value << 16) >> 16 === value, 'a short is an integer between -32768 and 32767');
    const mask = maskOf(order);
    this.#reserve(3);
    this.#bytes[this.#position] = VALUE_HEADER.int16 ^ mask;
    this.#view.setInt16(this.#position + 1, value ^ 0x8000 ^ mask);
    this.#position += 3;
  }

  writeInt32(value: number, order: SortOrder = 'ASC'): void {
    invariant((value | 0) === value, 'an int is an integer of 32 bits');
    const mask = maskOf(order);
    this.#reserve(5);
    this.#bytes[this.#position] = VALUE_HEADER.int32 ^ mask;
    this.#view.setInt32(this.#position + 1, value ^ SIGN_BIT ^ mask);
    this.#position += 5;
  }

  writeInt64(value: bigint, order: SortOrder = 'ASC'): void {
    this.#reserve(9);
    const view = this.#view;
    const body = this.#position + 1;
    view.setBigInt64(body, value);
    // Reading back costs less than comparing with the bounds.
    invariant(view.getBigInt64(body) === value, 'a long is an integer of 64 bits');
    this.#writeHalves(VALUE_HEADER.int64, view.getInt32(body), view.getInt32(body + 4), maskOf(order));
  }

  /** An int64 from a number within ±(2^53 − 1). */
  writeSafeInteger(value: number, order: SortOrder = 'ASC'): void {
    invariant(Number.isSafeInteger(value), 'a number that becomes an int64 is a safe integer');
    const high = Math.floor(value / TWO_32);
    this.#writeHalves(VALUE_HEADER.int64, high, value - high * TWO_32, maskOf(order));
  }

  /** The value is already rounded to 32 bits. */
  writeFloat32(value: number, order: SortOrder = 'ASC'): void {
    invariant(Object.is(Math.fround(value), value), 'a float is rounded to 32 bits');
    const mask = maskOf(order);
    this.#reserve(5);
    const body = this.#position + 1;
    this.#view.setFloat32(body, value);
    const bits = Number.isNaN(value) ? 0x7fc00000 : this.#view.getInt32(body);
    this.#bytes[this.#position] = VALUE_HEADER.float32 ^ mask;
    this.#view.setInt32(body, bits ^ ((bits >> 31) | SIGN_BIT) ^ mask);
    this.#position += 5;
  }

  writeFloat64(value: number, order: SortOrder = 'ASC'): void {
    this.#reserve(9);
    const body = this.#position + 1;
    this.#view.setFloat64(body, value);
    const notANumber = Number.isNaN(value);
    const high = notANumber ? 0x7ff80000 : this.#view.getInt32(body);
    const low = notANumber ? 0 : this.#view.getInt32(body + 4);
    const sign = high >> 31;
    // The header's writer flips the sign bit of the high half; a negative number has all other bits inverted too.
    this.#writeHalves(VALUE_HEADER.float64, high ^ (sign & 0x7fffffff), low ^ sign, maskOf(order));
  }

  /** Text without U+0000 and without lone surrogates; admission has seen to that. */
  writeText(text: string, order: SortOrder = 'ASC'): void {
    this.#writeTerminated(VALUE_HEADER.text, text, maskOf(order));
  }

  /** The compact JSON text of an object property. */
  writeJson(text: string, order: SortOrder = 'ASC'): void {
    this.#writeTerminated(VALUE_HEADER.json, text, maskOf(order));
  }

  #writeNumber(type: PropertyType | null, value: number, order: SortOrder): void {
    switch (type) {
      case 'byte':
        return this.writeInt8(value, order);
      case 'short':
        return this.writeInt16(value, order);
      case 'int':
        return this.writeInt32(value, order);
      case 'float':
        return this.writeFloat32(value, order);
      case 'double':
        return this.writeFloat64(value, order);
      case 'long':
      case 'boolean':
      case 'string':
      case 'object':
      case null:
        return invariant(false, 'a number is the value of a byte, short, int, float or double');
      default:
        return unreachable(type);
    }
  }

  /** Eight bytes, big-endian, sign bit flipped. */
  #writeHalves(header: number, high: number, low: number, mask: number): void {
    this.#reserve(9);
    this.#bytes[this.#position] = header ^ mask;
    this.#view.setInt32(this.#position + 1, high ^ SIGN_BIT ^ mask);
    this.#view.setInt32(this.#position + 5, low ^ mask);
    this.#position += 9;
  }

  #writeTerminated(header: number, text: string, mask: number): void {
    const start = this.#position;
    this.#reserve(text.length * 3 + 2);
    const bytes = this.#bytes;
    bytes[start] = header ^ mask;
    const end = text.length <= LOOP_TEXT_LENGTH_MAX ? this.#loopText(text, mask) : start + 1;
    if (end === start + 1) {
      this.#encodeText(text, mask);
    } else {
      this.#position = end;
    }
    bytes[this.#position++] = mask;
  }

  /** Writes ASCII text behind the header and returns its end; or, at any other character, the place where text begins. */
  #loopText(text: string, mask: number): number {
    const bytes = this.#bytes;
    const start = this.#position + 1;
    let at = start;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80 || code === 0) return start;
      bytes[at++] = code ^ mask;
    }
    return at;
  }

  #encodeText(text: string, mask: number): void {
    invariant(text.isWellFormed(), 'a stored text has no lone surrogate');
    invariant(!text.includes('\0'), 'a stored text has no U+0000');
    const bytes = this.#bytes;
    const start = this.#position + 1;
    const end = start + utf8.encodeInto(text, bytes.subarray(start)).written;
    if (mask !== 0) {
      for (let i = start; i < end; i++) bytes[i] = ~(bytes[i] ?? 0);
    }
    this.#position = end;
  }

  #reserve(count: number): void {
    const needed = this.#position + count;
    if (needed > this.#bytes.length) this.#replace(Math.max(needed, this.#bytes.length * 2));
  }

  #replace(size: number): void {
    const old = this.#bytes;
    this.#bytes = new Uint8Array(size);
    this.#bytes.set(old.subarray(0, this.#position));
    this.#view = new DataView(this.#bytes.buffer);
  }
}

/** All bits for DESC, none for ASC: what the ascending form is XOR-ed with. */
function maskOf(order: SortOrder): number {
  return order === 'ASC' ? 0 : -1;
}
