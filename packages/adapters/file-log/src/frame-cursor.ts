import type { DiskFile } from '@actionbase/ports/disk';
import { decodeFrame, type FrameContent } from './frame.ts';
import { READ_BYTES } from './limits.ts';

/** A whole frame and where it stands. */
export interface FoundFrame {
  readonly kind: 'found';
  readonly frame: FrameContent;
  readonly place: number;
  readonly lengthBytes: number;
  readonly entryBytes: number;
}

/** There is no whole frame at `place`. */
export interface NoFrame {
  readonly kind: 'none';
  readonly place: number;
  readonly why: string;
  /** A whole frame stands there, but not the one that should: no power cut leaves that. */
  readonly isForeign: boolean;
}

export interface CursorStart {
  readonly epoch: number;
  /** Where the first frame should stand, and its offset. */
  readonly place: number;
  readonly offset: number;
  /** Stamp of the frame before it, or less. */
  readonly stampBeforeMs: number;
  /** Bytes from here on are not looked at. */
  readonly endPlace: number;
}

/** Reads the frames of a segment one behind the other, checking all that is known about the next one. */
export class FrameCursor {
  readonly #file: DiskFile;
  readonly #epoch: number;
  readonly #endPlace: number;
  #place: number;
  #offset: number;
  #stampMs: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #bytesPlace: number;

  constructor(file: DiskFile, start: CursorStart) {
    this.#file = file;
    this.#epoch = start.epoch;
    this.#endPlace = start.endPlace;
    this.#place = start.place;
    this.#offset = start.offset;
    this.#stampMs = start.stampBeforeMs;
    this.#bytesPlace = start.place;
  }

  async next(): Promise<FoundFrame | NoFrame> {
    const place = this.#place;
    for (;;) {
      const decoded = decodeFrame(this.#bytes, place - this.#bytesPlace, { epoch: this.#epoch, place });
      if (decoded.kind === 'bad') return { kind: 'none', place, why: decoded.why, isForeign: false };
      if (decoded.kind === 'whole') {
        const { frame, lengthBytes, entryBytes } = decoded;
        const why = this.#contradiction(frame);
        if (why !== undefined) return { kind: 'none', place, why, isForeign: true };
        this.#place += lengthBytes;
        this.#offset++;
        this.#stampMs = frame.stampMs;
        return { kind: 'found', frame, place, lengthBytes, entryBytes };
      }
      if (await this.#fill(decoded.neededBytes)) continue;
      return { kind: 'none', place, why: 'the file ends before it does', isForeign: false };
    }
  }

  /** Why a whole frame can't be the next one. */
  #contradiction(frame: FrameContent): string | undefined {
    if (frame.offset !== this.#offset) return `frame ${frame.offset} stands in its place`;
    if (frame.stampMs <= this.#stampMs) return 'its stamp is not above the one before';
    if (frame.durableEnd > frame.offset) return 'it says that it was durable before it was written';
    return undefined;
  }

  /** Reads on from the current place; false when the file has fewer bytes. */
  async #fill(neededBytes: number): Promise<boolean> {
    const wanted = Math.min(Math.max(neededBytes, READ_BYTES), this.#endPlace - this.#place);
    if (wanted < neededBytes) return false;
    this.#bytes = await this.#file.read(this.#place, wanted);
    this.#bytesPlace = this.#place;
    return this.#bytes.length >= neededBytes;
  }
}
