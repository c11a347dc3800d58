import { Failure } from '@actionbase/core/failure';
import type { Disk, DiskFile } from '@actionbase/ports/disk';
import { portFailures } from '@actionbase/ports/failures';
import type { Frame } from '@actionbase/ports/log';
import { damaged } from './failures.ts';
import type { FrameContent } from './frame.ts';
import { type CursorStart, type FoundFrame, FrameCursor } from './frame-cursor.ts';
import { readSegmentHeader } from './load-segments.ts';
import { epochOfFrame, type InheritedEpoch, type LogMeta } from './log-meta.ts';
import { readMeta } from './open-directory.ts';
import { searchBehind } from './search-behind.ts';
import { FIRST_FRAME_PLACE, parseSegmentName, type SegmentHeader, segmentName } from './segment-header.ts';

/** Where the next frame should stand. */
interface Place {
  /** Offset of its segment's first frame. */
  readonly base: number;
  readonly offset: number;
  readonly place: number;
}

export interface ArchiveRange {
  /** Offset of the first frame that is wanted. */
  readonly from: number;
  /** Frames below this offset are known to be durable: one that cannot be read is damage, not the end. */
  readonly durableEnd: number;
}

/**
 * A log that is only read and never changed: one of a backup, one that a server has left behind, or one that a server is
 * writing to at this moment.
 *
 * The frames end before the first one of which nothing tells that it is durable. That is at most the last whole one: it may
 * have been written by a process whose sync has not come to an end, and then the log's owner may lose it.
 */
export class LogArchive {
  readonly epoch: number;
  /** Epochs before it, in which its first frames were appended. */
  readonly inherited: readonly InheritedEpoch[];
  /** Offset of the first frame, as it was when the archive was opened. */
  readonly start: number;
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #partition: number;

  private constructor(disk: Disk, directory: string, { meta, start }: { meta: LogMeta; start: number }) {
    this.#disk = disk;
    this.#directory = directory;
    this.epoch = meta.epoch;
    this.inherited = meta.inherited;
    this.start = start;
    this.#partition = meta.partition;
  }

  /** Opens the log of a folder. The disk may be one that only reads. */
  static async open(disk: Disk, directory: string): Promise<LogArchive> {
    const meta = await readMeta(disk, `${directory}/log.meta`);
    const [start] = await listBases(disk, directory);
    if (start === undefined) throw damaged(`${directory}/log.meta`, 0, 'there is no segment beside it');
    return new LogArchive(disk, directory, { meta, start });
  }

  /** The epoch in which a frame was appended. */
  epochOf(offset: number): number {
    return epochOfFrame(this, offset);
  }

