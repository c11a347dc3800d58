// Hot: once per request. Benchmark: embedded.

import { Failure, invariant } from '@actionbase/core/failure';
import type { LogPosition } from '@actionbase/core/model/position';
import type { Clock } from '@actionbase/ports/clock';
import type { Appended, Frame, Log } from '@actionbase/ports/log';
import type { Store } from '@actionbase/ports/store';
import { deadlineExceeded, NO_DEADLINE } from '../deadline.ts';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { PARTITION } from '../partition.ts';
import { Wake } from '../wake.ts';
import {
  type AppliedFrame,
  type ApplyRules,
  type ApplyState,
  applyFrame,
  type FrameToApply,
  type ItemResult,
} from './apply-frame.ts';
import type { FrameItem } from './frame-item.ts';
import { fencedFailure, isOver, refusalOf, retryPauseMs, type WriterStatus } from './writer-state.ts';

/** What submitted items became: where they stand in the log and what each of them did. */
export interface Submitted {
  readonly position: LogPosition;
  readonly stampMs: number;
  /** One per item. */
  readonly results: readonly ItemResult[];
}

export interface WriterParts {
  readonly log: Log;
  readonly store: Store;
  readonly clock: Clock;
  readonly rules: ApplyRules;
  readonly limits: EngineLimits;
  readonly state: ApplyState;
  /** Told after a frame's rows are visible. */
  readonly onApplied: (frame: AppliedFrame) => void;
  /** Told whenever the status changes. */
  readonly onStatus: (status: WriterStatus) => void;
}

interface Waiting {
  /** Items that go into one frame, whole or not at all. */
  readonly items: readonly FrameItem[];
  readonly entries: number;
  readonly bytes: number;
  /** Whether nothing else may be in that frame. */
  readonly isAlone: boolean;
  readonly submittedMs: number;
  /** When it is refused unless it is in the log by then. */
  readonly deadlineMs: number;
  readonly resolve: (submitted: Submitted) => void;
  readonly reject: (error: unknown) => void;
}

/** How items want to stand in the log. */
export interface SubmitOptions {
  /** Whether no other request's items may share the frame. */
  readonly isAlone?: boolean;
  /** As `Clock.monotonicMs` counts; refused with `deadline-exceeded` if it passes before the items are appended. */
  readonly deadlineMs?: number;
}

/**
 * The only writer of a partition: gathers waiting requests into frames, appends one frame at a time, and applies frames
 * in log order while the next one becomes durable. A request is answered after its rows are visible to every reader.
 */
