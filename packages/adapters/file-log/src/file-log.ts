import { Failure, type FailureDetails, type FailureKind, invariant } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import type { Disk } from '@actionbase/ports/disk';
import { portFailures } from '@actionbase/ports/failures';
import type { Appended, Frame, Log, LogBounds, ReadLimits } from '@actionbase/ports/log';
import { AppendQueue, type FrameBatch } from './append-queue.ts';
import { encodeFrame } from './frame.ts';
import { PREALLOCATED_BYTES_DEFAULT, SEGMENT_BYTES_DEFAULT, SEGMENT_BYTES_MAX } from './limits.ts';
import { loadSegments } from './load-segments.ts';
import { epochOfFrame, type LogMeta } from './log-meta.ts';
import { openDirectory, refuseEpochBehind, refuseMissingLog } from './open-directory.ts';
import { claimLog, type OwnerClaim } from './owner-claim.ts';
import { planStamp } from './plan-stamp.ts';
import { SegmentSet } from './segment-set.ts';

const PARTITION = 0;

export interface FileLogOptions {
  /** Folder of the log, made when missing. Nothing else lives in it. */
  readonly directory: string;
  readonly disk: Disk;
  readonly clock: Clock;
  /** Bytes after which a new file is begun. */
  readonly segmentBytes?: number;
  /** Zeros that are written ahead of the frames in one go. */
  readonly preallocatedBytes?: number;
  /** Epoch of the log if it has to be made. */
  readonly newEpoch?: number;
  /** The term will be above this one: that with which the store was claimed. */
  readonly termAbove?: number;
  /** All frames below `offset` of `epoch` are known to have been durable: the store has applied them. */
  readonly durableAtLeast?: { readonly epoch: number; readonly offset: number } | undefined;
  /** Told in one line what was repaired. */
  readonly onNotice?: (line: string) => void;
}

type Condition =
  | { readonly kind: 'open' }
  /** A write failed: what is on the disk is not known. */
  | { readonly kind: 'failed'; readonly cause: unknown }
  /** A later owner has begun: nothing is written any more, for good. */
  | { readonly kind: 'fenced'; readonly failure: Failure }
  | { readonly kind: 'closed' };

interface Parts {
  readonly options: Required<Omit<FileLogOptions, 'durableAtLeast' | 'newEpoch' | 'termAbove'>>;
  readonly meta: LogMeta;
  readonly lock: AsyncDisposable;
  readonly claim: OwnerClaim;
  readonly segments: SegmentSet;
  readonly lastStampMs: number;
}

/**
 * A log of one partition in files. All callers that wait are written by one write and made durable by one sync; while that
 * runs, the next ones gather. See the package's README for the files and for what happens when something fails.
 *
 * The entries of an append must not change before it has settled.
 */
export class FileLog implements Log {
  readonly partitions = 1;
  readonly #options: Parts['options'];
  readonly #epoch: number;
  readonly #meta: LogMeta;
  readonly #lock: AsyncDisposable;
  readonly #claim: OwnerClaim;
  readonly #queue = new AppendQueue();
  #segments: SegmentSet;
  #lastStampMs: number;
  #lastFrameMonotonicMs = Number.NEGATIVE_INFINITY;
  #condition: Condition = { kind: 'open' };
  /** Whether every frame that was written is counted: not after a write of unknown fate. */
  #knowsItsEnd = true;
  #buffer = new Uint8Array(64 * 1024);
  /** The loop that writes frames, while there are any to write. */
  #writing: Promise<void> | undefined;
  /** Trims and recoveries, one after the other. */
  #maintenance: Promise<unknown> = Promise.resolve();

  private constructor(parts: Parts) {
    this.#options = parts.options;
    this.#epoch = parts.meta.epoch;
    this.#meta = parts.meta;
    this.#lock = parts.lock;
    this.#claim = parts.claim;
    this.#segments = parts.segments;
    this.#lastStampMs = parts.lastStampMs;
  }

