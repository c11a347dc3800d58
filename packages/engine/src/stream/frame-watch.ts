interface Waiter {
  readonly offset: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Wakes those who wait for a frame to be applied. */
export class FrameWatch {
  readonly #waiters = new Set<Waiter>();
  #reached: number;
  #end: { readonly error: unknown } | undefined;

  constructor(reached: number) {
    this.#reached = reached;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiters.size;
  }

  /** Resolves when frame `offset` is applied; rejects with the signal's reason, or when no frame will be applied any more. */
  waitFor(offset: number, signal: AbortSignal): Promise<void> {
    if (offset <= this.#reached) return Promise.resolve();
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#end !== undefined) return Promise.reject(this.#end.error);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        offset,
        resolve: () => {
          leave();
          resolve();
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const abort = (): void => waiter.reject(signal.reason);
      signal.addEventListener('abort', abort);
      this.#waiters.add(waiter);
    });
  }

  /** Tells that the frames up to `offset` are applied and visible to every reader. */
  notice(offset: number): void {
    this.#reached = Math.max(this.#reached, offset);
    for (const waiter of [...this.#waiters]) if (waiter.offset <= this.#reached) waiter.resolve();
  }

  /** Tells that no frame will be applied any more, and why. */
  end(error: unknown): void {
    this.#end ??= { error };
    for (const waiter of [...this.#waiters]) waiter.reject(error);
  }
}
