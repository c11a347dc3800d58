import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { Wish } from '../app/wish-store.ts';
import { Zipf } from './zipf.ts';

export interface PopulationOptions {
  readonly seed: number;
  readonly users: number;
  readonly products: number;
  /** Wishes of a user, on the average. */
  readonly wishesMean: number;
}

/** Wishes that the greediest user has, in means. */
const GREED_MAX = 12;

/** 2025-01-01: the first wishes of all users are of the month after it. */
const BEGIN_MS = Date.UTC(2025, 0, 1);
const MONTH_MS = 30 * 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/** Texts that trip up whoever escapes, counts or copies characters wrongly. */
const NOTES = [
  'for May',
  'size M, not L',
  'the blue one 💙',
  '생일 선물',
  'Grandma\'s "favourite"',
  'back\\slash\tand tab',
  'two\nlines',
  '\\N',
  '',
  '👩‍👩‍👧 family pack',
];

/**
 * The wishes that a service starts with: a pure function of the seed, user by user, so that whoever wants to know what there was
 * at first can ask again. Users are 1 to `users`, products 1 to `products`; product 1 is the hottest.
 */
export class WishPopulation {
  readonly options: PopulationOptions;
  readonly #products: Zipf;

  constructor(options: PopulationOptions) {
    this.options = options;
    this.#products = new Zipf(options.products);
  }

  /** In the order of products; none for a user who is not of the population. */
  wishesOfUser(userId: bigint): readonly Wish[] {
    const { seed, users, products, wishesMean } = this.options;
    if (userId < 1n || userId > BigInt(users)) return [];
    const random = new SeededRandom(Math.imul(Number(userId), 0x9e3779b1) ^ seed);
    const greed = Math.min(-Math.log(1 - random.next()), GREED_MAX);
    const wanted = Math.min(Math.round(greed * wishesMean), products >>> 1);
    const chosen = new Set<number>();
    for (let draws = 0; chosen.size < wanted && draws < wanted * 4; draws++) chosen.add(this.drawProduct(random));
    const firstMs = BEGIN_MS + random.below(MONTH_MS);
    return [...chosen]
      .map((product, index) => ({
        userId,
        productId: BigInt(product),
        createdAtMs: firstMs + index * HOUR_MS + random.below(HOUR_MS),
        note: this.drawNote(random),
      }))
      .sort((a, b) => Number(a.productId - b.productId));
  }

  drawProduct(random: SeededRandom): number {
    return 1 + this.#products.draw(random);
  }

  /** Most wishes have no note. */
  drawNote(random: SeededRandom): string | null {
    return random.below(10) < 7 ? null : (NOTES[random.below(NOTES.length)] ?? null);
  }
}
