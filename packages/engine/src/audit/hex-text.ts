/** Bytes as lower-case hexadecimal; no bytes as empty text. */
export function hexText(bytes: Uint8Array | undefined): string {
  let text = '';
  for (const byte of bytes ?? []) text += byte.toString(16).padStart(2, '0');
  return text;
}
