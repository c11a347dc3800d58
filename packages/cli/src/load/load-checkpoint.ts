import { LineFile, replaceFile } from './load-files.ts';
import { type LedgerRow, LoadLedger } from './load-ledger.ts';
import { type LoadState, printLoadState } from './load-state.ts';

/**
 * Makes what was loaded durable: rejects first, then the state that counts them. So a process that dies at any time leaves
 * rejects that the state does not know, which are cut off and found again, and never a state whose rejects are missing.
 */
export class LoadCheckpoint implements AsyncDisposable {
  readonly ledger: LoadLedger;
  readonly #rejects: LineFile;
  readonly #statePath: string | undefined;
  #state: LoadState;

  /** Without a path for the state (standard input) only the rejects are written. */
  static async open(parts: {
    readonly state: LoadState;
    readonly statePath: string | undefined;
    readonly rejectsPath: string;
  }): Promise<LoadCheckpoint> {
    const { state, statePath, rejectsPath } = parts;
    return new LoadCheckpoint(state, statePath, await LineFile.continue(rejectsPath, state.rejectsBytes));
  }

  private constructor(state: LoadState, statePath: string | undefined, rejects: LineFile) {
    this.#state = state;
    this.#statePath = statePath;
    this.#rejects = rejects;
    this.ledger = new LoadLedger({ counts: state.counts, endOffset: state.offset, line: state.line });
  }

  get state(): LoadState {
    return this.#state;
  }

  /** Names the columns of a CSV file. */
  nameColumns(columns: readonly string[]): void {
    this.#state = { ...this.#state, columns };
  }

  /** Writes down how far the load has come. */
  async save(): Promise<void> {
    const { endOffset, line, refused } = this.ledger.settle();
    await this.#rejects.append(refused.map(printReject).join(''));
    this.#state = {
      ...this.#state,
      offset: endOffset,
      line,
      rejectsBytes: this.#rejects.sizeBytes,
      counts: this.ledger.counts,
    };
    if (this.#statePath !== undefined) await replaceFile(this.#statePath, printLoadState(this.#state));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rejects[Symbol.asyncDispose]();
  }
}

/** A reject as one line: `{"line":7,"code":"cast-failed","message":"…","text":"…"}`. */
function printReject({ line, text, outcome }: LedgerRow): string {
  if (outcome === null || outcome.kind === 'done') return '';
  return `${JSON.stringify({ line, code: outcome.code, message: outcome.message, text })}\n`;
}