  /** Behind the last whole frame, and the highest stamp: that of the last frame ever written, if it can be read. */
  async end(): Promise<{ readonly offset: number; readonly lastStampMs: number }> {
    const base = (await listBases(this.#disk, this.#directory)).at(-1) ?? this.start;
    const path = this.#path(base);
    const file = await this.#openSegment(path, base);
    let lastStampMs: number;
    try {
      lastStampMs = (await this.#readHeader(file, path, base)).stampBeforeMs;
    } finally {
      await file.close();
    }
    let offset = base;
    for await (const { frame } of this.#framesFrom({ base, offset: base, place: FIRST_FRAME_PLACE })) {
      offset = frame.offset + 1;
      lastStampMs = frame.stampMs;
    }
    return { offset, lastStampMs };
  }

  /**
   * Frames in order, up to the end; their entries are views that the caller may keep. Failures: `log-damaged`, and
   * `log-trimmed` when the log's owner removed what was still to be read.
   */
  async *frames({ from, durableEnd }: ArchiveRange): AsyncGenerator<Frame> {
    const first = (await listBases(this.#disk, this.#directory)).filter((base) => base <= from).at(-1);
    if (first === undefined) throw this.#trimmed(from, undefined);
    let at: Place = { base: first, offset: first, place: FIRST_FRAME_PLACE };
    let held: Frame | undefined;
    for (let reached = -1; ; ) {
      for await (const { frame, place, lengthBytes } of this.#framesFrom(at)) {
        // The frame behind it was written after its sync.
        if (held !== undefined) yield held;
        held = frame.offset < from ? undefined : this.#frameOf(frame);
        at = { base: at.base, offset: frame.offset + 1, place: place + lengthBytes };
      }
      const later = (await listBases(this.#disk, this.#directory)).filter((base) => base > at.base);
      if (later.length === 0) break;
      if (later.includes(at.offset)) {
        // A segment is begun when all frames of the one before are durable.
        if (held !== undefined) yield held;
        held = undefined;
        at = { base: at.offset, offset: at.offset, place: FIRST_FRAME_PLACE };
      } else if (at.offset === reached) {
        throw this.#damaged(at, `frame ${at.offset} is not there, and the next segment begins with frame ${later[0]}`);
      }
      // Else the writer has filled the segment since its end was met, and has begun the next one.
      reached = at.offset;
    }
    if (at.offset < durableEnd) {
      throw this.#damaged(at, `the log ends before frame ${at.offset}, but frames below ${durableEnd} were durable`);
    }
    if (held !== undefined && held.offset < durableEnd) yield held;
  }

  /** Whole frames of one segment, as far as they were written when its end was first met. */
  async *#framesFrom(start: Place): AsyncGenerator<FoundFrame> {
    const path = this.#path(start.base);
    const file = await this.#openSegment(path, start.base);
    try {
      const header = await this.#readHeader(file, path, start.base);
      let { offset, place } = start;
      const stampBeforeMs = offset === start.base ? header.stampBeforeMs : 0;
      const cursor = await this.#cursorAt(file, { offset, place, stampBeforeMs });
      let found = await cursor.next();
      for (; found.kind === 'found'; found = await cursor.next()) {
        offset = found.frame.offset + 1;
        place = found.place + found.lengthBytes;
        yield found;
      }
      if (found.isForeign) throw damaged(path, place, `frame ${offset} is not there: ${found.why}`);
      const { later } = await searchBehind(file, place, this.epoch);
      if (later === undefined) return;
      // A writer may have gone on since; what it has written is whole by now.
      const again = await (await this.#cursorAt(file, { offset, place, stampBeforeMs: 0 })).next();
      if (again.kind === 'found') return;
      const why = `frame ${offset} cannot be read (${again.why}), but frame ${later.offset} behind it is whole`;
      throw damaged(path, place, why);
    } finally {
      await file.close();
    }
  }

  async #cursorAt(file: DiskFile, at: Omit<CursorStart, 'epoch' | 'endPlace'>): Promise<FrameCursor> {
    return new FrameCursor(file, { ...at, epoch: this.epoch, endPlace: await file.sizeBytes() });
  }

  async #openSegment(path: string, base: number): Promise<DiskFile> {
    try {
      return await this.#disk.open(path, { create: false });
    } catch (error) {
      if (error instanceof Failure && error.details.cause === 'ENOENT') throw this.#trimmed(base, error);
      throw error;
    }
  }

  async #readHeader(file: DiskFile, path: string, base: number): Promise<SegmentHeader> {
    const bytes = await file.read(0, FIRST_FRAME_PLACE);
    return readSegmentHeader({ path, base, bytes }, { epoch: this.epoch, partition: this.#partition });
  }

  #frameOf({ offset, stampMs, entries }: FrameContent): Frame {
    return { epoch: this.epochOf(offset), offset, stampMs, entries };
  }

  #path(base: number): string {
    return `${this.#directory}/${segmentName(base)}`;
  }

  #damaged({ base, place }: Place, why: string): Failure {
    return damaged(this.#path(base), place, why);
  }

  #trimmed(offset: number, cause: unknown): Failure {
    const message = `${this.#directory}: frame ${offset} is gone; the log begins later`;
    return new Failure(portFailures['log-trimmed'], message, { from: offset }, cause);
  }
}

/** Offsets with which the segments of a folder begin, in order. */
async function listBases(disk: Disk, directory: string): Promise<number[]> {
  const names = await disk.list(directory);
  return names.flatMap((name) => parseSegmentName(name) ?? []);
}
