import { Failure, invariant } from '@actionbase/core/failure';
import { portFailures } from './failures.ts';
import type { FrameWrite, RowAddress, RowRange, StoreProgress } from './store.ts';

/** Spaces are whole numbers from 0 to this one; a store may use the names above for itself. */
export const spaceMax = 0x7fff_fffe;

/** Partitions are whole numbers from 0 to this one. */
export const partitionMax = 0x7fff_ffff;

const inboxMin = -(2n ** 63n);
const inboxMax = 2n ** 63n - 1n;

/** Checks what every store demands of a row's address, by invariant. */
export function checkAddress(address: RowAddress, keyBytesMax: number): void {
  checkSpace(address.space);
  const bytes = address.key.length + (address.qualifier === undefined ? 0 : address.qualifier.length);
  invariant(bytes <= keyBytesMax, `a key and its qualifier have at most ${keyBytesMax} bytes, not ${bytes}`);
}

/** Checks a space's number, by invariant. */
export function checkSpace(space: number): void {
  invariant(
    Number.isInteger(space) && space >= 0 && space <= spaceMax,
    `${space} is not a space from 0 to ${spaceMax}`,
  );
}

/** Checks a partition's number, by invariant. */
export function checkPartition(partition: number): void {
  invariant(
    Number.isInteger(partition) && partition >= 0 && partition <= partitionMax,
    `${partition} is not a partition from 0 to ${partitionMax}`,
  );
}

/** Checks a term, by invariant. */
export function checkTerm(term: number): void {
  invariant(Number.isSafeInteger(term) && term >= 1, `a term is a whole number from 1, not ${term}`);
}

/** What a store says to whoever claimed a partition with a lower term than another one has. */
export function fencedStore(partition: number, own: number, stored: number): Failure {
  const message = `the store belongs to the owner of term ${stored}; this one has term ${own} and writes nothing any more`;
  return new Failure(portFailures.fenced, message, { partition, term: own, owner: stored });
}

/** Checks how many rows a caller asks for, by invariant. */
export function checkLimit(limit: number): void {
  invariant(Number.isSafeInteger(limit) && limit >= 1, `a limit is a whole number from 1, not ${limit}`);
}

/** Checks a scan's space and limit, by invariant. Bounds may be longer than any key. */
export function checkRange(range: RowRange): void {
  checkSpace(range.space);
  checkLimit(range.limit);
}

/** Checks that the frames go on where the partition stands, and every address in them, by invariant. */
export function checkFrames(
  before: Pick<StoreProgress, 'epoch' | 'offset'> | undefined,
  frames: readonly FrameWrite[],
  keyBytesMax: number,
): void {
  let epoch = before?.epoch ?? 0;
  let offset = before?.offset ?? -1;
  for (const frame of frames) {
    invariant(Number.isSafeInteger(frame.offset), `${frame.offset} is not a frame's offset`);
    invariant(frame.offset > offset, `frame ${frame.offset} is written after frame ${offset}`);
    invariant(frame.epoch >= epoch, `epoch ${frame.epoch} is written after epoch ${epoch}`);
    for (const row of frame.rows) checkAddress(row, keyBytesMax);
    for (const { origin, position } of frame.inbox) {
      invariant(position >= inboxMin && position <= inboxMax, `${position} of origin ${origin} has more than 64 bits`);
    }
    epoch = frame.epoch;
    offset = frame.offset;
  }
}
