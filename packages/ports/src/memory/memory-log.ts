import { Failure, invariant } from '@actionbase/core/failure';
import type { Awaitable } from '../awaitable.ts';
import type { Clock } from '../clock.ts';
import { portFailures } from '../failures.ts';
import type { Appended, Frame, Log, LogBounds, ReadLimits } from '../log.ts';
import {
  entryBytesOf,
  keepUnproven,
  type MemoryLogStorage,
  type StoredPartition,
  storeFrame,
} from './memory-log-storage.ts';

/**
 * What becomes of a frame instead of being durable. 'rejected': it is not written, which is certain. 'lost' and 'kept': its
 * fate is unknown to the callers, and it is absent or there after `recover`.
 */
export type LogFault = 'rejected' | 'lost' | 'kept';

export interface MemoryLogOptions {
  readonly storage: MemoryLogStorage;
  readonly clock: Clock;
  /** Runs before each frame becomes durable: it may delay it, or answer with what goes wrong. */
  readonly intercept?: (partition: number) => Awaitable<LogFault | undefined>;
}

interface Waiting {
  readonly entries: readonly Uint8Array[];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (failure: Failure) => void;
}

interface FailedFrame {
  readonly stored: StoredPartition;
  readonly callers: readonly Waiting[];
  /** The frame when it was written all the same. */
  readonly kept: Frame | undefined;
}

type Condition = 'open' | 'failed' | 'fenced' | 'closed' | 'dead';

/** A log in memory, of any number of partitions. Appends that wait for the same frame share it. */
export class MemoryLog implements Log {
  readonly partitions: number;
  readonly #term: number;
  readonly #storage: MemoryLogStorage;
  readonly #clock: Clock;
  readonly #intercept: MemoryLogOptions['intercept'];
  readonly #waiting: Waiting[][];
  readonly #conditions: Condition[];
  readonly #writing: (Promise<void> | undefined)[];

  private constructor(options: MemoryLogOptions) {
    this.#storage = options.storage;
    this.#term = options.storage.openings;
    this.#clock = options.clock;
    this.#intercept = options.intercept;
    this.partitions = options.storage.partitions.length;
    this.#waiting = options.storage.partitions.map(() => []);
    this.#conditions = options.storage.partitions.map(() => 'open');
    this.#writing = options.storage.partitions.map(() => undefined);
  }

  /** Opens a log on what an earlier one left. */
  static async open(options: MemoryLogOptions): Promise<MemoryLog> {
    options.storage.openings += 1;
    options.storage.repair();
    return new MemoryLog(options);
  }

  term(_partition: number): number {
    return this.#term;
  }

  async confirm(partition: number): Promise<void> {
    if (!this.#isFenced) return;
    this.#conditions[partition] = 'fenced';
    throw fenced(partition);
  }

  append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    invariant(entries.length > 0, 'an append has at least one entry');
    const condition = this.#conditions[partition];
    if (condition === 'dead') return new Promise(() => {});
    if (condition === 'fenced') return Promise.reject(fenced(partition));
    if (condition !== 'open') return Promise.reject(closed(partition));
    return new Promise((resolve, reject) => {
      this.#queue(partition).push({ entries: entries.map((entry) => entry.slice()), resolve, reject });
      this.#writing[partition] ??= this.#write(partition);
    });
  }

  async read(partition: number, from: number, limits: ReadLimits): Promise<readonly Frame[]> {
    const { start, frames } = this.#storage.partition(partition);
    if (from < start) {
      const message = `frame ${from} of partition ${partition} is gone: the log begins at ${start}`;
      throw new Failure(portFailures['log-trimmed'], message, { partition, from, start });
    }
    const page: Frame[] = [];
    let bytes = 0;
    for (let index = from - start; index < frames.length && page.length < limits.frames; index++) {
      const frame = frames[index];
      invariant(frame !== undefined, 'a frame within the bounds is there');
      bytes += entryBytesOf(frame);
      if (page.length > 0 && bytes > limits.bytes) break;
      page.push({ ...frame, entries: frame.entries.map((entry) => entry.slice()) });
    }
    return page;
  }

