import { unreachable } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { LatencyHistogram } from './latency-histogram.ts';
import { Pace } from './pace.ts';
import type { WishClient } from './wish-client.ts';
import type { WishPopulation } from './wish-population.ts';
import { Zipf } from './zipf.ts';

/** The application's reads: is it wished, a page of a list, a user's count, a product's count. */
export type ReadKind = 'get' | 'scan' | 'count' | 'product-count';

export const READ_KINDS: readonly ReadKind[] = ['get', 'scan', 'count', 'product-count'];

export interface ReaderOptions {
  readonly client: Pick<WishClient, 'get' | 'scan' | 'countOfUser' | 'countOfProduct'>;
  readonly population: WishPopulation;
  readonly clock: Clock;
  readonly seed: number;
  /** Reads under way at once. */
  readonly readers: number;
  readonly perS?: number;
  readonly signal: AbortSignal;
  /** Reads after which it ends by itself. */
  readonly readsMax?: number;
  /** Of ten reads, how many of each kind; 4, 3, 1 and 2 without. */
  readonly mix?: Readonly<Record<ReadKind, number>>;
}

export interface ReaderFigures {
  /** Latencies from the time a read was due to its answer, those that failed included. */
  readonly latency: Readonly<Record<ReadKind, LatencyHistogram>>;
  readonly failed: Readonly<Record<ReadKind, number>>;
  /** The first few errors, for people. */
  readonly errors: readonly string[];
}

const MIX: Readonly<Record<ReadKind, number>> = { get: 4, scan: 3, count: 1, 'product-count': 2 };
const ERRORS_MAX = 20;
const SCAN_WISHES = 20;

/** Reads as users do until the signal aborts: hot users and products more often. What it reads is a function of the seed. */
export async function runReaders(options: ReaderOptions): Promise<ReaderFigures> {
  const { client, population, clock, seed, readers, perS, signal, readsMax, mix = MIX } = options;
  const latency = byKind(() => new LatencyHistogram());
  const failed = byKind(() => 0);
  const errors: string[] = [];
  const pace = new Pace(clock, perS);
  const users = new Zipf(population.options.users, 0.8);
  const kinds = READ_KINDS.flatMap((kind) => Array.from({ length: mix[kind] }, () => kind));
  let left = readsMax ?? Number.POSITIVE_INFINITY;
  const run = async (reader: number) => {
    const random = new SeededRandom(seed * 1_013 + reader);
    while (left-- > 0) {
      const dueMs = await pace.next(signal);
      if (dueMs === undefined) return;
      const kind = kinds[random.below(kinds.length)] ?? 'get';
      const userId = BigInt(1 + users.draw(random));
      const productId = BigInt(population.drawProduct(random));
      try {
        await read(client, kind, { userId, productId });
      } catch (error) {
        failed[kind]++;
        if (errors.length < ERRORS_MAX) errors.push(error instanceof Error ? error.message : String(error));
      }
      latency[kind].record(clock.monotonicMs() - dueMs);
    }
  };
  await Promise.all(Array.from({ length: readers }, (_, reader) => run(reader)));
  return { latency, failed, errors };
}

async function read(
  client: ReaderOptions['client'],
  kind: ReadKind,
  { userId, productId }: { readonly userId: bigint; readonly productId: bigint },
): Promise<void> {
  switch (kind) {
    case 'get':
      await client.get({ userId, productId });
      return;
    case 'scan':
      await client.scan(userId, SCAN_WISHES);
      return;
    case 'count':
      await client.countOfUser(userId);
      return;
    case 'product-count':
      await client.countOfProduct(productId);
      return;
    default:
      unreachable(kind);
  }
}

function byKind<T>(make: () => T): Record<ReadKind, T> {
  return { get: make(), scan: make(), count: make(), 'product-count': make() };
}
