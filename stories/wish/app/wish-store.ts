/** A wish: a user has put a product on the wish list. */
export interface Wish extends WishKey {
  /** When the user asked for it, milliseconds; lists are ordered by it. */
  readonly createdAtMs: number;
  readonly note: string | null;
}

export interface WishKey {
  readonly userId: bigint;
  readonly productId: bigint;
}

/** Where a page of a user's list ends, and the next one goes on. Opaque to whoever pages. */
export type WishCursor = string & { readonly brand: 'WishCursor' };

export interface WishPage {
  readonly wishes: readonly Wish[];
  /** Undefined behind the last page. */
  readonly next: WishCursor | undefined;
}

export interface WishPageRequest {
  readonly userId: bigint;
  readonly limit: number;
  readonly after: WishCursor | undefined;
}

/**
 * All that the application asks of its data. The routes know nothing else, so the truth behind it can move without a change of
 * theirs. A verb that fails has said nothing about whether it took effect; each may be sent again.
 */
export interface WishStore extends AsyncDisposable {
  /** Puts a wish, or replaces the one of the same user and product. */
  add(wish: Wish): Promise<void>;
  /** Removes a wish; does nothing where there is none. */
  remove(key: WishKey): Promise<void>;
  get(key: WishKey): Promise<Wish | undefined>;
  /** A user's wishes, newest first; those of the same millisecond in any order that paging keeps. */
  scan(request: WishPageRequest): Promise<WishPage>;
  countOfUser(userId: bigint): Promise<number>;
  countOfProduct(productId: bigint): Promise<number>;
}
