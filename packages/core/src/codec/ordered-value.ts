// Hot: runs for every row key and value. Benchmark: codec.
import type { PropertyType, SortOrder, Value } from '../model/value.ts';
import { KeyWriter } from './key-writer.ts';
import { MalformedBytes } from './malformed-bytes.ts';
import { VALUE_HEADER } from './value-header.ts';

/** Up to this many bytes a loop over char codes beats the text decoder's call. */
const LOOP_TEXT_BYTES_MAX = 24;
const SIGN_BIT = -0x80000000;
const TWO_32 = 0x1_0000_0000;

// Space for one call; empty in meaning between calls, which are synchronous.
const writer = new KeyWriter();
const wideView = new DataView(new ArrayBuffer(8));
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The ordered bytes of one value; see `KeyWriter` for the layout. */
export function encodeValue(type: PropertyType, value: Value, order: SortOrder): Uint8Array {
  writer.reset();
  writer.writeValue(type, value, order);
  return writer.take();
}

/**
 * Reads ordered values one after another. `next` leaves what it read in `type`, `value` and `order`: no object per value.
 * Ascending and descending values are told apart by their header. Every method throws `MalformedBytes` on bytes that are
 * no value, on invalid UTF-8 and at the end; none reads outside the bytes, whatever they say.
 */
export class ValueReader {
  readonly bytes: Uint8Array;
  /** Where the next value begins. */
  offset: number;
  /** Type of the value read last; null for a null. */
  type: PropertyType | null = null;
  value: Value = null;
  order: SortOrder = 'ASC';

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  get atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  /** Throws when bytes are left. */
  expectEnd(): void {
    if (!this.atEnd) throw new MalformedBytes('bytes are left over', this.offset);
  }

  next(): void {
    const first = this.#header();
    const mask = first < 0x80 ? 0 : -1;
    this.order = mask === 0 ? 'ASC' : 'DESC';
    switch ((first ^ mask) & 0xff) {
      case VALUE_HEADER.null:
        this.offset += 1;
        return this.#found(null, null);
      case VALUE_HEADER.false:
        this.offset += 1;
        return this.#found('boolean', false);
      case VALUE_HEADER.true:
        this.offset += 1;
        return this.#found('boolean', true);
      case VALUE_HEADER.int8:
        return this.#found('byte', ((this.#body(1) ^ mask ^ 0x80) << 24) >> 24);
      case VALUE_HEADER.int16:
        return this.#found('short', ((this.#body(2) ^ mask ^ 0x8000) << 16) >> 16);
      case VALUE_HEADER.int32:
        return this.#found('int', this.#body(4) ^ mask ^ SIGN_BIT);
      case VALUE_HEADER.int64:
        return this.#found('long', this.#int64(mask));
      case VALUE_HEADER.float32:
        return this.#found('float', this.#float32(mask));
      case VALUE_HEADER.float64:
        return this.#found('double', this.#float64(mask));
      case VALUE_HEADER.json:
        return this.#found('object', this.#text(mask));
      case VALUE_HEADER.text:
        return this.#found('string', this.#text(mask));
      default:
        throw new MalformedBytes('no type of value begins so', this.offset);
    }
  }

