import type { Log } from '@actionbase/ports/log';
import type { Store } from '@actionbase/ports/store';

/** What a process waits for when it asks its log or its store for something. */
const WAITING: ReadonlySet<PropertyKey> = new Set<keyof Log | keyof Store>([
  'append',
  'read',
  'confirm',
  'recover',
  'trim',
  'claim',
  'get',
  'getMany',
  'scan',
  'write',
  'flush',
  'progress',
  'clear',
]);

/**
 * The death of a process at one of its calls of log and store, counted from 0: nothing that it asks for from then on is
 * answered, as if it was killed. The call itself was made (`after`) or was not (`before`).
 */
export class CrashPoint {
  readonly #at: number;
  readonly #when: 'before' | 'after';
  #calls = 0;

  constructor(at: number, when: 'before' | 'after') {
    this.#at = at;
    this.#when = when;
  }

  /** Whether the process died. */
  get isReached(): boolean {
    return this.#calls > this.#at;
  }

  readonly wrapLog = (log: Log): Log => this.#wrap(log);
  readonly wrapStore = (store: Store): Store => this.#wrap(store);

  #wrap<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        if (!WAITING.has(property)) return value.bind(target);
        return (...args: readonly unknown[]) => this.#call(() => Reflect.apply(value, target, args));
      },
    });
  }

  #call(make: () => unknown): unknown {
    const place = this.#calls++;
    if (place < this.#at) return make();
    // What becomes of the call, nobody is there to hear: a successor may fence it.
    if (place === this.#at && this.#when === 'after') Promise.resolve(make()).catch(() => undefined);
    return new Promise(() => undefined);
  }
}
