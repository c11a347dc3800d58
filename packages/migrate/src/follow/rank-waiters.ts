interface Waiter {
  readonly rank: bigint;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Those who wait until a log was read up to a rank. */
export class RankWaiters {
  #reached: bigint;
  #waiters: readonly Waiter[] = [];
  #ended: { readonly error: unknown } | undefined;

  constructor(reached: bigint) {
    this.#reached = reached;
  }

  /** Whether somebody waits. */
  get areAny(): boolean {
    return this.#waiters.length > 0;
  }

  /** Resolves when this rank or a higher one is reached; rejects when the reading has ended, whatever it had reached. */
  wait(rank: bigint): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended.error);
    if (this.#reached >= rank) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters = [...this.#waiters, { rank, resolve, reject }];
    });
  }

  reach(rank: bigint): void {
    this.#reached = rank;
    if (this.#waiters.length === 0) return;
    const ready = this.#waiters.filter((waiter) => waiter.rank <= rank);
    this.#waiters = this.#waiters.filter((waiter) => waiter.rank > rank);
    for (const { resolve } of ready) resolve();
  }

  /** Nothing more will be reached. */
  end(error: unknown): void {
    this.#ended = { error };
    for (const { reject } of this.#waiters) reject(error);
    this.#waiters = [];
  }
}
