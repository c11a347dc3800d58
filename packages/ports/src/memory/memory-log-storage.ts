import { Failure, invariant } from '@actionbase/core/failure';
import { portFailures } from '../failures.ts';
import type { Frame } from '../log.ts';

/** What of one partition of a `MemoryLog` survives a crash. */
export interface StoredPartition {
  /** Offset of the first frame in `frames`. */
  start: number;
  readonly frames: Frame[];
  /** Bytes of the entries in `frames`. */
  bytes: number;
  lastStampMs: number;
  /** A whole frame behind the last durable one, whose append failed without saying whether it happened. */
  unproven: Frame | undefined;
}

/** The frames of a `MemoryLog` that outlive it: a log that is opened on them goes on where the one before ended. */
export class MemoryLogStorage {
  readonly epoch: number;
  /** How often a log was opened on these frames: the term of the last opening. */
  openings = 0;
  readonly partitions: readonly StoredPartition[];
  readonly #damaged = new Set<string>();

  constructor(options: { readonly epoch?: number; readonly partitions?: number } = {}) {
    this.epoch = options.epoch ?? 1;
    this.partitions = Array.from({ length: options.partitions ?? 1 }, () => ({
      start: 0,
      frames: [],
      bytes: 0,
      lastStampMs: 0,
      unproven: undefined,
    }));
  }

  /** The same frames once more: a log that is opened on them does not take the place of one that is open on these. */
  copy(): MemoryLogStorage {
    const copy = new MemoryLogStorage({ epoch: this.epoch, partitions: this.partitions.length });
    for (const [partition, { frames, ...rest }] of this.partitions.entries()) {
      Object.assign(copy.partition(partition), { ...rest, frames: [...frames] });
    }
    return copy;
  }

  partition(partition: number): StoredPartition {
    const found = this.partitions[partition];
    invariant(found !== undefined, `the log has no partition ${partition}`);
    return found;
  }

  /** Harms a durable frame: the log does not open any more. */
  damage(partition: number, offset: number): void {
    this.#damaged.add(`${partition}-${offset}`);
  }

  /** What opening finds out: refuses damage, keeps a whole frame behind the end. */
  repair(): void {
    for (const [partition, stored] of this.partitions.entries()) {
      for (const { offset } of stored.frames) {
        if (!this.#damaged.has(`${partition}-${offset}`)) continue;
        const place = { file: `memory partition ${partition}`, byte: offset };
        throw new Failure(portFailures['log-damaged'], `${place.file}: frame ${offset} cannot be read`, place);
      }
      keepUnproven(stored);
    }
  }
}

/** Makes a whole frame behind the end part of the log. */
export function keepUnproven(stored: StoredPartition): void {
  if (stored.unproven === undefined) return;
  storeFrame(stored, stored.unproven);
  stored.unproven = undefined;
}

/** Adds a frame behind the last one. */
export function storeFrame(stored: StoredPartition, frame: Frame): void {
  stored.frames.push(frame);
  stored.bytes += entryBytesOf(frame);
  stored.lastStampMs = frame.stampMs;
}

/** Bytes of a frame's entries. */
export function entryBytesOf(frame: Frame): number {
  let bytes = 0;
  for (const entry of frame.entries) bytes += entry.length;
  return bytes;
}
