import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { TableHandle } from '@actionbase/client';

const PAUSE_MS = 5;

/** Asks for one edge after another, with pauses, and notes how long each answer took. */
export class ReadProbe implements AsyncDisposable {
  readonly #millis: number[] = [];
  readonly #reading: Promise<void>;
  #ended = false;

  constructor(table: TableHandle) {
    this.#reading = this.#read(table);
  }

  latencies(): { readonly p50: number; readonly p99: number; readonly max: number } {
    const sorted = this.#millis.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    return { p50: at(0.5), p99: at(0.99), max: at(1) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#reading;
  }

  async #read(table: TableHandle): Promise<void> {
    while (!this.#ended) {
      const start = performance.now();
      await table.count(1_000, 'OUT');
      this.#millis.push(performance.now() - start);
      await setTimeout(PAUSE_MS);
    }
  }
}
