import { setImmediate } from 'node:timers/promises';
import { Failure } from '@actionbase/core/failure';
import type { AuditEvent, AuditRun } from '@actionbase/engine/audit/auditor';
import type { Clock } from '@actionbase/ports/clock';
import type { ReplyStream } from '../http/reply.ts';
import { SERVER_LIMITS } from '../limits.ts';
import { printAuditLine } from './audit-lines.ts';
import { printStreamError } from './record-stream.ts';

/**
 * An audit as lines of JSON. It goes on as its reader takes them, and ends with its reader: progress, differences, and a
 * summary or an error.
 */
export class AuditStream implements ReplyStream {
  readonly #run: AuditRun;
  readonly #clock: Clock;
  #signal: AbortSignal | undefined;
  #phase = '';
  #toldMs = 0;
  #ended = false;

  constructor(run: AuditRun, clock: Clock) {
    this.#run = run;
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
        if (this.#isWorthTelling(value)) return printAuditLine(value);
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

  /** A reader that leaves, or a stop of the server, also ends a wait of the audit. */
  #watch(signal: AbortSignal): void {
    if (this.#signal === signal) return;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#run.close(), { once: true });
  }

  /** Every page has its progress; a line for each would be more than anybody reads. */
  #isWorthTelling(event: AuditEvent): boolean {
    if (event.kind !== 'progress') return true;
    const nowMs = this.#clock.monotonicMs();
    if (event.phase === this.#phase && nowMs - this.#toldMs < SERVER_LIMITS.auditProgressMs) return false;
    this.#phase = event.phase;
    this.#toldMs = nowMs;
    return true;
  }
}
