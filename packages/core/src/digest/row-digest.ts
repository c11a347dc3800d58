import { crc32 } from './crc32.ts';
import { md5Head } from './md5-head.ts';

/**
 * Into how many buckets keys are divided: a tenth of a percent each. A key's bucket is the CRC-32 (of zlib) of its source's text
 * in UTF-8, modulo this.
 */
export const BUCKETS = 1_000;

const utf8 = new TextEncoder();
let scratch = new Uint8Array(4_096);

/**
 * The text that stands for a row in digests: each field's text as `LENGTH:TEXT`, the length in bytes of UTF-8; a null as `-`.
 *     7, "sku-a", null  ->  "1:75:sku-a-"
 */
export function digestText(fields: readonly (string | null)[]): string {
  let text = '';
  for (const field of fields) text += field === null ? '-' : `${utf8Length(field)}:${field}`;
  return text;
}

/** A row's hash, by the text that stands for it: the first eight bytes, as a big-endian number, of its MD5. */
export function hashOfText(text: string): bigint {
  const length = encodeIntoScratch(text);
  return md5Head(scratch, length);
}

/** The bucket of a key, by the text of its source. */
export function bucketOfText(source: string): number {
  const length = encodeIntoScratch(source);
  return crc32(scratch, length) % BUCKETS;
}

/** An unpaired half of a surrogate pair counts as the three bytes of the replacement character that the encoder writes for it. */
function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      length += 4;
      i++;
    } else length += 3;
  }
  return length;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

function encodeIntoScratch(text: string): number {
  if (scratch.length < text.length * 3) scratch = new Uint8Array(text.length * 3);
  return utf8.encodeInto(text, scratch).written;
}
