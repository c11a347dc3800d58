import { Failure } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import { decodeBase64Url, encodeBase64Url } from './base64url.ts';

/** Long offsets are refused before they are decoded: no key is so long. */
const CURSOR_LENGTH_MAX = 16_384;

/** What cursors are XOR-ed with, repeating. It hides nothing; it keeps people from building cursors by hand. */
const MASK = new Uint8Array([
  0x5a, 0x45, 0xe1, 0x87, 0xcb, 0xe8, 0xde, 0xfc, 0x37, 0x36, 0x01, 0xe1, 0xd5, 0xc0, 0x74, 0xf5,
]);

/**
 * The opaque text by which a scan or a seek goes on. `bytes` are what follows the index code in the last key of the page, or
 * the last qualifier of a seek.
 *
 *     d37ffffe6b7c40212e 3450686f6e6500 -> iToeeaCUnt0ZAlGJuq4R9Q
 */
export function encodeCursor(bytes: Uint8Array): string {
  return encodeBase64Url(masked(bytes));
}

/** The bytes of a cursor; any base64url text is one, since the bytes never lead out of the index they are put behind. */
export function decodeCursor(text: string): Uint8Array {
  const bytes = text.length <= CURSOR_LENGTH_MAX ? decodeBase64Url(text) : undefined;
  if (bytes === undefined) {
    const shown = text.slice(0, 64);
    throw new Failure(
      coreFailures['invalid-offset'],
      `offset '${shown}' is not base64url text of at most ${CURSOR_LENGTH_MAX} characters, as an earlier answer gave it`,
      { field: 'offset', value: shown },
    );
  }
  return masked(bytes);
}

/** Hides bytes, or shows hidden ones again. */
export function masked(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => byte ^ (MASK[i % MASK.length] ?? 0));
}
