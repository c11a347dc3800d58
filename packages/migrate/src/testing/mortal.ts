/** The life of a process: what it waits for never comes any more after its death. */
export class Life {
  #isOver = false;

  end(): void {
    this.#isOver = true;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The same object, whose promises never settle for the dead, and whose methods do nothing for them. */
  of<T extends object>(object: T): T {
    return new Proxy(object, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...given: readonly unknown[]): unknown => {
          if (this.#isOver) return new Promise(() => {});
          const result: unknown = Reflect.apply(value, target, given);
          return result instanceof Promise ? this.#outlived(result) : result;
        };
      },
    });
  }

  async #outlived(promise: Promise<unknown>): Promise<unknown> {
    try {
      const result = await promise;
      if (this.#isOver) await new Promise(() => {});
      return result;
    } catch (error) {
      if (this.#isOver) await new Promise(() => {});
      throw error;
    }
  }
}
