import type { Sent } from './send.ts';

/** The API's root, and two tables of the database that refusals are tried on. */
export const V3 = '/graph/v3/databases';
export const WISH = `${V3}/shop/tables/wish`;
export const GIFT = `${V3}/shop/tables/gift`;
/** Limits of the server that refusals are tried on. */
export const REFUSAL_LIMITS = { bodyBytes: 65_536, answerEdges: 500, mutationItems: 100 } as const;

/** A request that is refused, and how. */
export interface Refusal extends Sent {
  readonly name: string;
  readonly status: number;
  readonly code: string;
  /** A part of the message of a project body; undefined for a default body, which has none. */
  readonly part?: RegExp;
}

/** A refused POST. */
export function posted(
  name: string,
  path: string,
  body: string | undefined,
  refusal: Omit<Refusal, 'name' | 'path'>,
): Refusal {
  return { name, method: 'POST', path, body, ...refusal };
}