  bounds(partition: number): LogBounds {
    const { start, frames, bytes, lastStampMs } = this.#storage.partition(partition);
    return { epoch: this.#storage.epoch, bytes, start, end: start + frames.length, lastStampMs };
  }

  async trim(partition: number, before: number): Promise<void> {
    await this.confirm(partition);
    const stored = this.#storage.partition(partition);
    const count = Math.min(Math.max(0, before - stored.start), stored.frames.length);
    for (const frame of stored.frames.splice(0, count)) stored.bytes -= entryBytesOf(frame);
    stored.start += count;
  }

  async recover(partition: number): Promise<LogBounds> {
    const condition = this.#conditions[partition];
    if (condition === 'closed') throw closed(partition);
    await this.confirm(partition);
    if (condition === 'failed') {
      keepUnproven(this.#storage.partition(partition));
      this.#conditions[partition] = 'open';
    }
    return this.bounds(partition);
  }

  /** Ends the log as its process ends: what waits never settles. What is durable stays in the storage. */
  crash(): void {
    this.#conditions.fill('dead');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#conditions.includes('dead')) return;
    this.#conditions.fill('closed');
    await Promise.all(this.#writing);
  }

  get #isFenced(): boolean {
    return this.#storage.openings !== this.#term;
  }

  async #write(partition: number): Promise<void> {
    await Promise.resolve();
    const queue = this.#queue(partition);
    while (queue.length > 0) {
      const fault = await this.#intercept?.(partition);
      if (this.#conditions[partition] === 'dead') return new Promise(() => {});
      this.#writeFrame(partition, queue.splice(0), fault);
    }
    this.#writing[partition] = undefined;
  }

  #writeFrame(partition: number, callers: readonly Waiting[], fault: LogFault | undefined): void {
    if (this.#isFenced) {
      this.#conditions[partition] = 'fenced';
      for (const caller of [...callers, ...this.#queue(partition).splice(0)]) caller.reject(fenced(partition));
      return;
    }
    const stored = this.#storage.partition(partition);
    const frame: Frame = {
      epoch: this.#storage.epoch,
      offset: stored.start + stored.frames.length,
      stampMs: Math.max(this.#clock.nowMs(), stored.lastStampMs + 1),
      entries: callers.flatMap((caller) => caller.entries),
    };
    if (fault === undefined) {
      storeFrame(stored, frame);
      answer(callers, frame);
    } else if (fault === 'rejected') {
      const failure = new Failure(portFailures['log-rejected'], 'the log refused the append', { partition });
      for (const caller of callers) caller.reject(failure);
    } else {
      this.#fail(partition, { stored, callers, kept: fault === 'kept' ? frame : undefined });
    }
  }

  #fail(partition: number, failed: FailedFrame): void {
    failed.stored.unproven = failed.kept;
    if (this.#conditions[partition] === 'open') this.#conditions[partition] = 'failed';
    const message = `whether the frame of partition ${partition} was written is not known`;
    for (const caller of failed.callers) {
      caller.reject(new Failure(portFailures['log-unknown-outcome'], message, { partition }));
    }
    for (const caller of this.#queue(partition).splice(0)) caller.reject(closed(partition));
  }

  #queue(partition: number): Waiting[] {
    const queue = this.#waiting[partition];
    invariant(queue !== undefined, `the log has no partition ${partition}`);
    return queue;
  }
}

function answer(callers: readonly Waiting[], frame: Frame): void {
  const { epoch, offset, stampMs } = frame;
  let firstEntry = 0;
  for (const caller of callers) {
    caller.resolve({ epoch, offset, stampMs, firstEntry, entryCount: frame.entries.length });
    firstEntry += caller.entries.length;
  }
}

function fenced(partition: number): Failure {
  const message = `partition ${partition} of the log was opened again, by somebody who owns it now`;
  return new Failure(portFailures.fenced, message, { partition });
}

function closed(partition: number): Failure {
  return new Failure(portFailures['log-closed'], `partition ${partition} of the log takes no appends`, { partition });
}
