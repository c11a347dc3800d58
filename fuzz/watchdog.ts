import { Worker } from 'node:worker_threads';
import { INPUT_BYTES_MAX } from './mutate-bytes.ts';

/**
 * Ends the process when one input takes too long: a loop without end leaves no other way to say which input it was. It looks
 * from a thread of its own, at memory that both see.
 *
 *     int32 number of the input, or 0 between two; int32 length; the input
 */
export class Watchdog implements AsyncDisposable {
  readonly #shared = new SharedArrayBuffer(8 + 2 * INPUT_BYTES_MAX);
  readonly #words = new Int32Array(this.#shared, 0, 2);
  readonly #bytes = new Uint8Array(this.#shared, 8);
  readonly #worker: Worker;
  #number = 0;

  /** `prefix` is printed before the input. */
  constructor(given: { readonly timeoutMs: number; readonly prefix: string }) {
    const file = new URL('./watchdog-thread.ts', import.meta.url);
    this.#worker = new Worker(file, { workerData: { shared: this.#shared, ...given } });
    this.#worker.unref();
  }

  begin(input: Uint8Array): void {
    const length = Math.min(input.length, this.#bytes.length);
    this.#bytes.set(input.subarray(0, length));
    this.#words[1] = length;
    this.#number = (this.#number % 0x3fff_ffff) + 1;
    Atomics.store(this.#words, 0, this.#number);
  }

  end(): void {
    Atomics.store(this.#words, 0, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
