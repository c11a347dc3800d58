// Hot: once per counter that a state has a share in.
import type { CellAddress } from '@actionbase/core/codec/derived-row';
import { xxHash32 } from '@actionbase/core/codec/xxhash32';
import { invariant } from '@actionbase/core/failure';

/** Longest array that is spread into one call; longer ones go in pieces. */
const BYTES_PER_CALL = 4096;

/** A short text that two addresses share exactly when they are equal: the key's length, then a character per byte. */
export function rowName({ key, qualifier }: CellAddress): string {
  const name = `${key.length}:${byteText(key)}`;
  return qualifier === undefined ? name : `${name}:${byteText(qualifier)}`;
}

/** The address that `rowName` made a name of. */
export function addressOfName(name: string): CellAddress {
  const start = name.indexOf(':') + 1;
  const keyEnd = start + Number(name.slice(0, start - 1));
  invariant(start > 0 && keyEnd <= name.length, 'a name begins with the length of its key');
  const key = bytesOf(name, start, keyEnd);
  return keyEnd === name.length ? { key } : { key, qualifier: bytesOf(name, keyEnd + 1, name.length) };
}

/** A number from 0 to 2^32 - 1 that spreads addresses evenly. */
export function spreadOf({ key, qualifier }: CellAddress): number {
  const hash = xxHash32(key);
  return (qualifier === undefined ? hash : hash ^ xxHash32(qualifier)) >>> 0;
}

function byteText(bytes: Uint8Array): string {
  if (bytes.length <= BYTES_PER_CALL) return String.fromCharCode(...bytes);
  let text = '';
  for (let start = 0; start < bytes.length; start += BYTES_PER_CALL) {
    text += String.fromCharCode(...bytes.subarray(start, start + BYTES_PER_CALL));
  }
  return text;
}

function bytesOf(text: string, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - start);
  for (let at = start; at < end; at++) bytes[at - start] = text.charCodeAt(at);
  return bytes;
}
