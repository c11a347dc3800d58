import type { FollowRequest, LegacySource, LegacyStore, LegacyTransaction } from '../../legacy.ts';
import { aRow, type LegacyHome } from '../legacy-home.ts';
import { ForwardingLegacySource, ForwardingLegacyStore } from './forwarding-legacy.ts';

/** An old side that breaks one law, made of one that keeps them all. */
export interface BrokenLegacy {
  readonly law: string;
  /** Ends the sentence "an old side that …". */
  readonly mistake: string;
  readonly source?: (source: LegacySource) => LegacySource;
  readonly store?: (store: LegacyStore, home: LegacyHome) => LegacyStore;
}

export const brokenLegacies: readonly BrokenLegacy[] = [
  { law: 'M1', mistake: 'tells the position of the chunk before', source: (source) => new LatePositions(source) },
  { law: 'M2', mistake: 'gives a transaction in two parts', source: (source) => new TornTransactions(source) },
  { law: 'M3', mistake: 'ranks positions by their length', source: (source) => new LengthRanks(source) },
  { law: 'M4', mistake: 'follows on over a change of the columns', source: (source) => new BlindFollower(source) },
  { law: 'M5', mistake: 'writes rows of moved buckets too', store: (store, home) => new ForcedWrites(store, home) },
  {
    law: 'M6',
    mistake: 'takes the version from the clock alone',
    store: (store, home) => new ClockVersions(store, home),
  },
  { law: 'M7', mistake: 'tells another version than the row has', store: (store) => new WrongVersions(store) },
  { law: 'M8', mistake: 'applies every batch', store: (store) => new RepeatedBatches(store) },
  { law: 'M9', mistake: 'holds nobody', store: (store, home) => new LooseHolds(store, home) },
];

/** The home with what is broken in place of what is right. */
export async function makeBrokenLegacyHome(make: () => Promise<LegacyHome>, broken: BrokenLegacy): Promise<LegacyHome> {
  const home = await make();
  const rights = new Map<LegacyStore, LegacyStore>();
  return {
    ...home,
    source: broken.source?.(home.source) ?? home.source,
    async openStore() {
      const right = await home.openStore();
      const store = broken.store?.(right, home) ?? right;
      rights.set(store, right);
      return store;
    },
    crash: async (store) => home.crash(rights.get(store) ?? store),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

class LatePositions extends ForwardingLegacySource {
  #before: Awaited<ReturnType<LegacySource['position']>> | undefined;

  override async readChunk(request: Parameters<LegacySource['readChunk']>[0]) {
    const chunk = await super.readChunk(request);
    const position = this.#before ?? chunk.position;
    this.#before = chunk.position;
    return { ...chunk, position };
  }
}

class TornTransactions extends ForwardingLegacySource {
  override async *follow(request: FollowRequest): AsyncGenerator<LegacyTransaction> {
    for await (const transaction of super.follow(request)) {
      for (const change of transaction.changes) yield { ...transaction, changes: [change] };
      if (transaction.changes.length === 0) yield transaction;
    }
  }
}

class LengthRanks extends ForwardingLegacySource {
  override rank(position: Parameters<LegacySource['rank']>[0]) {
    return BigInt(position.length);
  }
}

class BlindFollower extends ForwardingLegacySource {
  override async *follow(request: FollowRequest): AsyncGenerator<LegacyTransaction> {
    let from = request.from;
    for (;;) {
      try {
        for await (const transaction of super.follow({ ...request, from })) {
          from = transaction.position;
          yield transaction;
        }
        return;
      } catch (error) {
        if (this.rank(from) >= this.rank(await this.position())) throw error;
        from = String(this.rank(from) + 1n) as typeof from;
      }
    }
  }
}

class ForcedWrites extends ForwardingLegacyStore {
  readonly #home: LegacyHome;

  constructor(store: LegacyStore, home: LegacyHome) {
    super(store);
    this.#home = home;
  }

  override async write(write: Parameters<LegacyStore['write']>[0]) {
    const answer = await super.write(write);
    if (answer.kind === 'moved' && write.values !== undefined) {
      await this.#home.transact([{ kind: 'update', key: write.key, values: write.values }]);
    }
    return answer;
  }
}

class ClockVersions extends ForwardingLegacyStore {
  readonly #home: LegacyHome;

  constructor(store: LegacyStore, home: LegacyHome) {
    super(store);
    this.#home = home;
  }

  override async write({ key, values, versionMin: version }: Parameters<LegacyStore['write']>[0]) {
    const { user_id = null, sku = null } = key;
    if (typeof user_id !== 'bigint' || typeof sku !== 'string') throw new TypeError('a key has a number and a text');
    const row = aRow({ user_id, sku, ...values, version });
    await this.#home.transact([values === undefined ? { kind: 'delete', key } : { kind: 'put', row }]);
    return { kind: 'written', version, revision: 0, existed: true } as const;
  }
}

class WrongVersions extends ForwardingLegacyStore {
  override async write(write: Parameters<LegacyStore['write']>[0]) {
    const answer = await super.write(write);
    return answer.kind === 'written' ? { ...answer, version: answer.version + 1n } : answer;
  }
}

class RepeatedBatches extends ForwardingLegacyStore {
  #order = 0n;

  override async backUp(batch: Parameters<LegacyStore['backUp']>[0]) {
    this.#order++;
    await super.backUp({ ...batch, order: batch.order * 1_000n + this.#order });
  }
}

class LooseHolds extends ForwardingLegacyStore {
  readonly #home: LegacyHome;

  constructor(store: LegacyStore, home: LegacyHome) {
    super(store);
    this.#home = home;
  }

  override async hold(migration: string) {
    const truth = await this.truth(migration);
    const position = await this.#home.source.position();
    const settle = async (newBuckets: number) => {
      await using hold = await super.hold(migration);
      return await hold.settle(newBuckets);
    };
    return { truth, position, async prepare() {}, settle, async [Symbol.asyncDispose]() {} };
  }
}
