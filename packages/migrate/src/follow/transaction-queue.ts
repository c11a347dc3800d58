import type { LegacyTransaction } from '@actionbase/ports/legacy';

/** Transactions between the one who reads them and the one who applies them, in order. Whoever puts waits when it is full. */
export class TransactionQueue {
  readonly #changesMax: number;
  readonly #transactions: LegacyTransaction[] = [];
  #changes = 0;
  #end: { readonly error: unknown } | undefined;
  #wake: (() => void)[] = [];

  constructor(changesMax: number) {
    this.#changesMax = changesMax;
  }

  /** The oldest that nobody took. */
  get oldest(): LegacyTransaction | undefined {
    return this.#transactions[0];
  }

  /** Resolves when there is room for more. */
  async put(transaction: LegacyTransaction): Promise<void> {
    this.#transactions.push(transaction);
    this.#changes += transaction.changes.length;
    this.#notify();
    while (this.#changes > this.#changesMax && this.#end === undefined) await this.#change();
  }

  /** What is there, up to about `changesMax` changes, as soon as there is anything; none once it was ended without an error. */
  async take(changesMax: number): Promise<readonly LegacyTransaction[]> {
    while (this.#transactions.length === 0) {
      if (this.#end !== undefined) {
        if (this.#end.error !== undefined) throw this.#end.error;
        return [];
      }
      await this.#change();
    }
    let count = 0;
    let changes = 0;
    while (count < this.#transactions.length && (count === 0 || changes < changesMax)) {
      changes += this.#transactions[count]?.changes.length ?? 0;
      count++;
    }
    this.#changes -= changes;
    this.#notify();
    return this.#transactions.splice(0, count);
  }

  /** Nothing comes any more; `take` throws the error, if there is one, after all that is there was taken. */
  end(error?: unknown): void {
    this.#end ??= { error };
    this.#notify();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
