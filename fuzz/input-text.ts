/** An input as a word for a shell: what is no plain letter stands as %XX. */
export function printInput(input: Uint8Array): string {
  let text = '';
  for (const byte of input) {
    const character = String.fromCharCode(byte);
    text += /[\w.,:/=+@-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

/** Reads what `printInput` printed. */
export function parseInput(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '%') {
      bytes.push(Number.parseInt(text.slice(at + 1, at + 3), 16));
      at += 2;
    } else {
      bytes.push(text.charCodeAt(at));
    }
  }
  return Uint8Array.from(bytes);
}
