import type { Wish, WishCursor, WishKey, WishPage, WishPageRequest, WishStore } from '../app/wish-store.ts';
import { keyText } from './ledger.ts';
import type { WishPopulation } from './wish-population.ts';

/** The wish application's data in memory, for tests of the load and of what is compared with it. */
export class MemoryWishStore implements WishStore {
  readonly #wishes = new Map<string, Wish>();

  constructor(population: WishPopulation) {
    for (let user = 1; user <= population.options.users; user++) {
      for (const wish of population.wishesOfUser(BigInt(user))) this.#wishes.set(keyText(wish), wish);
    }
  }

  async add(wish: Wish): Promise<void> {
    this.#wishes.set(keyText(wish), wish);
  }

  async remove(key: WishKey): Promise<void> {
    this.#wishes.delete(keyText(key));
  }

  async get(key: WishKey): Promise<Wish | undefined> {
    return this.#wishes.get(keyText(key));
  }

  async scan({ userId, limit, after }: WishPageRequest): Promise<WishPage> {
    const wishes = this.#wishesOf(userId);
    const start = after === undefined ? 0 : Number(after);
    const end = start + limit;
    return { wishes: wishes.slice(start, end), next: end < wishes.length ? (String(end) as WishCursor) : undefined };
  }

  async countOfUser(userId: bigint): Promise<number> {
    return this.#wishesOf(userId).length;
  }

  async countOfProduct(productId: bigint): Promise<number> {
    return [...this.#wishes.values()].filter((wish) => wish.productId === productId).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #wishesOf(userId: bigint): Wish[] {
    const wishes = [...this.#wishes.values()].filter((wish) => wish.userId === userId);
    return wishes.sort((a, b) => b.createdAtMs - a.createdAtMs || Number(b.productId - a.productId));
  }
}
