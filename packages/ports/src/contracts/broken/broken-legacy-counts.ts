import type { CountDeltas, LegacyCounts } from '../../legacy.ts';
import type { MakeHome } from '../law.ts';
import type { LegacyCountsHome } from '../legacy-counts.ts';

/** One way to break a law, which the law's sentences must notice. */
export interface BrokenLegacyCounts {
  readonly law: string;
  readonly mistake: string;
  wrap(inner: LegacyCounts): ForwardingCounts;
}

/** A home whose counts are all wrapped. */
export async function makeBrokenCountsHome(
  make: MakeHome<LegacyCountsHome>,
  broken: BrokenLegacyCounts,
): Promise<LegacyCountsHome> {
  const home = await make();
  return {
    open: async () => broken.wrap(await home.open()),
    crash: async (counts) => broken.wrap(await home.crash(counts instanceof ForwardingCounts ? counts.inner : counts)),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

/** Counts that hand everything to other ones; broken ones override one verb. */
export class ForwardingCounts implements LegacyCounts {
  readonly inner: LegacyCounts;

  constructor(inner: LegacyCounts) {
    this.inner = inner;
  }

  get(keys: readonly string[]): Promise<readonly (bigint | undefined)[]> {
    return this.inner.get(keys);
  }

  set(counts: ReadonlyMap<string, bigint>): Promise<void> {
    return this.inner.set(counts);
  }

  add(batch: CountDeltas): Promise<void> {
    return this.inner.add(batch);
  }

  added(name: string): Promise<bigint | undefined> {
    return this.inner.added(name);
  }

  scan(): AsyncIterable<ReadonlyMap<string, bigint>> {
    return this.inner.scan();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.inner[Symbol.asyncDispose]();
  }
}

/** Adds a batch under a number of its own, so that it is never known again. */
class ForgetfulCounts extends ForwardingCounts {
  override async add(batch: CountDeltas): Promise<void> {
    const last = (await this.inner.added(batch.name)) ?? 0n;
    await this.inner.add({ ...batch, order: last > batch.order ? last + 1n : batch.order });
  }
}

/** Sets what the sum is at the moment of asking, then notes the order. */
class TwoStepCounts extends ForwardingCounts {
  override async add({ name, order, deltas }: CountDeltas): Promise<void> {
    const last = await this.inner.added(name);
    if (last !== undefined && last >= order) return;
    for (const [key, delta] of deltas) {
      const [before = 0n] = await this.inner.get([key]);
      await this.inner.set(new Map([[key, before + delta]]));
    }
    await new Promise((resolve) => setImmediate(resolve));
    await this.inner.add({ name, order, deltas: new Map() });
  }
}

/** Answers a batch before it was added. */
class HastyCounts extends ForwardingCounts {
  #added: Promise<void> = Promise.resolve();

  override async add(batch: CountDeltas): Promise<void> {
    this.#added = this.#added.then(() => new Promise((resolve) => setTimeout(resolve, 1))).then(() => super.add(batch));
    this.#added.catch(() => undefined);
  }
}

/** Compares orders as numbers with a fraction. */
class RoundingOrders extends ForwardingCounts {
  override async add(batch: CountDeltas): Promise<void> {
    const last = await this.inner.added(batch.name);
    if (last !== undefined && Number(last) >= Number(batch.order)) return;
    await super.add(batch);
  }
}

/** One order for batches of all names. */
class OneNameCounts extends ForwardingCounts {
  override add(batch: CountDeltas): Promise<void> {
    return super.add({ ...batch, name: 'all' });
  }

  override added(): Promise<bigint | undefined> {
    return super.added('all');
  }
}

/** Loses the digits that a floating number does not hold. */
class RoundingCounts extends ForwardingCounts {
  override async get(keys: readonly string[]): Promise<readonly (bigint | undefined)[]> {
    return (await super.get(keys)).map((count) => (count === undefined ? undefined : BigInt(Number(count))));
  }
}

/** Gives 0 where there is none. */
class ZeroCounts extends ForwardingCounts {
  override async get(keys: readonly string[]): Promise<readonly (bigint | undefined)[]> {
    return (await super.get(keys)).map((count) => count ?? 0n);
  }
}

/** Ends a scan before its last page. */
class ShortScanCounts extends ForwardingCounts {
  override async *scan(): AsyncGenerator<ReadonlyMap<string, bigint>> {
    let held: ReadonlyMap<string, bigint> | undefined;
    for await (const page of this.inner.scan()) {
      if (held !== undefined) yield held;
      held = page;
    }
  }
}

/** Shows the orders among the counts. */
class TalkativeCounts extends ForwardingCounts {
  override async *scan(): AsyncGenerator<ReadonlyMap<string, bigint>> {
    yield* this.inner.scan();
    yield new Map([['actionbase:added:wishers:', 1n]]);
  }
}

export const brokenLegacyCounts: readonly BrokenLegacyCounts[] = [
  { law: 'C1', mistake: 'forgets which batches it has', wrap: (inner) => new ForgetfulCounts(inner) },
  { law: 'C1', mistake: 'notes the order after the deltas', wrap: (inner) => new TwoStepCounts(inner) },
  { law: 'C1', mistake: 'answers a batch before it was added', wrap: (inner) => new HastyCounts(inner) },
  { law: 'C1', mistake: 'compares orders as floating numbers', wrap: (inner) => new RoundingOrders(inner) },
  { law: 'C1', mistake: 'has one order for all names', wrap: (inner) => new OneNameCounts(inner) },
  { law: 'C2', mistake: 'rounds large counts', wrap: (inner) => new RoundingCounts(inner) },
  { law: 'C2', mistake: 'gives 0 where there is none', wrap: (inner) => new ZeroCounts(inner) },
  { law: 'C2', mistake: 'leaves out the last page of a scan', wrap: (inner) => new ShortScanCounts(inner) },
  { law: 'C2', mistake: 'shows its own keys among the counts', wrap: (inner) => new TalkativeCounts(inner) },
];
