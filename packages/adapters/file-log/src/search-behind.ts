import type { DiskFile } from '@actionbase/ports/disk';
import { decodeFrame, FRAME_ALIGNMENT, looksLikeFrame } from './frame.ts';
import { READ_BYTES } from './limits.ts';

export interface Behind {
  /** Place behind the last byte that is not zero; the start of the search when there is none. */
  readonly bytesEnd: number;
  /** The first whole frame behind the start of the search. */
  readonly later: { readonly offset: number; readonly place: number } | undefined;
}

/** Looks through everything from a bad place to the end of the file. */
export async function searchBehind(file: DiskFile, start: number, epoch: number): Promise<Behind> {
  let bytesEnd = start;
  for (let place = start; ; ) {
    const bytes = await file.read(place, READ_BYTES);
    for (let at = bytes.length - 1; at >= 0; at--) {
      if (bytes[at] === 0) continue;
      bytesEnd = place + at + 1;
      break;
    }
    for (let at = 0; at < bytes.length; at += FRAME_ALIGNMENT) {
      if (place + at === start || !looksLikeFrame(bytes, at)) continue;
      const offset = await wholeFrameAt(file, place + at, epoch);
      if (offset !== undefined) return { bytesEnd, later: { offset, place: place + at } };
    }
    if (bytes.length < READ_BYTES) return { bytesEnd, later: undefined };
    place += bytes.length;
  }
}

/** The offset of the frame at a place; undefined when there is no whole one. */
async function wholeFrameAt(file: DiskFile, place: number, epoch: number): Promise<number | undefined> {
  let bytes: Uint8Array = new Uint8Array(0);
  for (;;) {
    const decoded = decodeFrame(bytes, 0, { epoch, place });
    if (decoded.kind === 'whole') return decoded.frame.offset;
    if (decoded.kind === 'bad') return undefined;
    bytes = await file.read(place, decoded.neededBytes);
    if (bytes.length < decoded.neededBytes) return undefined;
  }
}
