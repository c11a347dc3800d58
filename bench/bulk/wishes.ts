/** A wish as the bench loads it. */
export interface Wish {
  readonly version: number;
  readonly source: number;
  readonly target: number;
  readonly properties: { readonly created_at: number };
}

const WISHES_PER_USER = 10;

/** Wishes of users with ten each, sorted by key; some products are wished for much more often than others. */
export function wishes(count: number): Wish[] {
  const next = generator(7);
  const products = Math.max(100, count / 5);
  const all: Wish[] = [];
  for (let user = 0; all.length < count; user++) {
    const targets = new Set<number>();
    while (targets.size < WISHES_PER_USER && all.length + targets.size < count) {
      targets.add(Math.floor(next() ** 2 * products));
    }
    for (const target of [...targets].sort((a, b) => a - b)) {
      const created = 1_700_000_000_000 + Math.floor(next() * 50_000_000_000);
      all.push({ version: created * 2_000, source: 1_000 + user, target, properties: { created_at: created } });
    }
  }
  return all;
}

/** The same wishes in another order. */
export function randomOrder(sorted: readonly Wish[]): Wish[] {
  const next = generator(11);
  const shuffled = [...sorted];
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = Math.floor(next() * (at + 1));
    const [a, b] = [shuffled[at], shuffled[other]];
    if (a === undefined || b === undefined) continue;
    shuffled[at] = b;
    shuffled[other] = a;
  }
  return shuffled;
}

/** Numbers from 0 to 1, the same ones for every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
