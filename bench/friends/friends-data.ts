/** Who follows whom, and who wished for what when: made from a seed, so that what a question must answer is known. */

export interface FriendsSize {
  /** Users who ask. */
  readonly readers: number;
  /** Users who wish. */
  readonly people: number;
  /** How many of them each reader follows. */
  readonly friends: number;
  /** Wishes of each. */
  readonly wishes: number;
}

export interface Wish {
  readonly person: number;
  readonly product: string;
  readonly createdAt: number;
}

export interface FriendsData {
  readonly size: FriendsSize;
  /** By reader; readers are the users from 1 on. */
  readonly friendsOf: ReadonlyMap<number, readonly number[]>;
  /** Oldest first, all at different times. */
  readonly wishes: readonly Wish[];
}

const FIRST_MS = 1_750_000_000_000;
const STEP_MS = 1_000;
const PRODUCTS = 50_021;

/** Makes the data: everybody wishes equally often, in random order. */
export function makeFriends(size: FriendsSize, seed: number): FriendsData {
  const random = randomOf(seed);
  const people = Array.from({ length: size.people }, (_, place) => size.readers + 1 + place);
  const friendsOf = new Map<number, readonly number[]>();
  for (let reader = 1; reader <= size.readers; reader += 1) {
    friendsOf.set(reader, shuffled(people, random).slice(0, size.friends));
  }
  const turns = shuffled(
    people.flatMap((person) => Array.from({ length: size.wishes }, (_, n) => ({ person, n }))),
    random,
  );
  const wishes = turns.map(({ person, n }, place) => {
    // Steps of a number that shares no factor with the number of products: nobody wishes for one twice.
    const product = `sku-${(person * 31 + n * 17) % PRODUCTS}`;
    return { person, product, createdAt: FIRST_MS + place * STEP_MS };
  });
  return { size, friendsOf, wishes };
}

/** What a reader's friends wished for, newest first: what every way of asking must answer. */
export function newestOfFriends({ friendsOf, wishes }: FriendsData, reader: number, count: number): readonly Wish[] {
  const friends = new Set(friendsOf.get(reader));
  const newest: Wish[] = [];
  for (let place = wishes.length - 1; place >= 0 && newest.length < count; place -= 1) {
    const wish = wishes[place];
    if (wish !== undefined && friends.has(wish.person)) newest.push(wish);
  }
  return newest;
}

/** Wishes of a reader's friends that a scan of `limit` per friend reads, from a time on. */
export function rowsWithin(
  { friendsOf, wishes }: FriendsData,
  reader: number,
  { limit, sinceMs }: { readonly limit: number; readonly sinceMs: number },
): number {
  const left = new Map(friendsOf.get(reader)?.map((friend) => [friend, limit]));
  let rows = 0;
  for (const { person, createdAt } of wishes) {
    const more = left.get(person) ?? 0;
    if (more === 0 || createdAt < sinceMs) continue;
    left.set(person, more - 1);
    rows += 1;
  }
  return rows;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The generator mulberry32: numbers from 0 up to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
