import type { Clock } from '@actionbase/ports/clock';
import type { WishClient } from '../../load/wish-client.ts';
import type { WishPopulation } from '../../load/wish-population.ts';
import { READ_KINDS, type ReaderFigures, type ReadKind, runReaders } from '../../load/wish-readers.ts';
import { check, type Figure } from '../../story-report.ts';

export interface MeasureReadsOptions {
  readonly client: WishClient;
  readonly population: WishPopulation;
  readonly clock: Clock;
  readonly reads: number;
  readonly mix?: Readonly<Record<ReadKind, number>>;
}

/** Two readers ask as fast as they are answered; fails when an answer failed. */
export async function measureReads(options: MeasureReadsOptions): Promise<ReaderFigures> {
  const { reads, ...rest } = options;
  const { signal } = new AbortController();
  const figures = await runReaders({ ...rest, seed: 7, readers: 2, signal, readsMax: reads });
  const failed = READ_KINDS.reduce((sum, kind) => sum + figures.failed[kind], 0);
  check(failed === 0, 'readers', () => `${failed} reads failed: ${figures.errors[0]}`);
  return figures;
}

export const LATENCY_COLUMNS = ['requests', 'p50 ms', 'p99 ms', 'max ms'] as const;

/** One row per kind of read that was asked: its name, then `LATENCY_COLUMNS`. */
export function latencyRows({ latency }: ReaderFigures): readonly (readonly Figure[])[] {
  return READ_KINDS.flatMap((kind) => {
    const { count, p50Ms, p99Ms, maxMs } = latency[kind].figures();
    return count === 0 ? [] : [[kind, count, p50Ms, p99Ms, maxMs]];
  });
}
