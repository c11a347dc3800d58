import { invariant } from '@actionbase/core/failure';
import type { Disk, DiskFile } from '@actionbase/ports/disk';
import type { Frame } from '@actionbase/ports/log';
import { encodeFrame, frameLengthBytes } from './frame.ts';
import { SEGMENT_BYTES_DEFAULT } from './limits.ts';
import type { InheritedEpoch } from './log-meta.ts';
import { writeMeta } from './open-directory.ts';
import { createSegmentFile, emptySegment, type Segment } from './segment.ts';
import type { SegmentHeader } from './segment-header.ts';

export interface LogToWrite {
  readonly disk: Disk;
  /** A folder without a log; made when missing. */
  readonly directory: string;
  /** Epoch of the log that is written. */
  readonly epoch: number;
  /** Tells of its frames, once their end is known, which were appended in epochs before. */
  readonly inherited?: (end: number) => readonly InheritedEpoch[];
  /** Offset of the first frame, or of the first one to be appended when there is none. */
  readonly start: number;
  /** In order, from `start` on, without a hole. */
  readonly frames: AsyncIterable<Omit<Frame, 'epoch'>>;
  /** What is appended later gets stamps above this one, and above those of the frames. */
  readonly stampFloorMs?: number;
  readonly segmentBytes?: number;
}

/** What was written. */
export interface WrittenLog {
  /** Offset behind the last frame. */
  readonly end: number;
  /** Stamp of the last frame; 0 without one. */
  readonly lastStampMs: number;
}

/**
 * Writes a whole log of one partition from frames that have their offsets and stamps already, and makes it durable.
 * `FileLog` opens it and appends behind its last frame. `log.meta` comes last: without it the folder holds no log.
 */
export async function writeLog(given: LogToWrite): Promise<WrittenLog> {
  const { disk, directory, epoch, start, frames, stampFloorMs } = given;
  await disk.makeDirectory(directory);
  const writer = new LogWriter(given);
  try {
    for await (const frame of frames) await writer.write(frame);
    const written = { end: writer.end, lastStampMs: writer.lastStampMs };
    // A segment without frames carries the floor: its header tells the stamp before its first frame.
    if (written.end === start || stampFloorMs !== undefined) {
      await writer.begin(Math.max(written.lastStampMs, stampFloorMs ?? 0));
    }
    await writer.close();
    const inherited = given.inherited?.(written.end) ?? [];
    await writeMeta(disk, directory, { epoch, partition: 0, inherited, hasTerms: false });
    return written;
  } finally {
    await writer.close();
  }
}

interface OpenSegment {
  readonly segment: Segment;
  readonly file: DiskFile;
}

class LogWriter {
  end: number;
  lastStampMs = 0;
  readonly #log: LogToWrite;
  readonly #segmentBytes: number;
  #active: OpenSegment | undefined;
  /** The segment before the active one. */
  #before: SegmentHeader['previous'];
  #buffer = new Uint8Array(64 * 1024);

  constructor(log: LogToWrite) {
    this.#log = log;
    this.#segmentBytes = log.segmentBytes ?? SEGMENT_BYTES_DEFAULT;
    this.end = log.start;
  }

  async write({ offset, stampMs, entries }: Omit<Frame, 'epoch'>): Promise<void> {
    invariant(offset === this.end, `frame ${offset} is written after frame ${this.end - 1}`);
    invariant(stampMs > this.lastStampMs, 'stamps increase');
    let entryBytes = 0;
    for (const entry of entries) entryBytes += entry.length;
    const length = frameLengthBytes(entries.length, entryBytes);
    const { segment, file } = await this.#roomFor(length);
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(Math.max(length, this.#buffer.length * 2));
    const content = { epoch: this.#log.epoch, offset, stampMs, durableEnd: offset, entries };
    encodeFrame(this.#buffer, segment.usedBytes, content);
    await file.write(segment.usedBytes, this.#buffer.subarray(0, length));
    segment.usedBytes += length;
    segment.endOffset += 1;
    this.end += 1;
    this.lastStampMs = stampMs;
  }

  /** Ends the active segment and begins one at the end. */
  async begin(stampBeforeMs: number): Promise<OpenSegment> {
    await this.close();
    const { disk, directory, epoch } = this.#log;
    const header = { epoch, partition: 0, term: 0, base: this.end, stampBeforeMs, previous: this.#before };
    const segment = emptySegment(directory, header);
    this.#active = { segment, file: await createSegmentFile(disk, directory, segment) };
    return this.#active;
  }

  /** Makes the active segment durable and closes it. */
  async close(): Promise<void> {
    if (this.#active === undefined) return;
    const { segment, file } = this.#active;
    this.#active = undefined;
    this.#before = { base: segment.header.base, term: 0, usedBytes: segment.usedBytes };
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async #roomFor(length: number): Promise<OpenSegment> {
    const active = this.#active;
    if (active === undefined) return this.begin(this.lastStampMs);
    const isFull = active.segment.usedBytes + length > this.#segmentBytes;
    return isFull && active.segment.endOffset > active.segment.header.base ? this.begin(this.lastStampMs) : active;
  }
}
