// Hot: runs for every row that is written (bench: `npm run bench -- lmdb`).
import type { FrameWrite } from '@actionbase/ports/store';
import { cellKey, type LmdbKey, rowKey } from './lmdb-key.ts';
import {
  decodeInboxPosition,
  encodeInboxPosition,
  encodeProgress,
  feedKey,
  inboxKey,
  progressKey,
} from './lmdb-record.ts';

/** A put, or a removal when `value` is undefined. */
export interface LmdbWrite {
  readonly key: LmdbKey;
  readonly value: Uint8Array | undefined;
}

/**
 * What the frames change, in the order of writing: rows and feed frame by frame, then the inbox, the progress last. Values
 * are copied, all into one buffer: the caller may go on with its own, and lmdb looks up one address instead of many.
 */
export function planWrite(
  partition: number,
  frames: readonly FrameWrite[],
  storedValue: (key: LmdbKey) => Uint8Array | undefined,
): LmdbWrite[] {
  const copy = copier(frames);
  const writes: LmdbWrite[] = [];
  for (const frame of frames) {
    for (const { space, key, qualifier, value } of frame.rows) {
      const name = qualifier === undefined ? rowKey(space, key) : cellKey(space, key, qualifier);
      writes.push({ key: name, value: value === undefined ? undefined : copy(value) });
    }
    writes.push({ key: feedKey(partition, frame.offset), value: copy(frame.feed) });
  }
  for (const [origin, position] of highestPositions(frames)) {
    const key = inboxKey(partition, origin);
    const stored = storedValue(key);
    if (stored !== undefined && decodeInboxPosition(stored) >= position) continue;
    writes.push({ key, value: encodeInboxPosition(position) });
  }
  const last = frames.at(-1);
  if (last !== undefined) writes.push({ key: progressKey(partition), value: encodeProgress(last) });
  return writes;
}

function highestPositions(frames: readonly FrameWrite[]): Map<string, bigint> {
  const highest = new Map<string, bigint>();
  for (const frame of frames) {
    for (const { origin, position } of frame.inbox) {
      const before = highest.get(origin);
      if (before === undefined || before < position) highest.set(origin, position);
    }
  }
  return highest;
}

function copier(frames: readonly FrameWrite[]): (value: Uint8Array) => Uint8Array {
  let total = 0;
  for (const frame of frames) {
    total += frame.feed.length;
    for (const row of frame.rows) total += row.value === undefined ? 0 : row.value.length;
  }
  const buffer = new Uint8Array(total);
  let used = 0;
  return (value) => {
    const start = used;
    buffer.set(value, start);
    used += value.length;
    return buffer.subarray(start, used);
  };
}
