import type { Wish, WishKey } from '../app/wish-store.ts';
import { keyOf, keyText, type LedgerEntry } from './ledger.ts';
import type { WishPopulation } from './wish-population.ts';

/** What a key may hold: one outcome when all its writes were acknowledged; undefined stands for no wish. */
export type Outcomes = readonly (Wish | undefined)[];

/** A count that is known, up to writes that nobody knows the outcome of. */
export interface CountRange {
  readonly min: number;
  readonly max: number;
}

/**
 * What every store should answer, from what there was at first and the ledger of writes alone. A write without an answer leaves
 * what was before it and what it asked for.
 */
export class WishOracle {
  readonly #population: WishPopulation;
  readonly #outcomes = new Map<string, Outcomes>();
  readonly #keys = new Map<string, WishKey>();
  readonly #touchedOfUser = new Map<bigint, WishKey[]>();
  #products: Map<bigint, CountRange> | undefined;

  constructor(population: WishPopulation, entries: readonly LedgerEntry[]) {
    this.#population = population;
    for (const { op, answer } of entries) {
      const key = keyOf(op);
      const text = keyText(key);
      const asked = op.kind === 'add' ? op.wish : undefined;
      this.#outcomes.set(text, answer?.kind === 'acknowledged' ? [asked] : [...this.outcomesOf(key), asked]);
      if (this.#keys.has(text)) continue;
      this.#keys.set(text, key);
      const ofUser = this.#touchedOfUser.get(key.userId);
      if (ofUser === undefined) this.#touchedOfUser.set(key.userId, [key]);
      else ofUser.push(key);
    }
  }

  /** Keys that were written at least once. */
  get touchedKeys(): readonly WishKey[] {
    return [...this.#keys.values()];
  }

  get touchedUsers(): readonly bigint[] {
    return [...this.#touchedOfUser.keys()];
  }

  outcomesOf(key: WishKey): Outcomes {
    const written = this.#outcomes.get(keyText(key));
    if (written !== undefined) return written;
    return [this.#population.wishesOfUser(key.userId).find(({ productId }) => productId === key.productId)];
  }

  /** Outcomes of all keys of a user that may hold a wish, by the text of the key. */
  outcomesOfUser(userId: bigint): ReadonlyMap<string, Outcomes> {
    const outcomes = new Map<string, Outcomes>();
    for (const wish of this.#population.wishesOfUser(userId)) outcomes.set(keyText(wish), [wish]);
    for (const key of this.#touchedOfUser.get(userId) ?? []) outcomes.set(keyText(key), this.outcomesOf(key));
    return outcomes;
  }

  countOfUser(userId: bigint): CountRange {
    return rangeOf([...this.outcomesOfUser(userId).values()]);
  }

  /** Wishers of every product that has or may have some, recounted from all users. */
  countsOfProducts(): ReadonlyMap<bigint, CountRange> {
    this.#products ??= this.#countProducts();
    return this.#products;
  }

  #countProducts(): Map<bigint, CountRange> {
    const counts = new Map<bigint, CountRange>();
    const add = (productId: bigint, outcomes: Outcomes) => {
      const before = counts.get(productId) ?? { min: 0, max: 0 };
      const { min, max } = rangeOf([outcomes]);
      counts.set(productId, { min: before.min + min, max: before.max + max });
    };
    for (let user = 1; user <= this.#population.options.users; user++) {
      for (const wish of this.#population.wishesOfUser(BigInt(user))) {
        if (!this.#outcomes.has(keyText(wish))) add(wish.productId, [wish]);
      }
    }
    for (const key of this.#keys.values()) add(key.productId, this.outcomesOf(key));
    return counts;
  }
}

function rangeOf(keys: readonly Outcomes[]): CountRange {
  let min = 0;
  let max = 0;
  for (const outcomes of keys) {
    if (outcomes.every((wish) => wish !== undefined)) min++;
    if (outcomes.some((wish) => wish !== undefined)) max++;
  }
  return { min, max };
}
