import { appendFileSync } from 'node:fs';
import { Failure } from '@actionbase/core/failure';
import { serverFailures } from '../failures.ts';

/**
 * A file that audit lines are appended to, each at once and in order. It is opened for every line, so it may be renamed away
 * at any time, and the next line begins a new one. A line that cannot be written is told and lost: what it tells has
 * happened already.
 */
export class AuditFile {
  readonly #path: string;
  readonly #onNotice: (text: string) => void;
  #isTold = false;

  /** Failure: `file-not-usable`. */
  constructor(path: string, onNotice: (text: string) => void) {
    this.#path = path;
    this.#onNotice = onNotice;
    try {
      this.#append('');
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Failure(serverFailures['file-not-usable'], `audit.file cannot be written: ${reason}`, { path });
    }
  }

  write(line: string): void {
    try {
      this.#append(line);
      this.#isTold = false;
    } catch (error) {
      if (this.#isTold) return;
      this.#isTold = true;
      this.#onNotice(`audit lines are lost: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #append(text: string): void {
    appendFileSync(this.#path, text, { mode: 0o600 });
  }
}
