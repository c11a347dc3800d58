import type { Clock } from '@actionbase/ports/clock';
import type { WishKey } from '../app/wish-store.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { WishClient } from './wish-client.ts';

export interface StalenessOptions {
  readonly client: Pick<WishClient, 'add' | 'remove' | 'countOfProduct'>;
  readonly clock: Clock;
  /** Users and products from these ids on belong to nobody else. */
  readonly firstUser: bigint;
  readonly firstProduct: bigint;
  readonly probes: number;
  /** A probe begins so long after the one before it. */
  readonly everyMs: number;
  /** How long a probe waits to be seen. */
  readonly waitMsMax: number;
  /** Told of a wish that the first read after its acknowledgement did not show. */
  readonly onLate?: (key: WishKey) => void;
}

export interface Staleness {
  /** From the acknowledgement of a wish until its product's count shows it. */
  readonly seenAfter: LatencyHistogram;
  /** Probes that were not seen in time. */
  readonly unseen: number;
}

/** How often a count that does not show the wish yet is asked again. */
const POLL_MS = 20;

/** Measures from outside how old counts by product are: wishes of products that nobody else wishes for, asked after until they show. */
export async function measureStaleness(options: StalenessOptions): Promise<Staleness> {
  const { client, clock, firstUser, firstProduct, probes, everyMs, waitMsMax, onLate } = options;
  const seenAfter = new LatencyHistogram();
  let unseen = 0;
  const probe = async (index: number) => {
    await clock.sleep(index * everyMs);
    const key = { userId: firstUser + BigInt(index), productId: firstProduct + BigInt(index) };
    await client.add({ ...key, createdAtMs: clock.nowMs(), note: null });
    const wishedMs = clock.monotonicMs();
    for (;;) {
      const isSeen = (await client.countOfProduct(key.productId)) > 0;
      const ageMs = clock.monotonicMs() - wishedMs;
      if (isSeen) seenAfter.record(ageMs);
      else if (ageMs > waitMsMax) unseen++;
      else {
        onLate?.(key);
        await clock.sleep(POLL_MS);
        continue;
      }
      await client.remove(key);
      return;
    }
  };
  await Promise.all(Array.from({ length: probes }, (_, index) => probe(index)));
  return { seenAfter, unseen };
}
