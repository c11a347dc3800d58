import { invariant } from '@actionbase/core/failure';
import type { Disk, DiskFile } from '@actionbase/ports/disk';
import { damaged, unknownFormat } from './failures.ts';
import { type FoundFrame, FrameCursor, type NoFrame } from './frame-cursor.ts';
import { judgeTail } from './judge-tail.ts';
import type { LogMeta } from './log-meta.ts';
import { searchBehind } from './search-behind.ts';
import { emptySegment, type Segment } from './segment.ts';
import {
  decodeSegmentHeader,
  FIRST_FRAME_PLACE,
  parseSegmentName,
  SEGMENT_FORMAT,
  type SegmentHeader,
  segmentName,
} from './segment-header.ts';
import type { LoadedSegments } from './segment-set.ts';

export interface LoadOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly epoch: number;
  readonly partition: number;
  /** Frames below this offset are known to have been durable. */
  readonly durableAtLeast: number | undefined;
  /** Told in one line what was repaired. */
  readonly onNotice: (line: string) => void;
}

/**
 * Finds out what of a log is durable, and makes that true: cuts a torn tail off, and writes the last frame once more.
 *
 * The last frame may have been written by a process that ended before its sync, or whose sync failed. It is then read from
 * memory, and the disk may never get it. Written again and synced it is durable. All frames before it are: each was synced
 * before the next one was written.
 */
export async function loadSegments(options: LoadOptions): Promise<LoadedSegments & { readonly lastStampMs: number }> {
  const { disk, directory } = options;
  const names = await disk.list(directory);
  for (const name of names) if (name.endsWith('.log.new')) await disk.remove(`${directory}/${name}`);
  await disk.syncDirectory(directory);
  const segments = await readHeaders(options, names);
  const active = segments.at(-1);
  invariant(active !== undefined, 'readHeaders gives at least one segment');
  const file = await disk.open(active.path, { create: false });
  try {
    const lastStampMs = await repairTail(options, active, file);
    return { segments, activeFile: file, activeSizeBytes: await file.sizeBytes(), lastStampMs };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads all headers and checks that no segment is missing; the frames of older segments are checked when they are read. */
async function readHeaders(options: LoadOptions, names: readonly string[]): Promise<Segment[]> {
  const segments: Segment[] = [];
  let sizeBytes = 0;
  for (const name of names) {
    const base = parseSegmentName(name);
    if (base === undefined) continue;
    const found = await readHeader(options, base);
    const before = segments.at(-1);
    if (before !== undefined) follow(before, sizeBytes, found.segment);
    segments.push(found.segment);
    sizeBytes = found.sizeBytes;
  }
  if (segments.length === 0) throw damaged(`${options.directory}/log.meta`, 0, 'there is no segment beside it');
  return segments;
}

async function readHeader(options: LoadOptions, base: number): Promise<{ segment: Segment; sizeBytes: number }> {
  const path = `${options.directory}/${segmentName(base)}`;
  const file = await options.disk.open(path, { create: false });
  try {
    const header = readSegmentHeader({ path, base, bytes: await file.read(0, FIRST_FRAME_PLACE) }, options);
    return { segment: emptySegment(options.directory, header), sizeBytes: await file.sizeBytes() };
  } finally {
    await file.close();
  }
}

/** Reads the first page of a segment, which must be the one that its name says, of this log. */
export function readSegmentHeader(
  { path, base, bytes }: { readonly path: string; readonly base: number; readonly bytes: Uint8Array },
  log: Omit<LogMeta, 'inherited'>,
): SegmentHeader {
  const decoded = decodeSegmentHeader(bytes);
  if (decoded.kind === 'format') throw unknownFormat(path, decoded.format, SEGMENT_FORMAT);
  if (decoded.kind === 'bad') throw damaged(path, 0, decoded.why);
  const why = contradiction(decoded.header, base, log);
  if (why !== undefined) throw damaged(path, 0, why);
  return decoded.header;
}

function contradiction(header: SegmentHeader, base: number, options: Omit<LogMeta, 'inherited'>): string | undefined {
  if (header.base !== base) return `it says that it begins with frame ${header.base}`;
  if (header.epoch !== options.epoch) return `it belongs to epoch ${header.epoch}, the log to epoch ${options.epoch}`;
  if (header.partition !== options.partition) return `it belongs to partition ${header.partition}`;
  return undefined;
}

/** Tells a segment where it ends, which the next one knows. */
function follow(before: Segment, sizeBytes: number, next: Segment): void {
  const { previous } = next.header;
  if (previous === undefined || previous.base !== before.header.base) {
    throw damaged(next.path, 0, `the segment before it should begin with frame ${previous?.base}, it is missing`);
  }
  if (sizeBytes < previous.usedBytes) {
    throw damaged(before.path, sizeBytes, `the file ends here; it had ${previous.usedBytes} bytes when it was full`);
  }
  before.usedBytes = previous.usedBytes;
  before.endOffset = next.header.base;
}

/** Scans the last segment, cuts what is torn, makes the last frame durable; answers the stamp of the last frame. */
async function repairTail(options: LoadOptions, active: Segment, file: DiskFile): Promise<number> {
  const { epoch, base, stampBeforeMs } = active.header;
  const start = { epoch, place: FIRST_FRAME_PLACE, offset: base, stampBeforeMs, endPlace: await file.sizeBytes() };
  const cursor = new FrameCursor(file, start);
  let last: FoundFrame | undefined;
  let found: FoundFrame | NoFrame;
  for (found = await cursor.next(); found.kind === 'found'; found = await cursor.next()) {
    active.index.add(found.frame.offset, found.place);
    active.usedBytes = found.place + found.lengthBytes;
    active.endOffset = found.frame.offset + 1;
    last = found;
  }
  if (found.isForeign) throw damaged(active.path, found.place, `frame ${active.endOffset} is not there: ${found.why}`);
  await cutTorn(options, { active, file, why: found.why });
  if (last !== undefined) await file.write(last.place, await file.read(last.place, last.lengthBytes));
  await file.sync();
  return last?.frame.stampMs ?? stampBeforeMs;
}

interface FoundTail {
  readonly active: Segment;
  readonly file: DiskFile;
  /** Why there is no whole frame behind the last one. */
  readonly why: string;
}

async function cutTorn(options: LoadOptions, { active, file, why }: FoundTail): Promise<void> {
  const { path, endOffset, usedBytes: place } = active;
  const behind = await searchBehind(file, place, active.header.epoch);
  const { durableAtLeast } = options;
  const judgement = judgeTail({ endOffset, place, why, ...behind, durableAtLeast });
  if (judgement.kind === 'damaged') throw damaged(path, place, judgement.why);
  if (judgement.kind === 'clean') return;
  await file.truncate(place);
  const what = `frame ${endOffset} was not written to its end (${why}), nobody was told that it was durable`;
  options.onNotice(`${path}: cut ${judgement.bytes} bytes off at byte ${place}: ${what}`);
}
