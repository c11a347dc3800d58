import { Failure, invariant } from '@actionbase/core/failure';
import { bindEntry } from '@actionbase/core/record/bind-entry';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import { encodeMutateRecord } from '@actionbase/core/record/encode-log-record';
import type { MutateRecord } from '@actionbase/core/record/log-record';
import type { Clock } from '@actionbase/ports/clock';
import type { Frame, Log } from '@actionbase/ports/log';
import { type AdmittedMutation, QUEUE_ORIGIN } from '../admit/admit.ts';
import type { Writer } from '../apply/writer.ts';
import { retryPauseMs } from '../apply/writer-state.ts';
import { schemaOf } from '../catalog/catalog.ts';
import type { EngineLimits } from '../limits.ts';
import { PARTITION } from '../partition.ts';

/** Records of one frame that a queue position can tell apart. */
const RECORDS_PER_FRAME = 2 ** 20;

/** A record of the log: the frame's offset and the record's place in it. */
interface Place {
  readonly offset: number;
  readonly record: number;
}

export interface QueueParts {
  readonly log: Log;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly limits: EngineLimits;
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
 */
export class AsyncQueue implements AsyncDisposable {
  readonly #parts: QueueParts;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #lastQueued: number;
  #next: Place;
  #wake: (() => void) | undefined;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#lastQueued = parts.lastQueued;
    this.#next = this.#afterInbox();
    this.#running = this.#run();
  }

  /** Tells the queue that a frame with asynchronous mutations was passed. */
  notice(offset: number): void {
    // Nothing waits in the frames before: a log of days is not read for one late mutation.
    if (this.isEmpty && offset > this.#next.offset) this.#next = { offset, record: 0 };
    this.#lastQueued = Math.max(this.#lastQueued, offset);
    this.#wake?.();
  }

  /** Whether asynchronous mutations wait to be appended again. */
  get isEmpty(): boolean {
    return this.#next.offset > this.#lastQueued;
  }

  /** The first frame that the queue may still have to read; the log keeps it and what follows. */
  get firstNeeded(): number {
    return this.isEmpty ? Number.MAX_SAFE_INTEGER : this.#next.offset;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, limits, onBroken } = this.#parts;
    const pauses = { min: limits.retryPauseMsMin, max: limits.retryPauseMsMax };
    let attempt = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        if (this.isEmpty) await this.#somethingQueued();
        else await this.#drainPage();
        attempt = 0;
      } catch (error) {
        if (!(error instanceof Failure)) return onBroken(error);
        this.#next = laterOf(this.#next, this.#afterInbox());
        await clock.sleep(retryPauseMs(attempt++, pauses), this.#stopping.signal).catch(() => undefined);
      }
    }
  }

  #somethingQueued(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** Reads one page of the log and appends what is queued in it again. */
  async #drainPage(): Promise<void> {
    const { log, limits } = this.#parts;
    const from = Math.max(this.#next.offset, log.bounds(PARTITION).start);
    const page = await log.read(PARTITION, from, { frames: limits.replayFramesMax, bytes: limits.replayBytesMax });
    invariant(page.length > 0, 'a frame that was noticed can be read');
    let group: AdmittedMutation[] = [];
    for (const frame of page) {
      for (const mutation of this.#queuedIn(frame)) {
        if (!fits(group, mutation, limits)) {
          await this.#submit(group);
          group = [];
        }
        group.push(mutation);
      }
    }
    if (group.length > 0) await this.#submit(group);
    const last = page.at(-1);
    if (last !== undefined) this.#next = { offset: last.offset + 1, record: 0 };
  }

  async #submit(group: readonly AdmittedMutation[]): Promise<void> {
    this.#stopping.signal.throwIfAborted();
    let entries = 0;
    for (const mutation of group) entries += mutation.entries.length;
    await this.#parts.writer.submit(group, entries);
  }

  *#queuedIn(frame: Frame): Generator<AdmittedMutation> {
    for (let record = 0; record < frame.entries.length; record++) {
      if (frame.offset === this.#next.offset && record < this.#next.record) continue;
      const bytes = frame.entries[record];
      const decoded = bytes === undefined ? undefined : decodeLogRecord(bytes);
      if (decoded?.kind !== 'mutate' || decoded.mode.effective !== 'ASYNC') continue;
      yield this.#synchronous(decoded, { offset: frame.offset, record });
    }
  }

  /** The same mutation, to be reduced where it will stand, under the schema by which it was admitted. */
  #synchronous(record: MutateRecord, place: Place): AdmittedMutation {
    const table = schemaOf(this.#parts.writer.state.catalog, record.table, record.schemaRevision);
    invariant(table !== undefined, 'the catalog keeps every schema that an entry names');
    const entries = record.entries.map((raw) => {
      const entry = bindEntry(table, raw);
      invariant(entry !== undefined, 'an entry fits the schema by which it was admitted');
      return entry;
    });
    const { rules, stamp, mode, schemaRevision, alias } = record;
    const origin = { name: QUEUE_ORIGIN, position: printPlace(place) };
    const header = {
      rules,
      stamp,
      mode: { ...mode, effective: 'SYNC' as const },
      table: table.id,
      schemaRevision,
      alias,
      origin,
    };
    return { kind: 'mutate', header, table, entries, bytes: encodeMutateRecord(header, table, entries) };
  }

  /** Where the inbox says that the queue goes on. */
  #afterInbox(): Place {
    const done = this.#parts.writer.state.inbox.get(QUEUE_ORIGIN);
    if (done === undefined) return { offset: 0, record: 0 };
    const perFrame = BigInt(RECORDS_PER_FRAME);
    return { offset: Number(done / perFrame), record: Number(done % perFrame) + 1 };
  }
}

/** Whether a group stays within what one frame may hold; a mutation that is larger by itself goes alone. */
function fits(group: readonly AdmittedMutation[], next: AdmittedMutation, limits: EngineLimits): boolean {
  if (group.length === 0) return true;
  let entries = next.entries.length;
  let bytes = next.bytes.length;
  for (const mutation of group) {
    entries += mutation.entries.length;
    bytes += mutation.bytes.length;
  }
  const { queueGroupMax, frameEntriesMax, frameBytesMax } = limits;
  return group.length < queueGroupMax && entries <= frameEntriesMax && bytes <= frameBytesMax;
}

function laterOf(a: Place, b: Place): Place {
  return a.offset > b.offset || (a.offset === b.offset && a.record >= b.record) ? a : b;
}

function printPlace(place: Place): bigint {
  invariant(place.record < RECORDS_PER_FRAME, 'a frame holds fewer records than a queue position can tell apart');
  return BigInt(place.offset) * BigInt(RECORDS_PER_FRAME) + BigInt(place.record);
}
