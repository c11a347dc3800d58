import { Failure, invariant } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import type { Log } from '@actionbase/ports/log';
import { QUEUE_ORIGIN } from '../admit/admit.ts';
import type { AppliedFrame } from '../apply/apply-frame.ts';
import type { Writer } from '../apply/writer.ts';
import { retryPauseMs } from '../apply/writer-state.ts';
import type { EngineLimits } from '../limits.ts';
import { PARTITION } from '../partition.ts';
import { Wake } from '../wake.ts';
import { Pace } from './pace.ts';
import type { QueueState, QueueStatus } from './queue-status.ts';
import { laterPlace, placeAfter, type QueuedMutation, type QueuePlace, queuedMutations } from './queued-mutations.ts';
import { VisibilityTimes } from './visibility-times.ts';

/** How fast asynchronous mutations are appended again. */
export interface QueuePlan {
  /** Requests that are appended together, at most `queueGroupMax`. */
  readonly batch: number;
  /** Edges per second; 0 for as many as there are. */
  readonly ratePerS: number;
}

export interface QueueParts {
  readonly log: Log;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly limits: EngineLimits;
  readonly plan: QueuePlan;
  /** Offset of the last frame that held asynchronous mutations; -1 for none. */
  readonly lastQueued: number;
  /** Told when the queue meets something that contradicts the rules, and stops. */
  readonly onBroken: (error: unknown) => void;
}

/**
 * Appends asynchronous mutations again, in log order, as synchronous ones: that later position decides what they do.
 *
 * Each carries its place in the log as its origin, so the inbox drops what was appended before a crash. A group goes into
 * one frame, whole or not at all, and the next group waits for it: a failed append can't be overtaken and then dropped.
 * What is refused there is parked in the side queue, in the same frame; when that is full, the queue waits for room.
 */
