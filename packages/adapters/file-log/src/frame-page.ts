import type { DiskFile } from '@actionbase/ports/disk';
import type { Frame, ReadLimits } from '@actionbase/ports/log';
import { damaged } from './failures.ts';
import { type FoundFrame, FrameCursor } from './frame-cursor.ts';
import type { Segment } from './segment.ts';

/** Frames for one reader: within its limits, but at least one. */
export class FramePage {
  readonly frames: Frame[] = [];
  readonly #limits: ReadLimits;
  #bytes = 0;
  #refused = false;

  constructor(limits: ReadLimits) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    return this.#refused || this.frames.length >= Math.max(1, this.#limits.frames);
  }

  /** Adds the next frame; false when it does not fit, and the page is full. */
  offer({ frame, entryBytes }: FoundFrame): boolean {
    this.#bytes += entryBytes;
    this.#refused = this.frames.length > 0 && this.#bytes > this.#limits.bytes;
    if (this.#refused) return false;
    const { epoch, offset, stampMs, entries } = frame;
    this.frames.push({ epoch, offset, stampMs, entries });
    return true;
  }
}

/** Durable frames of one segment, [from, end); none of their bytes stands at `endPlace` or behind. */
export interface WantedFrames {
  readonly segment: Segment;
  readonly from: number;
  readonly end: number;
  readonly endPlace: number;
}

/** Reads frames of one segment into a page until it is full, checking each byte; anything unreadable is damage. */
export async function gatherFrames(file: DiskFile, wanted: WantedFrames, page: FramePage): Promise<void> {
  const { segment, from, end, endPlace } = wanted;
  const known = segment.index.nearest(from);
  const cursor = new FrameCursor(file, { epoch: segment.header.epoch, stampBeforeMs: 0, endPlace, ...known });
  for (let offset = known.offset; offset < end && !page.isFull; offset++) {
    const found = await cursor.next();
    if (found.kind === 'none') {
      throw damaged(segment.path, found.place, `frame ${offset} cannot be read: ${found.why}`);
    }
    segment.index.add(offset, found.place);
    if (offset < from) continue;
    if (page.offer(found)) segment.index.remember(offset + 1, found.place + found.lengthBytes);
  }
}