export class Writer implements AsyncDisposable {
  readonly #parts: WriterParts;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #state: ApplyState;
  #status: WriterStatus = { kind: 'running' };
  #waiting: Waiting[] = [];
  #waitingEntries = 0;
  #waitingBytes = 0;
  /** Requests of the frame that is being appended, or is durable and waits behind the one that is being applied. */
  #underWay: readonly Waiting[] = [];
  readonly #wake = new Wake();
  /** Resolves when no frame is being applied. Never rejects. */
  #applying: Promise<void> = Promise.resolve();

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#state = parts.state;
    this.#running = this.#run();
  }

  get state(): ApplyState {
    return this.#state;
  }

  get status(): WriterStatus {
    return this.#status;
  }

  /** Requests that wait to be put into a frame. */
  get waitingRequests(): number {
    return this.#waiting.length;
  }

  /** How long the first of the requests that wait to be put into a frame has waited, milliseconds; 0 when none waits. */
  get longestWaitMs(): number {
    const [first] = this.#waiting;
    return first === undefined ? 0 : this.#parts.clock.monotonicMs() - first.submittedMs;
  }

  /**
   * Puts items into one frame of the log, all or none, and resolves when they were applied. `entries` is how many keys
   * they touch. Rejections say whether they may have happened.
   */
  submit(items: readonly FrameItem[], entries: number, options: SubmitOptions = {}): Promise<Submitted> {
    const { isAlone = false, deadlineMs = NO_DEADLINE } = options;
    let bytes = 0;
    for (const item of items) bytes += item.bytes.length;
    const refusal = refusalOf(this.#status) ?? this.#overload(entries, bytes);
    if (refusal !== undefined) return Promise.reject(refusal);
    const submittedMs = this.#parts.clock.monotonicMs();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items, entries, bytes, isAlone, submittedMs, deadlineMs, resolve, reject });
      this.#waitingEntries += entries;
      this.#waitingBytes += bytes;
      this.#wake.wake();
    });
  }

  /**
   * Stops for good: because another process owns log and store now, else because stored bytes and our own rules contradict
   * one another. What waits is refused.
   */
  break(error: unknown): void {
    if (this.#status.kind === 'broken' || this.#status.kind === 'fenced') return;
    const failure = fencedFailure(error);
    this.#setStatus(failure === undefined ? { kind: 'broken', error } : { kind: 'fenced', failure });
    this.#rejectWaiting(refusalOf(this.#status));
    this.#stopping.abort(error);
    this.#wake.wake();
  }

  /** Stops taking requests, lets those that wait finish, and resolves when nothing is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    // From a failed state too: a log or store that recovers now must not open the door again.
    if (!isOver(this.#status)) this.#setStatus({ kind: 'stopped' });
    this.#stopping.abort(new Failure(engineFailures['engine-stopped'], 'the server is shutting down'));
    this.#wake.wake();
    await this.#running;
  }

  #overload(entries: number, bytes: number): Failure | undefined {
    const { pendingEntriesMax, pendingBytesMax } = this.#parts.limits;
    const empty = this.#waiting.length === 0;
    const fits = this.#waitingEntries + entries <= pendingEntriesMax && this.#waitingBytes + bytes <= pendingBytesMax;
    if (empty || fits) return undefined;
    const message = `${this.#waitingEntries} mutations wait for the log, ${pendingEntriesMax} may; send again later`;
    return new Failure(engineFailures.overloaded, message, { waiting: this.#waitingEntries, max: pendingEntriesMax });
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        if (this.#waiting.length === 0) {
          if (this.#stopping.signal.aborted) break;
          await this.#wake.wait();
          continue;
        }
        const taken = this.#takeFrame();
        if (taken.length > 0) await this.#writeFrame(taken);
      }
    } catch (error) {
      rejectAll(this.#underWay, unknownOutcome(error));
      this.break(error);
    }
    await this.#applying;
  }

  /** Takes as many waiting requests as a frame may hold, at least one, and refuses those that it meets too late. */
  #takeFrame(): Waiting[] {
    const { clock, limits } = this.#parts;
    const { frameEntriesMax, frameBytesMax } = limits;
    const nowMs = clock.monotonicMs();
    const taken: Waiting[] = [];
    let entries = 0;
    let bytes = 0;
    let passed = 0;
    for (const waiting of this.#waiting) {
      if (waiting.deadlineMs > nowMs) {
        entries += waiting.entries;
        bytes += waiting.bytes;
        if (taken.length > 0 && (waiting.isAlone || entries > frameEntriesMax || bytes > frameBytesMax)) break;
        taken.push(waiting);
      } else {
        waiting.reject(deadlineExceeded());
      }
      passed++;
      this.#waitingEntries -= waiting.entries;
      this.#waitingBytes -= waiting.bytes;
      if (waiting.isAlone) break;
    }
    this.#waiting = this.#waiting.slice(passed);
    return taken;
  }

  async #writeFrame(taken: readonly Waiting[]): Promise<void> {
    const items = taken.flatMap((waiting) => waiting.items);
    const blobs = items.map((item) => item.bytes);
    this.#underWay = taken;
    let appended: Appended;
    try {
      appended = await this.#parts.log.append(PARTITION, blobs);
    } catch (error) {
      await this.#appendFailed(taken, error);
      return;
    }
    invariant(appended.entryCount === items.length, 'the engine is the only one that appends to its log');
    await this.#applying;
    const { epoch, offset, stampMs } = appended;
    if (this.#state.offset + 1 !== offset) {
      // The frame before could not be applied and the engine is stopping: this one is applied by the replay at the next start.
      invariant(this.#stopping.signal.aborted, `frame ${offset} is applied after frame ${this.#state.offset}`);
      rejectAll(taken, unknownOutcome(this.#stopping.signal.reason));
      return;
    }
    this.#applying = this.#applyAndAnswer({ epoch, offset, stampMs, items }, taken);
  }

  async #appendFailed(taken: readonly Waiting[], error: unknown): Promise<void> {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'log-rejected') {
      rejectAll(taken, error);
      return;
    }
    if (fencedFailure(error) !== undefined) {
      rejectAll(taken, error);
      this.break(error);
      return;
    }
    this.#setStatus({ kind: 'log-down', failure: error });
    rejectAll(taken, unknownOutcome(error));
    this.#rejectWaiting(error);
    await this.#recoverLog();
  }

  /** Opens the log again, applies what turns out to be durable, and takes mutations again. */
  async #recoverLog(): Promise<void> {
    const { log, clock, limits } = this.#parts;
    const pauses = { min: limits.retryPauseMsMin, max: limits.retryPauseMsMax };
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt++) {
      try {
        const bounds = await log.recover(PARTITION);
        await this.#applying;
        await this.#applyUpTo(bounds.end);
        if (this.#status.kind === 'log-down') this.#setStatus({ kind: 'running' });
        return;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (fencedFailure(error) !== undefined) return this.break(error);
        this.#setStatus({ kind: 'log-down', failure: error });
        await clock.sleep(retryPauseMs(attempt, pauses), this.#stopping.signal).catch(() => undefined);
      }
    }
  }

  /** Applies the durable frames that are not applied yet, from the log. */
  async #applyUpTo(end: number): Promise<void> {
    while (this.#state.offset + 1 < end && !this.#stopping.signal.aborted) {
      const { replayFramesMax: frames, replayBytesMax: bytes } = this.#parts.limits;
      const page = await this.#parts.log.read(PARTITION, this.#state.offset + 1, { frames, bytes });
      invariant(page.length > 0, 'a log gives every frame below its end');
      for (const frame of page) {
        const applied = await this.#apply(frameOfBytes(frame), () => undefined);
        if (applied === undefined) return;
      }
    }
  }

  async #applyAndAnswer(frame: FrameToApply, taken: readonly Waiting[]): Promise<void> {
    const { epoch, offset, stampMs } = frame;
    let answered = false;
    try {
      const applied = await this.#apply(frame, (failure) => {
        if (answered) return;
        answered = true;
        rejectAll(taken, unknownOutcome(failure));
      });
      if (answered || applied === undefined) return;
      const position = { epoch, partition: PARTITION, offset };
      let place = 0;
      for (const waiting of taken) {
        const results = applied.results.slice(place, place + waiting.items.length);
        place += waiting.items.length;
        waiting.resolve({ position, stampMs, results });
      }
      invariant(place === applied.results.length, 'every item of a frame has a result');
    } catch (error) {
      if (!answered) rejectAll(taken, unknownOutcome(error));
      this.break(error);
    }
  }

  /** Applies one frame, trying again as long as the store refuses; undefined when the writer is stopped meanwhile. */
  async #apply(frame: FrameToApply, onRefused: (failure: Failure) => void): Promise<AppliedFrame | undefined> {
    const { store, rules, clock, limits } = this.#parts;
    const pauses = { min: limits.retryPauseMsMin, max: limits.retryPauseMsMax };
    for (let attempt = 0; ; attempt++) {
      try {
        const applied = await applyFrame({ reader: store, before: this.#state, frame, rules });
        await store.write(PARTITION, [applied.write]);
        this.#state = applied.state;
        if (this.#status.kind === 'store-down') this.#setStatus({ kind: 'running' });
        this.#parts.onApplied(applied);
        return applied;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        onRefused(error);
        // The frame behind this one waits as long as this one does; its callers are told so now.
        rejectAll(this.#underWay, unknownOutcome(error));
        if (fencedFailure(error) !== undefined) this.break(error);
        if (this.#status.kind === 'running') this.#setStatus({ kind: 'store-down', failure: error });
        this.#rejectWaiting(error);
        if (this.#stopping.signal.aborted) return undefined;
        await clock.sleep(retryPauseMs(attempt, pauses), this.#stopping.signal).catch(() => undefined);
        if (this.#stopping.signal.aborted) return undefined;
      }
    }
  }

  #rejectWaiting(error: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingEntries = 0;
    this.#waitingBytes = 0;
    rejectAll(waiting, error);
  }

  #setStatus(status: WriterStatus): void {
    this.#status = status;
    this.#parts.onStatus(status);
  }
}

/** A frame as the log gives it. */
export function frameOfBytes(frame: Frame): FrameToApply {
  const items = frame.entries.map((bytes) => ({ kind: 'bytes' as const, bytes }));
  return { epoch: frame.epoch, offset: frame.offset, stampMs: frame.stampMs, items };
}

function rejectAll(waiting: readonly Waiting[], error: unknown): void {
  for (const one of waiting) one.reject(error);
}

function unknownOutcome(cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `the mutation may or may not take effect (${reason}); it may be sent again`;
  return new Failure(engineFailures['unknown-outcome'], message, {}, cause);
}
