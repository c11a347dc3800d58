import type { Wish, WishKey, WishPage, WishPageRequest, WishStore } from '../app/wish-store.ts';
import { UserWishes } from './user-wishes.ts';
import type { WishSql } from './wish-sql.ts';

/** The shard of a user among so many. */
export function shardOf(userId: bigint, shards: number): number {
  return Number(userId % BigInt(shards));
}

/**
 * The way that was not taken: the same table in several schemas, divided by user, with an index by product so that no batch is
 * needed. What one asks by user goes to one shard; what one asks by product goes to all of them.
 */
export class ShardedWishStore implements WishStore {
  readonly #shards: readonly UserWishes[];

  constructor(shards: readonly WishSql[]) {
    this.#shards = shards.map((sql) => new UserWishes(sql));
  }

  /** Statements that all shards were sent. */
  get statements(): number {
    return this.#shards.reduce((sum, { sql }) => sum + sql.statements, 0);
  }

  add(wish: Wish): Promise<void> {
    return this.#shard(wish.userId).add(wish);
  }

  remove(key: WishKey): Promise<void> {
    return this.#shard(key.userId).remove(key);
  }

  get(key: WishKey): Promise<Wish | undefined> {
    return this.#shard(key.userId).get(key);
  }

  scan(request: WishPageRequest): Promise<WishPage> {
    return this.#shard(request.userId).scan(request);
  }

  countOfUser(userId: bigint): Promise<number> {
    return this.#shard(userId).countOfUser(userId);
  }

  async countOfProduct(productId: bigint): Promise<number> {
    const statement = 'SELECT COUNT(*) AS wishers FROM wishes WHERE product_id = ?';
    const parts = await Promise.all(this.#shards.map(({ sql }) => sql.rows(statement, [productId])));
    return parts.reduce((sum, [row]) => sum + Number(row?.wishers), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { sql } of this.#shards) await sql[Symbol.asyncDispose]();
  }

  #shard(userId: bigint): UserWishes {
    const shard = this.#shards[shardOf(userId, this.#shards.length)];
    if (shard === undefined) throw new Error('there are no shards');
    return shard;
  }
}