  /** The next value, which must be an ascending byte (a small code of a row). */
  nextInt8(): number {
    this.#expect(VALUE_HEADER.int8, 'a byte');
    return ((this.#body(1) ^ 0x80) << 24) >> 24;
  }

  /** The next value, which must be an ascending int. */
  nextInt32(): number {
    this.#expect(VALUE_HEADER.int32, 'an int');
    return this.#body(4) ^ SIGN_BIT;
  }

  /** The next value, which must be an ascending long. */
  nextInt64(): bigint {
    this.#expect(VALUE_HEADER.int64, 'a long');
    return this.#int64(0);
  }

  /** The next value, which must be an ascending long within ±(2^53 − 1). */
  nextSafeInteger(): number {
    const start = this.offset;
    this.#expect(VALUE_HEADER.int64, 'a long');
    const high = this.#body(4) ^ SIGN_BIT;
    const value = high * TWO_32 + (this.#word(this.offset) >>> 0);
    this.offset += 4;
    if (!Number.isSafeInteger(value)) throw new MalformedBytes('a number of more than 53 bits stands', start);
    return value;
  }

  /** The next value, which must be ascending text. */
  nextText(): string {
    this.#expect(VALUE_HEADER.text, 'a text');
    return this.#text(0);
  }

  /** The next value, which must be ascending text or null. */
  nextTextOrNull(): string | null {
    return this.nextIsNull() ? null : this.nextText();
  }

  nextBoolean(): boolean {
    this.next();
    if (typeof this.value !== 'boolean') throw new MalformedBytes('true or false is missing before', this.offset);
    return this.value;
  }

  /** Whether an ascending null stands here; if so it is read. */
  nextIsNull(): boolean {
    if (this.#header() !== VALUE_HEADER.null) return false;
    this.offset += 1;
    return true;
  }

  /** A copy of the next `count` bytes as they are. */
  nextBytes(count: number): Uint8Array {
    const start = this.offset;
    if (count < 0 || count > this.bytes.length - start) throw new MalformedBytes('bytes are missing', start);
    this.offset = start + count;
    return new Uint8Array(this.bytes.subarray(start, this.offset));
  }

  /** Steps over the next value without making it. */
  skip(): void {
    const first = this.#header();
    const mask = first < 0x80 ? 0 : 0xff;
    const header = first ^ mask;
    if (header === VALUE_HEADER.text || header === VALUE_HEADER.json) {
      this.offset = this.#terminator(this.offset + 1, mask) + 1;
    } else if (header === VALUE_HEADER.int64) {
      this.#need(9);
      this.offset += 9;
    } else {
      this.next();
    }
  }

  #found(type: PropertyType | null, value: Value): void {
    this.type = type;
    this.value = value;
  }

  #header(): number {
    const first = this.bytes[this.offset];
    if (first === undefined) throw new MalformedBytes('a value is missing', this.offset);
    return first;
  }

  #expect(header: number, what: string): void {
    if (this.bytes[this.offset] !== header) throw new MalformedBytes(`${what} is missing`, this.offset);
  }

  #need(count: number): void {
    if (this.offset + count > this.bytes.length) throw new MalformedBytes('a value is cut short', this.offset);
  }

  /** Steps over the header and 1, 2 or 4 bytes, which it returns as a big-endian number of 32 bits. */
  #body(count: number): number {
    this.#need(count + 1);
    const at = this.offset + 1;
    this.offset = at + count;
    if (count === 4) return this.#word(at);
    const first = this.bytes[at] ?? 0;
    return count === 1 ? first : (first << 8) | (this.bytes[at + 1] ?? 0);
  }

  #word(at: number): number {
    const bytes = this.bytes;
    if (at + 4 > bytes.length) throw new MalformedBytes('a value is cut short', at);
    return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  }

  #int64(mask: number): bigint {
    this.#need(9);
    wideView.setInt32(0, this.#word(this.offset + 1) ^ mask ^ SIGN_BIT);
    wideView.setInt32(4, this.#word(this.offset + 5) ^ mask);
    this.offset += 9;
    return wideView.getBigInt64(0);
  }

  #float32(mask: number): number {
    const ordered = this.#body(4) ^ mask;
    wideView.setInt32(0, ordered < 0 ? ordered ^ SIGN_BIT : ~ordered);
    return wideView.getFloat32(0);
  }

  #float64(mask: number): number {
    this.#need(9);
    const high = this.#word(this.offset + 1) ^ mask;
    const low = this.#word(this.offset + 5) ^ mask;
    this.offset += 9;
    wideView.setInt32(0, high < 0 ? high ^ SIGN_BIT : ~high);
    wideView.setInt32(4, high < 0 ? low : ~low);
    return wideView.getFloat64(0);
  }

  #text(mask: number): string {
    const start = this.offset + 1;
    const end = this.#terminator(start, mask & 0xff);
    this.offset = end + 1;
    return (
      (end - start <= LOOP_TEXT_BYTES_MAX ? this.#loopText(start, end, mask) : null) ?? this.#decodeText(start, end)
    );
  }

  #terminator(start: number, byte: number): number {
    const end = this.bytes.indexOf(byte, start);
    if (end < 0) throw new MalformedBytes('a text has no end', start);
    return end;
  }

  /** The text when it is ASCII, else null. */
  #loopText(start: number, end: number, mask: number): string | null {
    const bytes = this.bytes;
    let text = '';
    for (let i = start; i < end; i++) {
      const code = ((bytes[i] ?? 0) ^ mask) & 0xff;
      if (code >= 0x80) return null;
      text += String.fromCharCode(code);
    }
    return text;
  }

  #decodeText(start: number, end: number): string {
    const stored = this.bytes.subarray(start, end);
    const plain = this.bytes[end] === 0 ? stored : stored.map((byte) => ~byte);
    try {
      return utf8.decode(plain);
    } catch {
      throw new MalformedBytes('a text is not UTF-8', start);
    }
  }
}
