import { Failure, invariant } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';
import type { Appended } from '@actionbase/ports/log';
import { frameLengthBytes } from './frame.ts';
import { FRAME_BYTES_MAX, FRAME_ENTRIES_MAX, QUEUE_APPENDS_MAX, QUEUE_BYTES_MAX } from './limits.ts';

/** A caller that waits for its entries to be durable. */
export interface WaitingAppend {
  readonly entries: readonly Uint8Array[];
  readonly entryBytes: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** The appends that go into one frame, in the order in which they came. */
export interface FrameBatch {
  readonly appends: readonly WaitingAppend[];
  readonly entries: readonly Uint8Array[];
  readonly lengthBytes: number;
}

/** Appends that wait for a frame, bounded in number and bytes. */
export class AppendQueue {
  #waiting: WaitingAppend[] = [];
  #entryBytes = 0;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Lets an append wait, or answers why it can't. */
  push(append: WaitingAppend): Failure | undefined {
    const refusal = this.#refusal(append);
    if (refusal !== undefined) return refusal;
    this.#waiting.push(append);
    this.#entryBytes += append.entryBytes;
    return undefined;
  }

  /** Takes as many appends as fit into one frame; at least one. */
  takeFrame(): FrameBatch {
    invariant(!this.isEmpty, 'a frame is made of at least one append');
    const entries: Uint8Array[] = [];
    let entryBytes = 0;
    let count = 0;
    for (const append of this.#waiting) {
      const entryCount = entries.length + append.entries.length;
      if (entryCount > FRAME_ENTRIES_MAX) break;
      if (frameLengthBytes(entryCount, entryBytes + append.entryBytes) > FRAME_BYTES_MAX) break;
      for (const entry of append.entries) entries.push(entry);
      entryBytes += append.entryBytes;
      count++;
    }
    const appends = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    this.#entryBytes -= entryBytes;
    return { appends, entries, lengthBytes: frameLengthBytes(entries.length, entryBytes) };
  }

  /** Rejects everybody who waits. */
  rejectAll(error: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#entryBytes = 0;
    for (const append of waiting) append.reject(error);
  }

  #refusal(append: WaitingAppend): Failure | undefined {
    const entryCount = append.entries.length;
    const frameBytes = frameLengthBytes(entryCount, append.entryBytes);
    if (entryCount > FRAME_ENTRIES_MAX) return refused('entries of one append', entryCount, FRAME_ENTRIES_MAX);
    if (frameBytes > FRAME_BYTES_MAX) return refused('bytes of one append', frameBytes, FRAME_BYTES_MAX);
    const appends = this.#waiting.length + 1;
    if (appends > QUEUE_APPENDS_MAX) return refused('waiting appends', appends, QUEUE_APPENDS_MAX);
    const bytes = this.#entryBytes + append.entryBytes;
    if (bytes > QUEUE_BYTES_MAX) return refused('bytes of waiting appends', bytes, QUEUE_BYTES_MAX);
    return undefined;
  }
}

function refused(what: string, value: number, limit: number): Failure {
  const message = `the log takes at most ${limit} ${what}; this would make ${value}`;
  return new Failure(portFailures['log-rejected'], message, { what, value, limit });
}
