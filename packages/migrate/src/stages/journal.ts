import { ChainedFile } from '../evidence/chained-file.ts';
import { foldJournal, JOURNAL_START, type JournalEntry, type JournalState } from './journal-state.ts';

/**
 * The durable record of a migration: every stage, move, refusal and incident, who asked for it and why, in a chained file. What
 * `write` has resolved for is there after a power cut.
 */
export class Journal implements AsyncDisposable {
  readonly #file: ChainedFile;
  #state: JournalState;
  readonly #entries: JournalEntry[];

  private constructor(file: ChainedFile, state: JournalState, entries: JournalEntry[]) {
    this.#file = file;
    this.#state = state;
    this.#entries = entries;
  }

  static async open(path: string): Promise<Journal> {
    const entries: JournalEntry[] = [];
    // The chain has been checked: what it holds, this class wrote.
    const file = await ChainedFile.open(path, (body) => entries.push(body as JournalEntry));
    return new Journal(file, entries.reduce(foldJournal, JOURNAL_START), entries);
  }

  get state(): JournalState {
    return this.#state;
  }

  /** All entries, the oldest first. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Writes entries down, one after another in the order of the calls. */
  async write(entry: JournalEntry): Promise<void> {
    const next = foldJournal(this.#state, entry);
    this.#state = next;
    this.#entries.push(entry);
    await this.#file.append(entry);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file[Symbol.asyncDispose]();
  }
}
