// Hot: called once per row when a table is digested.

/** Sines, as RFC 1321 defines its 64 additive constants: floor(2^32 × |sin(i + 1)|). */
const ADDED = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 4_294_967_296) | 0);
const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;
/** Of each of the 64 steps: by how many bits it rotates, and which word of the block it takes. */
const ROTATION = Uint8Array.from({ length: 64 }, (_, i) => SHIFTS[i >> 4]?.[i & 3] ?? 0);
const WORD = Uint8Array.from({ length: 64 }, (_, i) => wordOfStep(i));

const BLOCK_BYTES = 64;
const block = new Int32Array(16);
const state = new Int32Array(4);

/**
 * The first eight bytes of the MD5 of `bytes[0, length)`, as a big-endian number. It tells rows apart; it guards against nobody
 * who forges them.
 *     ""  (d41d8cd98f00b204e9800998ecf8427e)  ->  0xd41d8cd98f00b204n
 */
export function md5Head(bytes: Uint8Array, length: number): bigint {
  state[0] = 0x67452301;
  state[1] = 0xefcdab89;
  state[2] = 0x98badcfe;
  state[3] = 0x10325476;
  // The text is followed by one bit, zeros, and its length in bits in the last eight bytes of a block.
  const blocks = ((length + 8) >>> 6) + 1;
  for (let i = 0; i < blocks; i++) {
    loadBlock(bytes, length, i * BLOCK_BYTES);
    if (i === blocks - 1) {
      block[14] = length << 3;
      block[15] = length >>> 29;
    }
    mixBlock();
  }
  return (BigInt(swapBytes(state[0] ?? 0)) << 32n) | BigInt(swapBytes(state[1] ?? 0));
}

function loadBlock(bytes: Uint8Array, length: number, start: number): void {
  block.fill(0);
  const end = Math.min(start + BLOCK_BYTES, length);
  for (let i = start; i < end; i++) {
    const word = (i - start) >> 2;
    block[word] = (block[word] ?? 0) | ((bytes[i] ?? 0) << ((i & 3) << 3));
  }
  if (length >= start && length < start + BLOCK_BYTES) {
    const word = (length - start) >> 2;
    block[word] = (block[word] ?? 0) | (0x80 << ((length & 3) << 3));
  }
}

function mixBlock(): void {
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  for (let i = 0; i < 64; i++) {
    let mixed: number;
    if (i < 16) mixed = (b & c) | (~b & d);
    else if (i < 32) mixed = (d & b) | (~d & c);
    else if (i < 48) mixed = b ^ c ^ d;
    else mixed = c ^ (b | ~d);
    const sum = (a + mixed + (ADDED[i] ?? 0) + (block[WORD[i] ?? 0] ?? 0)) | 0;
    const by = ROTATION[i] ?? 0;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << by) | (sum >>> (32 - by)))) | 0;
  }
  state[0] = ((state[0] ?? 0) + a) | 0;
  state[1] = ((state[1] ?? 0) + b) | 0;
  state[2] = ((state[2] ?? 0) + c) | 0;
  state[3] = ((state[3] ?? 0) + d) | 0;
}

function wordOfStep(step: number): number {
  if (step < 16) return step;
  if (step < 32) return (5 * step + 1) & 15;
  if (step < 48) return (3 * step + 5) & 15;
  return (7 * step) & 15;
}

function swapBytes(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