export class AsyncQueue implements AsyncDisposable {
  readonly #parts: QueueParts;
  readonly #pace: Pace;
  readonly #visibility = new VisibilityTimes();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #lastQueued: number;
  #next: QueuePlace;
  #waitingSinceMs: number | null = null;
  #waitsForRoom = false;
  #failure: { readonly reason: string } | null = null;
  /** Woken by a `notice` that matters, and when the queue stops. */
  readonly #wake = new Wake();

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#pace = new Pace(parts.plan.ratePerS);
    this.#lastQueued = parts.lastQueued;
    this.#next = this.#afterInbox();
    this.#running = this.#run();
  }

  /** Tells the queue that a frame was applied. */
  notice({ queued, write }: AppliedFrame): void {
    const { offset, stampMs } = write;
    if (queued) {
      if (this.isEmpty) {
        // Nothing waits in the frames before: a log of days is not read for one late mutation.
        if (offset > this.#next.offset) this.#next = { offset, record: 0 };
        this.#waitingSinceMs = stampMs;
      }
      this.#lastQueued = Math.max(this.#lastQueued, offset);
    }
    if (queued || this.#waitsForRoom) this.#wake.wake();
  }

  /** Whether asynchronous mutations wait to be appended again. */
  get isEmpty(): boolean {
    return this.#next.offset > this.#lastQueued;
  }

  /** The first frame that the queue may still have to read; the log keeps it and what follows. */
  get firstNeeded(): number {
    return this.isEmpty ? Number.MAX_SAFE_INTEGER : this.#next.offset;
  }

  get status(): QueueStatus {
    return {
      state: this.#state(),
      framesBehind: Math.max(0, this.#lastQueued + 1 - this.#next.offset),
      waitingSinceMs: this.#waitingSinceMs,
      visibility: this.#visibility.figures,
      parked: this.#parts.writer.state.parked,
      parkedMax: this.#parts.limits.sideQueueRowsMax,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#wake.wake();
    await this.#running;
  }

  #state(): QueueState {
    if (this.#waitsForRoom) return { kind: 'waiting-for-room' };
    if (this.#failure !== null) return { kind: 'failing', reason: this.#failure.reason };
    return { kind: this.isEmpty ? 'idle' : 'draining' };
  }

  async #run(): Promise<void> {
    const { clock, limits, onBroken } = this.#parts;
    const pauses = { min: limits.retryPauseMsMin, max: limits.retryPauseMsMax };
    let attempt = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        if (this.isEmpty) await this.#wake.wait();
        else await this.#drainPage();
        attempt = 0;
      } catch (error) {
        this.#failure = { reason: error instanceof Error ? error.message : String(error) };
        if (!(error instanceof Failure)) return onBroken(error);
        this.#next = laterPlace(this.#next, this.#afterInbox());
        await clock.sleep(retryPauseMs(attempt++, pauses), this.#stopping.signal).catch(() => undefined);
      }
    }
  }

  /** Reads one page of the log and appends what is queued in it again. */
  async #drainPage(): Promise<void> {
    const { log, limits, writer } = this.#parts;
    const from = Math.max(this.#next.offset, log.bounds(PARTITION).start);
    const page = await log.read(PARTITION, from, { frames: limits.replayFramesMax, bytes: limits.replayBytesMax });
    const last = page.at(-1);
    invariant(last !== undefined, 'a frame that was noticed can be read');
    let group: QueuedMutation[] = [];
    for (const queued of queuedMutations(page, this.#next, () => writer.state.catalog)) {
      if (!this.#fits(group, queued)) {
        await this.#submit(group);
        group = [];
      }
      group.push(queued);
    }
    if (group.length > 0) await this.#submit(group);
    if (this.#stopping.signal.aborted) return;
    this.#next = { offset: last.offset + 1, record: 0 };
    this.#waitingSinceMs = this.isEmpty ? null : last.stampMs;
    this.#failure = null;
  }

  /** Appends a group again once pace and side queue allow it; does nothing when the queue is stopping. */
  async #submit(group: readonly QueuedMutation[]): Promise<void> {
    const { writer, clock } = this.#parts;
    const [first, last] = [group[0], group.at(-1)];
    invariant(first !== undefined && last !== undefined, 'a group holds at least one mutation');
    this.#waitingSinceMs = first.mutation.header.stamp.timeMs;
    const entries = entriesOf(group);
    const waitMs = this.#pace.waitMs(clock.monotonicMs());
    if (waitMs > 0) await clock.sleep(waitMs, this.#stopping.signal).catch(() => undefined);
    await this.#waitForRoom(entries);
    if (this.#stopping.signal.aborted) return;
    this.#pace.pass(entries, clock.monotonicMs());
    await writer.submit(
      group.map(({ mutation }) => mutation),
      entries,
    );
    const nowMs = clock.nowMs();
    for (const { mutation } of group) this.#visibility.add(nowMs - mutation.header.stamp.timeMs);
    this.#next = { offset: last.place.offset, record: last.place.record + 1 };
    this.#failure = null;
  }

  async #waitForRoom(entries: number): Promise<void> {
    while (entries > this.#room() && this.#parts.writer.state.parked > 0 && !this.#stopping.signal.aborted) {
      this.#waitsForRoom = true;
      await this.#wake.wait();
    }
    this.#waitsForRoom = false;
  }

  /** How many mutations may still be parked. */
  #room(): number {
    return this.#parts.limits.sideQueueRowsMax - this.#parts.writer.state.parked;
  }

  /** Whether a group stays within what one frame may hold, pace and side queue; a request that is larger by itself goes alone. */
  #fits(group: readonly QueuedMutation[], next: QueuedMutation): boolean {
    if (group.length === 0) return true;
    const { limits, plan } = this.#parts;
    const entries = entriesOf(group) + next.mutation.entries.length;
    let bytes = next.mutation.bytes.length;
    for (const { mutation } of group) bytes += mutation.bytes.length;
    if (group.length >= Math.min(plan.batch, limits.queueGroupMax) || bytes > limits.frameBytesMax) return false;
    return entries <= Math.min(limits.frameEntriesMax, this.#pace.burst, this.#room());
  }

  /** Where the inbox says that the queue goes on. */
  #afterInbox(): QueuePlace {
    return placeAfter(this.#parts.writer.state.inbox.get(QUEUE_ORIGIN));
  }
}

function entriesOf(group: readonly QueuedMutation[]): number {
  let entries = 0;
  for (const { mutation } of group) entries += mutation.entries.length;
  return entries;
}
