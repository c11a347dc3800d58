// Hot: runs for every entry that is appended or read. Benchmark: bench/file-log.
import { crc32 } from 'node:zlib';
import { invariant } from '@actionbase/core/failure';
import { FRAME_BYTES_MAX, FRAME_ENTRIES_MAX } from './limits.ts';

/** Bytes of a frame in front of its table of entries. */
export const FRAME_HEAD_BYTES = 48;

/** Frames begin at multiples of this, so that a search for one behind a bad place has fewer places to look at. */
export const FRAME_ALIGNMENT = 8;

const TABLE_ROW_BYTES = 8;
const MAGIC = 0x41426672;
const HIGH = 0x100000000;

/** Everything that a frame says, as it is written. */
export interface FrameContent {
  readonly epoch: number;
  readonly offset: number;
  readonly stampMs: number;
  /** Frames below this offset were durable when this one was written. */
  readonly durableEnd: number;
  readonly entries: readonly Uint8Array[];
}

/** Where a frame stands: it says so itself, so that its copy inside of another frame's entries is never taken for it. */
export interface FramePlace {
  readonly epoch: number;
  /** First byte of the frame within its segment. */
  readonly place: number;
}

/** What stands at a place. 'short': more bytes are needed to tell, at least `neededBytes` from the frame's first on. */
export type DecodedFrame =
  | { readonly kind: 'whole'; readonly frame: FrameContent; readonly lengthBytes: number; readonly entryBytes: number }
  | { readonly kind: 'short'; readonly neededBytes: number }
  | { readonly kind: 'bad'; readonly why: string };

/** Bytes of a frame with that many entries of that many bytes together. */
export function frameLengthBytes(entryCount: number, entryBytes: number): number {
  const used = FRAME_HEAD_BYTES + TABLE_ROW_BYTES * entryCount + entryBytes;
  return used + paddingAfter(used);
}

/**
 * Writes a frame to the start of `target`, which has at least `frameLengthBytes` bytes, and returns its length.
 * Layout, integers unsigned and big-endian; the example has epoch 1, offset 7, stamp 1750000000000, place 4096 and the
 * entries "hi" and "":
 *
 *      0  4      magic "ABfr"                                      41 42 66 72
 *      4  4      CRC-32 of the bytes from 8 to the end of the table  37 31 a1 37
 *      8  4      length of the frame, padding included             00 00 00 48
 *     12  4      number of entries, n                              00 00 00 02
 *     16  8      offset                                            00 00 00 00 00 00 00 07
 *     24  8      stamp in milliseconds                             00 00 01 97 74 20 dc 00
 *     32  8      durable end that was known                        00 00 00 00 00 00 00 07
 *     40  4      place: first byte of the frame in its segment     00 00 10 00
 *     44  4      epoch                                             00 00 00 01
 *     48  8 × n  table: of each entry its length and its CRC-32    00 00 00 02 d8 93 2a ac  00 00 00 00 00 00 00 00
 *      …         the bytes of the entries                          68 69
 *      …  0–7    zeros up to a multiple of 8                       00 00 00 00 00 00
 *
 * The first checksum covers the checksums in the table, and those cover the entries: every byte counts, each is read once,
 * and damage within an entry can be named. Padding must be zero.
 */
export function encodeFrame(target: Uint8Array, place: number, content: FrameContent): number {
  const { entries } = content;
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  const tableEnd = FRAME_HEAD_BYTES + TABLE_ROW_BYTES * entries.length;
  let end = tableEnd;
  let row = FRAME_HEAD_BYTES;
  for (const entry of entries) {
    view.setUint32(row, entry.length);
    view.setUint32(row + 4, crc32(entry));
    target.set(entry, end);
    row += TABLE_ROW_BYTES;
    end += entry.length;
  }
  const length = end + paddingAfter(end);
  target.fill(0, end, length);
  view.setUint32(0, MAGIC);
  view.setUint32(8, length);
  view.setUint32(12, entries.length);
  writeUint64(view, 16, content.offset);
  writeUint64(view, 24, content.stampMs);
  writeUint64(view, 32, content.durableEnd);
  view.setUint32(40, place);
  view.setUint32(44, content.epoch);
  view.setUint32(4, crc32(target.subarray(8, tableEnd)));
  return length;
}

