import { epochOfFrame, type InheritedEpoch } from '@actionbase/adapter-file-log/log-meta';
import { Failure, unreachable } from '@actionbase/core/failure';
import { type LogPosition, printPosition } from '@actionbase/core/model/position';
import { commandFailures } from '../failures.ts';

/** What is asked for: everything, all up to a frame and with it, or all up to a time and with it. */
export type RestoreTarget =
  | { readonly kind: 'end' }
  | { readonly kind: 'position'; readonly position: LogPosition }
  | { readonly kind: 'time'; readonly timeMs: number };

/** What a restore can draw upon: a copy of a store, and a log of the same history. */
export interface RestoreFacts {
  /** That of the log; and those before it, in which its first frames were appended. */
  readonly epoch: number;
  readonly inherited: readonly InheritedEpoch[];
  /** Last frame in the store, -1 for none, and its stamp. */
  readonly store: { readonly offset: number; readonly stampMs: number };
  /** Frames [start, end). */
  readonly log: { readonly start: number; readonly end: number; readonly lastStampMs: number };
  /** Whatever was acknowledged up to this time is in the log. */
  readonly completeUntilMs: number;
}

export interface RestorePlan {
  /** Whether to begin with the copy of the store, or with nothing and all frames from 0 on. */
  readonly from: 'store' | 'nothing';
  /** Frames that are taken over: those up to this offset, and up to this time. */
  readonly lastOffset: number;
  readonly lastStampMs: number;
}

/** Decides how to get to a target. Failure: `position-not-in-backup`, which says what can be had. */
export function planRestore(facts: RestoreFacts, target: RestoreTarget): RestorePlan {
  const { store, log } = facts;
  switch (target.kind) {
    case 'end':
      return upTo(facts, log.end - 1, log.lastStampMs);
    case 'position': {
      const { epoch, partition, offset } = target.position;
      const asked = printPosition(target.position);
      if (partition !== 0 || (epoch !== facts.epoch && epoch !== epochOfFrame(facts, offset))) {
        throw refuse(facts, `${asked} is of another log: the backup is of epoch ${facts.epoch}, partition 0`);
      }
      if (offset >= log.end) throw refuse(facts, `${asked} is beyond its end`);
      if (offset < store.offset && log.start > 0) throw refuse(facts, `${asked} is before the store's position`);
      return upTo(facts, offset, Number.POSITIVE_INFINITY);
    }
    case 'time': {
      const asked = printTime(target.timeMs);
      if (target.timeMs > facts.completeUntilMs) {
        throw refuse(facts, `${asked} is after ${printTime(facts.completeUntilMs)}, when it was taken`);
      }
      if (target.timeMs < store.stampMs && log.start > 0) {
        throw refuse(facts, `${asked} is before the store's position, which is of ${printTime(store.stampMs)}`);
      }
      if (target.timeMs < store.stampMs)
        return { from: 'nothing', lastOffset: log.end - 1, lastStampMs: target.timeMs };
      return upTo(facts, log.end - 1, target.timeMs);
    }
    default:
      return unreachable(target);
  }
}

/** The positions that can be restored, from the first to the last. */
export function printRange({ epoch, store, log }: RestoreFacts): string {
  const first = log.start === 0 ? 0 : store.offset;
  if (log.end <= Math.max(0, first)) return 'only the empty database';
  const [from, to] = [first, log.end - 1].map((offset) => printPosition({ epoch, partition: 0, offset }));
  return `${from} to ${to} (${printTime(log.lastStampMs)})`;
}

/** A time as people and `--to-time` write it. */
export function printTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function upTo({ store }: RestoreFacts, lastOffset: number, lastStampMs: number): RestorePlan {
  return { from: lastOffset >= store.offset && store.offset >= 0 ? 'store' : 'nothing', lastOffset, lastStampMs };
}

function refuse(facts: RestoreFacts, why: string): Failure {
  const message = `${why}. It gives ${printRange(facts)}; for others take an older backup, or a longer log with --log`;
  return new Failure(commandFailures['position-not-in-backup'], message);
}
