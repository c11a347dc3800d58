import { type LogPosition, parsePosition, printPosition } from './position.ts';

/**
 * A place in a stream: after one item of a frame, or after the whole frame when `item` is null. Items of a frame count from
 * 0, those that the stream does not show included; WAL and CDC count differently, so a place belongs to one of them.
 */
export interface StreamPosition extends LogPosition {
  readonly item: number | null;
}

/** Prints `e1-p0-1842-3`, or `e1-p0-1842` for the whole frame. */
export function printStreamPosition(position: StreamPosition): string {
  const frame = printPosition(position);
  return position.item === null ? frame : `${frame}-${position.item}`;
}

/** Parses what `printStreamPosition` prints; anything else is undefined. */
export function parseStreamPosition(text: string): StreamPosition | undefined {
  const match = /^(e\d+-p\d+-\d+)(?:-(\d{1,9}))?$/.exec(text);
  const frame = parsePosition(match?.[1] ?? '');
  if (frame === undefined) return undefined;
  const item = match?.[2];
  return { ...frame, item: item === undefined ? null : Number(item) };
}
