import { invariant } from '@actionbase/core/failure';
import type { Disk, DiskFile } from '@actionbase/ports/disk';
import { damaged, unknownFormat } from './failures.ts';
import { type FoundFrame, FrameCursor, type NoFrame } from './frame-cursor.ts';
import { judgeTail } from './judge-tail.ts';
import type { LogMeta } from './log-meta.ts';
import { type OwnerClaim, removeIfThere } from './owner-claim.ts';
import { searchBehind } from './search-behind.ts';
import { emptySegment, type Segment } from './segment.ts';
import { chainSegments } from './segment-chain.ts';
import {
  decodeSegmentHeader,
  FIRST_FRAME_PLACE,
  parseSegmentName,
  SEGMENT_FORMAT,
  type SegmentHeader,
  type SegmentId,
  segmentName,
} from './segment-header.ts';
import type { LoadedSegments } from './segment-set.ts';

export interface LoadOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly epoch: number;
  readonly partition: number;
  /** Who reads: only what was written under its own term is cut. */
  readonly claim: OwnerClaim;
  /** Frames below this offset are known to have been durable. */
  readonly durableAtLeast: number | undefined;
  /** Told in one line what was repaired. */
  readonly onNotice: (line: string) => void;
}

/**
 * Finds out what of a log is durable, and makes that true: leaves a torn tail out, and writes the last frame once more.
 *
 * A segment of an earlier owner is not changed by that (those bytes are there already): the next frame begins a segment of its
 * own, which says where the one before has ended. So it does not matter what an earlier owner still writes.
 *
 * The last frame may have been written by a process that ended before its sync, or whose sync failed. It is then read from
 * memory, and the disk may never get it. Written again and synced it is durable. All frames before it are: each was synced
 * before the next one was written.
 */
export async function loadSegments(options: LoadOptions): Promise<LoadedSegments & { readonly lastStampMs: number }> {
  const { disk, directory } = options;
  await removeUnfinished(options);
  const segments = await readHeaders(options, await disk.list(directory));
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

/** Removes files that did not get their names: of this owner and of those before it. */
async function removeUnfinished({ disk, directory, claim }: LoadOptions): Promise<void> {
  for (const name of await disk.list(directory)) {
    if (!name.endsWith('.new')) continue;
    const segment = parseSegmentName(name.slice(0, -'.new'.length));
    if (segment !== undefined && segment.term <= claim.term) await removeIfThere(disk, `${directory}/${name}`);
  }
  await disk.syncDirectory(directory);
}

interface FoundSegment {
  readonly header: SegmentHeader;
  readonly segment: Segment;
  readonly sizeBytes: number;
}

/** Reads all headers and checks that no segment is missing; the frames of older segments are checked when they are read. */
async function readHeaders(options: LoadOptions, names: readonly string[]): Promise<Segment[]> {
  const found: FoundSegment[] = [];
  for (const name of names) {
    const id = parseSegmentName(name);
    if (id !== undefined) found.push(await readHeader(options, id));
  }
  if (found.length === 0) throw damaged(`${options.directory}/log.meta`, 0, 'there is no segment beside it');
  const chain = chainSegments(found);
  if (chain.kind === 'broken') throw damaged(chain.at.segment.path, 0, chain.why);
  for (const { segment } of chain.strays) {
    options.onNotice(
      `${segment.path}: left out, an owner began it that had been replaced; nobody was told of its frames`,
    );
  }
  return chain.links.map(({ segment: { segment, sizeBytes }, end }) => {
    if (end === undefined) return segment;
    if (sizeBytes < end.place) {
      throw damaged(segment.path, sizeBytes, `the file ends here; it had ${end.place} bytes when it was full`);
    }
    segment.usedBytes = end.place;
    segment.endOffset = end.offset;
    return segment;
  });
}

async function readHeader(options: LoadOptions, id: SegmentId): Promise<FoundSegment> {
  const path = `${options.directory}/${segmentName(id)}`;
  const file = await options.disk.open(path, { create: false });
  try {
    const header = readSegmentHeader({ path, id, bytes: await file.read(0, FIRST_FRAME_PLACE) }, options);
    return { header, segment: emptySegment(options.directory, header), sizeBytes: await file.sizeBytes() };
  } finally {
    await file.close();
  }
}

/** Reads the first page of a segment, which must be the one that its name says, of this log. */
export function readSegmentHeader(
  { path, id, bytes }: { readonly path: string; readonly id: SegmentId; readonly bytes: Uint8Array },
  log: Pick<LogMeta, 'epoch' | 'partition'>,
): SegmentHeader {
  const decoded = decodeSegmentHeader(bytes);
  if (decoded.kind === 'format') throw unknownFormat(path, decoded.format, SEGMENT_FORMAT);
  if (decoded.kind === 'bad') throw damaged(path, 0, decoded.why);
  const why = contradiction(decoded.header, id, log);
  if (why !== undefined) throw damaged(path, 0, why);
  return decoded.header;
}

function contradiction(
  header: SegmentHeader,
  id: SegmentId,
  options: Pick<LogMeta, 'epoch' | 'partition'>,
): string | undefined {
  if (header.term !== id.term) return `it says that the owner of term ${header.term} began it`;
  if (header.base !== id.base) return `it says that it begins with frame ${header.base}`;
  if (header.epoch !== options.epoch) return `it belongs to epoch ${header.epoch}, the log to epoch ${options.epoch}`;
  if (header.partition !== options.partition) return `it belongs to partition ${header.partition}`;
  return undefined;
}

/** Scans the last segment, leaves out what is torn, makes the last frame durable; answers the stamp of the last frame. */
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
  await leaveOutTorn(options, { active, file, why: found.why });
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

async function leaveOutTorn(options: LoadOptions, { active, file, why }: FoundTail): Promise<void> {
  const { path, endOffset, usedBytes: place } = active;
  const behind = await searchBehind(file, place, active.header.epoch);
  const { durableAtLeast } = options;
  const judgement = judgeTail({ endOffset, place, why, ...behind, durableAtLeast });
  if (judgement.kind === 'damaged') throw damaged(path, place, judgement.why);
  if (judgement.kind === 'clean') return;
  if (active.header.term === options.claim.term) {
    await options.claim.confirm();
    await file.truncate(place);
  }
  const what = `frame ${endOffset} was not written to its end (${why}), nobody was told that it was durable`;
  options.onNotice(`${path}: cut ${judgement.bytes} bytes off at byte ${place}: ${what}`);
}
