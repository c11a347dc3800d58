import type { Wish, WishCursor, WishKey, WishStore } from './wish-store.ts';

/** What the application answers: a status and a JSON body. */
export interface WishAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What was asked, as the HTTP server has read it. */
export interface WishRequest {
  readonly method: string;
  readonly url: URL;
  /** The JSON body; undefined when there is none. */
  readonly body: unknown;
}

/** Wishes of a page, when the request says nothing. */
export const PAGE_WISHES_DEFAULT = 20;

/** Wishes that a page may ask for. */
export const PAGE_WISHES_MAX = 100;

/** Characters of a note. */
export const NOTE_LENGTH_MAX = 200;

/** The request says something that it may not. */
class BadRequest extends Error {}

const ID = '(\\d{1,18})';
const ONE_WISH = new RegExp(`^/users/${ID}/wishes/${ID}$`);
const LIST = new RegExp(`^/users/${ID}/wishes$`);
const USER_COUNT = new RegExp(`^/users/${ID}/wish-count$`);
const PRODUCT_COUNT = new RegExp(`^/products/${ID}/wisher-count$`);

/**
 * Answers one request from a store:
 *
 *     PUT     /users/7/wishes/42           {"createdAtMs": 1767323045678, "note": "for May"}
 *     DELETE  /users/7/wishes/42
 *     GET     /users/7/wishes/42           {"wish": {…} or null}
 *     GET     /users/7/wishes?limit=&after=  {"wishes": […], "next": "…" or null}, newest first
 *     GET     /users/7/wish-count          {"count": 12}
 *     GET     /products/42/wisher-count    {"count": 3}
 *
 * A store that fails is a 503 with its message; nothing is answered from elsewhere.
 */
export async function answerWishRequest(store: WishStore, request: WishRequest): Promise<WishAnswer> {
  try {
    return await route(store, request);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: error instanceof BadRequest ? 400 : 503, body: { error: message } };
  }
}

async function route(store: WishStore, { method, url, body }: WishRequest): Promise<WishAnswer> {
  const one = ONE_WISH.exec(url.pathname);
  if (one !== null) return routeOne(store, method, { key: { userId: idOf(one[1]), productId: idOf(one[2]) }, body });
  if (method !== 'GET') return { status: 404, body: { error: `there is no ${method} ${url.pathname}` } };
  const list = LIST.exec(url.pathname);
  if (list !== null) return ok(await listOfUser(store, idOf(list[1]), url));
  const ofUser = USER_COUNT.exec(url.pathname);
  if (ofUser !== null) return ok({ count: await store.countOfUser(idOf(ofUser[1])) });
  const ofProduct = PRODUCT_COUNT.exec(url.pathname);
  if (ofProduct !== null) return ok({ count: await store.countOfProduct(idOf(ofProduct[1])) });
  return { status: 404, body: { error: `there is no ${url.pathname}` } };
}

async function routeOne(
  store: WishStore,
  method: string,
  { key, body }: { readonly key: WishKey; readonly body: unknown },
): Promise<WishAnswer> {
  switch (method) {
    case 'PUT':
      await store.add({ ...key, ...parseWishBody(body) });
      return ok({ wished: true });
    case 'DELETE':
      await store.remove(key);
      return ok({ wished: false });
    case 'GET': {
      const wish = await store.get(key);
      return ok({ wish: wish === undefined ? null : wishJson(wish) });
    }
    default:
      return { status: 405, body: { error: `a wish can be put, deleted and read, not asked for ${method}` } };
  }
}

async function listOfUser(store: WishStore, userId: bigint, url: URL): Promise<unknown> {
  const limit = Number(url.searchParams.get('limit') ?? PAGE_WISHES_DEFAULT);
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_WISHES_MAX) {
    throw new BadRequest(`limit: ${url.searchParams.get('limit')} should be an integer from 1 to ${PAGE_WISHES_MAX}`);
  }
  const after = url.searchParams.get('after');
  const page = await store.scan({ userId, limit, after: after === null ? undefined : (after as WishCursor) });
  return { wishes: page.wishes.map(wishJson), next: page.next ?? null };
}

/** Ids have up to 18 digits, so they go as text: a JSON number would lose some. */
function wishJson({ userId, productId, createdAtMs, note }: Wish): unknown {
  return { userId: String(userId), productId: String(productId), createdAtMs, note };
}

function parseWishBody(body: unknown): Pick<Wish, 'createdAtMs' | 'note'> {
  const fields: { createdAtMs?: unknown; note?: unknown } = typeof body === 'object' && body !== null ? body : {};
  const { createdAtMs, note = null } = fields;
  if (typeof createdAtMs !== 'number' || !Number.isSafeInteger(createdAtMs) || createdAtMs < 0) {
    throw new BadRequest(`createdAtMs: ${JSON.stringify(createdAtMs)} should be milliseconds since 1970`);
  }
  if (note !== null && (typeof note !== 'string' || [...note].length > NOTE_LENGTH_MAX)) {
    throw new BadRequest(`note: should be null or a text of at most ${NOTE_LENGTH_MAX} characters`);
  }
  return { createdAtMs, note };
}

function idOf(text: string | undefined): bigint {
  return BigInt(text ?? '');
}

function ok(body: unknown): WishAnswer {
  return { status: 200, body };
}
