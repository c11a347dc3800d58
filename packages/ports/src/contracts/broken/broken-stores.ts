import type { CellPage, CellRange, Clearing, FrameWrite, RowPage, RowRange, Store, StoreReader } from '../../store.ts';
import type { MakeHome } from '../law.ts';
import type { StoreHome } from '../store-home.ts';
import { ForwardingStore } from './forwarding-store.ts';

/** One way to break a law, which the law's sentences must notice. */
export interface BrokenStore {
  readonly law: string;
  readonly mistake: string;
  wrap(inner: Store): ForwardingStore;
}

/** A home whose stores are all wrapped. */
export async function makeBrokenHome(make: MakeHome<StoreHome>, broken: BrokenStore): Promise<StoreHome> {
  const home = await make();
  return {
    atomicity: home.atomicity,
    open: async () => broken.wrap(await home.open()),
    beside: async () => broken.wrap(await home.beside()),
    crash: async (store) => broken.wrap(await home.crash(store instanceof ForwardingStore ? store.inner : store)),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

/** Answers before it has written. */
class HastyStore extends ForwardingStore {
  #written: Promise<void> = Promise.resolve();

  override async write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    const before = this.#written;
    this.#written = new Promise((resolve) => setImmediate(resolve))
      .then(() => before)
      .then(() => super.write(partition, frames));
    this.#written.catch(() => undefined);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.#written.catch(() => undefined);
    await super[Symbol.asyncDispose]();
  }
}

/** Shows the frames of a batch one after the other, the event loop turning in between. */
class TricklingStore extends ForwardingStore {
  override async write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    for (const frame of frames) {
      await new Promise((resolve) => setImmediate(resolve));
      await super.write(partition, [frame]);
    }
  }
}

/** Lets the first write to an address win. */
class FirstWinsStore extends ForwardingStore {
  override write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    return super.write(
      partition,
      frames.map((frame) => ({ ...frame, rows: [...frame.rows].reverse() })),
    );
  }
}

/** Writes the frames of a batch one by one: a later frame that fails leaves the earlier ones. */
class PiecemealStore extends ForwardingStore {
  override async write(partition: number, frames: readonly FrameWrite[]): Promise<void> {
    for (const frame of frames) await super.write(partition, [frame]);
  }
}

/** Takes the end of a reverse scan into it. */
class InclusiveEndStore extends ForwardingStore {
  override async scan(range: RowRange): Promise<RowPage> {
    const { end } = range;
    if (range.reverse !== true || end === undefined) return super.scan(range);
    return super.scan({ ...range, end: new Uint8Array([...end, 0]) });
  }
}

/** Never says that there is more. */
class LastPageStore extends ForwardingStore {
  override async scanCells(range: CellRange): Promise<CellPage> {
    return { ...(await super.scanCells(range)), more: false };
  }
}

/** Says that it has flushed. */
class CarelessStore extends ForwardingStore {
  override async flush(): Promise<void> {}
}

/** Reads the newest rows through its snapshots. */
class LiveSnapshotStore extends ForwardingStore {
  override snapshot(): StoreReader & Disposable {
    return Object.assign(new ForwardingStore(this.inner), { [Symbol.dispose]: () => undefined });
  }
}

/** Hands out one buffer again and again. */
class SharedBufferStore extends ForwardingStore {
  readonly #buffer = new Uint8Array(2 ** 21);

  override async get(space: number, key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = await super.get(space, key);
    if (value === undefined) return undefined;
    this.#buffer.set(value);
    return this.#buffer.subarray(0, value.length);
  }
}

/** Clears one frame of the feed too many. */
class GreedyStore extends ForwardingStore {
  override clear(what: Clearing, rowsMax: number): Promise<boolean> {
    return super.clear(what.kind === 'feed' ? { ...what, before: what.before + 1 } : what, rowsMax);
  }
}

/** Is content with the first part. */
class LazyClearStore extends ForwardingStore {
  override async clear(what: Clearing, rowsMax: number): Promise<boolean> {
    await super.clear(what, rowsMax);
    return true;
  }
}

/** Tells nobody that it claims: the one before goes on writing. */
class UnclaimingStore extends ForwardingStore {
  override async claim(): Promise<void> {}
}

/** Takes a claim with any term. */
class HumbleStore extends ForwardingStore {
  override async claim(partition: number, term: number): Promise<void> {
    return super.claim(partition, Math.max(term, await this.inner.term(partition)));
  }
}

export const brokenStores: readonly BrokenStore[] = [
  { law: 'S1', mistake: 'answers before it has written', wrap: (inner) => new HastyStore(inner) },
  { law: 'S1', mistake: 'shows a batch frame by frame', wrap: (inner) => new TricklingStore(inner) },
  { law: 'S1', mistake: 'lets the first write to an address win', wrap: (inner) => new FirstWinsStore(inner) },
  { law: 'S2', mistake: 'writes the frames of a batch one by one', wrap: (inner) => new PiecemealStore(inner) },
  { law: 'S3', mistake: 'takes the end of a reverse scan into it', wrap: (inner) => new InclusiveEndStore(inner) },
  { law: 'S3', mistake: 'never says that there is more', wrap: (inner) => new LastPageStore(inner) },
  { law: 'S4', mistake: 'says that it has flushed', wrap: (inner) => new CarelessStore(inner) },
  { law: 'S5', mistake: 'reads the newest rows through its snapshots', wrap: (inner) => new LiveSnapshotStore(inner) },
  { law: 'S6', mistake: 'hands out one buffer again and again', wrap: (inner) => new SharedBufferStore(inner) },
  { law: 'S7', mistake: 'clears one frame of the feed too many', wrap: (inner) => new GreedyStore(inner) },
  { law: 'S7', mistake: 'is content with the first part of a clearing', wrap: (inner) => new LazyClearStore(inner) },
  { law: 'S8', mistake: 'does not claim', wrap: (inner) => new UnclaimingStore(inner) },
  { law: 'S8', mistake: 'takes a claim with a lower term', wrap: (inner) => new HumbleStore(inner) },
];
