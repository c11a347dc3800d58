import { crc32 } from 'node:zlib';
import { readUint64, writeUint64 } from './frame.ts';

/** Place of a segment's first frame. A page for the header alone: no later write touches its sector. */
export const FIRST_FRAME_PLACE = 4096;

/** Version of the layout of segments and frames. */
export const SEGMENT_FORMAT = 1;

/** Terms have four bytes: an owner a second for a century. */
export const TERM_MAX = 0xffffffff;

const HEADER_BYTES = 64;
const CHECKED_BYTES = 60;
const MAGIC_HIGH = 0x41425345;
const MAGIC_LOW = 0x474d4e54;

/** What a segment says about itself and about the one before it. */
export interface SegmentHeader {
  readonly epoch: number;
  readonly partition: number;
  /** The term of the owner that began it, the only one that writes into it; 0 for those from before there were terms. */
  readonly term: number;
  /** Offset of the first frame. */
  readonly base: number;
  /** Stamp of the frame before the first one; 0 when there is none. */
  readonly stampBeforeMs: number;
  /**
   * The segment before: its name, and its bytes up to the end of its last frame. What stands there beyond is not part of the
   * log, nor are frames of it from `base` of this segment on. The first one of a log has none.
   */
  readonly previous: (SegmentId & { readonly usedBytes: number }) | undefined;
}

/** What a segment's name says. */
export interface SegmentId {
  readonly base: number;
  readonly term: number;
}

export type DecodedHeader =
  | { readonly kind: 'whole'; readonly header: SegmentHeader }
  | { readonly kind: 'format'; readonly format: number }
  | { readonly kind: 'bad'; readonly why: string };

/**
 * Encodes a segment's first page: the header, then zeros.
 * Layout, integers unsigned and big-endian; the example is the segment of frame 42 on that the owner
 * of term 7 began, behind a first one of 9000 bytes from before there were terms:
 *
 *      0  8  magic "ABSEGMNT"                          41 42 53 45 47 4d 4e 54
 *      8  4  format                                    00 00 00 01
 *     12  4  epoch                                     00 00 00 01
 *     16  4  partition                                 00 00 00 00
 *     20  4  term                                      00 00 00 07
 *     24  8  base: offset of the first frame           00 00 00 00 00 00 00 2a
 *     32  8  stamp of the frame before                 00 00 01 97 74 20 dc 00
 *     40  8  base of the segment before                00 00 00 00 00 00 00 00
 *     48  8  used bytes of the segment before, or 0    00 00 00 00 00 00 23 28
 *     56  4  term of the segment before                00 00 00 00
 *     60  4  CRC-32 of the bytes 0 to 59               c7 86 d8 6f
 */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(FIRST_FRAME_PLACE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC_HIGH);
  view.setUint32(4, MAGIC_LOW);
  view.setUint32(8, SEGMENT_FORMAT);
  view.setUint32(12, header.epoch);
  view.setUint32(16, header.partition);
  view.setUint32(20, header.term);
  writeUint64(view, 24, header.base);
  writeUint64(view, 32, header.stampBeforeMs);
  writeUint64(view, 40, header.previous?.base ?? 0);
  writeUint64(view, 48, header.previous?.usedBytes ?? 0);
  view.setUint32(56, header.previous?.term ?? 0);
  view.setUint32(60, crc32(bytes.subarray(0, CHECKED_BYTES)));
  return bytes;
}

/** Reads what `encodeSegmentHeader` wrote. */
export function decodeSegmentHeader(bytes: Uint8Array): DecodedHeader {
  if (bytes.length < FIRST_FRAME_PLACE) return { kind: 'bad', why: 'the file is shorter than a header' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  if (view.getUint32(0) !== MAGIC_HIGH || view.getUint32(4) !== MAGIC_LOW) {
    return { kind: 'bad', why: 'the file does not begin as a segment' };
  }
  if (crc32(bytes.subarray(0, CHECKED_BYTES)) !== view.getUint32(60)) {
    return { kind: 'bad', why: 'the checksum of the header does not match' };
  }
  const format = view.getUint32(8);
  if (format !== SEGMENT_FORMAT) return { kind: 'format', format };
  const usedBytes = readUint64(view, 48);
  const header: SegmentHeader = {
    epoch: view.getUint32(12),
    partition: view.getUint32(16),
    term: view.getUint32(20),
    base: readUint64(view, 24),
    stampBeforeMs: readUint64(view, 32),
    previous: usedBytes === 0 ? undefined : { base: readUint64(view, 40), term: view.getUint32(56), usedBytes },
  };
  return { kind: 'whole', header };
}

/** Name of a segment's file: `00000000000000000042.0000000007.log`, without terms `00000000000000000042.log`. */
export function segmentName({ base, term }: SegmentId): string {
  const name = String(base).padStart(20, '0');
  return term === 0 ? `${name}.log` : `${name}.${printTerm(term)}.log`;
}

/** What a segment's name says; undefined for other files. */
export function parseSegmentName(name: string): SegmentId | undefined {
  const match = /^(\d{20})(?:\.(\d{10}))?\.log$/.exec(name);
  if (match === null) return undefined;
  const [base, term] = [Number(match[1]), Number(match[2] ?? 0)];
  return Number.isSafeInteger(base) && term <= TERM_MAX ? { base, term } : undefined;
}

/** A term as it stands in the names of files. */
export function printTerm(term: number): string {
  return String(term).padStart(10, '0');
}
