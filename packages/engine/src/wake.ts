/** What a loop waits on when it has nothing to do. One waits at a time; a wake that nobody waits for is no wake. */
export class Wake {
  #resolve: (() => void) | undefined;

  /** Whether a loop waits. */
  get isAwaited(): boolean {
    return this.#resolve !== undefined;
  }

  /** Resolves at the next `wake`. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  wake(): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.();
  }
}
