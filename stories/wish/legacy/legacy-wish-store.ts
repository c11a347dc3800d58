import type { LegacyCounts } from '@actionbase/ports/legacy';
import type { Wish, WishKey, WishPage, WishPageRequest, WishStore } from '../app/wish-store.ts';
import { UserWishes } from './user-wishes.ts';
import type { WishSql } from './wish-sql.ts';
import { wishersKey } from './wish-table.ts';

export interface LegacyWishStoreOptions {
  readonly sql: WishSql;
  readonly counts: LegacyCounts;
}

/**
 * The wish service's data as one finds it: one table of MariaDB for everything by user, and counts by product that a batch has
 * left in Redis. A product that Redis does not know has no wishers; a Redis that does not answer is an error.
 */
export class LegacyWishStore implements WishStore {
  readonly #wishes: UserWishes;
  readonly #counts: LegacyCounts;

  constructor({ sql, counts }: LegacyWishStoreOptions) {
    this.#wishes = new UserWishes(sql);
    this.#counts = counts;
  }

  add(wish: Wish): Promise<void> {
    return this.#wishes.add(wish);
  }

  remove(key: WishKey): Promise<void> {
    return this.#wishes.remove(key);
  }

  get(key: WishKey): Promise<Wish | undefined> {
    return this.#wishes.get(key);
  }

  scan(request: WishPageRequest): Promise<WishPage> {
    return this.#wishes.scan(request);
  }

  countOfUser(userId: bigint): Promise<number> {
    return this.#wishes.countOfUser(userId);
  }

  async countOfProduct(productId: bigint): Promise<number> {
    const [wishers = 0n] = await this.#counts.get([wishersKey(productId)]);
    return Number(wishers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#wishes.sql[Symbol.asyncDispose]();
    await this.#counts[Symbol.asyncDispose]();
  }
}