  /**
   * Opens the log of a folder, alone: a second opener is refused by the lock, and whoever has lost the lock by its term.
   * Damage is refused, a torn tail is left out.
   */
  static async open(given: FileLogOptions): Promise<FileLog> {
    const { durableAtLeast, newEpoch = 1, termAbove = 0, ...rest } = given;
    const options = {
      segmentBytes: SEGMENT_BYTES_DEFAULT,
      preallocatedBytes: PREALLOCATED_BYTES_DEFAULT,
      onNotice: () => undefined,
      ...rest,
    };
    invariant(options.segmentBytes <= SEGMENT_BYTES_MAX, 'a segment has at most about four gigabytes');
    const { disk, directory } = options;
    await refuseMissingLog(disk, directory, durableAtLeast);
    await disk.makeDirectory(directory);
    const lock = await disk.lock(`${directory}/lock`);
    try {
      const claim = await claimLog(disk, directory, termAbove + 1);
      const meta = await openDirectory(disk, directory, { epoch: newEpoch, partition: PARTITION, claim });
      const { epoch } = meta;
      refuseEpochBehind(directory, epoch, durableAtLeast);
      const seen = durableAtLeast?.epoch === epoch ? durableAtLeast.offset : undefined;
      const loaded = await loadSegments({ ...options, epoch, partition: PARTITION, claim, durableAtLeast: seen });
      const segments = new SegmentSet({ ...options, claim }, loaded);
      return new FileLog({ options, meta, lock, claim, segments, lastStampMs: loaded.lastStampMs });
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
  }

  term(partition: number): number {
    assertPartition(partition);
    return this.#claim.term;
  }

  async confirm(partition: number): Promise<void> {
    assertPartition(partition);
    if (this.#condition.kind === 'fenced') throw this.#condition.failure;
    await this.#unlessFenced(this.#claim.confirm());
  }

  append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    assertPartition(partition);
    invariant(entries.length > 0, 'an append has at least one entry');
    const refusal = this.#closedFailure();
    if (refusal !== undefined) return Promise.reject(refusal);
    let entryBytes = 0;
    for (const entry of entries) entryBytes += entry.length;
    return new Promise((resolve, reject) => {
      const full = this.#queue.push({ entries, entryBytes, resolve, reject });
      if (full !== undefined) reject(full);
      else this.#writing ??= this.#writeFrames();
    });
  }

  async read(partition: number, from: number, limits: ReadLimits): Promise<readonly Frame[]> {
    assertPartition(partition);
    if (this.#condition.kind === 'closed') throw closed(undefined);
    const { start } = this.#segments;
    if (from < start) {
      const message = `frame ${from} is gone: the log begins with frame ${start}`;
      throw new Failure(portFailures['log-trimmed'], message, { from, start });
    }
    const frames = await this.#segments.read(from, limits);
    if (this.#meta.inherited.length === 0) return frames;
    return frames.map((frame) => ({ ...frame, epoch: epochOfFrame(this.#meta, frame.offset) }));
  }

  bounds(partition: number): LogBounds {
    assertPartition(partition);
    const { bytes, start, end } = this.#segments;
    return { epoch: this.#epoch, bytes, start, end, lastStampMs: this.#lastStampMs };
  }

  trim(partition: number, before: number): Promise<void> {
    assertPartition(partition);
    invariant(before <= this.#segments.end, 'only frames that exist are forgotten');
    return this.#maintain(async () => {
      await this.confirm(PARTITION);
      await this.#unlessFenced(this.#segments.trim(before));
    });
  }

  recover(partition: number): Promise<LogBounds> {
    assertPartition(partition);
    return this.#maintain(async () => {
      if (this.#condition.kind === 'closed') throw closed(undefined);
      await this.confirm(PARTITION);
      if (this.#condition.kind === 'failed') await this.#unlessFenced(this.#reload());
      return this.bounds(PARTITION);
    });
  }

  /** Waits for the appends that were accepted, closes the files and frees the lock. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#condition.kind === 'closed') return;
    this.#condition = { kind: 'closed' };
    await this.#writing;
    await this.#maintenance;
    if (this.#knowsItsEnd) await this.#segments.giveBackRoom();
    await this.#segments.close();
    await this.#lock[Symbol.asyncDispose]();
  }

  /** The loop: frame after frame, until nobody waits. */
  async #writeFrames(): Promise<void> {
    await Promise.resolve();
    while (!this.#queue.isEmpty) {
      const stampMs = await this.#nextStamp();
      await this.#writeFrame(this.#queue.takeFrame(), stampMs);
    }
    this.#writing = undefined;
  }

  async #nextStamp(): Promise<number> {
    const { clock } = this.#options;
    for (let waits = 0; ; waits++) {
      const plan = planStamp({
        nowMs: clock.nowMs(),
        monotonicMs: clock.monotonicMs(),
        lastStampMs: this.#lastStampMs,
        lastFrameMonotonicMs: this.#lastFrameMonotonicMs,
        waits,
      });
      if (plan.kind === 'stamp') return plan.stampMs;
      await clock.sleep(plan.durationMs);
    }
  }

  async #writeFrame(batch: FrameBatch, stampMs: number): Promise<void> {
    try {
      await this.#segments.makeRoom(batch.lengthBytes, this.#lastStampMs);
    } catch (error) {
      this.#reject(batch, error);
      return;
    }
    const offset = this.#segments.end;
    try {
      await this.#segments.write(this.#encode(batch, offset, stampMs));
    } catch (error) {
      this.#fail(batch, offset, error);
      return;
    }
    this.#lastStampMs = stampMs;
    this.#lastFrameMonotonicMs = this.#options.clock.monotonicMs();
    let firstEntry = 0;
    for (const append of batch.appends) {
      append.resolve({ epoch: this.#epoch, offset, stampMs, firstEntry, entryCount: batch.entries.length });
      firstEntry += append.entries.length;
    }
  }

  #encode(batch: FrameBatch, offset: number, stampMs: number): Uint8Array {
    if (this.#buffer.length < batch.lengthBytes) {
      this.#buffer = new Uint8Array(Math.max(batch.lengthBytes, this.#buffer.length * 2));
    }
    const content = { epoch: this.#epoch, offset, stampMs, durableEnd: offset, entries: batch.entries };
    const length = encodeFrame(this.#buffer, this.#segments.nextPlace, content);
    invariant(length === batch.lengthBytes, 'a frame has the length that room was made for');
    return this.#buffer.subarray(0, length);
  }

  /** Nothing of the frame was written. A full disk may have room again later; after another error the log needs recovery. */
  #reject(batch: FrameBatch, error: unknown): void {
    if (isFenced(error)) {
      this.#setFenced(error);
      for (const append of batch.appends) append.reject(error);
      return;
    }
    const isFull = error instanceof Failure && error.code === 'disk-full';
    if (!isFull) this.#setFailed(error);
    const details = { cause: isFull ? 'disk-full' : 'disk-failed' };
    rejectBatch(batch, error, (why) => [portFailures['log-rejected'], `nothing was appended: ${why}`, details]);
  }

  #fail(batch: FrameBatch, offset: number, error: unknown): void {
    this.#knowsItsEnd = false;
    if (isFenced(error)) this.#setFenced(error);
    else this.#setFailed(error);
    const what = `whether frame ${offset} was written is not known`;
    rejectBatch(batch, error, (why) => [portFailures['log-unknown-outcome'], `${what}: ${why}`, { offset }]);
  }

  /** Nothing is written any more, and whoever waits is told so. */
  #setFailed(cause: unknown): void {
    if (this.#condition.kind === 'open') this.#condition = { kind: 'failed', cause };
    this.#queue.rejectAll(closed(cause));
  }

  #setFenced(failure: Failure): void {
    if (this.#condition.kind !== 'closed') this.#condition = { kind: 'fenced', failure };
    this.#queue.rejectAll(failure);
  }

  /** Lets something go on; when it finds a later owner, nothing is written any more. */
  async #unlessFenced<T>(running: Promise<T>): Promise<T> {
    try {
      return await running;
    } catch (error) {
      if (isFenced(error)) this.#setFenced(error);
      throw error;
    }
  }

  #closedFailure(): Failure | undefined {
    switch (this.#condition.kind) {
      case 'open':
        return undefined;
      case 'failed':
        return closed(this.#condition.cause);
      case 'fenced':
        return this.#condition.failure;
      case 'closed':
        return closed(undefined);
    }
  }

  /** Reads the files again, as if the log were opened now, and goes on with what is found. */
  async #reload(): Promise<void> {
    await this.#writing;
    const before = this.#segments;
    const loaded = await loadSegments({
      ...this.#options,
      epoch: this.#epoch,
      partition: PARTITION,
      claim: this.#claim,
      durableAtLeast: before.end,
    });
    const segments = new SegmentSet({ ...this.#options, claim: this.#claim }, loaded);
    try {
      // What was read is told to callers as durable, as after an append.
      await this.#claim.confirm();
    } catch (error) {
      await segments.close();
      throw error;
    }
    this.#segments = segments;
    this.#lastStampMs = loaded.lastStampMs;
    this.#knowsItsEnd = true;
    if (this.#condition.kind === 'failed') this.#condition = { kind: 'open' };
    await before.close();
  }

  #maintain<T>(run: () => Promise<T>): Promise<T> {
    const running = this.#maintenance.then(run);
    this.#maintenance = running.catch(() => undefined);
    return running;
  }
}

function assertPartition(partition: number): void {
  invariant(partition === PARTITION, 'a file log has one partition, 0');
}

function isFenced(error: unknown): error is Failure {
  return error instanceof Failure && error.code === 'fenced';
}

function closed(cause: unknown): Failure {
  const why = cause === undefined ? 'it was closed' : `it needs recovery after a failure: ${messageOf(cause)}`;
  return new Failure(portFailures['log-closed'], `the log takes no appends: ${why}`, {}, cause);
}

/** Tells the callers of a frame what the disk said against it. What is no failure is a mistake of ours, and stays one. */
function rejectBatch(
  batch: FrameBatch,
  error: unknown,
  translate: (why: string) => readonly [FailureKind, string, FailureDetails],
): void {
  const translated = error instanceof Failure ? new Failure(...translate(error.message), error) : error;
  for (const append of batch.appends) append.reject(translated);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
