import { Failure, invariant } from '@actionbase/core/failure';
import type { Disk, DiskFile } from '@actionbase/ports/disk';
import { portFailures } from '@actionbase/ports/failures';
import type { Frame, ReadLimits } from '@actionbase/ports/log';
import { damaged } from './failures.ts';
import { FramePage, gatherFrames } from './frame-page.ts';
import { type OwnerClaim, removeIfThere } from './owner-claim.ts';
import { createSegmentFile, emptySegment, type Segment } from './segment.ts';
import { FIRST_FRAME_PLACE, parseSegmentName, segmentName } from './segment-header.ts';
import { SharedFile } from './shared-file.ts';

/** Bytes that are filled with zeros by one write. */
const ZEROS = new Uint8Array(1024 * 1024);

export interface SegmentSetOptions {
  readonly disk: Disk;
  /** Whose frames are written: into segments of its own. */
  readonly claim: OwnerClaim;
  readonly directory: string;
  readonly segmentBytes: number;
  readonly preallocatedBytes: number;
}

export interface LoadedSegments {
  /** Oldest first; at least one. */
  readonly segments: readonly Segment[];
  /** The file of the last one. */
  readonly activeFile: DiskFile;
  readonly activeSizeBytes: number;
}

/** The files of one log: frames go to the end of the last one, and are read from all of them. Knows only durable frames. */
export class SegmentSet {
  readonly #options: SegmentSetOptions;
  readonly #segments: Segment[];
  #activeFile: SharedFile;
  /** Length of the last file: zeros stand between its last frame and this. */
  #activeSizeBytes: number;
  /** The older file that was read last. */
  #olderFile: { readonly path: string; readonly file: SharedFile } | undefined;
  #start: number;
  #removalUnsynced = false;
  readonly #reading = new Set<Promise<unknown>>();

  constructor(options: SegmentSetOptions, loaded: LoadedSegments) {
    this.#options = options;
    this.#segments = [...loaded.segments];
    this.#activeFile = new SharedFile(loaded.activeFile);
    this.#activeSizeBytes = loaded.activeSizeBytes;
    this.#start = this.#at(0).header.base;
  }

  /** Offset of the first frame that can be read. */
  get start(): number {
    return this.#start;
  }

  /** Offset behind the last durable frame. */
  get end(): number {
    return this.#active.endOffset;
  }

  /** Place at which the next frame goes, once `makeRoom` resolved. */
  get nextPlace(): number {
    return this.#active.usedBytes;
  }

