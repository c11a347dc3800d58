import type { Wish, WishKey } from '../app/wish-store.ts';
import { keyText } from './ledger.ts';
import type { WishClient } from './wish-client.ts';
import type { CountRange, Outcomes, WishOracle } from './wish-oracle.ts';
import type { ReadKind } from './wish-readers.ts';

/** One answer that is not the oracle's. */
export interface Difference {
  readonly read: ReadKind;
  /** `7/42` for a wish, `7` for a user, `42` for a product. */
  readonly key: string;
  /** Which part of the answer: `wished`, `createdAtMs`, `note`, `order`, `count`. */
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

export interface OracleComparison {
  readonly compared: Readonly<Record<ReadKind, number>>;
  /** All of them: of each kind of read only the first are listed. */
  readonly differencesTotal: number;
  readonly differences: readonly Difference[];
}

export interface ComparisonOptions {
  readonly client: Pick<WishClient, 'get' | 'scan' | 'countOfUser' | 'countOfProduct'>;
  readonly oracle: WishOracle;
  /** Whether the counts by product are compared: a cache that a batch fills is right only after the batch. */
  readonly productCounts: boolean;
  /** Products whose counts are compared, the most wished for first. */
  readonly productsMax?: number;
}

/** Differences of each kind of read that are listed one by one. */
const LISTED_MAX = 25;

/** Reads under way at once. */
const READS_AT_ONCE = 8;

/** Wishes of a page: small, so that lists of users are paged. */
const PAGE_WISHES = 7;

const PRODUCTS_DEFAULT = 5_000;

/**
 * Asks the application for every key that was written, the list and the count of every user who was, and the counts of products,
 * and compares each answer with the oracle's. Meant for a moment at which nobody writes.
 */
export async function compareWithOracle(options: ComparisonOptions): Promise<OracleComparison> {
  const { client, oracle, productCounts, productsMax = PRODUCTS_DEFAULT } = options;
  const found = new FoundDifferences();
  await each(oracle.touchedKeys, async (key) => found.get(key, oracle.outcomesOf(key), await client.get(key)));
  await each(oracle.touchedUsers, async (userId) => {
    found.scan(userId, oracle.outcomesOfUser(userId), await readList(client, userId));
    found.count('count', String(userId), { ...oracle.countOfUser(userId), found: await client.countOfUser(userId) });
  });
  if (productCounts) {
    const touched = new Set(oracle.touchedKeys.map(({ productId }) => productId));
    const products = [...oracle.countsOfProducts()].sort(
      ([a, { max: ofA }], [b, { max: ofB }]) => Number(touched.has(b)) - Number(touched.has(a)) || ofB - ofA,
    );
    await each(products.slice(0, productsMax), async ([productId, range]) =>
      found.count('product-count', String(productId), { ...range, found: await client.countOfProduct(productId) }),
    );
  }
  return found.comparison();
}

async function each<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const next = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: READS_AT_ONCE }, async () => {
      for (let step = next.next(); step.done !== true; step = next.next()) await run(step.value);
    }),
  );
}

async function readList(client: Pick<WishClient, 'scan'>, userId: bigint): Promise<readonly Wish[]> {
  const wishes: Wish[] = [];
  let after: string | undefined;
  do {
    const page = await client.scan(userId, PAGE_WISHES, after);
    wishes.push(...page.wishes);
    after = page.next;
  } while (after !== undefined);
  return wishes;
}

class FoundDifferences {
  readonly #compared: Record<ReadKind, number> = { get: 0, scan: 0, count: 0, 'product-count': 0 };
  readonly #listed: Record<ReadKind, number> = { get: 0, scan: 0, count: 0, 'product-count': 0 };
  readonly #differences: Difference[] = [];
  #total = 0;

  get(key: WishKey, outcomes: Outcomes, wish: Wish | undefined): void {
    this.#compared.get++;
    this.#wish('get', keyText(key), { outcomes, wish });
  }

  scan(userId: bigint, expected: ReadonlyMap<string, Outcomes>, wishes: readonly Wish[]): void {
    this.#compared.scan++;
    const found = new Map(wishes.map((wish) => [keyText(wish), wish]));
    if (found.size < wishes.length) {
      this.#differ('scan', String(userId), { field: 'order', expected: 'each wish once', found: 'a wish twice' });
    }
    const isNewestFirst = wishes.every((wish, index) => wish.createdAtMs <= (wishes[index - 1] ?? wish).createdAtMs);
    if (!isNewestFirst) {
      this.#differ('scan', String(userId), { field: 'order', expected: 'newest first', found: 'another order' });
    }
    for (const [key, outcomes] of expected) this.#wish('scan', key, { outcomes, wish: found.get(key) });
    for (const key of found.keys()) {
      if (!expected.has(key)) this.#differ('scan', key, { field: 'wished', expected: 'no', found: 'yes' });
    }
  }

  count(read: 'count' | 'product-count', key: string, { min, max, found }: CountRange & { found: number }): void {
    this.#compared[read]++;
    if (found >= min && found <= max) return;
    const expected = min === max ? String(min) : `${min} to ${max}`;
    this.#differ(read, key, { field: 'count', expected, found: String(found) });
  }

  comparison(): OracleComparison {
    return { compared: this.#compared, differencesTotal: this.#total, differences: this.#differences };
  }

  #wish(
    read: ReadKind,
    key: string,
    { outcomes, wish }: { readonly outcomes: Outcomes; readonly wish: Wish | undefined },
  ): void {
    if (outcomes.some((outcome) => isSame(outcome, wish))) return;
    const expected = outcomes.at(-1);
    for (const [field, one, other] of fieldsOf(expected, wish)) {
      if (one !== other) this.#differ(read, key, { field, expected: one, found: other });
    }
  }

  #differ(read: ReadKind, key: string, difference: Omit<Difference, 'read' | 'key'>): void {
    this.#total++;
    if (this.#listed[read]++ < LISTED_MAX) this.#differences.push({ read, key, ...difference });
  }
}

function isSame(a: Wish | undefined, b: Wish | undefined): boolean {
  return fieldsOf(a, b).every(([, one, other]) => one === other);
}

/** Fields of two wishes as texts; of a wish that is there and one that is not, only that. */
function fieldsOf(a: Wish | undefined, b: Wish | undefined): readonly (readonly [string, string, string])[] {
  if (a === undefined || b === undefined) return [['wished', a ? 'yes' : 'no', b ? 'yes' : 'no']];
  return [
    ['createdAtMs', String(a.createdAtMs), String(b.createdAtMs)],
    ['note', JSON.stringify(a.note), JSON.stringify(b.note)],
  ];
}
