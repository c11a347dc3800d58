import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { MutationGiven } from './target.ts';

/** Longest input that is made. */
export const INPUT_BYTES_MAX = 65_536;

/** Bytes at which codecs turn: bounds of signs, of types and of texts. */
const EDGE_BYTES = [0x00, 0x01, 0x05, 0x29, 0x2b, 0x2c, 0x32, 0x34, 0x7f, 0x80, 0x81, 0xc0, 0xed, 0xf4, 0xfe, 0xff];

type Change = (input: Uint8Array, given: MutationGiven) => Uint8Array;

const CHANGES: readonly Change[] = [
  (input, { random }) => withByte(input, random, (byte) => byte ^ (1 << random.below(8))),
  (input, { random }) => withByte(input, random, () => EDGE_BYTES[random.below(EDGE_BYTES.length)] ?? 0),
  (input, { random }) => withByte(input, random, () => random.below(256)),
  (input, { random }) => withByte(input, random, (byte) => byte + (random.below(2) === 0 ? 1 : 255)),
  removePart,
  repeatPart,
  insertWord,
  insertOther,
  writeNumber,
  (input, { random }) => input.slice(0, random.below(input.length + 1)),
];

/** Another input: one to four changes of bytes. */
export function mutateBytes(input: Uint8Array, given: MutationGiven): Uint8Array {
  let changed = input;
  const changes = 1 + given.random.below(4);
  for (let i = 0; i < changes; i++) changed = pick(CHANGES, given.random)(changed, given);
  return changed.slice(0, INPUT_BYTES_MAX);
}

/** One of a list that is not empty. */
export function pick<T>(list: readonly [T, ...T[]] | readonly T[], random: SeededRandom): T {
  const chosen = list[random.below(list.length)];
  if (chosen === undefined) throw new RangeError('nothing to pick from');
  return chosen;
}

/** Bytes behind one another. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function withByte(input: Uint8Array, random: SeededRandom, edit: (byte: number) => number): Uint8Array {
  const changed = input.slice();
  const at = random.below(input.length + 1);
  if (at < changed.length) changed[at] = edit(changed[at] ?? 0);
  return changed;
}

function partOf(input: Uint8Array, random: SeededRandom): { start: number; end: number } {
  const start = random.below(input.length + 1);
  const longest = Math.min(input.length - start, random.below(4) === 0 ? input.length : 16);
  return { start, end: start + random.below(longest + 1) };
}

function removePart(input: Uint8Array, { random }: MutationGiven): Uint8Array {
  const { start, end } = partOf(input, random);
  return joinBytes(input.subarray(0, start), input.subarray(end));
}

function repeatPart(input: Uint8Array, { random }: MutationGiven): Uint8Array {
  const { start, end } = partOf(input, random);
  const times = random.below(8) === 0 ? 300 : 1 + random.below(3);
  const part = input.subarray(start, end);
  return joinBytes(input.subarray(0, end), ...new Array(times).fill(part), input.subarray(end)).slice(
    0,
    INPUT_BYTES_MAX,
  );
}

function insertWord(input: Uint8Array, { random, words }: MutationGiven): Uint8Array {
  if (words.length === 0) return input;
  const at = random.below(input.length + 1);
  return joinBytes(input.subarray(0, at), Buffer.from(pick(words, random)), input.subarray(at));
}

function insertOther(input: Uint8Array, { random, other }: MutationGiven): Uint8Array {
  const at = random.below(input.length + 1);
  const taken = partOf(other, random);
  const rest = input.subarray(random.below(2) === 0 ? at : partOf(input, random).end);
  return joinBytes(input.subarray(0, at), other.subarray(taken.start, taken.end), rest);
}

/** Writes a number at the edge of something, as two, four or eight bytes. */
function writeNumber(input: Uint8Array, { random }: MutationGiven): Uint8Array {
  const sizeBytes = 2 << random.below(3);
  if (input.length < sizeBytes) return input;
  const changed = input.slice();
  const bits = BigInt(8 * sizeBytes);
  const edge = pick([0n, 1n, -1n, 1n << (bits - 1n), (1n << (bits - 1n)) - 1n, 65_536n, 1n << 20n], random);
  const value = BigInt.asUintN(Number(bits), edge + BigInt(random.below(3) - 1));
  const at = random.below(input.length - sizeBytes + 1);
  for (let i = 0; i < sizeBytes; i++) changed[at + i] = Number((value >> (bits - 8n * BigInt(i + 1))) & 0xffn);
  return changed;
}
