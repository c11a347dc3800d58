import { invariant } from '../failure.ts';

/**
 * A place in the log: frame `offset` of `partition` in `epoch`. Offsets count frames from 0.
 * A restore or a change of the number of partitions opens a new epoch; after a restore the offsets go on.
 */
export interface LogPosition {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
}

/** Prints `e3-p0-1842`. */
export function printPosition(position: LogPosition): string {
  return `e${position.epoch}-p${position.partition}-${position.offset}`;
}

/** Parses what `printPosition` prints; anything else is undefined. */
export function parsePosition(text: string): LogPosition | undefined {
  const match = /^e(\d{1,9})-p(\d{1,9})-(\d{1,15})$/.exec(text);
  if (match === null) return undefined;
  return { epoch: Number(match[1]), partition: Number(match[2]), offset: Number(match[3]) };
}

/** Orders positions of one partition: by epoch, then offset. */
export function comparePositions(a: LogPosition, b: LogPosition): number {
  invariant(a.partition === b.partition, 'positions of different partitions have no order');
  return a.epoch - b.epoch || a.offset - b.offset;
}
