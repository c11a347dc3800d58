import { Failure, invariant } from '@actionbase/core/failure';
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
import { type ChainLink, chainSegments } from './segment-chain.ts';
import { FIRST_FRAME_PLACE, parseSegmentName, type SegmentHeader, type SegmentId } from './segment-header.ts';

/** Where the next frame should stand. */
interface Place {
  readonly link: ArchivedSegment;
  readonly offset: number;
  readonly place: number;
}

type ArchivedSegment = ChainLink<ArchivedHeader>;

interface ArchivedHeader {
  readonly header: SegmentHeader;
  readonly path: string;
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
  #start = 0;
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #partition: number;

  /** Headers that were read: they never change. */
  readonly #headers = new Map<string, ArchivedHeader>();

  private constructor(disk: Disk, directory: string, meta: LogMeta) {
    this.#disk = disk;
    this.#directory = directory;
    this.epoch = meta.epoch;
    this.inherited = meta.inherited;
    this.#partition = meta.partition;
  }

  /** Opens the log of a folder. The disk may be one that only reads. */
  static async open(disk: Disk, directory: string): Promise<LogArchive> {
    const archive = new LogArchive(disk, directory, await readMeta(disk, `${directory}/log.meta`));
    archive.#start = (await archive.#chain())[0]?.header.base ?? 0;
    return archive;
  }

  /** Offset of the first frame, as it was when the archive was opened. */
  get start(): number {
    return this.#start;
  }

  /** The epoch in which a frame was appended. */
  epochOf(offset: number): number {
    return epochOfFrame(this, offset);
  }

