import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { AnswerMessage, LoadOrders, OrderName } from './load-orders.ts';

const WORKER = join(import.meta.dirname, 'load-worker.ts');

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The process that makes the load, apart from the one that measures. Disposing it ends it. */
export class LoadProcess implements Disposable {
  readonly #child: ChildProcess = fork(WORKER);
  readonly #waiting = new Map<number, Waiting>();
  #orders = 0;

  constructor() {
    this.#child.on('message', ({ id, answer, error }: AnswerMessage) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === null) waiting?.resolve(answer);
      else waiting?.reject(new Error(error));
    });
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the load's process ended (${code})`));
    });
  }

  ask<N extends OrderName>(name: N, order: LoadOrders[N]['order']): Promise<LoadOrders[N]['answer']> {
    this.#orders += 1;
    const id = this.#orders;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as LoadOrders[N]['answer']), reject });
      this.#child.send({ id, name, order });
    });
  }

  [Symbol.dispose](): void {
    this.#waiting.clear();
    this.#child.disconnect();
  }
}
