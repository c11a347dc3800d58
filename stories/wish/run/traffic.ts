import { READ_KINDS, type ReaderFigures, runReaders } from '../load/wish-readers.ts';
import { runWriter, type WriterFigures } from '../load/wish-writer.ts';
import type { MigrationContext } from './migration-context.ts';

/** What the users saw in a stretch of time. */
export interface TrafficFigures {
  readonly writer: WriterFigures;
  readonly readers: ReaderFigures;
}

export interface TrafficPace {
  readonly writesPerS: number;
  readonly readsPerS: number;
  readonly seed: number;
}

/** Writers and readers that go on until they are stopped. */
export class Traffic {
  readonly #stop = new AbortController();
  readonly #writer: Promise<WriterFigures>;
  readonly #readers: Promise<ReaderFigures>;

  constructor(context: MigrationContext, { writesPerS, readsPerS, seed }: TrafficPace) {
    const { wishClient: client, ledger, population, clock } = context;
    const { signal } = this.#stop;
    this.#writer = runWriter({ client, ledger, population, clock, seed, lanes: 6, perS: writesPerS, signal });
    this.#readers = runReaders({ client, population, clock, seed, readers: 8, perS: readsPerS, signal });
  }

  async end(): Promise<TrafficFigures> {
    this.#stop.abort();
    return { writer: await this.#writer, readers: await this.#readers };
  }
}

/** Requests of users that failed, reads and writes together. */
export function failedOf({ writer, readers }: TrafficFigures): number {
  return writer.failed + READ_KINDS.reduce((sum, kind) => sum + readers.failed[kind], 0);
}

/** The words of the first failures. */
export function errorsOf({ writer, readers }: TrafficFigures): string {
  return [...writer.errors, ...readers.errors].slice(0, 3).join(' | ');
}
