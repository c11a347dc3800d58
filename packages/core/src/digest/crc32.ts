const REVERSED_POLYNOMIAL = 0xedb88320;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? REVERSED_POLYNOMIAL : 0);
  return remainder;
});

/**
 * The CRC-32 of `bytes[0, length)` as zlib, gzip and `CRC32()` of MySQL compute it.
 *     "123456789"  ->  0xcbf43926
 */
export function crc32(bytes: Uint8Array, length: number): number {
  let remainder = -1;
  for (let i = 0; i < length; i++) {
    remainder = (remainder >>> 8) ^ (TABLE[(remainder ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
  }
  return ~remainder >>> 0;
}