/** Reads the frame at `at` of `bytes`, which must stand at `expected`. The entries are parts of `bytes`, not copies. */
export function decodeFrame(bytes: Uint8Array, at: number, expected: FramePlace): DecodedFrame {
  const available = bytes.length - at;
  if (available < FRAME_HEAD_BYTES) return { kind: 'short', neededBytes: FRAME_HEAD_BYTES };
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, available);
  if (view.getUint32(0) !== MAGIC) return bad('there is no frame');
  const length = view.getUint32(8);
  const entryCount = view.getUint32(12);
  const tableEnd = FRAME_HEAD_BYTES + TABLE_ROW_BYTES * entryCount;
  if (
    entryCount > FRAME_ENTRIES_MAX ||
    length > FRAME_BYTES_MAX ||
    length < tableEnd ||
    length % FRAME_ALIGNMENT !== 0
  ) {
    return bad('its length is impossible');
  }
  if (view.getUint32(40) !== expected.place || view.getUint32(44) !== expected.epoch) {
    return bad('its head is damaged, or it was written for another place');
  }
  if (available < tableEnd) return { kind: 'short', neededBytes: tableEnd };
  if (crc32(bytes.subarray(at + 8, at + tableEnd)) !== view.getUint32(4)) return bad('its checksum does not match');
  if (available < length) return { kind: 'short', neededBytes: length };
  const entries = new Array<Uint8Array>(entryCount);
  const end = readEntries(bytes, at, entries);
  if (typeof end !== 'number') return end;
  if (end + paddingAfter(end) !== length || !isZero(bytes, at + end, at + length))
    return bad('its padding is not zero');
  const frame = {
    epoch: expected.epoch,
    offset: readUint64(view, 16),
    stampMs: readUint64(view, 24),
    durableEnd: readUint64(view, 32),
    entries,
  };
  return { kind: 'whole', frame, lengthBytes: length, entryBytes: end - tableEnd };
}

/** Whether the magic of a frame stands at `at`. */
export function looksLikeFrame(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x41 && bytes[at + 1] === 0x42 && bytes[at + 2] === 0x66 && bytes[at + 3] === 0x72;
}

/** Fills `entries` from the table of the frame at `at`; answers where the last one ends, counted from `at`. */
function readEntries(bytes: Uint8Array, at: number, entries: Uint8Array[]): number | DecodedFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const length = view.getUint32(8);
  let end = FRAME_HEAD_BYTES + TABLE_ROW_BYTES * entries.length;
  let row = FRAME_HEAD_BYTES;
  for (let index = 0; index < entries.length; index++) {
    const entryLength = view.getUint32(row);
    if (end + entryLength > length) return bad(`entry ${index} of ${entries.length} reaches over the end of the frame`);
    const entry = bytes.subarray(at + end, at + end + entryLength);
    if (crc32(entry) !== view.getUint32(row + 4)) {
      return bad(`entry ${index} of ${entries.length} does not match its checksum`);
    }
    entries[index] = entry;
    row += TABLE_ROW_BYTES;
    end += entryLength;
  }
  return end;
}

function bad(why: string): DecodedFrame {
  return { kind: 'bad', why };
}

function paddingAfter(length: number): number {
  return (FRAME_ALIGNMENT - (length % FRAME_ALIGNMENT)) % FRAME_ALIGNMENT;
}

/** Whether all bytes in [start, end) are zero. */
export function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (bytes[index] !== 0) return false;
  return true;
}

/** Writes an unsigned 64-bit integer, big-endian; exact up to 2^53. */
export function writeUint64(view: DataView, at: number, value: number): void {
  invariant(Number.isSafeInteger(value) && value >= 0, 'a count in a file is a whole number');
  view.setUint32(at, Math.floor(value / HIGH));
  view.setUint32(at + 4, value % HIGH);
}

/** Reads what `writeUint64` wrote. */
export function readUint64(view: DataView, at: number): number {
  return view.getUint32(at) * HIGH + view.getUint32(at + 4);
}
