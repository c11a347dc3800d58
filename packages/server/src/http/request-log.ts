import { SERVER_LIMITS } from '../limits.ts';

/** One answered request. */
export interface LoggedRequest {
  readonly timeMs: number;
  readonly method: string;
  /** Without the query: it may name people. */
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
  readonly sizeBytes: number;
  readonly requestId: string;
}

/**
 * Prints one line per request: time, method, path, status, duration, bytes of the answer, request id. The lines of one turn
 * of the event loop are written together.
 *
 *     2026-04-01T00:00:00.000Z POST /graph/v3/databases 200 1.3ms 150B shop-7
 */
export class RequestLog {
  readonly #write: (text: string) => void;
  #lines: string[] = [];

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(request: LoggedRequest): void {
    if (this.#lines.length === 0) setImmediate(() => this.flush());
    this.#lines.push(printRequest(request));
    if (this.#lines.length >= SERVER_LIMITS.logLinesMax) this.flush();
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    this.#write(lines.join(''));
  }
}

function printRequest(request: LoggedRequest): string {
  const { timeMs, method, path, status, durationMs, sizeBytes, requestId } = request;
  const time = new Date(timeMs).toISOString();
  return `${time} ${method} ${path} ${status} ${durationMs.toFixed(1)}ms ${sizeBytes}B ${withoutControls(requestId)}\n`;
}

/** A client chooses its request id, and a header may hold what moves a terminal's cursor. */
function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
