import type { LatencyFigures } from '../load/latency-histogram.ts';
import { READ_KINDS, type ReaderFigures, runReaders } from '../load/wish-readers.ts';
import { runWriter, type WriterFigures } from '../load/wish-writer.ts';
import type { MigrationContext } from './migration-context.ts';

/** What the users saw in a stretch of time. */
export interface TrafficFigures {
  readonly writer: WriterFigures;
  readonly readers: ReaderFigures;
}

export interface TrafficPace {
  /** 0 for readers alone, infinite for as many as six writers can. */
  readonly writesPerS: number;
  readonly readsPerS: number;
}

/** What users do most of the time. */
export const USUAL_PACE: TrafficPace = { writesPerS: 60, readsPerS: 120 };

const WRITER_LANES = 6;
const READERS = 8;

/** Writers and readers that go on until they are stopped. */
export class Traffic {
  readonly #stop = new AbortController();
  readonly #writer: Promise<WriterFigures>;
  readonly #readers: Promise<ReaderFigures>;

  constructor(context: MigrationContext, { writesPerS, readsPerS }: TrafficPace, seed: number) {
    const { wishClient: client, ledger, population, clock } = context;
    const { signal } = this.#stop;
    const writing = {
      ...(Number.isFinite(writesPerS) ? { perS: writesPerS } : {}),
      ...(writesPerS === 0 ? { writesMax: 0 } : {}),
    };
    this.#writer = runWriter({ client, ledger, population, clock, seed, lanes: WRITER_LANES, signal, ...writing });
    this.#readers = runReaders({ client, population, clock, seed, readers: READERS, perS: readsPerS, signal });
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

/** Of all kinds of reads the slowest one's. */
export function readLatencyOf({ readers }: TrafficFigures): Pick<LatencyFigures, 'p50Ms' | 'p99Ms' | 'maxMs'> {
  const kinds = READ_KINDS.map((kind) => readers.latency[kind].figures());
  return {
    p50Ms: Math.max(...kinds.map(({ p50Ms }) => p50Ms)),
    p99Ms: Math.max(...kinds.map(({ p99Ms }) => p99Ms)),
    maxMs: Math.max(...kinds.map(({ maxMs }) => maxMs)),
  };
}
