import { type LogPosition, parsePosition, printPosition } from './position.ts';

/**
 * Where an entry was refused when the queue, or a retry, had it reduced: a frame of the log, the place of the record in the
 * frame, and of the entry in the frame (`EdgeOutcome.entry`). It names the mutation that is parked since then, for good:
 * what is refused again is parked under the place of that refusal.
 */
export interface ParkedPosition extends LogPosition {
  readonly record: number;
  readonly entry: number;
}

/** Prints `e1-p0-1842-0-3`. */
export function printParkedPosition(position: ParkedPosition): string {
  return `${printPosition(position)}-${position.record}-${position.entry}`;
}

/** Parses what `printParkedPosition` prints; anything else is undefined. */
export function parseParkedPosition(text: string): ParkedPosition | undefined {
  const match = /^(e\d+-p\d+-\d+)-(\d{1,9})-(\d{1,9})$/.exec(text);
  const frame = parsePosition(match?.[1] ?? '');
  if (frame === undefined) return undefined;
  return { ...frame, record: Number(match?.[2]), entry: Number(match?.[3]) };
}
