import type { Edge, TableHandle } from '@actionbase/client';
import type { Wish, WishCursor, WishKey, WishPage, WishPageRequest } from '../app/wish-store.ts';

/** Wishes of the same millisecond that a page reads beyond its own, to pass those that the page before had. */
const SAME_TIME = 8;

/** Everything that the application reads, from the new table. */
export class NewWishes {
  readonly #table: TableHandle;

  constructor(table: TableHandle) {
    this.#table = table;
  }

  async get({ userId, productId }: WishKey): Promise<Wish | undefined> {
    const edge = await this.#table.get(userId, productId);
    return edge === undefined ? undefined : wishOf(edge);
  }

  /** Pages go on by what the last wish was, not by a cursor of this store: the next page may come from the other one. */
  async scan({ userId, limit, after }: WishPageRequest): Promise<WishPage> {
    const place = after === undefined ? undefined : parseCursor(after);
    for (let extra = SAME_TIME; ; extra *= 4) {
      const asked = limit + 1 + (place === undefined ? 0 : extra);
      const { edges, hasNext } = await this.#table.scan('newest', {
        start: userId,
        direction: 'OUT',
        limit: asked,
        ranges: place === undefined ? [] : [{ field: 'created_at', op: 'lte', value: place.createdAtMs }],
      });
      const wishes = edges.map(wishOf).filter((wish) => place === undefined || isBehind(wish, place));
      if (wishes.length <= limit && hasNext) continue;
      const page = wishes.slice(0, limit);
      const last = page.at(-1);
      return { wishes: page, next: wishes.length > limit && last !== undefined ? cursorBehind(last) : undefined };
    }
  }

  async countOfUser(userId: bigint): Promise<number> {
    return Number(await this.#table.count(userId, 'OUT'));
  }

  async countOfProduct(productId: bigint): Promise<number> {
    return Number(await this.#table.count(productId, 'IN'));
  }
}

interface Place {
  readonly createdAtMs: number;
  readonly productId: bigint;
}

function wishOf({ source, target, properties }: Edge): Wish {
  const { created_at: createdAt = null, note = null } = properties;
  return {
    userId: BigInt(String(source)),
    productId: BigInt(String(target)),
    createdAtMs: Number(createdAt),
    note: note === null ? null : String(note),
  };
}

function isBehind(wish: Wish, { createdAtMs, productId }: Place): boolean {
  return wish.createdAtMs < createdAtMs || (wish.createdAtMs === createdAtMs && wish.productId < productId);
}

/** As the old store writes and reads it. */
function cursorBehind({ createdAtMs, productId }: Wish): WishCursor {
  return `${createdAtMs}-${productId}` as WishCursor;
}

function parseCursor(cursor: WishCursor): Place {
  const found = /^(\d{1,15})-(\d{1,18})$/.exec(cursor);
  if (found === null) throw new Error(`after: ${JSON.stringify(cursor)} is not what a page ended with`);
  return { createdAtMs: Number(found[1]), productId: BigInt(found[2] ?? '') };
}