  /** Behind the last whole frame, and the highest stamp: that of the last frame ever written, if it can be read. */
  async end(): Promise<{ readonly offset: number; readonly lastStampMs: number }> {
    const link = (await this.#chain()).at(-1);
    invariant(link !== undefined, 'a chain has at least one segment');
    let { base: offset, stampBeforeMs: lastStampMs } = link.header;
    for await (const { frame } of this.#framesFrom({ link, offset, place: FIRST_FRAME_PLACE })) {
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
    const link = (await this.#chain()).filter(({ header }) => header.base <= from).at(-1);
    if (link === undefined) throw this.#trimmed(from, undefined);
    let at: Place = { link, offset: link.header.base, place: FIRST_FRAME_PLACE };
    let held: Frame | undefined;
    for (let reached = -1; ; ) {
      for await (const { frame, place, lengthBytes } of this.#framesFrom(at)) {
        // The frame behind it was written after its sync.
        if (held !== undefined) yield held;
        held = frame.offset < from ? undefined : this.#frameOf(frame);
        at = { link: at.link, offset: frame.offset + 1, place: place + lengthBytes };
      }
      const { here, next } = await this.#follow(at.link);
      if (next === undefined) break;
      const { base } = next.header;
      // A segment is begun when all frames before it are durable; what a replaced owner has written beyond is no part of the log.
      if (held !== undefined && held.offset < base) yield held;
      if (at.offset >= base) {
        held = undefined;
        at = { link: next, offset: base, place: FIRST_FRAME_PLACE };
      } else if (at.offset === reached) {
        throw this.#damaged(at, `frame ${at.offset} is not there, and the next segment begins with frame ${base}`);
      } else {
        // The writer has filled the segment since its end was met, and has begun the next one.
        held = undefined;
        reached = at.offset;
        at = { ...at, link: here };
      }
    }
    if (at.offset < durableEnd) {
      throw this.#damaged(at, `the log ends before frame ${at.offset}, but frames below ${durableEnd} were durable`);
    }
    if (held !== undefined && held.offset < durableEnd) yield held;
  }

  /** Whole frames of one segment, as far as they were written when its end was first met. */
  async *#framesFrom({ link, ...start }: Place): AsyncGenerator<FoundFrame> {
    const { path } = link.segment;
    const file = await this.#openSegment(link.segment, start.offset);
    try {
      let { offset, place } = start;
      if (offset === link.end?.offset) return;
      const stampBeforeMs = offset === link.header.base ? link.header.stampBeforeMs : 0;
      const cursor = await this.#cursorAt(file, { link, offset, place, stampBeforeMs });
      let found = await cursor.next();
      for (; found.kind === 'found'; found = await cursor.next()) {
        offset = found.frame.offset + 1;
        place = found.place + found.lengthBytes;
        yield found;
        if (offset === link.end?.offset) return;
      }
      if (found.isForeign) throw damaged(path, place, `frame ${offset} is not there: ${found.why}`);
      const { later } = await searchBehind(file, place, this.epoch);
      if (later === undefined) return;
      // A writer may have gone on since; what it has written is whole by now.
      const again = await (await this.#cursorAt(file, { link, offset, place, stampBeforeMs: 0 })).next();
      if (again.kind === 'found') return;
      const why = `frame ${offset} cannot be read (${again.why}), but frame ${later.offset} behind it is whole`;
      throw damaged(path, place, why);
    } finally {
      await file.close();
    }
  }

  async #cursorAt(
    file: DiskFile,
    { link, ...at }: Omit<CursorStart, 'epoch' | 'endPlace'> & { readonly link: ArchivedSegment },
  ): Promise<FrameCursor> {
    const endPlace = link.end?.place ?? (await file.sizeBytes());
    return new FrameCursor(file, { ...at, epoch: this.epoch, endPlace });
  }

  /** That segment as it is now, and the one behind it, if there is one by now. */
  async #follow(link: ArchivedSegment): Promise<{ here: ArchivedSegment; next: ArchivedSegment | undefined }> {
    const chain = await this.#chain();
    const place = chain.findIndex(({ segment }) => segment.path === link.segment.path);
    if (place >= 0) return { here: chain[place] ?? link, next: chain[place + 1] };
    // Trimmed meanwhile, or empty when an owner began another one in its place.
    return { here: link, next: chain.find(({ header }) => header.base >= link.header.base) };
  }

  /** The segments of the log as they are now, oldest first; at least one. */
  async #chain(): Promise<readonly ArchivedSegment[]> {
    const found: ArchivedHeader[] = [];
    for (const name of await this.#disk.list(this.#directory)) {
      const id = parseSegmentName(name);
      const header = id === undefined ? undefined : await this.#headerOf(name, id);
      if (header !== undefined) found.push(header);
    }
    if (found.length === 0) throw damaged(`${this.#directory}/log.meta`, 0, 'there is no segment beside it');
    const chain = chainSegments(found);
    if (chain.kind === 'broken') throw damaged(chain.at.path, 0, chain.why);
    return chain.links;
  }

  /** Undefined when the segment has been trimmed since its name was read. */
  async #headerOf(name: string, id: SegmentId): Promise<ArchivedHeader | undefined> {
    const known = this.#headers.get(name);
    if (known !== undefined) return known;
    const path = `${this.#directory}/${name}`;
    let file: DiskFile;
    try {
      file = await this.#disk.open(path, { create: false });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    try {
      const bytes = await file.read(0, FIRST_FRAME_PLACE);
      const log = { epoch: this.epoch, partition: this.#partition };
      const read = { path, header: readSegmentHeader({ path, id, bytes }, log) };
      this.#headers.set(name, read);
      return read;
    } finally {
      await file.close();
    }
  }

  async #openSegment({ path }: ArchivedHeader, offset: number): Promise<DiskFile> {
    try {
      return await this.#disk.open(path, { create: false });
    } catch (error) {
      throw isMissing(error) ? this.#trimmed(offset, error) : error;
    }
  }

  #frameOf({ offset, stampMs, entries }: FrameContent): Frame {
    return { epoch: this.epochOf(offset), offset, stampMs, entries };
  }

  #damaged({ link, place }: Place, why: string): Failure {
    return damaged(link.segment.path, place, why);
  }

  #trimmed(offset: number, cause: unknown): Failure {
    const message = `${this.#directory}: frame ${offset} is gone; the log begins later`;
    return new Failure(portFailures['log-trimmed'], message, { from: offset }, cause);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Failure && error.details.cause === 'ENOENT';
}
