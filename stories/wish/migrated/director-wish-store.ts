import type { Director } from '@actionbase/migrate/direct/director';
import type { Wish, WishKey, WishPage, WishPageRequest, WishStore } from '../app/wish-store.ts';
import type { LegacyWishStore } from '../legacy/legacy-wish-store.ts';
import { NewWishes } from './new-wishes.ts';

export interface DirectorWishStoreOptions {
  readonly director: Director;
  /** Reads of the old side; undefined after it was retired. */
  readonly legacy: LegacyWishStore | undefined;
}

/** The application's data while its truth moves: the routes above it do not change. */
export class DirectorWishStore implements WishStore {
  readonly #director: Director;
  readonly #legacy: LegacyWishStore | undefined;

  constructor({ director, legacy }: DirectorWishStoreOptions) {
    this.#director = director;
    this.#legacy = legacy;
  }

  async add({ userId, productId, createdAtMs, note }: Wish): Promise<void> {
    await this.#director.write({
      source: userId,
      target: productId,
      properties: { created_at: BigInt(createdAtMs), note },
    });
  }

  async remove({ userId, productId }: WishKey): Promise<void> {
    await this.#director.write({ kind: 'delete', source: userId, target: productId });
  }

  get(key: WishKey): Promise<Wish | undefined> {
    return this.#read('get', key.userId, (store) => store.get(key));
  }

  scan(request: WishPageRequest): Promise<WishPage> {
    return this.#read('scan', request.userId, (store) => store.scan(request));
  }

  countOfUser(userId: bigint): Promise<number> {
    return this.#read('count', userId, (store) => store.countOfUser(userId));
  }

  /** The old side's answer is as old as its batch, so the two are not compared: the proof compares the counts themselves. */
  countOfProduct(productId: bigint): Promise<number> {
    return this.#read(
      'product-count',
      productId,
      (store) => store.countOfProduct(productId),
      () => true,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#director[Symbol.asyncDispose]();
    await this.#legacy?.[Symbol.asyncDispose]();
  }

  #read<T>(
    name: string,
    vertex: bigint,
    ask: (store: Reads) => Promise<T>,
    compare?: (legacy: T, target: T) => boolean,
  ): Promise<T> {
    return this.#director.read({
      name,
      key: String(vertex),
      legacy: () => ask(this.#requireLegacy()),
      target: (table) => ask(new NewWishes(table)),
      compare,
    });
  }

  #requireLegacy(): LegacyWishStore {
    if (this.#legacy === undefined) throw new Error('the old side was retired');
    return this.#legacy;
  }
}

type Reads = Pick<WishStore, 'get' | 'scan' | 'countOfUser' | 'countOfProduct'>;
