const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const SYNTAX = /^[A-Za-z0-9_-]*={0,2}$/;
const SEXTETS = new Map(Array.from(ALPHABET, (letter, sextet) => [letter, sextet]));

/** Base64 with the URL alphabet, without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    if (left > 1) text += ALPHABET.charAt((bits >> 6) & 63);
    if (left > 2) text += ALPHABET.charAt(bits & 63);
  }
  return text;
}

/**
 * The bytes of such a text, or undefined when it is none. Padding may be missing but not be wrong; leftover bits of the last
 * letter are not looked at: what Java's URL decoder accepts.
 */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  if (!SYNTAX.test(text)) return undefined;
  const padding = text.indexOf('=');
  if (padding >= 0 && text.length % 4 !== 0) return undefined;
  const letters = padding < 0 ? text : text.slice(0, padding);
  if (letters.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
  let bits = 0;
  let at = 0;
  for (let i = 0; i < letters.length; i++) {
    bits = ((bits << 6) | (SEXTETS.get(letters.charAt(i)) ?? 0)) & 0xffffff;
    // Letters 2, 3 and 4 of each four complete a byte.
    if (i % 4 !== 0) bytes[at++] = bits >> (6 - 2 * (i % 4));
  }
  return bytes;
}