  /** Bytes of all frames. */
  get bytes(): number {
    let bytes = 0;
    for (const segment of this.#segments) bytes += segment.usedBytes - FIRST_FRAME_PLACE;
    return bytes;
  }

  /**
   * Makes sure that a frame of that length can be written without asking the disk for room: begins a new segment when the
   * last one would get too long or is an earlier owner's, and fills its file with zeros ahead. So a full disk is noticed before anything of the
   * frame is written, when refusing the append is still certain.
   *
   * After a failure with `disk-full` everything is as before.
   */
  async makeRoom(lengthBytes: number, lastStampMs: number): Promise<void> {
    const { segmentBytes, preallocatedBytes } = this.#options;
    const isFull = this.#active.endOffset > this.#active.header.base && this.nextPlace + lengthBytes > segmentBytes;
    if (isFull || !this.#isOwn(this.#active)) {
      await this.#options.claim.confirm();
      await this.#roll(lastStampMs);
    }
    const needed = this.nextPlace + lengthBytes;
    if (needed <= this.#activeSizeBytes) return;
    const wanted = Math.max(needed, Math.min(this.#activeSizeBytes + preallocatedBytes, segmentBytes));
    try {
      await this.#fill(wanted);
    } catch (error) {
      if (wanted === needed || !(error instanceof Failure) || error.code !== 'disk-full') throw error;
      await this.#fill(needed);
    }
  }

  /**
   * Writes a frame behind the last one, makes it durable, and then makes sure that it was this owner's turn: `fenced` when a
   * later one has begun, which may have read the frame or not. After any failure the frame's fate is unknown.
   */
  async write(frame: Uint8Array): Promise<void> {
    const place = this.nextPlace;
    invariant(place + frame.length <= this.#activeSizeBytes, 'a frame is written where room was made for it');
    await this.#activeFile.use(async (file) => {
      await file.write(place, frame);
      await file.sync();
    });
    await this.#options.claim.confirm();
    this.#active.index.add(this.end, place);
    this.#active.usedBytes += frame.length;
    this.#active.endOffset++;
  }

  /** Frames from `from` on, within the limits but at least one; none at the end. */
  async read(from: number, limits: ReadLimits): Promise<readonly Frame[]> {
    const reading = this.#readPage(from, limits);
    this.#reading.add(reading);
    try {
      return await reading;
    } finally {
      this.#reading.delete(reading);
    }
  }

  /**
   * Removes the oldest segments whose frames are all below `before`; never the last one. One after the other, each durably:
   * a crash in between leaves a log that begins later, never one with a hole. Segments that earlier owners began too late
   * go with those that took their places.
   */
  async trim(before: number): Promise<void> {
    const { disk, directory } = this.#options;
    for (;;) {
      if (this.#removalUnsynced) await disk.syncDirectory(directory);
      this.#removalUnsynced = false;
      const [oldest, second] = this.#segments;
      if (oldest === undefined || second === undefined || second.header.base > before) return;
      await this.#options.claim.confirm();
      this.#start = second.header.base;
      this.#removalUnsynced = true;
      for (const name of await disk.list(directory)) {
        const id = parseSegmentName(name);
        if (id === undefined || id.base >= second.header.base || segmentName(id) === segmentName(oldest.header))
          continue;
        await removeIfThere(disk, `${directory}/${name}`);
      }
      await removeIfThere(disk, oldest.path);
      this.#segments.shift();
    }
  }

  /**
   * Gives the zeros ahead back, which the next owner would not use. Only while every frame that was written is counted: a
   * later owner may have read one more, and would miss it.
   */
  async giveBackRoom(): Promise<void> {
    if (!this.#isOwn(this.#active)) return;
    await this.#activeFile.use((file) => file.truncate(this.nextPlace)).catch(keepsItsZeros);
    this.#activeSizeBytes = this.nextPlace;
  }

  /** Closes the files once nobody reads them. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#reading);
    await this.#olderFile?.file.release();
    this.#olderFile = undefined;
    await this.#activeFile.release();
  }

  async #readPage(from: number, limits: ReadLimits): Promise<readonly Frame[]> {
    const page = new FramePage(limits);
    const end = this.end;
    for (let next = from; next < end && !page.isFull; ) {
      const segment = this.#segmentOf(next);
      const wanted = { segment, from: next, end: Math.min(segment.endOffset, end), endPlace: segment.usedBytes };
      await this.#withFile(segment, (file) => gatherFrames(file, wanted, page));
      next = from + page.frames.length;
    }
    return page.frames;
  }

  #isOwn(segment: Segment): boolean {
    return segment.header.term === this.#options.claim.term;
  }

  get #active(): Segment {
    return this.#at(this.#segments.length - 1);
  }

  #at(index: number): Segment {
    const segment = this.#segments[index];
    invariant(segment !== undefined, 'a log has at least one segment');
    return segment;
  }

  #segmentOf(offset: number): Segment {
    let low = 0;
    let high = this.#segments.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.#at(middle).header.base <= offset) low = middle;
      else high = middle;
    }
    const segment = this.#at(low);
    if (offset >= segment.header.base) return segment;
    throw new Failure(portFailures['log-trimmed'], `frame ${offset} is gone`, { from: offset, start: this.#start });
  }

  /** Runs with the file of a segment. A file that is gone is damage; a disk that fails now may not fail for ever. */
  async #withFile<T>(segment: Segment, run: (file: DiskFile) => Promise<T>): Promise<T> {
    try {
      if (segment === this.#active) return await this.#activeFile.use(run);
      if (this.#olderFile?.path === segment.path) return await this.#olderFile.file.use(run);
      return await this.#openOlder(segment, run);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'disk-failed') throw error;
      if (segment.header.base < this.#start) {
        const message = `frames below ${this.#start} were removed while they were read`;
        throw new Failure(portFailures['log-trimmed'], message, { start: this.#start }, error);
      }
      if (error.details.cause !== 'ENOENT') throw error;
      throw damaged(segment.path, 0, error.message, error);
    }
  }

  /** Opens an older segment, in place of the one that was read before. */
  async #openOlder<T>(segment: Segment, run: (file: DiskFile) => Promise<T>): Promise<T> {
    const file = new SharedFile(await this.#options.disk.open(segment.path, { create: false }));
    const before = this.#olderFile;
    this.#olderFile = { path: segment.path, file };
    // What was read before has been read: that its file does not close well is no reason to fail this one.
    const [result] = await Promise.all([file.use(run), before?.file.release().catch(() => undefined)]);
    return result;
  }

  async #roll(lastStampMs: number): Promise<void> {
    const { disk, directory, claim } = this.#options;
    const full = this.#active;
    const { epoch, partition, term, base, previous } = full.header;
    const isEmpty = full.endOffset === base;
    const segment = emptySegment(directory, {
      epoch,
      partition,
      term: claim.term,
      base: full.endOffset,
      stampBeforeMs: lastStampMs,
      previous: isEmpty ? previous : { base, term, usedBytes: full.usedBytes },
    });
    const file = new SharedFile(await createSegmentFile(disk, directory, segment));
    const fullFile = this.#activeFile;
    if (isEmpty) this.#segments.pop();
    this.#segments.push(segment);
    this.#activeFile = file;
    this.#activeSizeBytes = FIRST_FRAME_PLACE;
    if (this.#isOwn(full)) {
      await fullFile.use((fullDiskFile) => fullDiskFile.truncate(full.usedBytes)).catch(keepsItsZeros);
    }
    await fullFile.release();
  }

  /** Lengthens the last file with durable zeros; takes back what it added when the disk is full. */
  async #fill(sizeBytes: number): Promise<void> {
    const before = this.#activeSizeBytes;
    await this.#activeFile.use(async (file) => {
      try {
        for (let place = before; place < sizeBytes; place += ZEROS.length) {
          await file.write(place, ZEROS.subarray(0, Math.min(ZEROS.length, sizeBytes - place)));
        }
        await file.sync();
      } catch (error) {
        await file.truncate(before).catch(keepsItsZeros);
        throw error;
      }
    });
    this.#activeSizeBytes = sizeBytes;
  }
}

/** Giving room back failed: the file stays longer than it must be, by zeros that nobody reads. */
function keepsItsZeros(): void {}
