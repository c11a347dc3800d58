import { setImmediate } from 'node:timers/promises';
import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import type { ReplyStream } from '../http/reply.ts';
import { SERVER_LIMITS } from '../limits.ts';
import { printStreamError } from './record-stream.ts';

/** Work of the engine that tells what it does, and goes on as it is asked. */
export interface Run<E> {
  readonly events: AsyncGenerator<E, undefined>;
  close(): void;
}

/** How the events of a run become lines. */
export interface RunLines<E> {
  readonly print: (event: E) => string;
  /** Of an event that only says how far the run is: the phase that it is in. Undefined for all others, which are always told. */
  readonly phaseOf: (event: E) => string | undefined;
}

/**
 * A run of the engine, an audit or a digest, as lines of JSON. It goes on as its reader takes them, and ends with its reader:
 * what the run tells, and an error if it breaks off.
 */
export class RunStream<E> implements ReplyStream {
  readonly #run: Run<E>;
  readonly #lines: RunLines<E>;
  readonly #clock: Clock;
  #signal: AbortSignal | undefined;
  #phase = '';
  #toldMs = 0;
  #ended = false;

  constructor(run: Run<E>, lines: RunLines<E>, clock: Clock) {
    this.#run = run;
    this.#lines = lines;
    this.#clock = clock;
  }

  async next(signal: AbortSignal): Promise<string | null> {
    if (this.#ended) return null;
    this.#watch(signal);
    try {
      for (;;) {
        signal.throwIfAborted();
        const { value } = await this.#run.events.next();
        if (value === undefined) break;
        if (this.#isWorthTelling(value)) return this.#lines.print(value);
        // Other requests get their turn between two pages, also where the store reads without waiting.
        await setImmediate();
      }
      this.#ended = true;
      return null;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#ended = true;
      return printStreamError(error);
    }
  }

  close(): void {
    this.#run.close();
  }

  /** A reader that leaves, or a stop of the server, also ends a wait of the run. */
  #watch(signal: AbortSignal): void {
    if (this.#signal === signal) return;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#run.close(), { once: true });
  }

  /** Every page has its progress; a line for each would be more than anybody reads. */
  #isWorthTelling(event: E): boolean {
    const phase = this.#lines.phaseOf(event);
    if (phase === undefined) return true;
    const nowMs = this.#clock.monotonicMs();
    if (phase === this.#phase && nowMs - this.#toldMs < SERVER_LIMITS.auditProgressMs) return false;
    this.#phase = phase;
    this.#toldMs = nowMs;
    return true;
  }
}
