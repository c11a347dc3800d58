import { Failure } from '@actionbase/core/failure';
import type { Disk, DiskFile } from '@actionbase/ports/disk';
import { portFailures } from '@actionbase/ports/failures';
import { PlaceIndex } from './place-index.ts';
import { encodeSegmentHeader, FIRST_FRAME_PLACE, type SegmentHeader, segmentName } from './segment-header.ts';

/** One file of frames. Only the owner of its term writes into it; what is behind `usedBytes` is not part of the log. */
export interface Segment {
  readonly header: SegmentHeader;
  readonly path: string;
  readonly index: PlaceIndex;
  /** Place behind the last durable frame. */
  usedBytes: number;
  /** Offset behind the last durable frame. */
  endOffset: number;
}

/** A segment that has no frame yet. */
export function emptySegment(directory: string, header: SegmentHeader): Segment {
  return {
    header,
    path: `${directory}/${segmentName(header)}`,
    index: new PlaceIndex({ offset: header.base, place: FIRST_FRAME_PLACE }),
    usedBytes: FIRST_FRAME_PLACE,
    endOffset: header.base,
  };
}

/** Name of a segment's file until it is complete. */
export function unfinishedPath(path: string): string {
  return `${path}.new`;
}

/**
 * Creates the file of an empty segment and makes it durable, its name included. It gets its name when its header is
 * durable, so that a file of that name always has a header, whenever the power fails.
 *
 * A failure with `disk-full` left nothing behind; after any other the file may be there.
 */
export async function createSegmentFile(disk: Disk, directory: string, segment: Segment): Promise<DiskFile> {
  const unfinished = unfinishedPath(segment.path);
  const file = await disk.open(unfinished, { create: true });
  try {
    await file.truncate(0);
    await file.write(0, encodeSegmentHeader(segment.header));
    await file.sync();
  } catch (error) {
    await file.close();
    await disk.remove(unfinished).catch(() => undefined);
    throw error;
  }
  try {
    await disk.rename(unfinished, segment.path);
    await disk.syncDirectory(directory);
  } catch (error) {
    await file.close();
    throw uncertain(segment.path, error);
  }
  return file;
}

/** Whether the name is there is not known, so that even a full disk is more than a refusal. */
function uncertain(path: string, error: unknown): unknown {
  if (!(error instanceof Failure) || error.code !== 'disk-full') return error;
  return new Failure(
    portFailures['disk-failed'],
    `${path}: the new name may not last: ${error.message}`,
    { path },
    error,
  );
}
